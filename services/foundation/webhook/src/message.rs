//! What is sent.

use std::fmt;

use bytes::Bytes;

kim_values::id!(/// An endpoint, as its caller names it.
    EndpointId);

/// Bytes of a payload, at most. Standard Webhooks asks to stay under 20 kB; what is larger belongs behind a link.
pub const MAX_PAYLOAD: usize = 256 * 1024;
const MAX_NAME: usize = 100;

/// What a receiver knows a message by, however often it comes: up to 100 letters, digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(Box<str>);

/// What a message tells, as its payload calls it too: up to 100 letters, digits, `_`, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageType(Box<str>);

/// Why a message is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("an id of a message is of 1 to {MAX_NAME} letters, digits, _ and -")]
    Id,
    #[error("a type of a message is of 1 to {MAX_NAME} letters, digits, _, - and .")]
    Type,
    #[error("a payload has {MAX_PAYLOAD} bytes at most")]
    Payload,
}

impl MessageId {
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if is_name(text, b"_-") { Ok(Self(text.into())) } else { Err(MessageError::Id) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MessageType {
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if is_name(text, b"_-.") { Ok(Self(text.into())) } else { Err(MessageError::Type) }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_name(text: &str, beside: &[u8]) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || beside.contains(&b))
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A message to an endpoint. The queue keeps its payload as it is: it holds published content, codes and references, and nothing
/// that belongs into the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub kind: MessageType,
    payload: Bytes,
}

impl Message {
    /// `payload` is JSON.
    pub fn new(id: MessageId, kind: MessageType, payload: impl Into<Bytes>) -> Result<Self, MessageError> {
        let payload = payload.into();
        if payload.len() > MAX_PAYLOAD {
            return Err(MessageError::Payload);
        }
        Ok(Self { id, kind, payload })
    }

    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_stand_in_a_header_and_in_what_is_signed() {
        for good in ["msg_p5jXN8AQM9LWM0D4loKWxJek", "0199d2a0-7b1f-7c3e-8a2b-5a1f6f0e9d11", "a"] {
            assert!(MessageId::parse(good).is_ok(), "{good}");
        }
        // A dot parts what is signed.
        for bad in ["", "a.b", "a b", "a\r\nb", "é", &"a".repeat(101)] {
            assert_eq!(MessageId::parse(bad), Err(MessageError::Id), "{bad}");
        }
        assert!(MessageType::parse("kim.dissemination.v1.CampaignStarted").is_ok());
        assert_eq!(MessageType::parse("a/b"), Err(MessageError::Type));
    }

    #[test]
    fn a_payload_is_not_too_large() {
        let of = |bytes| {
            let (id, kind) = (MessageId::parse("a").expect("an id"), MessageType::parse("b").expect("a type"));
            Message::new(id, kind, vec![b' '; bytes]).map(|message| message.payload().len())
        };
        assert_eq!(of(MAX_PAYLOAD), Ok(MAX_PAYLOAD));
        assert_eq!(of(MAX_PAYLOAD + 1), Err(MessageError::Payload));
    }
}
