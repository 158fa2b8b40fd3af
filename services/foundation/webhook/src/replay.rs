//! Sends again what ended: to an endpoint that was mended, or that lost what it had.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{
    endpoint::State,
    message::{EndpointId, MessageId},
    queue::{Queue, wake},
};

/// What is sent again; what still waits is not touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Again {
    /// All dead letters.
    DeadLetters,
    /// One message, delivered or dead.
    Message(MessageId),
    /// That message and all that were queued after it, delivered or dead.
    SinceMessage(MessageId),
    /// All that was queued at that time or later, delivered or dead.
    Since(OffsetDateTime),
}

/// Why nothing is sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("there is no such endpoint")]
    UnknownEndpoint,
    /// It is to be resumed first.
    #[error("the endpoint is not called")]
    NotActive(State),
    #[error("there is no such message any more")]
    UnknownMessage,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl Queue {
    /// Queues again what ended, with its old ids and with all attempts before it. Returns how many messages.
    pub async fn replay(
        &self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        again: &Again,
    ) -> Result<u64, ReplayError> {
        let state: Option<String> =
            sqlx::query_scalar("SELECT state FROM webhook.endpoint WHERE endpoint_id = $1 FOR NO KEY UPDATE")
                .bind(endpoint.0)
                .fetch_optional(&mut *connection)
                .await?;
        match State::stored(&state.ok_or(ReplayError::UnknownEndpoint)?)? {
            State::Active => {}
            state => return Err(ReplayError::NotActive(state)),
        }
        if let Again::Message(id) | Again::SinceMessage(id) = again {
            self.known(connection, endpoint, id).await?;
        }
        let sql = match again {
            Again::DeadLetters => DEAD_LETTERS,
            Again::Message(_) => MESSAGE,
            Again::SinceMessage(_) => SINCE_MESSAGE,
            Again::Since(_) => SINCE,
        };
        let query = sqlx::query(sql).bind(endpoint.0).bind(self.clock.now());
        let query = match again {
            Again::DeadLetters => query,
            Again::Message(id) | Again::SinceMessage(id) => query.bind(id.as_str()),
            Again::Since(time) => query.bind(time),
        };
        let replayed = query.execute(&mut *connection).await?;
        wake(connection).await?;
        Ok(replayed.rows_affected())
    }

    async fn known(
        &self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        message: &MessageId,
    ) -> Result<(), ReplayError> {
        let known: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM webhook.message WHERE endpoint_id = $1 AND message_id = $2)",
        )
        .bind(endpoint.0)
        .bind(message.as_str())
        .fetch_one(connection)
        .await?;
        if known { Ok(()) } else { Err(ReplayError::UnknownMessage) }
    }
}

/// What ended of an endpoint's messages, and fits, is due now.
macro_rules! again {
    ($which:expr) => {
        concat!(
            "UPDATE webhook.message
SET state = 'waiting', due_at = $2, attempts = 0, failure = NULL, ended_at = NULL, reason = NULL
WHERE endpoint_id = $1 AND ",
            $which
        )
    };
}

const DEAD_LETTERS: &str = again!("state = 'dead'");
const MESSAGE: &str = again!("state <> 'waiting' AND message_id = $3");
const SINCE: &str = again!("state <> 'waiting' AND queued_at >= $3");
const SINCE_MESSAGE: &str = again!(
    "state <> 'waiting' AND queued_id >= (
  SELECT queued_id FROM webhook.message WHERE endpoint_id = $1 AND message_id = $3)"
);
