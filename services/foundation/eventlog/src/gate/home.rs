//! Where the log last ran and where it runs now, as the database says.

use sqlx::{FromRow, PgExecutor};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Closed, Reason, Wanted};
use crate::Position;

/// The log's head, its home, and whether what this process last saw is still there: one look.
#[derive(Debug, FromRow)]
pub(crate) struct Standing {
    head: i64,
    head_event: Option<Uuid>,
    /// The event at the position that was asked for.
    witness: Option<Uuid>,
    at_home: bool,
    closed: Option<String>,
    closed_position: Option<i64>,
    wanted_position: Option<i64>,
    wanted_event: Option<Uuid>,
    kept: Option<Uuid>,
    /// When it was last opened, or made.
    noted_at: OffsetDateTime,
}

impl Standing {
    /// `witness` is a position whose event is asked for.
    pub async fn read(executor: impl PgExecutor<'_>, witness: Position) -> Result<Self, sqlx::Error> {
        sqlx::query_as(STANDING).bind(witness.get()).fetch_one(executor).await
    }

    /// The last decision to let the log go on as it is.
    pub fn kept(&self) -> Option<Uuid> {
        self.kept
    }

    pub fn head(&self) -> Position {
        Position::new(self.head).unwrap_or_default()
    }

    /// The event at the head; `None` in an empty log.
    pub fn head_event(&self) -> Option<Uuid> {
        self.head_event
    }

    pub fn witness(&self) -> Option<Uuid> {
        self.witness
    }

    /// Why the log takes no events, by all that the database knows.
    pub fn closed(&self) -> Option<Closed> {
        let noted = self.closed.as_deref().map(|code| Closed {
            // A code of a later version of this service: closed all the same.
            reason: Reason::parse(code).unwrap_or(Reason::Moved),
            position: self.closed_position.and_then(Position::new),
        });
        noted.or_else(|| (!self.at_home).then(|| Closed::of(Reason::Moved)))
    }

    /// What the log must have again before it opens by itself.
    pub fn wanted(&self) -> Option<Wanted> {
        let position = self.wanted_position.and_then(Position::new)?;
        Some(Wanted { position, event: self.wanted_event })
    }
}

/// Both reads of `log.event` are a probe of an index.
const STANDING: &str = "
SELECT coalesce(e.position, 0) AS head, e.event_id AS head_event,
       (SELECT w.event_id FROM log.event w WHERE w.position = $1) AS witness,
       (h.system_identifier, h.timeline, h.database, h.event_table)
         = (n.system_identifier, n.timeline, n.database, n.event_table) AS at_home,
       h.closed, h.closed_position, h.wanted_position, h.wanted_event, h.kept, h.noted_at
FROM log.home h CROSS JOIN log.here() n
LEFT JOIN LATERAL (SELECT position, event_id FROM log.event ORDER BY position DESC LIMIT 1) e ON true";

/// Closes the log, unless it was opened since it was looked at: `false` then. Of what it must have again, the highest position
/// counts: who has that has all before it.
pub(crate) async fn close(
    executor: impl PgExecutor<'_>,
    closed: Closed,
    wanted: Option<Wanted>,
    looked: &Standing,
) -> Result<bool, sqlx::Error> {
    let still = sqlx::query(
        "UPDATE log.home SET closed = $1, closed_at = coalesce(closed_at, now()), closed_position = $2,
             wanted_position = CASE WHEN $3 > coalesce(wanted_position, 0) THEN $3 ELSE wanted_position END,
             wanted_event = CASE WHEN $3 > coalesce(wanted_position, 0) THEN $4 ELSE wanted_event END
         WHERE noted_at = $5",
    )
    .bind(closed.reason.as_str())
    .bind(closed.position.map(Position::get))
    .bind(wanted.map(|wanted| wanted.position.get()))
    .bind(wanted.and_then(|wanted| wanted.event))
    .bind(looked.noted_at)
    .execute(executor)
    .await?;
    Ok(still.rows_affected() > 0)
}

/// Closes a log that does not run where it last ran.
pub(crate) async fn close_if_moved(executor: impl PgExecutor<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE log.home h SET closed = $1, closed_at = now()
         FROM log.here() n
         WHERE h.closed IS NULL AND (h.system_identifier, h.timeline, h.database, h.event_table)
             <> (n.system_identifier, n.timeline, n.database, n.event_table)",
    )
    .bind(Reason::Moved.as_str())
    .execute(executor)
    .await?;
    Ok(())
}

/// Notes that the log lacks an event that a process knows, unless somebody decided since the process looked. Why it was closed
/// already is not said less exactly.
pub(crate) async fn set_back(
    executor: impl PgExecutor<'_>,
    wanted: Wanted,
    looked: &Standing,
) -> Result<(), sqlx::Error> {
    let noted = sqlx::query(
        "UPDATE log.home SET closed = coalesce(closed, $1), closed_at = coalesce(closed_at, now()),
             closed_position = CASE WHEN closed IS NULL THEN $2 ELSE closed_position END,
             wanted_position = $2, wanted_event = $3
         WHERE $2 > coalesce(wanted_position, 0) AND kept IS NOT DISTINCT FROM $4",
    )
    .bind(Reason::SetBack.as_str())
    .bind(wanted.position.get())
    .bind(wanted.event)
    .bind(looked.kept)
    .execute(executor)
    .await?;
    if noted.rows_affected() > 0 {
        tracing::error!(wanted = %wanted.position, remedy = Reason::SetBack.remedy(), "the log was set back");
    }
    Ok(())
}

/// Opens the log where it runs now, if it still stands as it did. `false` when it does not.
pub(crate) async fn open(executor: impl PgExecutor<'_>, standing: &Standing) -> Result<bool, sqlx::Error> {
    let opened = sqlx::query(
        "UPDATE log.home h SET system_identifier = n.system_identifier, timeline = n.timeline, database = n.database,
             event_table = n.event_table, noted_at = now(), closed = NULL, closed_at = NULL, closed_position = NULL,
             wanted_position = NULL, wanted_event = NULL
         FROM log.here() n
         WHERE (h.closed, h.closed_position, h.wanted_position, h.wanted_event) IS NOT DISTINCT FROM ($1, $2, $3, $4)",
    )
    .bind(&standing.closed)
    .bind(standing.closed_position)
    .bind(standing.wanted_position)
    .bind(standing.wanted_event)
    .execute(executor)
    .await?;
    Ok(opened.rows_affected() > 0)
}

/// Opens the log as it is, by a decision: who knows more must forget it.
pub(crate) async fn keep(executor: impl PgExecutor<'_>, decision: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE log.home h SET system_identifier = n.system_identifier, timeline = n.timeline, database = n.database,
             event_table = n.event_table, noted_at = now(), closed = NULL, closed_at = NULL, closed_position = NULL,
             wanted_position = NULL, wanted_event = NULL, kept = $1
         FROM log.here() n",
    )
    .bind(decision)
    .execute(executor)
    .await?;
    Ok(())
}

/// All decisions so far to let the log go on as it is.
pub(crate) async fn decisions(executor: impl PgExecutor<'_>) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT decision_id FROM log.decision WHERE choice = 'keep_log'").fetch_all(executor).await
}

pub(crate) async fn alarm(executor: impl PgExecutor<'_>, alarm: Option<&str>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE log.home SET alarm = $1 WHERE alarm IS DISTINCT FROM $1").bind(alarm).execute(executor).await?;
    Ok(())
}

pub(crate) async fn noted_alarm(executor: impl PgExecutor<'_>) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT alarm FROM log.home").fetch_one(executor).await
}
