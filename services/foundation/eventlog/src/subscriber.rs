//! Folds a context's events into a read model, with the checkpoint in the read model's own transaction: delivery may repeat,
//! the effect does not.

use std::{collections::HashSet, time::Duration, time::Instant};

use sqlx::{Connection, PgConnection, PgPool, error::DatabaseError};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Position, Recorded,
    checkpoint::{Checkpoint, Checkpoints, Parked, Partition},
    feed::{Feed, FeedError},
    metrics::Metrics,
};

/// The most events folded in one transaction.
const BATCH: usize = 1000;
const BACKOFF: Duration = Duration::from_millis(300);
const STOPPED_RETRY: Duration = Duration::from_secs(10);

/// What a reader makes of events. State that a fold keeps in memory must be what its tables say: after [`Fold::reset`] it is read again.
pub trait Fold: Send + 'static {
    /// An event that this fold understands.
    type Event: Send + Sync;

    /// Reads an event. `Err` says why it cannot be folded: its aggregate is parked, and the others go on.
    /// `Ok(None)` for one that this fold has no interest in.
    fn decode(&self, event: &Recorded) -> Result<Option<Self::Event>, String>;

    /// Writes what the events change, in the order of positions.
    fn fold(
        &mut self,
        transaction: &mut PgConnection,
        events: &[(&Recorded, Self::Event)],
    ) -> impl Future<Output = Result<(), FoldError>> + Send;

    /// The transaction was not committed: whatever is kept in memory is void.
    fn reset(&mut self);
}

#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// This event cannot be folded; its aggregate is parked.
    #[error("the event at {position} cannot be folded: {reason}")]
    Poisonous { position: Position, reason: String },
    #[error("the read model could not be written")]
    Database(#[from] sqlx::Error),
}

/// How a reader stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub checkpoint: Option<Checkpoint>,
    /// The newest position that the source is known to have.
    pub head: Position,
    /// When the source took the event at the checkpoint.
    pub published: Option<OffsetDateTime>,
    pub parked: Vec<Parked>,
    pub state: ReaderState,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ReaderState {
    /// Connected; what is new comes at once.
    Live,
    /// Not connected since then; it is tried again.
    Disconnected { since: OffsetDateTime, reason: String },
    /// Going on would make the read model wrong: a person must decide. Says what is wrong and what to do.
    Stopped { reason: String },
}

impl Progress {
    #[must_use]
    pub fn position(&self) -> Position {
        self.checkpoint.map(|c| c.position).unwrap_or_default()
    }

    /// How far the reader is behind its source; zero when it has all that is there.
    #[must_use]
    pub fn lag(&self, now: OffsetDateTime) -> Duration {
        let since = match &self.state {
            ReaderState::Disconnected { since, .. } => Some(*since),
            _ if self.head > self.position() => self.published,
            _ => None,
        };
        since.map_or(Duration::ZERO, |since| (now - since).unsigned_abs())
    }
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error("the read model could not be asked")]
    Database(#[from] sqlx::Error),
    #[error("another writer has moved the checkpoint")]
    Fenced,
    #[error("event {expected} is missing; {found} came instead")]
    Hole { expected: Position, found: Position },
    #[error("the log has another event at the checkpoint {0}")]
    Diverged(Position),
}

/// A reader of one context, writing one schema.
pub struct Subscriber<F: Fold> {
    pool: PgPool,
    checkpoints: Checkpoints,
    partition: Partition,
    feed: Feed,
    fold: F,
    metrics: Metrics,
    progress: watch::Sender<Progress>,
    /// Where this writer left the checkpoint.
    checkpoint: Option<Checkpoint>,
    parked: HashSet<Uuid>,
}

