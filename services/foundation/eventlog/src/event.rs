//! An event before it is in a log, and after.

use bytes::Bytes;
use prost::Message;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{LogId, Position, Version};

/// The largest payload that a log takes, in bytes: well under the broker's limit, so that what was appended can be published.
pub const MAX_PAYLOAD: usize = 512 * 1024;

/// An event that a decision made.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Full name of the payload's message: `kim.registry.v1.CommunityRegistered`.
    pub event_type: &'static str,
    pub place: Place,
    /// When it happened, as the reporter says.
    pub time: OffsetDateTime,
    /// The event, as protobuf.
    pub payload: Bytes,
}

/// Where an event belongs on the map of subjects: codes without dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `14`; `00` for the nation.
    pub province: String,
    /// `1401`; `0000` for what belongs to a whole province or to the nation.
    pub regency: String,
}

impl Place {
    #[must_use]
    pub fn nation() -> Self {
        Self { province: "00".into(), regency: "0000".into() }
    }

    pub(crate) fn is_valid(&self) -> bool {
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        digits(&self.province, 2) && digits(&self.regency, 4)
    }
}

/// An event as a log has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub log_id: LogId,
    pub position: Position,
    pub event_id: Uuid,
    /// Full name of the payload's message.
    pub event_type: String,
    pub aggregate: Uuid,
    /// The aggregate's version after this event.
    pub version: Version,
    /// When it happened, as the reporter says.
    pub time: OffsetDateTime,
    /// When it was written, as the log says.
    pub recorded_time: OffsetDateTime,
    pub subject: String,
    pub payload: Bytes,
    /// W3C trace context of the command, if it had one.
    pub traceparent: Option<String>,
}

impl Recorded {
    /// The message that it holds. `Err` says to an operator, in Indonesian, that it holds another one.
    pub fn message<M: Message + Default>(&self) -> Result<M, String> {
        M::decode(self.payload.clone()).map_err(|e| format!("isinya bukan {}: {e}", self.event_type))
    }

    /// The message that it holds, in which `id` must be its aggregate's.
    pub fn message_of<M: Message + Default>(&self, id: impl Fn(&M) -> &String) -> Result<M, String> {
        let message: M = self.message()?;
        if Uuid::try_parse(id(&message)) != Ok(self.aggregate) {
            return Err("isinya tentang data lain daripada yang disebut kejadiannya".into());
        }
        Ok(message)
    }

    /// The tokens of province and regency in its subject.
    pub(crate) fn place(&self) -> [Option<&str>; 2] {
        let mut tokens = self.subject.split('.').skip(4);
        [tokens.next(), tokens.next()]
    }
}

/// `kim.evt.<context>.v1.<province>.<regency>.<event>`, the event's name in `snake_case`.
#[must_use]
pub fn subject(context: &str, province: &str, regency: &str, event_type: &str) -> String {
    let name = event_type.rsplit('.').next().unwrap_or(event_type);
    let mut subject = format!("kim.evt.{context}.v1.{province}.{regency}.");
    for (i, c) in name.chars().enumerate() {
        if c.is_ascii_uppercase() && i > 0 {
            subject.push('_');
        }
        subject.push(c.to_ascii_lowercase());
    }
    subject
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_names_context_place_and_event() {
        assert_eq!(
            subject("registry", "14", "1401", "kim.registry.v1.CommunityRegistered"),
            "kim.evt.registry.v1.14.1401.community_registered"
        );
    }

    #[test]
    fn a_place_is_two_and_four_digits() {
        assert!(Place::nation().is_valid());
        assert!(!Place { province: "14.".into(), regency: "1401".into() }.is_valid());
        assert!(!Place { province: "14".into(), regency: ">".into() }.is_valid());
    }
}
