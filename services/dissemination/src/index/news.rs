//! Tells those who watch an inbox that there is something new. Nobody asks for it again and again: what the index has followed is looked
//! through once in a process, whoever watches.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::{Arc, Mutex},
};

use kim_eventlog::{Aggregate, Filter, Position, Recorded};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::Index;
use crate::{
    domain::{
        campaign::Event as CampaignEvent,
        ids::{CommunityId, QuestionId},
        material::Event as MaterialEvent,
    },
    wire::{campaign::Campaigns, delivery::Deliveries, material::Materials, question::Questions},
};

/// As many inboxes are watched through one process.
const WATCHERS: usize = 10_000;
/// Events that are looked through at once.
const PAGE: i64 = 1_000;
/// When there are more than these, everybody looks.
const MANY: i64 = 20_000;

/// Who watches. Cheap to clone.
#[derive(Clone, Default)]
pub struct News {
    watchers: Arc<Mutex<Watchers>>,
}

#[derive(Default)]
struct Watchers {
    bells: HashMap<CommunityId, Vec<Arc<Notify>>>,
    watching: usize,
}

/// Somebody who watches an inbox, until this goes out of scope.
pub struct Watcher {
    news: News,
    community: CommunityId,
    bell: Arc<Notify>,
}

impl Watcher {
    /// Waits until there is something new since it last returned; or may be.
    pub async fn news(&self) {
        self.bell.notified().await;
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut watchers = self.news.lock();
        watchers.watching -= 1;
        if let Entry::Occupied(mut entry) = watchers.bells.entry(self.community) {
            entry.get_mut().retain(|bell| !Arc::ptr_eq(bell, &self.bell));
            if entry.get().is_empty() {
                entry.remove();
            }
        }
    }
}

/// Whose inboxes have something new.
#[derive(Debug, Default, PartialEq, Eq)]
struct Concerned {
    /// That it cannot be told cheaply.
    everybody: bool,
    communities: HashSet<CommunityId>,
    /// Those who asked them.
    questions: Vec<QuestionId>,
}

impl News {
    /// Watches a community's inbox; `None` when too many are watched here. What is new from now on is told.
    #[must_use]
    pub fn watch(&self, community: CommunityId) -> Option<Watcher> {
        let mut watchers = self.lock();
        if watchers.watching >= WATCHERS {
            return None;
        }
        watchers.watching += 1;
        let bell = Arc::new(Notify::new());
        watchers.bells.entry(community).or_default().push(bell.clone());
        drop(watchers);
        Some(Watcher { news: self.clone(), community, bell })
    }

    /// Goes after the index until `stop`.
    pub async fn run(self, index: Index, stop: CancellationToken) {
        let mut followed = index.followed.position();
        let mut seen = *followed.borrow_and_update();
        while let Some(Ok(())) = stop.run_until_cancelled(followed.changed()).await {
            let at = *followed.borrow_and_update();
            if self.lock().watching > 0 {
                match concerned(&index, seen, at).await {
                    Ok(concerned) => self.tell(&concerned),
                    Err(error) => {
                        tracing::warn!(%error, "kotak masuk yang berubah tidak diketahui; semua melihatnya");
                        self.tell(&Concerned { everybody: true, ..Concerned::default() });
                    }
                }
            }
            seen = at;
        }
    }

    fn tell(&self, concerned: &Concerned) {
        let watchers = self.lock();
        let bells = watchers.bells.iter();
        let concerned = bells.filter(|(id, _)| concerned.everybody || concerned.communities.contains(id));
        for bell in concerned.flat_map(|(_, bells)| bells) {
            bell.notify_one();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Watchers> {
        self.watchers.lock().expect("no code panics while it holds the watchers")
    }
}

/// Whom the events after `seen` and up to `at` concern.
async fn concerned(index: &Index, seen: Position, at: Position) -> Result<Concerned, sqlx::Error> {
    let mut concerned = Concerned { everybody: at.get() - seen.get() > MANY, ..Concerned::default() };
    let mut next = seen.next();
    while next <= at && !concerned.everybody {
        let (events, last) = index.log.read(next, PAGE, &Filter::default()).await?;
        for event in events.iter().filter(|event| event.position <= at) {
            concerned.add(event);
        }
        next = last.next().max(next.next());
    }
    if !concerned.everybody && !concerned.questions.is_empty() {
        let askers = index.askers(&concerned.questions).await?;
        concerned.communities.extend(askers.into_iter().map(CommunityId));
    }
    Ok(concerned)
}

impl Concerned {
    /// What concerns all who got a campaign concerns everybody: that is rare.
    fn add(&mut self, recorded: &Recorded) {
        if let Some(happened) = Deliveries::decode(recorded) {
            self.communities.insert(happened.event.recipient.community);
        } else if let Some(happened) = Campaigns::decode(recorded) {
            match happened.event {
                CampaignEvent::Assigned(assignment) => self.communities.extend(assignment.communities),
                CampaignEvent::NoticeIssued { .. }
                | CampaignEvent::Completed { .. }
                | CampaignEvent::Cancelled { .. } => self.everybody = true,
                _ => {}
            }
        } else if let Some(happened) = Materials::decode(recorded) {
            self.everybody |= matches!(happened.event, MaterialEvent::Published(_) | MaterialEvent::Withdrawn { .. });
        } else if Questions::decode(recorded).is_some() {
            self.questions.push(QuestionId(recorded.aggregate));
        }
    }
}
