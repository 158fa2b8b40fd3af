//! Publishes the log to its stream: in order, once, with the stream's sequence equal to the log's position.
//!
//! The relay keeps no state. It asks the stream for its last sequence, compares the event there with the log's, and publishes
//! what follows, each message with the sequence that it expects before it. So two relays cannot interleave, and a tail that the
//! broker lost is published again.

use std::{collections::VecDeque, future::IntoFuture, time::Duration};

use async_nats::jetstream::{
    self, ErrorCode,
    context::{GetStreamErrorKind, PublishAckFuture, PublishErrorKind},
    stream::{Compression, Config, DiscardPolicy, LastRawMessageErrorKind, RetentionPolicy, StorageType, Stream},
};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    Filter, Log, Position,
    leader::Leadership,
    message::{headers, stream_name, stream_subjects},
};

/// How many messages are on their way at a time.
const WINDOW: usize = 512;
const BATCH: i64 = 512;
const BACKOFF: Duration = Duration::from_millis(500);
/// How often a stopped relay looks whether a person has mended the cause.
const STOPPED_RETRY: Duration = Duration::from_secs(10);

/// How long the broker keeps events, whatever comes first; the log keeps them all.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    pub max_age: Duration,
    pub max_bytes: i64,
    /// Copies in a cluster: 1 or 3.
    pub replicas: usize,
}

impl Default for Retention {
    /// Two years or 200 GB, one copy.
    fn default() -> Self {
        Self { max_age: Duration::from_hours(2 * 366 * 24), max_bytes: 200_000_000_000, replicas: 1 }
    }
}

/// How the relay stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayStatus {
    /// Another replica's relay publishes.
    Standby,
    /// Publishing; the stream's last sequence.
    Running(Position),
    /// The broker cannot be reached; it is tried again.
    Waiting(String),
    /// Publishing on would do harm: a person must decide. Says what is wrong and what to do.
    Stopped(String),
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("{0}")]
    Harm(String),
    #[error("{0}")]
    Passing(String),
    #[error("the log could not be read")]
    Log(#[from] sqlx::Error),
}

impl RelayError {
    fn passing(error: impl std::fmt::Display) -> Self {
        Self::Passing(error.to_string())
    }
}

/// The relay of one log.
pub struct Relay {
    log: Log,
    jetstream: jetstream::Context,
    retention: Retention,
    status: watch::Sender<RelayStatus>,
}

impl Relay {
    #[must_use]
    pub fn new(log: Log, client: async_nats::Client, retention: Retention) -> Self {
        let jetstream = jetstream::ContextBuilder::new()
            .timeout(Duration::from_secs(5))
            .ack_timeout(Duration::from_secs(10))
            .max_ack_inflight(2 * WINDOW)
            .build(client);
        Self { log, jetstream, retention, status: watch::Sender::new(RelayStatus::Standby) }
    }

    #[must_use]
    pub fn status(&self) -> watch::Receiver<RelayStatus> {
        self.status.subscribe()
    }

