//! Folds a context's events into a read model, with the checkpoint in the read model's own transaction: delivery may repeat,
//! the effect does not.

use std::{collections::HashSet, time::Duration};

use sqlx::{Connection, PgConnection, PgPool, error::DatabaseError};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Position, Progress, ReaderState, Recorded, answered,
    checkpoint::{Checkpoint, Checkpoints, Partition},
    feed::{Batch, EndsBefore, Feed, FeedError, Open},
    gauges,
    part_reader::PartReader,
};

/// The most events folded in one transaction.
pub(crate) const BATCH: usize = 1000;
/// And the most bytes of them, but for an event that has more alone: what an event does to a read model grows with its size.
const BATCH_BYTES: usize = 1 << 20;
const BACKOFF: Duration = Duration::from_millis(300);
const STOPPED_RETRY: Duration = Duration::from_secs(10);

/// What a reader makes of events. State that a fold keeps in memory must be what its tables say: after [`Fold::reset`] it is read again.
pub trait Fold: Send + 'static {
    /// An event that this fold understands.
    type Event: Send + Sync;

    /// Reads an event. `Err` says why it cannot be folded, to operators and in Indonesian: its aggregate is parked, and the others
    /// go on. `Ok(None)` for one that this fold has no interest in.
    fn decode(&self, event: &Recorded) -> Result<Option<Self::Event>, String>;

    /// Writes what the events change, in the order of positions. Of a part, an event that the stream withheld comes late, but in
    /// its place among those of its aggregate.
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

#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Feed(#[from] FeedError),
    #[error("the read model could not be asked: {0}")]
    Database(#[from] sqlx::Error),
    #[error("another writer has moved the checkpoint")]
    Fenced,
    #[error("event {expected} is missing; {found} came instead")]
    Hole { expected: Position, found: Position },
    #[error("the stream went back: {found} came where {expected} or later was due")]
    Back { expected: Position, found: Position },
    #[error("the log has another event at the checkpoint {0}")]
    Diverged(Position),
    #[error("the log does not have the event that the stream has at {0}")]
    Unknown(Position),
    #[error("what was folded from {from} to {until} is not what the log has there")]
    Differs { from: Position, until: Position },
    #[error("the read model is one of {0}")]
    OfAnotherPart(String),
}

impl ReadError {
    /// What a person must do; `None` for what passes by itself.
    fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Diverged(_) | Self::Unknown(_) | Self::Feed(FeedError::Foreign { .. }) => Some(
                "the log was restored or the stream is not its own; run `kimctl log verify`, then build the read model anew \
                 (`kimctl projection rebuild`)",
            ),
            Self::Differs { .. } => Some(
                "the stream had events that the log does not have; run `kimctl log verify`, then build the read model anew",
            ),
            Self::OfAnotherPart(_) => Some("give each part a schema of its own, or build this one anew"),
            Self::Feed(_) | Self::Database(_) | Self::Fenced | Self::Hole { .. } | Self::Back { .. } => None,
        }
    }
}

/// A reader of one context, writing one schema.
pub struct Subscriber<F: Fold> {
    pub(crate) pool: PgPool,
    pub(crate) checkpoints: Checkpoints,
    partition: Partition,
    feed: Feed,
    fold: F,
    pub(crate) progress: watch::Sender<Progress>,
    /// Where this writer left the checkpoint.
    pub(crate) checkpoint: Option<Checkpoint>,
    parked: HashSet<Uuid>,
    /// For a reader of a part.
    pub(crate) part: Option<PartReader>,
}

impl<F: Fold> Subscriber<F> {
    /// A reader that writes `schema`, whose tables `checkpoint` and `parked` are there ([`Checkpoints::create`]).
    #[must_use]
    pub fn new(pool: PgPool, schema: &str, context: &str, partition: Partition, feed: Feed, fold: F) -> Self {
        let checkpoints = Checkpoints::new(schema, context, partition);
        let part = feed.part().cloned().zip(feed.log().cloned());
        let progress = watch::Sender::new(Progress::starting());
        gauges::reader(context, schema, &progress.subscribe());
        Self {
            pool,
            part: part.map(|(part, log)| PartReader::new(part, log, &checkpoints)),
            checkpoints,
            partition,
            feed,
            fold,
            progress,
            checkpoint: None,
            parked: HashSet::new(),
        }
    }

