//! The stream of a log, as its own service sees it: it makes it, keeps its settings, and compares it with the log.

mod compare;
mod found;
mod read;
mod scan;
mod settings;

use std::time::Duration;

use async_nats::jetstream::{
    self, ErrorCode,
    context::{DeleteStreamErrorKind, GetStreamErrorKind},
    stream::Stream,
};
use time::OffsetDateTime;

pub(crate) use self::{
    compare::{Compared, Flaw, gap},
    found::{Found, Nature},
    read::Reader,
    scan::Scan,
    settings::Settings,
};
use crate::{Log, Position, Retention, message::stream_name};

/// The broker or the log did not answer, and nothing follows from it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("the broker: {0}")]
    Broker(String),
    #[error("the log could not be read")]
    Log(#[from] sqlx::Error),
}

impl Unanswered {
    pub fn broker(error: impl std::fmt::Display) -> Self {
        Self::Broker(error.to_string())
    }
}

/// The stream of one log. Cheap to clone.
#[derive(Clone)]
pub(crate) struct OwnStream {
    pub log: Log,
    pub jetstream: jetstream::Context,
    retention: Retention,
}

impl OwnStream {
    pub fn new(log: Log, jetstream: jetstream::Context, retention: Retention) -> Self {
        Self { log, jetstream, retention }
    }

    pub fn name(&self) -> String {
        stream_name(self.log.context())
    }

    /// The stream as it stands now; `None` when there is none.
    pub async fn find(&self) -> Result<Option<Stream>, Unanswered> {
        match self.jetstream.get_stream(self.name()).await {
            Ok(stream) => Ok(Some(stream)),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(e) if e.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(None),
                _ => Err(Unanswered::broker(error)),
            },
        }
    }

    /// Makes the stream, which begins at the retention floor.
    pub async fn make(&self) -> Result<Stream, Unanswered> {
        let (name, floor) = (self.name(), self.floor().await?);
        tracing::info!(stream = name, %floor, "the stream is made");
        let config = settings::fresh(&self.log, self.retention, floor);
        self.jetstream.create_stream(config).await.map_err(Unanswered::broker)
    }

    /// Deletes the stream with all that is in it.
    pub async fn delete(&self) -> Result<(), Unanswered> {
        match self.jetstream.delete_stream(self.name()).await {
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                DeleteStreamErrorKind::JetStream(e) if e.error_code() == ErrorCode::STREAM_NOT_FOUND => Ok(()),
                _ => Err(Unanswered::broker(error)),
            },
        }
    }

    /// The first position that the broker would still keep. Recorded times do not fall, so a bisection finds it.
    async fn floor(&self) -> Result<Position, Unanswered> {
        let first = Position::START.next();
        if self.log.is_simulated() {
            return Ok(first);
        }
        let oldest = OffsetDateTime::now_utc() - self.retention.max_age;
        let (mut low, mut high) = (first.get(), self.log.newest().await?.get() + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = self.log.at(Position::new(middle).unwrap_or(first)).await?;
            if at.is_some_and(|event| event.recorded_time < oldest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(Position::new(low).unwrap_or(first))
    }
}

/// How long a request to the broker may take.
pub(crate) const REQUEST: Duration = Duration::from_secs(5);

pub(crate) fn last_of(stream: &Stream) -> Position {
    Position::from_sequence(stream.cached_info().state.last_sequence).unwrap_or_default()
}
