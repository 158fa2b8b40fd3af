//! Messages on their way to the stream, and what the broker says of them: all answers come to one inbox, which names the message.
//!
//! Each message names the one that it expects before it, so that an answer to one speaks for all before it, and only some are asked for.

use std::time::Duration;

use async_nats::{Client, HeaderMap, StatusCode, Subscriber, header::NATS_EXPECTED_LAST_SEQUENCE, jetstream};
use futures::{FutureExt as _, StreamExt as _};
use serde::Deserialize;

use super::status::RelayError;
use crate::{Position, Recorded};

/// How long the broker may take to keep a message.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Of how many messages one asks for an answer.
const ANSWERED: u64 = 64;

/// Messages that were sent one after the other, each with the sequence that it expects before it.
pub(super) struct Flight {
    client: Client,
    inbox: String,
    answers: Subscriber,
    sent: Position,
    /// The last one that asked for an answer.
    asked: Position,
    kept: Position,
}

/// Why the stream does not have what was sent.
pub(super) enum Unkept {
    /// Nothing was said of it.
    Unsaid,
    Refused(RelayError),
}

/// What the broker answers to a message.
#[derive(Deserialize)]
struct Answer {
    seq: Option<u64>,
    error: Option<jetstream::Error>,
}

impl Flight {
    /// Nothing is on its way, and the stream has all up to `last`.
    pub async fn begin(client: Client, last: Position) -> Result<Self, RelayError> {
        let inbox = client.new_inbox();
        let answers = client.subscribe(format!("{inbox}.*")).await.map_err(RelayError::passing)?;
        Ok(Self { client, inbox, answers, sent: last, asked: last, kept: last })
    }

    /// The last position that was sent.
    pub fn sent(&self) -> Position {
        self.sent
    }

    /// The last position that the stream has.
    pub fn kept(&self) -> Position {
        self.kept
    }

    /// How many messages are on their way.
    pub fn count(&self) -> u64 {
        self.sent.sequence() - self.kept.sequence()
    }

    /// Sends the event that follows the last one. `pause` says that the next one may be long in coming.
    pub async fn send(&mut self, event: &Recorded, mut headers: HeaderMap, pause: bool) -> Result<(), RelayError> {
        headers.insert(NATS_EXPECTED_LAST_SEQUENCE, self.sent.to_string());
        let (subject, payload) = (event.subject.clone(), event.payload.clone());
        // The first is asked for, since of a later one the broker would say no more than that it was out of turn.
        let first = self.sent == self.kept;
        let sent = if first || pause || event.position.sequence() - self.asked.sequence() >= ANSWERED {
            self.asked = event.position;
            let inbox = format!("{}.{}", self.inbox, event.position);
            self.client.publish_with_reply_and_headers(subject, inbox, headers, payload).await
        } else {
            self.client.publish_with_headers(subject, headers, payload).await
        };
        sent.map_err(RelayError::passing)?;
        self.sent = event.position;
        Ok(())
    }

    /// Waits for an answer, and takes those that came with it.
    pub async fn answered(&mut self) -> Result<(), Unkept> {
        let mut next = tokio::time::timeout(PATIENCE, self.answers.next()).await.map_err(|_| Unkept::Unsaid)?;
        loop {
            let answer = next.ok_or_else(|| refused("the connection to the broker is closed"))?;
            self.take(&answer)?;
            match self.answers.next().now_or_never() {
                Some(more) => next = more,
                None => return Ok(()),
            }
        }
    }

    fn take(&mut self, answer: &async_nats::Message) -> Result<(), Unkept> {
        if answer.status == Some(StatusCode::NO_RESPONDERS) {
            return Err(refused("no stream takes the event"));
        }
        let of = answer.subject.rsplit('.').next().and_then(|sequence| sequence.parse().ok());
        let of = of.and_then(Position::from_sequence).ok_or_else(|| refused("an answer to no event"))?;
        let Answer { seq, error } = serde_json::from_slice(&answer.payload).map_err(refused)?;
        match (seq, error) {
            // One that was taken expected the one before it, so that those whose answers were lost are there, too.
            (Some(sequence), None) if sequence == of.sequence() => self.kept = self.kept.max(of),
            (Some(sequence), None) => return Err(refused(format!("position {of} was taken as sequence {sequence}"))),
            // It is refused for the one before it, of which the broker said nothing.
            (_, Some(error)) if is_out_of_turn(&error) && of > self.kept.next() => return Err(Unkept::Unsaid),
            (_, Some(error)) if is_out_of_turn(&error) => return Err(refused("somebody was faster")),
            (_, Some(error)) => return Err(refused(error)),
            (None, None) => return Err(refused("an answer without a sequence")),
        }
        Ok(())
    }
}

fn is_out_of_turn(error: &jetstream::Error) -> bool {
    use jetstream::ErrorCode;
    [ErrorCode::STREAM_WRONG_LAST_SEQUENCE, ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT]
        .contains(&error.error_code())
}

fn refused(why: impl std::fmt::Display) -> Unkept {
    Unkept::Refused(RelayError::passing(why))
}