    /// How often a reader of a part compares count and digest with the log's, beside at its start and after a lost connection.
    #[must_use]
    pub fn comparing_every(mut self, period: Duration) -> Self {
        if let Some(part) = &mut self.part {
            part.every = period;
        }
        self
    }

    #[must_use]
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// Reads until `stop`; a batch that was begun is ended.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let Err(error) = self.follow(&stop).await else { return };
            let pause = if let Some(remedy) = error.remedy() {
                let reason = format!("{error}: {remedy}");
                tracing::error!(%reason, "the reader has stopped: a person must decide");
                self.progress.send_modify(|p| p.state = ReaderState::Stopped { reason });
                STOPPED_RETRY
            } else {
                self.disconnected(&error);
                BACKOFF
            };
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return;
            }
        }
    }

    /// A source may be away for long: the same reason is told once.
    fn disconnected(&self, error: &ReadError) {
        let reason = error.to_string();
        self.progress.send_if_modified(|p| {
            let since = match &p.state {
                ReaderState::Disconnected { reason: known, .. } if *known == reason => return false,
                ReaderState::Disconnected { since, .. } => *since,
                _ => OffsetDateTime::now_utc(),
            };
            tracing::warn!(reason, "the reader begins again at its checkpoint");
            p.state = ReaderState::Disconnected { since, reason };
            true
        });
    }

    async fn follow(&mut self, stop: &CancellationToken) -> Result<(), ReadError> {
        self.fold.reset();
        answered(self.load()).await?;
        let mut place = Place::at(self.checkpoint, self.agrees_at_start().await?);
        let mut must_have = self.checkpoint.map(|c| c.position);
        loop {
            let opened = self.feed.open(place.next, must_have.take());
            let Some(opened) = stop.run_until_cancelled(opened).await else { return Ok(()) };
            let mut feed = match opened? {
                Ok(feed) => feed,
                Err(end) => return Err(self.ends_before_checkpoint(end).await),
            };
            let compares = matches!(feed, Open::Stream(_));
            self.progress.send_modify(|p| {
                p.checkpoint = self.checkpoint;
                p.head = p.head.max(p.position());
                if place.must_match.is_none() {
                    p.state = ReaderState::Live;
                }
            });
            while !feed.is_spent() {
                let batch = tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    batch = feed.next(BATCH) => batch?,
                    () = due(self.part.as_mut().filter(|_| compares)) => {
                        self.compare(&mut feed).await?;
                        continue;
                    }
                };
                let Some(batch) = batch else { break };
                tokio::select! {
                    // Of a part, what is compared must have been folded: nothing is read ahead.
                    never = feed.read_ahead(BATCH), if self.part.is_none() => match never {},
                    taken = self.take(&batch, &mut place) => taken?,
                }
                self.progress.send_modify(|p| {
                    p.checkpoint = self.checkpoint;
                    p.head = batch.head.max(p.position());
                    p.published = Some(batch.published);
                    if place.must_match.is_none() {
                        p.state = ReaderState::Live;
                    }
                });
                self.compare(&mut feed).await?;
            }
        }
    }

    /// What the read model says of how far it is.
    async fn load(&mut self) -> Result<(), ReadError> {
        let mut connection = self.pool.acquire().await?;
        self.checkpoint = self.checkpoints.load(&mut connection).await?;
        self.know_parked(&mut connection).await?;
        if let Some(part) = &mut self.part {
            part.load(&mut connection, self.checkpoint).await?;
        }
        Ok(())
    }

    /// Folds what is new in a batch, once it is known to follow what was folded before.
    async fn take(&mut self, batch: &Batch, place: &mut Place) -> Result<(), ReadError> {
        let mut events = batch.events.as_slice();
        for event in events {
            place.comes(event, self.part.as_ref())?;
        }
        place.next = place.next.max(batch.reached.next());
        if let Some(checkpoint) = place.must_match
            && let Some((first, rest)) = events.split_first()
        {
            if checkpoint.is_at(first) {
                events = rest;
            } else if self.part.is_none()
                || first.position <= checkpoint.position
                || !self.is_of_log(checkpoint).await?
            {
                return Err(ReadError::Diverged(checkpoint.position));
            }
            place.must_match = None;
        }
        if let (Some(known), Some(event)) = (self.checkpoint, events.first())
            && known.log_id != event.log_id
        {
            return Err(ReadError::Diverged(event.position));
        }
        if let Some(part) = &mut self.part {
            let events = part.in_order(&self.pool, events).await?;
            return self.fold_all(&events).await;
        }
        self.fold_all(events).await
    }

    /// Folds events in as many batches as their size asks for.
    async fn fold_all(&mut self, mut events: &[Recorded]) -> Result<(), ReadError> {
        while !events.is_empty() {
            let (batch, rest) = events.split_at(fitting(events));
            self.fold_batch(batch).await?;
            events = rest;
        }
        Ok(())
    }

    /// The log's own word on the event at the checkpoint: the stream may have lost it.
    pub(crate) async fn is_of_log(&mut self, checkpoint: Checkpoint) -> Result<bool, ReadError> {
        let Some(part) = &mut self.part else { return Ok(false) };
        let (events, _) = part.log.read(checkpoint.position, 1, Some(&part.part)).await?;
        Ok(events.first().is_some_and(|event| checkpoint.is_at(event)))
    }

    /// Why the source ends before the checkpoint: either the log was set back, or only the stream, and its relay mends that.
    async fn ends_before_checkpoint(&mut self, EndsBefore(end): EndsBefore) -> ReadError {
        let Some(checkpoint) = self.checkpoint else { return FeedError::Stream("it has no end".into()).into() };
        let passing = || FeedError::Stream(format!("it ends at {end}, before the checkpoint {}", checkpoint.position));
        match (&self.feed, self.feed.log()) {
            (Feed::Log(_), _) => ReadError::Diverged(checkpoint.position),
            (_, None) => passing().into(),
            (_, Some(log)) => match log.head().await {
                Ok(head) if head.log_id == checkpoint.log_id && head.position >= checkpoint.position => {
                    passing().into()
                }
                Ok(_) => ReadError::Diverged(checkpoint.position),
                Err(error) => error.into(),
            },
        }
    }

    /// Folds a batch; when an event cannot be folded, parks its aggregate and folds the rest.
    pub(crate) async fn fold_batch(&mut self, events: &[Recorded]) -> Result<(), ReadError> {
        // What is left to fold, the next part last.
        let mut parts = vec![events];
        let mut parking: Vec<(Position, String)> = Vec::new();
        while let Some(part) = parts.last().copied() {
            let Err(failure) = answered(self.try_batch(part, &parking)).await else {
                parts.pop();
                continue;
            };
            self.fold.reset();
            match failure {
                Failure::Read(error) => return Err(error),
                Failure::Poison(position, reason) => {
                    tracing::error!(%position, reason, "an event cannot be folded; its aggregate is parked");
                    parking.push((position, reason));
                }
                Failure::Data(reason) if part.len() == 1 => parking.push((part[0].position, reason)),
                Failure::Data(_) => {
                    parts.pop();
                    let (first, rest) = part.split_at(part.len() / 2);
                    parts.extend([rest, first]);
                }
            }
        }
        Ok(())
    }

    async fn try_batch(&mut self, events: &[Recorded], parking: &[(Position, String)]) -> Result<(), Failure> {
        let last = events.last().expect("a batch has an event");
        let mut parked = self.parked.clone();
        let mut held: Vec<(&Recorded, String)> = Vec::new();
        let mut folding: Vec<(&Recorded, F::Event)> = Vec::with_capacity(events.len());
        for event in events.iter().filter(|e| self.partition.takes(e.aggregate)) {
            if parked.contains(&event.aggregate) {
                held.push((event, "kejadian sebelumnya ditahan".into()));
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
        let last = Checkpoint::at(last);
        // What comes late moves nothing.
        let to = self.checkpoint.filter(|known| known.position > last.position).unwrap_or(last);
        if !self.checkpoints.advance(&mut transaction, self.checkpoint, to).await? {
            return Err(Failure::Read(ReadError::Fenced));
        }
        if !folding.is_empty() {
            self.fold.fold(&mut transaction, &folding).await.map_err(Failure::from)?;
        }
        for (event, reason) in &held {
            self.checkpoints.park(&mut transaction, event, reason).await?;
        }
        if let Some(part) = &mut self.part {
            part.enter(&mut transaction, events).await?;
        }
        transaction.commit().await?;
        if let Some(part) = &mut self.part {
            part.entered(events);
        }
        self.checkpoint = Some(to);
        self.parked = parked;
        if !held.is_empty() {
            self.know_parked(&mut connection).await?;
        }
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
                    Self::Data(format!("basis data menolak isinya ({code})"))
                } else {
                    Self::Read(error.into())
                }
            }
        }
    }
}

