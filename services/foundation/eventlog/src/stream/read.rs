//! Reads messages out of the stream: one, or a run of them.

use std::time::Duration;

use async_nats::{
    HeaderMap,
    jetstream::{
        consumer::{
            DeliverPolicy,
            pull::{Ordered, OrderedConfig},
        },
        stream::{DirectGetErrorKind, LastRawMessageErrorKind, Stream},
    },
};
use futures::StreamExt;
use tokio::time::timeout;

use super::{Found, Unanswered};

/// A stream that is silent for longer has gone away.
const PATIENCE: Duration = Duration::from_secs(15);

/// The message at a sequence, from the stream's leader.
pub(super) async fn at(stream: &Stream, sequence: u64) -> Result<Option<Found>, Unanswered> {
    match stream.get_raw_message(sequence).await {
        Ok(message) => Ok(Some(message.into())),
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(Unanswered::broker(error)),
    }
}

/// The message at a sequence, from whichever replica answers first.
pub(super) async fn at_any(stream: &Stream, sequence: u64) -> Result<Option<Found>, Unanswered> {
    match stream.direct_get(sequence).await {
        Ok(message) => Ok(Some(message.into())),
        Err(error) if error.kind() == DirectGetErrorKind::NotFound => Ok(None),
        Err(error) => Err(Unanswered::broker(error)),
    }
}

/// A run of messages, in order.
pub(crate) struct Reader {
    messages: Ordered,
    until: u64,
    ended: bool,
}

impl Reader {
    /// From `from` to `until`, both included, of what is there.
    pub async fn open(stream: &Stream, from: u64, until: u64) -> Result<Self, Unanswered> {
        let state = &stream.cached_info().state;
        let from = from.max(state.first_sequence).max(1);
        let consumer = stream
            .create_consumer(OrderedConfig {
                deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: from },
                ..OrderedConfig::default()
            })
            .await
            .map_err(Unanswered::broker)?;
        let messages = consumer.messages().await.map_err(Unanswered::broker)?;
        let until = until.min(state.last_sequence);
        Ok(Self { messages, until, ended: state.messages == 0 || from > until })
    }

    /// The next message; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Found>, Unanswered> {
        if self.ended {
            return Ok(None);
        }
        let next = timeout(PATIENCE, self.messages.next()).await;
        let Ok(Some(message)) = next else { return Err(Unanswered::Broker("the stream fell silent".to_owned())) };
        let message = message.map_err(Unanswered::broker)?;
        let info = message.info().map_err(Unanswered::broker)?;
        let sequence = info.stream_sequence;
        self.ended = sequence >= self.until || info.pending == 0;
        if sequence > self.until {
            return Ok(None);
        }
        let headers = message.headers.clone().unwrap_or_else(HeaderMap::new);
        Ok(Some(Found { sequence, subject: message.subject.to_string(), headers, payload: message.payload.clone() }))
    }

    /// Up to `most` of the next messages; empty at the end.
    pub async fn batch(&mut self, most: usize) -> Result<Vec<Found>, Unanswered> {
        let mut batch = Vec::new();
        while batch.len() < most
            && let Some(found) = self.next().await?
        {
            batch.push(found);
        }
        Ok(batch)
    }
}
