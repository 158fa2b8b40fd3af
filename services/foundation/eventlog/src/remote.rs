//! Another service's log, read over gRPC: for what the stream no longer keeps.

use kim_contract::log::v1::{ReadRequest, RecordedEvent, event_log_service_client::EventLogServiceClient};
use prost_types::Timestamp;
use time::OffsetDateTime;
use tonic::{Request, metadata::MetadataValue, transport::Channel};
use uuid::Uuid;

use crate::{LogId, Position, Recorded, Version, feed::FeedError};

/// A client of a service's `EventLogService`.
#[derive(Clone)]
pub struct RemoteLog {
    channel: Channel,
    token: String,
}

impl RemoteLog {
    /// `token` is a bearer token that may read the log.
    #[must_use]
    pub fn new(channel: Channel, token: String) -> Self {
        Self { channel, token }
    }

    pub(crate) async fn read(&self, from: Position, max: usize) -> Result<Vec<Recorded>, FeedError> {
        let failed = |e: tonic::Status| FeedError::Log(e.to_string());
        let mut request = Request::new(ReadRequest { from_position: from.get(), filter: None, follow: false });
        let token = MetadataValue::try_from(format!("Bearer {}", self.token))
            .map_err(|_| FeedError::Log("the token is no header".into()))?;
        request.metadata_mut().insert("authorization", token);
        let mut answers =
            EventLogServiceClient::new(self.channel.clone()).read(request).await.map_err(failed)?.into_inner();
        let mut events = Vec::new();
        while events.len() < max
            && let Some(answer) = answers.message().await.map_err(failed)?
        {
            for event in answer.events {
                events.push(from_proto(event).ok_or_else(|| FeedError::Log("an event is malformed".into()))?);
            }
        }
        Ok(events)
    }
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

fn instant(time: Timestamp) -> Option<OffsetDateTime> {
    let seconds = OffsetDateTime::from_unix_timestamp(time.seconds).ok()?;
    seconds.replace_nanosecond(u32::try_from(time.nanos).ok()?).ok()
}
