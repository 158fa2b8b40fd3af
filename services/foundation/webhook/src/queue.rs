//! What waits to be sent. A message comes in with the caller's own transaction, so that it is queued exactly when what it tells is true.

use sqlx::{PgConnection, PgPool, migrate::MigrateError};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    clock::Clock,
    message::{EndpointId, Message, MessageId, MessageType},
    schema::{self, CHANNEL, corrupt},
};

/// The queue in the service's database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    pub(crate) pool: PgPool,
    pub(crate) clock: Clock,
}

/// Why nothing was queued.
#[derive(Debug, thiserror::Error)]
pub enum EnqueueError {
    #[error("there is no such endpoint")]
    UnknownEndpoint,
    /// What was queued by this id for this endpoint says something else.
    #[error("message {0} was queued with another content")]
    IdReused(MessageId),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What became of a message that was to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    New,
    /// It is in the queue, or went through it.
    Repeated,
}

impl Queue {
    /// Brings the schema up to date.
    pub async fn open(pool: PgPool, clock: Clock) -> Result<Self, MigrateError> {
        schema::migrate(&pool).await?;
        Ok(Self { pool, clock })
    }

    /// Queues a message, as a part of the caller's transaction and once for each endpoint and id. One for an endpoint that is not active is a
    /// dead letter soon, and can be replayed.
    pub async fn enqueue(
        &self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        message: &Message,
    ) -> Result<Enqueued, EnqueueError> {
        let (known, added): (bool, bool) = sqlx::query_as(ENQUEUE)
            .bind(endpoint.0)
            .bind(Uuid::now_v7())
            .bind(message.id.as_str())
            .bind(message.kind.as_str())
            .bind(message.payload().as_ref())
            .bind(self.clock.now())
            .fetch_one(&mut *connection)
            .await?;
        if !known {
            return Err(EnqueueError::UnknownEndpoint);
        }
        if added {
            wake(connection).await?;
            return Ok(Enqueued::New);
        }
        let same: bool = sqlx::query_scalar(
            "SELECT kind = $3 AND payload = $4 FROM webhook.message WHERE endpoint_id = $1 AND message_id = $2",
        )
        .bind(endpoint.0)
        .bind(message.id.as_str())
        .bind(message.kind.as_str())
        .bind(message.payload().as_ref())
        .fetch_one(connection)
        .await?;
        if same { Ok(Enqueued::Repeated) } else { Err(EnqueueError::IdReused(message.id.clone())) }
    }

    /// What was queued by this id for this endpoint; `None` when it is not there any more.
    pub async fn message(
        &self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        id: &MessageId,
    ) -> Result<Option<Message>, sqlx::Error> {
        let row: Option<(String, Vec<u8>)> =
            sqlx::query_as("SELECT kind, payload FROM webhook.message WHERE endpoint_id = $1 AND message_id = $2")
                .bind(endpoint.0)
                .bind(id.as_str())
                .fetch_optional(connection)
                .await?;
        let message = |(kind, payload): (String, Vec<u8>)| {
            let kind = MessageType::parse(&kind).map_err(|_| corrupt("kind"))?;
            Message::new(id.clone(), kind, payload).map_err(|_| corrupt("payload"))
        };
        row.map(message).transpose()
    }

    /// Forgets what ended before a time, with its attempts, so many messages at most. Returns how many.
    pub async fn forget(&self, ended_before: OffsetDateTime, most: i64) -> Result<u64, sqlx::Error> {
        let forgotten = sqlx::query(FORGET).bind(ended_before).bind(most).execute(&self.pool).await?;
        Ok(forgotten.rows_affected())
    }
}

/// Tells workers, when the transaction commits, that there is something to do.
pub(crate) async fn wake(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(connection).await?;
    Ok(())
}

const ENQUEUE: &str = "
WITH known AS (
  SELECT endpoint_id FROM webhook.endpoint WHERE endpoint_id = $1 FOR KEY SHARE),
added AS (
  INSERT INTO webhook.message (queued_id, endpoint_id, message_id, kind, payload, queued_at, due_at)
  SELECT $2, endpoint_id, $3, $4, $5, $6, $6 FROM known
  ON CONFLICT (endpoint_id, message_id) DO NOTHING RETURNING true)
SELECT EXISTS (SELECT FROM known), EXISTS (SELECT FROM added)";

pub(super) const FORGET: &str = "
DELETE FROM webhook.message WHERE queued_id IN (
  SELECT queued_id FROM webhook.message WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED)";
