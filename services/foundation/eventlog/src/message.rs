//! An event as a message: `CloudEvents` 1.0 in the headers (binary mode), protobuf in the payload.

use async_nats::{HeaderMap, HeaderName};
use bytes::Bytes;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{LogId, Position, Recorded, Version};

/// The stream of a context: `REGISTRY`.
#[must_use]
pub fn stream_name(context: &str) -> String {
    context.to_ascii_uppercase()
}

/// The subjects of a context's stream.
#[must_use]
pub fn stream_subjects(context: &str) -> String {
    format!("kim.evt.{context}.v1.>")
}

/// What only the log's own service can read: [`crate::Seal`].
pub(crate) const SEALED: HeaderName = HeaderName::from_static("kim-sealed");

/// Why a message is no event of ours.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a message's header {0} is missing or malformed")]
pub struct MessageError(&'static str);

/// The headers of an event.
pub(crate) fn headers(event: &Recorded, context: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name: &'static str, value: String| headers.insert(HeaderName::from_static(name), value);
    put("ce-specversion", "1.0".into());
    put("ce-id", event.event_id.to_string());
    put("ce-source", format!("/kim/{context}/{}", event.log_id));
    put("ce-type", event.event_type.clone());
    put("ce-time", rfc3339(event.time));
    put("ce-subject", event.aggregate.to_string());
    put("ce-datacontenttype", "application/protobuf".into());
    put("ce-sequence", event.position.to_string());
    put("ce-streamversion", event.version.to_string());
    put("ce-partitionkey", event.aggregate.to_string());
    put("ce-recordedtime", rfc3339(event.recorded_time));
    if let Some(traceparent) = &event.traceparent {
        put("ce-traceparent", traceparent.clone());
    }
    headers
}

/// The event of a message.
pub fn recorded(subject: &str, headers: &HeaderMap, payload: Bytes) -> Result<Recorded, MessageError> {
    let text = |name: &'static str| headers.get(name).map(async_nats::HeaderValue::as_str).ok_or(MessageError(name));
    let id = |name| Uuid::parse_str(text(name)?).map_err(|_| MessageError(name));
    let number = |name| text(name)?.parse::<i64>().map_err(|_| MessageError(name));
    let time = |name| OffsetDateTime::parse(text(name)?, &Rfc3339).map_err(|_| MessageError(name));
    let source = text("ce-source")?;
    let log_id = source.rsplit('/').next().and_then(|id| Uuid::parse_str(id).ok()).ok_or(MessageError("ce-source"))?;
    Ok(Recorded {
        log_id: LogId(log_id),
        position: Position::new(number("ce-sequence")?).ok_or(MessageError("ce-sequence"))?,
        event_id: id("ce-id")?,
        event_type: text("ce-type")?.to_owned(),
        aggregate: id("ce-subject")?,
        version: Version::new(number("ce-streamversion")?).ok_or(MessageError("ce-streamversion"))?,
        time: time("ce-time")?,
        recorded_time: time("ce-recordedtime")?,
        subject: subject.to_owned(),
        payload,
        traceparent: headers.get("ce-traceparent").map(|v| v.as_str().to_owned()),
    })
}

fn rfc3339(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).expect("a time of the log is within the years that RFC 3339 writes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_comes_out_of_its_message_as_it_went_in() {
        let event = Recorded {
            log_id: LogId(Uuid::now_v7()),
            position: Position::new(7).expect("positive"),
            event_id: Uuid::now_v7(),
            event_type: "kim.registry.v1.CommunityRegistered".into(),
            aggregate: Uuid::now_v7(),
            version: Version::new(3).expect("positive"),
            time: OffsetDateTime::UNIX_EPOCH,
            recorded_time: time::macros::datetime!(2022-10-06 10:41:00.123456 +7),
            subject: "kim.evt.registry.v1.14.1401.community_registered".into(),
            payload: Bytes::from_static(b"x"),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
        };
        let back = recorded(&event.subject, &headers(&event, "registry"), event.payload.clone());
        assert_eq!(back, Ok(event));
    }

    #[test]
    fn a_foreign_message_is_named() {
        assert_eq!(recorded("s", &HeaderMap::new(), Bytes::new()), Err(MessageError("ce-source")));
    }
}
