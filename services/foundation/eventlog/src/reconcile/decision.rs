//! Decisions on record: who, when, what, and how it ended.

use sqlx::{FromRow, PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Plan, Wish};

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The events that only the stream has come back into the log, at their positions.
    TakeBack,
    /// The log stays as it is, and the stream is made anew from it.
    KeepLog,
}

impl Choice {
    /// As it stands in `log.decision.choice`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TakeBack => "take_back",
            Self::KeepLog => "keep_log",
        }
    }
}

/// A decision as it is on record.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Decision {
    pub decision_id: Uuid,
    /// `take_back` or `keep_log`.
    pub choice: String,
    /// The opaque subject of who decided.
    pub subject: String,
    pub decided_at: OffsetDateTime,
    pub from_position: i64,
    pub to_position: i64,
    /// The log's newest position then.
    pub head: i64,
    /// How many events were taken back, or messages set aside.
    pub events: i64,
    /// `None` while it is carried out, or when it was broken off.
    pub ended_at: Option<OffsetDateTime>,
}

const COLUMNS: &str = "decision_id, choice, subject, decided_at, from_position, to_position, head, events, ended_at";

impl Decision {
    pub(super) async fn record(pool: &PgPool, wish: &Wish, plan: &Plan) -> Result<Uuid, sqlx::Error> {
        let id = Uuid::now_v7();
        sqlx::query(
            "INSERT INTO log.decision (decision_id, choice, subject, from_position, to_position, head)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(wish.choice.as_str())
        .bind(&wish.subject)
        .bind(wish.from.get())
        .bind(wish.to.get())
        .bind(plan.head.get())
        .execute(pool)
        .await?;
        tracing::warn!(decision = %id, choice = wish.choice.as_str(), from = %wish.from, to = %wish.to, "a decision was made");
        Ok(id)
    }

    /// Counts what was done, in the transaction that did it.
    pub(super) async fn count(connection: &mut PgConnection, id: Uuid, events: usize) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE log.decision SET events = events + $2 WHERE decision_id = $1")
            .bind(id)
            .bind(i64::try_from(events).unwrap_or(i64::MAX))
            .execute(connection)
            .await?;
        Ok(())
    }

    pub(super) async fn end(connection: &mut PgConnection, id: Uuid) -> Result<Self, sqlx::Error> {
        let sql =
            format!("UPDATE log.decision SET ended_at = clock_timestamp() WHERE decision_id = $1 RETURNING {COLUMNS}");
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_one(connection).await
    }

    /// The newest decision, if there ever was one.
    pub(crate) async fn newest(pool: &PgPool) -> Result<Option<Self>, sqlx::Error> {
        let sql = format!("SELECT {COLUMNS} FROM log.decision ORDER BY decided_at DESC LIMIT 1");
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_optional(pool).await
    }
}
