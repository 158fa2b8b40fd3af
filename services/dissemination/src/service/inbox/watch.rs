//! `WatchInbox`: what changes in an inbox, from a position on. Nothing since then is left out, and what changed is told at least once.

use std::time::Duration;

use kim_chassis::errors::Fault;
use kim_contract::dissemination::v1 as pb;
use kim_desk::failure::{behind, unavailable};
use kim_eventlog::Position;
use tokio::{sync::mpsc, time::timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;

use super::{Handler, position};
use crate::index::{Inbox, Watcher};

/// Answers that wait for a slow reader.
const ANSWERS: usize = 16;
/// How often a quiet inbox carries the position on.
const CARRY_ON: Duration = Duration::from_mins(1);

type Answers = mpsc::Sender<Result<pb::WatchInboxResponse, Status>>;

impl Handler {
    pub(super) async fn watch(
        &self,
        inbox: Inbox,
        token: &str,
    ) -> Result<ReceiverStream<Result<pb::WatchInboxResponse, Status>>, Status> {
        let followed = &self.0.index.followed;
        followed.caught_up().await.map_err(|error| behind(&error))?;
        // Before the first look: what comes between it and the look is told twice rather than not at all.
        let watcher = self.0.news.watch(inbox.community).ok_or_else(|| Status::from(Fault::busy()))?;
        let since = match token {
            "" => followed.at(),
            token => position::read(token, self.0.log.id(), followed.at())?,
        };
        let (answers, results) = mpsc::channel(ANSWERS);
        let (handler, draining) = (self.clone(), self.0.draining.clone());
        tokio::spawn(async move {
            let told = handler.tell(inbox, since, &watcher, &answers);
            tokio::select! {
                told = told => if let Err(status) = told {
                    let _ = answers.send(Err(status)).await;
                },
                () = answers.closed() => {}
                () = draining.cancelled() => {
                    let stopping = Fault::unavailable("the service is stopping; go on from the last position elsewhere");
                    let _ = answers.try_send(Err(stopping.into()));
                }
            }
        });
        Ok(ReceiverStream::new(results))
    }

    /// Goes on until something fails.
    async fn tell(
        &self,
        inbox: Inbox,
        mut since: Position,
        watcher: &Watcher,
        answers: &Answers,
    ) -> Result<(), Status> {
        let log = self.0.log.id();
        // The first answer says from where on it is watched, though nothing has changed.
        let mut carries_on = true;
        loop {
            let changes = self.0.index.changes(inbox, since).await.map_err(|error| unavailable(&error))?;
            let is_quiet = changes.items.is_empty();
            let items = self.named(changes.items).await?;
            let mut rest = items.into_iter().peekable();
            while let Some(item) = rest.next() {
                // Whoever goes on from an item before the last meets those that share its position again.
                let known = match rest.peek() {
                    Some(_) => Position::new(item.position).unwrap_or_default().before().max(since),
                    None => changes.at,
                };
                let answer = pb::WatchInboxResponse { item: Some(item), position_token: position::write(log, known) };
                if answers.send(Ok(answer)).await.is_err() {
                    return Ok(());
                }
            }
            since = changes.at;
            if !is_quiet {
                // There may be more: what was read at once is bounded.
                carries_on = false;
                continue;
            }
            if carries_on {
                let answer = pb::WatchInboxResponse { item: None, position_token: position::write(log, since) };
                if answers.send(Ok(answer)).await.is_err() {
                    return Ok(());
                }
            }
            carries_on = timeout(CARRY_ON, watcher.news()).await.is_err();
        }
    }
}
