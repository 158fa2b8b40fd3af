//! Where a subscriber's events come from: the stream, or the log itself.

use std::{convert::Infallible, time::Duration};

use time::OffsetDateTime;

use crate::{Filter, Log, Part, Position, Recorded, consumer::Consumer, remote::RemoteLog};

#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    #[error("the stream broke off: {0}")]
    Stream(String),
    #[error("the log could not be read: {0}")]
    Log(String),
    /// Something that is no event of ours stands in the stream.
    #[error("sequence {sequence} of the stream is no event: {reason}")]
    Foreign { sequence: u64, reason: String },
}

/// Some events, and how much more there is behind them.
#[derive(Debug)]
pub struct Batch {
    pub events: Vec<Recorded>,
    /// All that the reader wants up to here has come; without a hole when it wants everything.
    pub reached: Position,
    /// The newest position that the source has.
    pub head: Position,
    /// When the source took the last event of the batch.
    pub published: OffsetDateTime,
}

impl Batch {
    /// Nothing yet, after what was read up to here.
    pub(crate) fn after(reached: Position) -> Self {
        Self { events: Vec::new(), reached, head: reached, published: OffsetDateTime::UNIX_EPOCH }
    }
}

/// A source of a context's events, in the order of positions. It can be opened again and again.
#[derive(Clone)]
pub enum Feed {
    /// The service's own log.
    Log(Log),
    /// A stream; what it no longer keeps is read from the log's service.
    Stream { client: async_nats::Client, context: String, log: Option<RemoteLog> },
    /// A province's or a regency's part of a stream. Whether something of it is missing cannot be seen by its positions: its
    /// reader minds the versions of its aggregates, and compares count and digest with the log's service.
    Part { part: Part, client: async_nats::Client, context: String, log: RemoteLog },
}

/// An open feed: call `next` again and again.
pub(crate) enum Open {
    Log { log: Log, next: Position },
    Stream(Box<Consumer>),
    Remote { log: RemoteLog, part: Option<Part>, next: Position, until: Position },
}

/// The stream ends before the event that its reader has last folded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndsBefore(pub(crate) Position);

impl Feed {
    /// The part that is read; `None` for all.
    pub(crate) fn part(&self) -> Option<&Part> {
        match self {
            Self::Part { part, .. } => Some(part),
            Self::Log(_) | Self::Stream { .. } => None,
        }
    }

    /// The log's service, where there is one.
    pub(crate) fn log(&self) -> Option<&RemoteLog> {
        match self {
            Self::Part { log, .. } => Some(log),
            Self::Stream { log, .. } => log.as_ref(),
            Self::Log(_) => None,
        }
    }

    /// Opens the feed at `from`, which is the first event to come. The source must have what was read from it before.
    pub(crate) async fn open(
        &self,
        from: Position,
        must_have: Option<Position>,
    ) -> Result<Result<Open, EndsBefore>, FeedError> {
        let is_short = |newest: Position| must_have.is_some_and(|read| newest < read);
        let (client, context) = match self {
            Self::Log(log) => {
                let newest = log.newest().await.map_err(|e| FeedError::Log(e.to_string()))?;
                let open = Open::Log { log: log.clone(), next: from };
                return Ok(if is_short(newest) { Err(EndsBefore(newest)) } else { Ok(open) });
            }
            Self::Stream { client, context, .. } | Self::Part { client, context, .. } => (client, context),
        };
        let source = Consumer::source(client, context).await?;
        if is_short(source.last) {
            return Ok(Err(EndsBefore(source.last)));
        }
        if let Some(log) = self.log()
            && from < source.first
        {
            let (log, part) = (log.clone(), self.part().cloned());
            return Ok(Ok(Open::Remote { log, part, next: from, until: source.first }));
        }
        Ok(Ok(Open::Stream(Box::new(source.consume(from, self.part(), context).await?))))
    }
}

impl Open {
    /// Waits for events; `max` at most. `None` when this part of the feed is at its end: open the feed again.
    /// Nothing is lost when the wait is given up.
    pub(crate) async fn next(&mut self, max: usize) -> Result<Option<Batch>, FeedError> {
        match self {
            Self::Log { log, next } => {
                let events = wait_for(log, *next, max).await?;
                if let Some(last) = events.last() {
                    *next = last.position.next();
                }
                let reached = events.last().map_or(Position::START, |last| last.position);
                let head = (*log.head().borrow()).max(reached);
                Ok(Some(Batch { events, reached, head, published: OffsetDateTime::now_utc() }))
            }
            Self::Remote { log, part, next, until } => {
                let (events, reached) = log.read(*next, max, part.as_ref()).await?;
                if reached < *next {
                    return Ok(None);
                }
                *next = reached.next();
                if *next >= *until {
                    // The rest comes from the stream.
                    *until = Position::START;
                }
                Ok(Some(Batch { head: reached, reached, published: OffsetDateTime::now_utc(), events }))
            }
            Self::Stream(consumer) => consumer.next(max).await,
        }
    }

    /// Reads what a stream brings while its reader is at work on a batch, for as long as it is awaited.
    pub(crate) async fn read_ahead(&mut self, max: usize) -> Infallible {
        match self {
            Self::Stream(consumer) => consumer.read_ahead(max).await,
            Self::Log { .. } | Self::Remote { .. } => std::future::pending().await,
        }
    }

    pub(crate) fn is_spent(&self) -> bool {
        matches!(self, Self::Remote { until, .. } if *until == Position::START)
    }
}

async fn wait_for(log: &Log, next: Position, max: usize) -> Result<Vec<Recorded>, FeedError> {
    let limit = i64::try_from(max).unwrap_or(i64::MAX);
    let mut head = log.head();
    loop {
        head.borrow_and_update();
        let (events, _) = log.read(next, limit, &Filter::default()).await.map_err(|e| FeedError::Log(e.to_string()))?;
        if !events.is_empty() {
            return Ok(events);
        }
        if head.changed().await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
