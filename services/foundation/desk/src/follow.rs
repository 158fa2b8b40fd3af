//! How far a service's index has followed its own log, and who waits for it.

use std::{fmt::Display, sync::Arc, time::Duration};

use kim_eventlog::{Done, Log, Position, answered, raise};
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tonic::Status;
use uuid::Uuid;

use crate::failure::unavailable;

/// Events that an index folds in one transaction.
pub const BATCH: i64 = 20_000;
const BACKOFF: Duration = Duration::from_millis(500);
/// How long events gather, and how long when there are so many that most aggregates come again and again.
const GATHER: Duration = Duration::from_millis(50);
const GATHER_MANY: Duration = Duration::from_secs(1);
const MANY: i64 = 200;
/// How long a reader waits at most until the follower has come to what was committed before it asked.
const CATCH_UP: Duration = Duration::from_secs(5);

/// How far an index has followed a log. Cheap to clone.
#[derive(Clone)]
pub struct Followed {
    log: Log,
    position: Arc<watch::Sender<Position>>,
    /// That a reader waits for the follower.
    awaited: Arc<Notify>,
}

/// The follower did not come far enough in time.
#[derive(Debug, thiserror::Error)]
#[error("the index is at {at} and not yet at {wanted}")]
pub struct Behind {
    pub at: Position,
    pub wanted: Position,
}

#[derive(Debug, thiserror::Error)]
pub enum CatchUpError {
    #[error(transparent)]
    Behind(#[from] Behind),
    #[error("the log could not be read")]
    Database(#[from] sqlx::Error),
}

impl Followed {
    #[must_use]
    pub fn new(log: Log) -> Self {
        Self { log, position: Arc::new(watch::Sender::new(Position::START)), awaited: Arc::default() }
    }

    /// How far the log was followed.
    #[must_use]
    pub fn position(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// The same at this moment.
    #[must_use]
    pub fn at(&self) -> Position {
        *self.position.borrow()
    }

    /// The follower has come to `position`.
    pub fn arrived(&self, position: Position) {
        raise(&self.position, position);
    }

    /// Follows the log until `stop`. `advance` folds the next events, [`BATCH`] of them at most, and says how many there were.
    pub async fn follow<F, E>(&self, advance: impl Fn() -> F, stop: CancellationToken)
    where
        F: Future<Output = Result<i64, E>>,
        E: From<sqlx::Error> + Display,
    {
        let mut head = self.log.head();
        loop {
            head.borrow_and_update();
            match answered(advance()).await {
                Ok(BATCH) => {}
                Ok(folded @ 1..) => {
                    let long = if folded < MANY { GATHER } else { GATHER_MANY };
                    self.gather(long, &stop).await;
                }
                Ok(_) => {
                    let changed = stop.run_until_cancelled(head.changed()).await;
                    if changed.is_none_or(|changed| changed.is_err()) {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "indeks tidak dapat maju; dicoba lagi");
                    if stop.run_until_cancelled(sleep(BACKOFF)).await.is_none() {
                        return;
                    }
                }
            }
            if stop.is_cancelled() {
                return;
            }
        }
    }

    /// While the log grows fast, events gather a little so that what appears often is written once; but nobody waits for it.
    async fn gather(&self, long: Duration, stop: &CancellationToken) {
        tokio::select! {
            () = sleep(long) => {}
            () = self.awaited.notified() => {}
            () = stop.cancelled() => {}
        }
    }

    /// Waits, a few seconds at most, until the follower has come to `wanted`.
    pub async fn reached(&self, wanted: Position) -> Result<(), Behind> {
        let mut position = self.position.subscribe();
        if *position.borrow() < wanted {
            self.awaited.notify_one();
        }
        let reached = timeout(CATCH_UP, position.wait_for(|&at| at >= wanted)).await;
        match reached {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Behind { at: self.at(), wanted }),
        }
    }

    /// Waits until the index has what was just committed, so that the caller's next question meets it. A follower that is
    /// late spoils nothing.
    pub async fn settle(&self, position: Option<Position>) {
        if let Some(position) = position
            && let Err(behind) = self.reached(position).await
        {
            tracing::warn!(%behind, "the index is late");
        }
    }

    /// The id that a command made, now or when it was first carried out; the index has it when this returns.
    pub async fn made<S>(&self, done: &Done<S>) -> Result<Uuid, Status> {
        let result = match done {
            Done::New { result, first, .. } => {
                self.settle(*first).await;
                result
            }
            Done::Repeated { result } => result,
        };
        Uuid::from_slice(result).map_err(|error| unavailable(&error))
    }

    /// Waits until the follower has come to all that is committed now.
    pub async fn caught_up(&self) -> Result<(), CatchUpError> {
        let head = self.log.newest().await?;
        Ok(self.reached(head).await?)
    }
}