/// How many of the events fit into a batch, at least one.
fn fitting(events: &[Recorded]) -> usize {
    let mut bytes = 0;
    let fit = events.iter().take_while(|event| {
        bytes += event.payload.len();
        bytes <= BATCH_BYTES
    });
    fit.count().max(1)
}

/// Where a reader is in its source.
struct Place {
    /// The next position; of a part, the least that it can have.
    next: Position,
    /// The event that must come first.
    must_match: Option<Checkpoint>,
}

impl Place {
    /// At the checkpoint, whose event the source must have; behind it when the log has confirmed it already.
    fn at(checkpoint: Option<Checkpoint>, confirmed: bool) -> Self {
        let position = checkpoint.map(|c| c.position).unwrap_or_default();
        match checkpoint {
            Some(_) if !confirmed => Self { next: position, must_match: checkpoint },
            _ => Self { next: position.next(), must_match: None },
        }
    }

    /// An event comes: is it the next one?
    fn comes(&mut self, event: &Recorded, part: Option<&PartReader>) -> Result<(), ReadError> {
        let (expected, found) = (self.next, event.position);
        match part {
            None if found != expected => return Err(ReadError::Hole { expected, found }),
            Some(reader) if !reader.part.takes(event) => {
                let reason = format!("it is not of the part {}", reader.part);
                return Err(FeedError::Foreign { sequence: found.sequence(), reason }.into());
            }
            Some(reader) if found < expected && found > reader.agreed() => {
                return Err(ReadError::Back { expected, found });
            }
            _ => {}
        }
        self.next = self.next.max(found.next());
        Ok(())
    }
}

