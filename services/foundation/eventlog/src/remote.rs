//! Another service's log, read over gRPC: for what the stream no longer keeps.

use std::{path::Path, time::Duration};

use kim_contract::log::v1::{
    DigestRequest, EventFilter, GetLogRequest, GetLogResponse, ReadRequest, RecordedEvent,
    event_log_service_client::EventLogServiceClient,
};
use prost_types::Timestamp;
use time::OffsetDateTime;
use tokio::time::timeout;
use tonic::{
    Request, Status,
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use crate::{
    Bearer, BearerError, LogId, Part, Position, Recorded, Version,
    feed::FeedError,
    tally::{LONGEST_RANGE, Tally},
};

/// A log that is silent for longer does not answer.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECTS_WITHIN: Duration = Duration::from_secs(5);

/// A client of a service's `EventLogService`. Cheap to clone.
#[derive(Clone)]
pub struct RemoteLog {
    channel: Channel,
    bearer: Bearer,
}

/// What a log says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    pub log_id: LogId,
    pub context: String,
    pub simulated: bool,
    /// The newest position.
    pub position: Position,
}

/// The log cannot be asked for.
#[derive(Debug, thiserror::Error)]
pub enum RemoteLogError {
    #[error("token_file tidak dapat dibaca: {0}")]
    Bearer(#[from] BearerError),
    #[error("url bukan alamat: {0}")]
    Address(#[from] tonic::transport::Error),
}

impl RemoteLog {
    /// The log of the service at `url`, which need not be there yet, with the token in a file that may read it.
    pub async fn connect(url: &str, token_file: &Path) -> Result<Self, RemoteLogError> {
        let bearer = Bearer::in_file(token_file).await?;
        let endpoint = Endpoint::from_shared(url.to_owned())?;
        // A connection that a network has forgotten would be waited on without end.
        let channel = endpoint
            .connect_timeout(CONNECTS_WITHIN)
            .http2_keep_alive_interval(CONNECTS_WITHIN)
            .keep_alive_timeout(CONNECTS_WITHIN)
            .connect_lazy();
        Ok(Self::new(channel, bearer))
    }

    /// `bearer` may read the log.
    #[must_use]
    pub fn new(channel: Channel, bearer: Bearer) -> Self {
        Self { channel, bearer }
    }

    /// Which log it is, and where it ends.
    pub async fn head(&self) -> Result<LogHead, FeedError> {
        let request = self.unary(GetLogRequest {}).await;
        let log: GetLogResponse = self.client().get_log(request).await.map_err(refused)?.into_inner();
        Ok(LogHead {
            log_id: LogId(log.log_id.parse().map_err(|_| malformed("the log's identity"))?),
            context: log.context,
            simulated: log.simulated,
            position: Position::new(log.head).ok_or_else(|| malformed("the head"))?,
        })
    }

    /// Events from `from` on, of a part or of all, `max` or a few more; and the last position that was looked at.
    pub(crate) async fn read(
        &self,
        from: Position,
        max: usize,
        part: Option<&Part>,
    ) -> Result<(Vec<Recorded>, Position), FeedError> {
        let filter = part.map(Part::filter);
        self.events(ReadRequest { from_position: from.get(), filter, follow: false }, max).await
    }

    /// All events of an aggregate in a part, by version.
    pub(crate) async fn of_aggregate(&self, aggregate: Uuid, part: &Part) -> Result<Vec<Recorded>, FeedError> {
        let filter = EventFilter { aggregate_id: aggregate.to_string(), ..part.filter() };
        let request = ReadRequest { from_position: 1, filter: Some(filter), follow: false };
        Ok(self.events(request, usize::MAX).await?.0)
    }

    async fn events(&self, request: ReadRequest, max: usize) -> Result<(Vec<Recorded>, Position), FeedError> {
        let from = request.from_position;
        let request = self.bearer.on(request).await;
        let mut answers = timeout(PATIENCE, self.client().read(request)).await.map_err(|_| late())?.map_err(refused)?;
        let (mut events, mut looked_at) = (Vec::new(), Position::new(from - 1).unwrap_or_default());
        while events.len() < max
            && let Some(answer) =
                timeout(PATIENCE, answers.get_mut().message()).await.map_err(|_| late())?.map_err(refused)?
        {
            for event in answer.events {
                events.push(from_proto(event).ok_or_else(|| malformed("an event"))?);
            }
            looked_at = Position::new(answer.position).ok_or_else(|| malformed("a position"))?;
        }
        Ok((events, looked_at))
    }

    /// Count and digest of a part's events from `from` to `to`, which the log must have.
    pub(crate) async fn tally(
        &self,
        log_id: LogId,
        from: Position,
        to: Position,
        part: &Part,
    ) -> Result<Tally, FeedError> {
        let (mut all, mut first) = (Tally::default(), from.get());
        while first <= to.get() {
            let last = to.get().min(first + LONGEST_RANGE - 1);
            let range = DigestRequest { filter: Some(part.filter()), from_position: first, to_position: last };
            let request = self.unary(range).await;
            let answer = self.client().digest(request).await.map_err(refused)?.into_inner();
            if answer.log_id != log_id.to_string() {
                return Err(FeedError::Log(format!("it is another log now: {}", answer.log_id)));
            }
            let counted = answer.filter.unwrap_or_default().region_code;
            if counted != part.to_string() {
                return Err(FeedError::Log(format!("the token reaches {counted}, and not {part}")));
            }
            let digest = answer.digest.as_slice().try_into().map_err(|_| malformed("a digest"))?;
            all = all.plus(Tally { count: answer.count, digest: u128::from_be_bytes(digest) });
            first = last + 1;
        }
        Ok(all)
    }

    fn client(&self) -> EventLogServiceClient<Channel> {
        EventLogServiceClient::new(self.channel.clone())
    }

    async fn unary<T>(&self, message: T) -> Request<T> {
        let mut request = self.bearer.on(message).await;
        request.set_timeout(PATIENCE);
        request
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(status: Status) -> FeedError {
    FeedError::Log(format!("{:?}: {}", status.code(), status.message()))
}

fn late() -> FeedError {
    FeedError::Log(format!("it was silent for {} seconds", PATIENCE.as_secs()))
}

fn malformed(what: &str) -> FeedError {
    FeedError::Log(format!("{what} is malformed"))
}

pub(crate) fn to_proto(event: Recorded) -> RecordedEvent {
    RecordedEvent {
        log_id: event.log_id.to_string(),
        position: event.position.get(),
        event_id: event.event_id.to_string(),
        r#type: event.event_type,
        aggregate_id: event.aggregate.to_string(),
        stream_version: event.version.get(),
        time: Some(timestamp(event.time)),
        recorded_time: Some(timestamp(event.recorded_time)),
        subject: event.subject,
        payload: event.payload,
        traceparent: event.traceparent.unwrap_or_default(),
    }
}

/// `None` when a field is missing or malformed.
#[must_use]
pub fn from_proto(event: RecordedEvent) -> Option<Recorded> {
    Some(Recorded {
        log_id: LogId(Uuid::parse_str(&event.log_id).ok()?),
        position: Position::new(event.position)?,
        event_id: Uuid::parse_str(&event.event_id).ok()?,
        event_type: event.r#type,
        aggregate: Uuid::parse_str(&event.aggregate_id).ok()?,
        version: Version::new(event.stream_version)?,
        time: instant(event.time?)?,
        recorded_time: instant(event.recorded_time?)?,
        subject: event.subject,
        payload: event.payload,
        traceparent: (!event.traceparent.is_empty()).then_some(event.traceparent),
    })
}

/// A time as protobuf writes it.
#[must_use]
pub fn timestamp(time: OffsetDateTime) -> Timestamp {
    Timestamp {
        seconds: time.unix_timestamp(),
        nanos: i32::try_from(time.nanosecond()).expect("nanoseconds of a second fit"),
    }
}

/// A time that protobuf wrote; `None` for one that is none.
#[must_use]
pub fn instant(time: Timestamp) -> Option<OffsetDateTime> {
    let seconds = OffsetDateTime::from_unix_timestamp(time.seconds).ok()?;
    seconds.replace_nanosecond(u32::try_from(time.nanos).ok()?).ok()
}