impl<F: Fold> Subscriber<F> {
    /// A reader that writes `schema`, whose tables `checkpoint` and `parked` are there ([`Checkpoints::create`]).
    #[must_use]
    pub fn new(pool: PgPool, schema: &str, context: &str, partition: Partition, feed: Feed, fold: F) -> Self {
        let progress = Progress {
            checkpoint: None,
            head: Position::START,
            published: None,
            parked: vec![],
            state: ReaderState::Disconnected { since: OffsetDateTime::now_utc(), reason: "starting".into() },
        };
        Self {
            pool,
            checkpoints: Checkpoints::new(schema, context, partition),
            partition,
            feed,
            fold,
            metrics: Metrics::new(context),
            progress: watch::Sender::new(progress),
            checkpoint: None,
            parked: HashSet::new(),
        }
    }

    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Reads until `stop`; a batch that was begun is ended.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let Err(error) = self.follow(&stop).await else { return };
            let pause = match &error {
                ReadError::Diverged(_) | ReadError::Feed(FeedError::Foreign { .. }) => {
                    let reason = format!(
                        "{error}: the log was restored or the stream is not its own; \
                         run `kimctl log verify`, then `kimctl projection rebuild`"
                    );
                    tracing::error!(%reason, "the reader has stopped: a person must decide");
                    self.progress.send_modify(|p| p.state = ReaderState::Stopped { reason });
                    STOPPED_RETRY
                }
                _ => {
                    tracing::warn!(%error, "the reader begins again at its checkpoint");
                    self.disconnected(&error);
                    BACKOFF
                }
            };
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return;
            }
        }
    }

    fn disconnected(&self, error: &ReadError) {
        self.progress.send_modify(|p| {
            let since = match &p.state {
                ReaderState::Disconnected { since, .. } => *since,
                _ => OffsetDateTime::now_utc(),
            };
            p.state = ReaderState::Disconnected { since, reason: error.to_string() };
        });
    }

    async fn follow(&mut self, stop: &CancellationToken) -> Result<(), ReadError> {
        self.fold.reset();
        let mut connection = self.pool.acquire().await?;
        self.checkpoint = self.checkpoints.load(&mut connection).await?;
        self.know_parked(&mut connection).await?;
        drop(connection);
        let mut expected = self.checkpoint.map_or(Position::START.next(), |c| c.position);
        let mut must_match = self.checkpoint;
        loop {
            let mut feed = self.feed.open(expected).await?;
            self.progress.send_modify(|p| {
                p.checkpoint = self.checkpoint;
                p.head = p.head.max(p.position());
                p.state = ReaderState::Live;
            });
            while !feed.is_spent() {
                let Some(batch) = stop.run_until_cancelled(feed.next(BATCH)).await else { return Ok(()) };
                let Some(batch) = batch? else { break };
                let mut events = batch.events.as_slice();
                for event in events {
                    if event.position != expected {
                        return Err(ReadError::Hole { expected, found: event.position });
                    }
                    expected = expected.next();
                }
                if let Some(checkpoint) = must_match.take() {
                    let Some((first, rest)) = events.split_first() else { continue };
                    if !checkpoint.is_at(first) {
                        return Err(ReadError::Diverged(checkpoint.position));
                    }
                    events = rest;
                }
                if let (Some(known), Some(event)) = (self.checkpoint, events.first())
                    && known.log_id != event.log_id
                {
                    return Err(ReadError::Diverged(event.position));
                }
                if !events.is_empty() {
                    self.fold_batch(events).await?;
                }
                self.progress.send_modify(|p| {
                    p.checkpoint = self.checkpoint;
                    p.head = batch.head.max(p.position());
                    p.published = Some(batch.published);
                });
            }
        }
    }

    /// Folds a batch; when an event cannot be folded, parks its aggregate and folds the rest.
    async fn fold_batch(&mut self, events: &[Recorded]) -> Result<(), ReadError> {
        let mut parking: Vec<(Position, String)> = Vec::new();
        loop {
            match self.try_batch(events, &parking).await {
                Ok(()) => return Ok(()),
                Err(Failure::Read(error)) => {
                    self.fold.reset();
                    return Err(error);
                }
                Err(Failure::Poison(position, reason)) => {
                    self.fold.reset();
                    tracing::error!(%position, reason, "an event cannot be folded; its aggregate is parked");
                    parking.push((position, reason));
                }
                Err(Failure::Data(reason)) => {
                    self.fold.reset();
                    let (first, rest) = events.split_at(events.len() / 2);
                    if first.is_empty() {
                        parking.push((rest[0].position, reason));
                    } else {
                        Box::pin(self.fold_batch(first)).await?;
                        return Box::pin(self.fold_batch(rest)).await;
                    }
                }
            }
        }
    }

    async fn try_batch(&mut self, events: &[Recorded], parking: &[(Position, String)]) -> Result<(), Failure> {
        let last = events.last().expect("a batch has an event");
        let mut parked = self.parked.clone();
        let mut held: Vec<(&Recorded, String)> = Vec::new();
        let mut folding: Vec<(&Recorded, F::Event)> = Vec::with_capacity(events.len());
        for event in events.iter().filter(|e| self.partition.takes(e.aggregate)) {
            if parked.contains(&event.aggregate) {
                held.push((event, "an event before it is parked".into()));
                continue;
            }
            let decoded = match parking.iter().find(|(position, _)| *position == event.position) {
                Some((_, reason)) => Err(reason.clone()),
                None => self.fold.decode(event),
            };
            match decoded {
                Ok(Some(decoded)) => folding.push((event, decoded)),
                Ok(None) => {}
                Err(reason) => {
                    parked.insert(event.aggregate);
                    held.push((event, reason));
                }
            }
        }
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        // Rows and checkpoint go together: a lost tail of the read model is folded again.
        sqlx::raw_sql("SET LOCAL synchronous_commit = off").execute(&mut *transaction).await?;
        let to = Checkpoint::at(last);
        if !self.checkpoints.advance(&mut transaction, self.checkpoint, to).await? {
            return Err(Failure::Read(ReadError::Fenced));
        }
        if !folding.is_empty() {
            self.fold.fold(&mut transaction, &folding).await.map_err(Failure::from)?;
        }
        for (event, reason) in &held {
            self.checkpoints.park(&mut transaction, event, reason).await?;
        }
        transaction.commit().await?;
        self.checkpoint = Some(to);
        self.parked = parked;
        if !held.is_empty() {
            self.know_parked(&mut connection).await?;
        }
        self.metrics.folded(to.position.sequence(), self.parked.len());
        Ok(())
    }

    async fn know_parked(&mut self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let parked = self.checkpoints.parked(connection).await?;
        self.parked = parked.iter().map(|p| p.aggregate_id).collect();
        self.progress.send_modify(|p| p.parked = parked);
        Ok(())
    }
}

enum Failure {
    Read(ReadError),
    Poison(Position, String),
    /// The database refused the batch for its data; which event it was is not known.
    Data(String),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

impl From<FoldError> for Failure {
    fn from(error: FoldError) -> Self {
        match error {
            FoldError::Poisonous { position, reason } => Self::Poison(position, reason),
            FoldError::Database(error) => {
                let code = error.as_database_error().and_then(DatabaseError::code).unwrap_or_default().into_owned();
                if code.starts_with("22") || code.starts_with("23") {
                    Self::Data(format!("the database refused it ({code})"))
                } else {
                    Self::Read(error.into())
                }
            }
        }
    }
}

/// Waits until a reader has come to a position.
pub async fn reached(mut progress: watch::Receiver<Progress>, position: Position, within: Duration) -> bool {
    let deadline = Instant::now() + within;
    let waiting = progress.wait_for(|p| p.position() >= position);
    tokio::time::timeout_at(deadline.into(), waiting).await.is_ok_and(|reached| reached.is_ok())
}