/// Until a comparison asks for something; never for a reader that makes none.
async fn due(part: Option<&mut PartReader>) {
    match part {
        Some(part) => part.wait().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{LogId, Version};

    fn event(bytes: usize) -> Recorded {
        Recorded {
            log_id: LogId(Uuid::nil()),
            position: Position::START.next(),
            event_id: Uuid::nil(),
            event_type: "kim.registry.v1.CommunityDrafted".into(),
            aggregate: Uuid::nil(),
            version: Version::NONE,
            time: OffsetDateTime::UNIX_EPOCH,
            recorded_time: OffsetDateTime::UNIX_EPOCH,
            subject: String::new(),
            payload: Bytes::from(vec![0; bytes]),
            traceparent: None,
        }
    }

    #[test]
    fn a_batch_has_as_many_events_as_its_size_allows_and_at_least_one() {
        let half = BATCH_BYTES / 2;
        for (sizes, fit) in
            [(vec![1, 2, 3], 3), (vec![half, half, 1], 2), (vec![half, half + 1], 1), (vec![2 * BATCH_BYTES, 1], 1)]
        {
            let events: Vec<Recorded> = sizes.iter().map(|size| event(*size)).collect();
            assert_eq!(fitting(&events), fit, "{sizes:?}");
        }
    }
}
