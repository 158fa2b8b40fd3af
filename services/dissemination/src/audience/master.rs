//! What of the registry's master data dissemination goes by, in memory: few events, and asked at every call.

use std::{collections::HashSet, sync::Arc, time::Duration};

use kim_contract::registry::{
    event::{Event, EventType},
    v1 as pb,
};
use kim_desk::wire::{
    stored::{optional_date, stored_date},
    territory::stored_step,
};
use kim_eventlog::{Position, Recorded, answered};
use kim_territory::{Adopted, Decree, Step};
use kim_values::{Code, Edition, Editions};
use sqlx::PgConnection;
use time::Date;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Audiences, corrupt};

/// How often is looked whether the copy knows more: whichever replica keeps it.
const LOOK: Duration = Duration::from_secs(1);

/// The territory in force, revoked grants, and topics.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub adopted: Arc<Adopted>,
    /// What had been adopted when each of them was in force: what became of regions takes long to find, and is asked at every turn.
    then: Vec<Arc<Adopted>>,
    pub revoked: Arc<HashSet<Uuid>>,
    topics: Editions<Vec<Topic>>,
    /// The last event that changed any of it.
    position: Position,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Topic {
    code: Code,
    valid_from: Date,
    /// The first day on which it holds no more.
    retired_on: Option<Date>,
}

impl Known {
    /// Whether a topic holds on `day`, by the list that is in force then.
    #[must_use]
    pub fn topic_holds(&self, code: Code, day: Date) -> bool {
        let holds = |topic: &Topic| {
            topic.code == code && topic.valid_from <= day && topic.retired_on.is_none_or(|retired| day < retired)
        };
        self.topics.in_force(day).is_some_and(|edition| edition.content.iter().any(holds))
    }

    /// What had been adopted when `decree` was in force.
    pub(super) fn adopted_until(&self, decree: Decree) -> Arc<Adopted> {
        self.then.iter().find(|then| then.in_force() == decree).unwrap_or(&self.adopted).clone()
    }

    pub(super) fn adopt(&mut self, decree: Decree, step: Option<Step>) {
        let mut adopted = Adopted::clone(&self.adopted);
        adopted.adopt(decree, step);
        self.adopted = Arc::new(adopted);
        self.then.push(self.adopted.clone());
    }

    async fn load(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let events: Vec<(i64, String, Vec<u8>)> = sqlx::query_as(EVENTS).fetch_all(connection).await?;
        let mut known = Self::default();
        let mut revoked = HashSet::new();
        let mut step = None;
        for (position, event_type, payload) in events {
            known.position = Position::new(position).unwrap_or_default();
            let read = EventType::named(&event_type).and_then(|event_type| read(event_type, &payload));
            match read.ok_or_else(|| corrupt("payload"))? {
                Master::Changed(changed) => step = Some(changed),
                Master::Adopted(decree) => known.adopt(decree, step.take()),
                Master::Revoked(grant) => {
                    revoked.insert(grant);
                }
                Master::Topics(edition) => known.topics.push(edition),
                Master::Other => {}
            }
        }
        known.revoked = Arc::new(revoked);
        Ok(known)
    }
}

/// An event of the master data.
enum Master {
    /// A list that nothing here goes by.
    Other,
    Changed(Step),
    Adopted(Decree),
    Revoked(Uuid),
    Topics(Edition<Vec<Topic>>),
}

/// `None` for what is not understood.
fn read(event_type: EventType, payload: &[u8]) -> Option<Master> {
    fn decoded<E: Event>(payload: &[u8]) -> Option<E> {
        E::decode(payload).ok()
    }
    Some(match event_type {
        EventType::TerritoryRegionsChanged => {
            Master::Changed(stored_step(&decoded::<pb::TerritoryRegionsChanged>(payload)?)?)
        }
        EventType::TerritoryAdopted => Master::Adopted(decoded::<pb::TerritoryAdopted>(payload)?.decree.parse().ok()?),
        EventType::GrantRevoked => {
            Master::Revoked(Uuid::try_parse(&decoded::<pb::GrantRevoked>(payload)?.grant_id).ok()?)
        }
        EventType::CodeListSet => {
            let list = decoded::<pb::CodeListSet>(payload)?.code_list?;
            match list.name() {
                pb::CodeListName::Topic => Master::Topics(topics(&list)?),
                _ => Master::Other,
            }
        }
        _ => Master::Other,
    })
}

fn topics(list: &pb::CodeList) -> Option<Edition<Vec<Topic>>> {
    let topic = |entry: &pb::CodeListEntry| {
        Some(Topic {
            code: Code::parse(&entry.code)?,
            valid_from: stored_date(entry.valid_from)?,
            retired_on: optional_date(entry.retired_on).ok()?,
        })
    };
    Some(Edition {
        version: u32::try_from(list.version).ok()?,
        content: Arc::new(list.entries.iter().map(topic).collect::<Option<_>>()?),
        effective_from: stored_date(list.effective_from)?,
    })
}

/// Whether an event of the master data is understood.
pub(super) fn is_understood(event_type: EventType, payload: &[u8]) -> bool {
    read(event_type, payload).is_some()
}

pub(super) async fn insert(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO audience.master (position, type, payload) VALUES ($1, $2, $3)")
        .bind(recorded.position.get())
        .bind(&recorded.event_type)
        .bind(recorded.payload.as_ref())
        .execute(connection)
        .await?;
    Ok(())
}

impl Audiences {
    /// The master data as far as this replica knows it.
    #[must_use]
    pub fn known(&self) -> Known {
        self.known.borrow().clone()
    }

    /// Brings the master data up to date from the copy, and says whether it was not.
    pub async fn learn(&self) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let newest: Option<i64> = sqlx::query_scalar(NEWEST).fetch_one(&mut *connection).await?;
        if newest.unwrap_or_default() == self.known.borrow().position.get() {
            return Ok(false);
        }
        let known = Known::load(&mut connection).await?;
        self.adopted.send_replace(known.adopted.clone());
        self.known.send_replace(known);
        Ok(true)
    }

    /// Keeps the master data up to date until `stop`; `changed` is called with what is new, and once at first.
    pub async fn follow_masters(self, changed: impl Fn(&Known), stop: CancellationToken) {
        let mut first = true;
        loop {
            match answered(self.learn()).await {
                Ok(false) if !first => {}
                Ok(_) => {
                    first = false;
                    changed(&self.known());
                }
                Err(error) => tracing::warn!(%error, "data induk registri belum dapat dibaca; dicoba lagi"),
            }
            if stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_none() {
                return;
            }
        }
    }
}

const EVENTS: &str = "SELECT position, type, payload FROM audience.master ORDER BY position";

const NEWEST: &str = "SELECT max(position) FROM audience.master";
