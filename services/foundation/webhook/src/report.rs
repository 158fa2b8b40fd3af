//! What came of messages in the end, for the caller to act on.
//!
//! An outcome stays until the caller has settled it, and has an id that never changes. Whoever acts in the transaction in which it
//! settles acts once. Whoever acts elsewhere (a command to a log) acts first, with the outcome's id as the command's request id, and settles
//! after it: killed in between, it does the same again by the same request id, which has no further effect.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    endpoint::State,
    message::{EndpointId, MessageId},
    outcome::Failure,
    queue::Queue,
    schema::corrupt,
};

/// Something that the caller learns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of version 7, as request ids are.
    pub id: Uuid,
    pub endpoint: EndpointId,
    pub what: What,
    pub at: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Delivered(MessageId),
    /// It is a dead letter. After a replay another outcome follows.
    Dead {
        message: MessageId,
        reason: DeadReason,
        last: Option<Failure>,
    },
    /// The endpoint is not called any more.
    Stopped(State),
}

/// Why a message is a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeadReason {
    /// All attempts failed.
    Exhausted,
    /// Its endpoint is in this state.
    Stopped(State),
    /// It is not to be told any more. No outcome says so.
    Moot,
}

impl DeadReason {
    const EXHAUSTED: &str = "exhausted";
    const MOOT: &str = "moot";

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Exhausted => Self::EXHAUSTED,
            Self::Stopped(state) => state.code(),
            Self::Moot => Self::MOOT,
        }
    }

    pub(crate) fn stored(code: &str) -> Result<Self, sqlx::Error> {
        match code {
            Self::EXHAUSTED => Ok(Self::Exhausted),
            Self::MOOT => Ok(Self::Moot),
            state => State::stored(state).map(Self::Stopped),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    outcome_id: Uuid,
    endpoint_id: Uuid,
    message_id: Option<String>,
    what: String,
    reason: Option<String>,
    failure: Option<String>,
    at: OffsetDateTime,
}

impl TryFrom<Row> for Report {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let message = row.message_id.map(|id| MessageId::parse(&id).map_err(|_| corrupt("message_id"))).transpose()?;
        let what = match (row.what.as_str(), message, row.reason) {
            ("delivered", Some(message), _) => What::Delivered(message),
            ("dead", Some(message), Some(reason)) => What::Dead {
                message,
                reason: DeadReason::stored(&reason)?,
                last: row.failure.as_deref().map(Failure::stored).transpose()?,
            },
            (state, None, _) => What::Stopped(State::stored(state)?),
            _ => return Err(corrupt("what")),
        };
        Ok(Self { id: row.outcome_id, endpoint: EndpointId(row.endpoint_id), what, at: row.at })
    }
}

impl Queue {
    /// The oldest outcomes that were not settled, `most` at most. In a transaction they are this caller's until it ends: another
    /// replica gets the next ones.
    pub async fn outcomes(&self, connection: &mut PgConnection, most: i64) -> Result<Vec<Report>, sqlx::Error> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT outcome_id, endpoint_id, message_id, what, reason, failure, at FROM webhook.outcome
             ORDER BY outcome_id LIMIT $1 FOR UPDATE SKIP LOCKED",
        )
        .bind(most)
        .fetch_all(connection)
        .await?;
        rows.into_iter().map(Report::try_from).collect()
    }

    /// Takes note of outcomes that were acted on; those that were settled before are let pass.
    pub async fn settle(&self, connection: &mut PgConnection, outcomes: &[Uuid]) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM webhook.outcome WHERE outcome_id = ANY ($1)")
            .bind(outcomes)
            .execute(connection)
            .await?;
        Ok(())
    }
}

pub(crate) async fn delivered(
    connection: &mut PgConnection,
    endpoint: EndpointId,
    message: &MessageId,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO webhook.outcome (outcome_id, endpoint_id, message_id, what, at) VALUES ($1, $2, $3, 'delivered', $4)",
    )
    .bind(Uuid::now_v7())
    .bind(endpoint.0)
    .bind(message.as_str())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Messages of an endpoint, each with its last failure, that are dead for a reason.
pub(crate) async fn dead(
    connection: &mut PgConnection,
    endpoint: EndpointId,
    messages: &[(String, Option<String>)],
    reason: &'static str,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = messages.iter().map(|_| Uuid::now_v7()).collect();
    let (names, failures): (Vec<&String>, Vec<Option<&String>>) =
        messages.iter().map(|(message, failure)| (message, failure.as_ref())).unzip();
    sqlx::query(
        "INSERT INTO webhook.outcome (outcome_id, endpoint_id, message_id, what, reason, failure, at)
         SELECT id, $1, message, 'dead', $5, failure, $6 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS dead (id, message, failure)",
    )
    .bind(endpoint.0)
    .bind(&ids)
    .bind(&names)
    .bind(&failures)
    .bind(reason)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn endpoint(
    connection: &mut PgConnection,
    endpoint: EndpointId,
    state: State,
    now: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO webhook.outcome (outcome_id, endpoint_id, what, at) VALUES ($1, $2, $3, $4)")
        .bind(Uuid::now_v7())
        .bind(endpoint.0)
        .bind(state.code())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
