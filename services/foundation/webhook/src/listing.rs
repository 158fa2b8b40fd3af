//! What an endpoint's owner reads: the delivery log and the dead letters, page by page.

use kim_desk::list::{ListError, Paging};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    message::{EndpointId, MessageId, MessageType},
    outcome::{Failure, Verdict},
    queue::Queue,
    report::DeadReason,
    schema::corrupt,
};

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub message: MessageId,
    pub kind: MessageType,
    pub queued_at: OffsetDateTime,
    pub ended_at: OffsetDateTime,
    pub attempts: u32,
    pub reason: DeadReason,
    pub last: Option<Failure>,
}

/// A line of the delivery log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    pub message: MessageId,
    pub kind: MessageType,
    /// Which of the message's attempts, from 1; it begins anew with a replay.
    pub number: u32,
    pub begun_at: OffsetDateTime,
    pub took: std::time::Duration,
    pub verdict: Verdict,
    /// What the receiver answered.
    pub status: Option<u16>,
}

impl Queue {
    /// Dead letters of an endpoint, the newest first, and the token of the next page.
    pub async fn dead_letters(
        &self,
        endpoint: EndpointId,
        paging: &Paging,
    ) -> Result<(Vec<DeadLetter>, String), ListError> {
        let rows: Vec<DeadRow> = sqlx::query_as(DEAD_LETTERS)
            .bind(endpoint.0)
            .bind(before(paging))
            .bind(paging.limit())
            .fetch_all(&self.pool)
            .await?;
        page(paging, rows, |row| row.queued_id, DeadLetter::try_from)
    }

    /// Attempts of an endpoint, the newest first, and the token of the next page.
    pub async fn attempts(&self, endpoint: EndpointId, paging: &Paging) -> Result<(Vec<Logged>, String), ListError> {
        let rows: Vec<LoggedRow> = sqlx::query_as(ATTEMPTS)
            .bind(endpoint.0)
            .bind(before(paging))
            .bind(paging.limit())
            .fetch_all(&self.pool)
            .await?;
        page(paging, rows, |row| row.attempt_id, Logged::try_from)
    }
}

/// The row that the page comes after, in a list that goes back in time.
fn before(paging: &Paging) -> Uuid {
    paging.after().map_or(Uuid::max(), |after| after.id)
}

fn page<R, T>(
    paging: &Paging,
    rows: Vec<R>,
    id: impl Fn(&R) -> Uuid,
    read: impl Fn(R) -> Result<T, sqlx::Error>,
) -> Result<(Vec<T>, String), ListError> {
    let rows: Result<Vec<_>, _> = rows
        .into_iter()
        .map(|row| {
            let id = id(&row);
            read(row).map(|read| (id, String::new(), String::new(), read))
        })
        .collect();
    Ok(paging.cut(rows?))
}

#[derive(FromRow)]
struct DeadRow {
    queued_id: Uuid,
    message_id: String,
    kind: String,
    queued_at: OffsetDateTime,
    ended_at: OffsetDateTime,
    attempts: i32,
    reason: String,
    failure: Option<String>,
}

impl TryFrom<DeadRow> for DeadLetter {
    type Error = sqlx::Error;

    fn try_from(row: DeadRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            message: message(&row.message_id)?,
            kind: kind(&row.kind)?,
            queued_at: row.queued_at,
            ended_at: row.ended_at,
            attempts: row.attempts.unsigned_abs(),
            reason: DeadReason::stored(&row.reason)?,
            last: row.failure.as_deref().map(Failure::stored).transpose()?,
        })
    }
}

#[derive(FromRow)]
struct LoggedRow {
    attempt_id: Uuid,
    message_id: String,
    kind: String,
    number: i32,
    begun_at: OffsetDateTime,
    took_ms: i64,
    outcome: String,
    status: Option<i16>,
}

impl TryFrom<LoggedRow> for Logged {
    type Error = sqlx::Error;

    fn try_from(row: LoggedRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            message: message(&row.message_id)?,
            kind: kind(&row.kind)?,
            number: row.number.unsigned_abs(),
            begun_at: row.begun_at,
            took: std::time::Duration::from_millis(row.took_ms.unsigned_abs()),
            verdict: Verdict::stored(&row.outcome)?,
            status: row.status.map(i16::unsigned_abs),
        })
    }
}

fn message(id: &str) -> Result<MessageId, sqlx::Error> {
    MessageId::parse(id).map_err(|_| corrupt("message_id"))
}

fn kind(kind: &str) -> Result<MessageType, sqlx::Error> {
    MessageType::parse(kind).map_err(|_| corrupt("kind"))
}

pub(super) const DEAD_LETTERS: &str = "
SELECT queued_id, message_id, kind, queued_at, ended_at, attempts, reason, failure FROM webhook.message
WHERE endpoint_id = $1 AND state = 'dead' AND queued_id < $2 ORDER BY queued_id DESC LIMIT $3";

pub(super) const ATTEMPTS: &str = "
SELECT a.attempt_id, m.message_id, m.kind, a.number, a.begun_at, a.took_ms, a.outcome, a.status
FROM webhook.attempt a JOIN webhook.message m USING (queued_id)
WHERE a.endpoint_id = $1 AND a.attempt_id < $2 ORDER BY a.attempt_id DESC LIMIT $3";
