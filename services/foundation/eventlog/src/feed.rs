//! Where a subscriber's events come from: the stream, or the log itself.

use std::time::Duration;

use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull};
use futures::{FutureExt, StreamExt};
use time::OffsetDateTime;
use tokio_stream::Stream;

use crate::{
    Filter, Log, Position, Recorded,
    message::{recorded, stream_name},
    remote::RemoteLog,
};

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
    /// The newest position that the source has.
    pub head: Position,
    /// When the source took the last event of the batch.
    pub published: OffsetDateTime,
}

/// A source of a context's events, in the order of positions.
pub enum Feed {
    /// The service's own log.
    Log(Log),
    /// A stream; what it no longer keeps is read from the log's service.
    Stream { client: async_nats::Client, context: String, log: Option<RemoteLog> },
}

/// An open feed: call `next` again and again.
pub(crate) enum Open {
    Log { log: Log, next: Position },
    Stream { messages: Box<dyn Stream<Item = Result<jetstream::Message, pull::OrderedError>> + Send + Unpin> },
    Remote { log: RemoteLog, next: Position, until: Position },
}

impl Feed {
    /// Opens the feed at `from`, which is the first event to come.
    pub(crate) async fn open(&self, from: Position) -> Result<Open, FeedError> {
        match self {
            Self::Log(log) => Ok(Open::Log { log: log.clone(), next: from }),
            Self::Stream { client, context, log } => {
                let jetstream = jetstream::new(client.clone());
                let stream =
                    jetstream.get_stream(stream_name(context)).await.map_err(|e| FeedError::Stream(e.to_string()))?;
                let first = Position::from_sequence(stream.cached_info().state.first_sequence).unwrap_or_default();
                if let Some(log) = log
                    && from < first
                {
                    return Ok(Open::Remote { log: log.clone(), next: from, until: first });
                }
                let consumer = stream
                    .create_consumer(pull::OrderedConfig {
                        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from.sequence() },
                        ..pull::OrderedConfig::default()
                    })
                    .await
                    .map_err(|e| FeedError::Stream(e.to_string()))?;
                let messages = consumer.messages().await.map_err(|e| FeedError::Stream(e.to_string()))?;
                Ok(Open::Stream { messages: Box::new(messages) })
            }
        }
    }
}

impl Open {
    /// Waits for events; `max` at most. `None` when this part of the feed is at its end: open the feed again.
    pub(crate) async fn next(&mut self, max: usize) -> Result<Option<Batch>, FeedError> {
        match self {
            Self::Log { log, next } => {
                let events = wait_for(log, *next, max).await?;
                if let Some(last) = events.last() {
                    *next = last.position.next();
                }
                let seen = events.last().map_or(Position::START, |last| last.position);
                let head = (*log.head().borrow()).max(seen);
                Ok(Some(Batch { events, head, published: OffsetDateTime::now_utc() }))
            }
            Self::Remote { log, next, until } => {
                let (events, _) = log.read(*next, max, None).await?;
                let Some(last) = events.last() else { return Ok(None) };
                *next = last.position.next();
                if *next >= *until {
                    // The rest comes from the stream.
                    *until = Position::START;
                }
                let head = last.position;
                Ok(Some(Batch { head, published: OffsetDateTime::now_utc(), events }))
            }
            Self::Stream { messages } => {
                let Some(first) = messages.next().await else { return Ok(None) };
                let mut batch = vec![first];
                while batch.len() < max
                    && let Some(Some(more)) = messages.next().now_or_never()
                {
                    batch.push(more);
                }
                from_stream(batch).map(Some)
            }
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

fn from_stream(messages: Vec<Result<jetstream::Message, pull::OrderedError>>) -> Result<Batch, FeedError> {
    let mut batch = Batch { events: Vec::new(), head: Position::START, published: OffsetDateTime::UNIX_EPOCH };
    for message in messages {
        let message = match message {
            Ok(message) => message,
            // What came before the break is folded first; the break shows again.
            Err(_) if !batch.events.is_empty() => break,
            Err(error) => return Err(FeedError::Stream(error.to_string())),
        };
        let info = message.info().map_err(|e| FeedError::Stream(e.to_string()))?;
        let sequence = info.stream_sequence;
        batch.head = Position::from_sequence(sequence + info.pending).unwrap_or_default();
        batch.published = info.published;
        let foreign = |reason: String| FeedError::Foreign { sequence, reason };
        let headers = message.headers.as_ref().ok_or_else(|| foreign("it has no headers".into()))?;
        let event = recorded(&message.subject, headers, message.payload.clone()).map_err(|e| foreign(e.to_string()))?;
        if event.position.sequence() != sequence {
            return Err(foreign(format!("it says that it is position {}", event.position)));
        }
        batch.events.push(event);
    }
    Ok(batch)
}
