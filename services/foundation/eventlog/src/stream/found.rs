//! A message as it stands in the stream, and what it is to the log.

use async_nats::{HeaderMap, jetstream::message::StreamMessage};
use bytes::Bytes;
use uuid::Uuid;

use crate::{
    Log, LogId, Position, Recorded, Seal,
    attached::Beside,
    message::{SEALED, recorded},
};

/// A message of the stream.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub sequence: u64,
    pub subject: String,
    pub headers: HeaderMap,
    pub payload: Bytes,
}

impl From<StreamMessage> for Found {
    fn from(message: StreamMessage) -> Self {
        Self {
            sequence: message.sequence,
            subject: message.subject.to_string(),
            headers: message.headers,
            payload: message.payload,
        }
    }
}

/// What a message is to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Nature {
    /// The event that the log has there.
    Same,
    /// An event of this log that the log does not have: the log was set back.
    Lost(Uuid),
    /// An event of another log.
    OtherLog(LogId),
    /// Not what a relay of this log published: somebody else did, or the broker spoilt it.
    Foreign(String),
}

impl Found {
    pub fn position(&self) -> Position {
        Position::from_sequence(self.sequence).unwrap_or_default()
    }

    /// The event, or why it is none.
    pub fn event(&self) -> Result<Recorded, String> {
        recorded(&self.subject, &self.headers, self.payload.clone()).map_err(|error| error.to_string())
    }

    /// What stands sealed beside its event; `None` when there is nothing that this seal opens.
    pub fn beside(&self, event: Uuid, seal: &Seal) -> Option<Beside> {
        seal.open(event, self.headers.get(SEALED)?.as_str())
    }

    /// Compares it with what the log has there.
    pub async fn nature(&self, log: &Log, here: Option<&Recorded>) -> Result<Nature, sqlx::Error> {
        let there = match self.event() {
            Ok(there) => there,
            Err(why) => return Ok(Nature::Foreign(why)),
        };
        if there.log_id != log.id() {
            return Ok(Nature::OtherLog(there.log_id));
        }
        if there.position.sequence() != self.sequence {
            let told = log.at(there.position).await?;
            return Ok(match told {
                Some(told) if told.event_id == there.event_id => {
                    Nature::Foreign(format!("it repeats the event at {}", there.position))
                }
                _ => Nature::Lost(there.event_id),
            });
        }
        Ok(match here {
            Some(here) if *here == there => Nature::Same,
            Some(here) if here.event_id == there.event_id => {
                Nature::Foreign("its content is not that of the event".to_owned())
            }
            _ => Nature::Lost(there.event_id),
        })
    }
}