    /// Publishes until `stop`; then what is on its way is awaited, and nothing new is begun.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let lock = Leadership::lock_for("relay", self.log.context());
            let Some(leadership) = stop.run_until_cancelled(Leadership::win(self.log.pool(), lock)).await else {
                return;
            };
            let ended = leadership.hold(self.publish(&stop)).await;
            let pause = match ended {
                Some(Ok(())) => return,
                Some(Err(RelayError::Harm(remedy))) => {
                    tracing::error!(%remedy, "the relay has stopped: a person must decide");
                    self.log.metrics().relay_stopped(true);
                    self.status.send_replace(RelayStatus::Stopped(remedy));
                    STOPPED_RETRY
                }
                Some(Err(error)) => {
                    tracing::warn!(%error, "the relay begins again");
                    self.status.send_replace(RelayStatus::Waiting(error.to_string()));
                    BACKOFF
                }
                None => {
                    self.status.send_replace(RelayStatus::Standby);
                    BACKOFF
                }
            };
            if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                return;
            }
        }
    }

    async fn publish(&self, stop: &CancellationToken) -> Result<(), RelayError> {
        let mut head = self.log.head();
        let mut sent = self.agree().await?;
        self.log.metrics().relay_stopped(false);
        self.status.send_replace(RelayStatus::Running(sent));
        let mut in_flight: VecDeque<(Position, PublishAckFuture)> = VecDeque::new();
        loop {
            let (events, _) = self.log.read(sent.next(), BATCH, &Filter::default()).await?;
            for event in &events {
                if event.position != sent.next() {
                    return Err(RelayError::Harm(format!(
                        "the log has no event {}: it was tampered with; restore it from a backup",
                        sent.next()
                    )));
                }
                let mut headers = headers(event, self.log.context());
                headers.insert(async_nats::header::NATS_EXPECTED_LAST_SEQUENCE, sent.to_string().as_str());
                let ack = self
                    .jetstream
                    .publish_with_headers(event.subject.clone(), headers, event.payload.clone())
                    .await
                    .map_err(RelayError::passing)?;
                in_flight.push_back((event.position, ack));
                sent = event.position;
                while in_flight.len() >= WINDOW {
                    self.acknowledged(&mut in_flight).await?;
                }
            }
            if stop.is_cancelled() {
                return self.settle(&mut in_flight).await;
            }
            if events.is_empty() {
                self.settle(&mut in_flight).await?;
                if *head.borrow_and_update() <= sent {
                    // An append by this process wakes the relay at once, one by another replica when the head is polled.
                    if stop.run_until_cancelled(head.changed()).await.is_none_or(|changed| changed.is_err()) {
                        return Ok(());
                    }
                }
            }
        }
    }

    async fn settle(&self, in_flight: &mut VecDeque<(Position, PublishAckFuture)>) -> Result<(), RelayError> {
        while !in_flight.is_empty() {
            self.acknowledged(in_flight).await?;
        }
        Ok(())
    }

    async fn acknowledged(&self, in_flight: &mut VecDeque<(Position, PublishAckFuture)>) -> Result<(), RelayError> {
        let Some((position, ack)) = in_flight.pop_front() else { return Ok(()) };
        let ack = ack.into_future().await.map_err(|error| match error.kind() {
            PublishErrorKind::WrongLastSequence => RelayError::Passing("another relay was faster".into()),
            _ => RelayError::passing(error),
        })?;
        if ack.sequence != position.sequence() {
            return Err(RelayError::Harm(format!(
                "the stream took position {position} as sequence {}: something else publishes on its subjects; \
                 find it, then delete the stream {}, and the relay makes it anew",
                ack.sequence,
                stream_name(self.log.context())
            )));
        }
        self.log.metrics().published(1, ack.sequence);
        self.status.send_replace(RelayStatus::Running(position));
        Ok(())
    }

    /// The stream's last position, once stream and log are known to agree on it.
    async fn agree(&self) -> Result<Position, RelayError> {
        let name = stream_name(self.log.context());
        let stream = self.stream(&name).await?;
        let info = stream.get_info().await.map_err(RelayError::passing)?;
        if info.config.subjects != [stream_subjects(self.log.context())] {
            return Err(RelayError::Harm(format!(
                "the stream {name} was made by someone else, with other subjects; delete it, and the relay makes it anew"
            )));
        }
        let last = Position::from_sequence(info.state.last_sequence).unwrap_or_default();
        let head = self.log.newest().await?;
        if last > head {
            return Err(RelayError::Harm(format!(
                "the stream {name} ends at {last}, the log at {head}: the database was set back; \
                 run `kimctl log verify`, and decide what becomes of the events that only the stream has"
            )));
        }
        if info.state.messages == 0 {
            return Ok(last);
        }
        let message = match stream.get_raw_message(last.sequence()).await {
            Ok(message) => message,
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(last),
            Err(error) => return Err(RelayError::passing(error)),
        };
        let there = message.headers.get("ce-id").map(|id| id.as_str().to_owned());
        let here = self.log.at(last).await?.map(|event| event.event_id.to_string());
        if there != here {
            return Err(RelayError::Harm(format!(
                "the stream {name} has another event at {last} than the log: run `kimctl log verify`; \
                 if the log is right, delete the stream, and the relay makes it anew"
            )));
        }
        Ok(last)
    }

    async fn stream(&self, name: &str) -> Result<Stream, RelayError> {
        match self.jetstream.get_stream(name).await {
            Ok(stream) => return Ok(stream),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(e) if e.error_code() == ErrorCode::STREAM_NOT_FOUND => {}
                _ => return Err(RelayError::passing(error)),
            },
        }
        let floor = self.retention_floor().await?;
        tracing::info!(stream = name, %floor, "the stream is made");
        self.jetstream
            .create_stream(Config {
                name: name.to_owned(),
                subjects: vec![stream_subjects(self.log.context())],
                storage: StorageType::File,
                retention: RetentionPolicy::Limits,
                discard: DiscardPolicy::Old,
                max_age: self.retention.max_age,
                max_bytes: self.retention.max_bytes,
                num_replicas: self.retention.replicas,
                deny_delete: true,
                deny_purge: true,
                first_sequence: Some(floor.sequence()),
                compression: Some(Compression::S2),
                ..Config::default()
            })
            .await
            .map_err(RelayError::passing)?;
        self.jetstream.get_stream(name).await.map_err(RelayError::passing)
    }

    /// The first position that the broker would still keep. Recorded times do not fall, so a bisection finds it.
    async fn retention_floor(&self) -> Result<Position, RelayError> {
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
