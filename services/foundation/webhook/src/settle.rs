//! Writes down what came of an attempt. Whoever's lease has run out, and was given to another, only adds to the delivery log.
//!
//! Rows are locked in one order everywhere: an endpoint before its messages.

use std::time::Duration;

use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    claim::Claimed,
    endpoint::{State, stop},
    message::EndpointId,
    outcome::{Attempt, Failure, Outcome},
    report::{self, DeadReason},
    schedule::Schedule,
};

/// How a message ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Delivered,
    Dead(DeadReason),
}

/// What settling an attempt changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    pub message: Option<Ended>,
    pub endpoint: Option<State>,
}

/// When an attempt was made, and what is made of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settling<'a> {
    pub schedule: &'a Schedule,
    /// What takes longer is slow.
    pub slow_after: Duration,
    pub begun: OffsetDateTime,
    pub now: OffsetDateTime,
}

impl Settling<'_> {
    /// As a part of a transaction.
    pub async fn settle(
        self,
        connection: &mut PgConnection,
        claimed: &Claimed,
        attempt: &Attempt,
    ) -> Result<Settled, sqlx::Error> {
        let settled = match attempt.outcome {
            Outcome::Delivered(_) => self.delivered(connection, claimed, attempt.took).await?,
            Outcome::Gone => self.gone(connection, claimed).await?,
            Outcome::Failed { failure, after, .. } => self.failed(connection, claimed, failure, after).await?,
        };
        self.note(connection, claimed, attempt).await?;
        Ok(settled)
    }

    async fn delivered(
        self,
        connection: &mut PgConnection,
        claimed: &Claimed,
        took: Duration,
    ) -> Result<Settled, sqlx::Error> {
        // A row that says so already is not written again for each message.
        sqlx::query(
            "UPDATE webhook.endpoint SET failures = 0, failing_since = NULL, rest_until = NULL, slow = $2
             WHERE endpoint_id = $1 AND (failures > 0 OR rest_until IS NOT NULL OR slow <> $2)",
        )
        .bind(claimed.endpoint.0)
        .bind(took > self.slow_after)
        .execute(&mut *connection)
        .await?;
        let ended = sqlx::query(
            "UPDATE webhook.message SET state = 'delivered', ended_at = $3, lease = NULL, failure = NULL
             WHERE queued_id = $1 AND lease = $2",
        )
        .bind(claimed.queued)
        .bind(claimed.lease)
        .bind(self.now)
        .execute(&mut *connection)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(Settled::default());
        }
        report::delivered(connection, claimed.endpoint, &claimed.message.id, self.now).await?;
        Ok(Settled { message: Some(Ended::Delivered), endpoint: None })
    }

    /// This message is dead, and so is soon what else waits for the endpoint.
    async fn gone(self, connection: &mut PgConnection, claimed: &Claimed) -> Result<Settled, sqlx::Error> {
        let stopped = stop(connection, claimed.endpoint, State::Gone, self.now).await?;
        let reason = DeadReason::Stopped(State::Gone);
        let dead = self.dead(connection, claimed, reason, None).await?;
        Ok(Settled { message: dead.then_some(Ended::Dead(reason)), endpoint: stopped.then_some(State::Gone) })
    }

    async fn failed(
        self,
        connection: &mut PgConnection,
        claimed: &Claimed,
        failure: Failure,
        wish: Option<Duration>,
    ) -> Result<Settled, sqlx::Error> {
        let endpoint = self.blame(connection, claimed.endpoint, wish).await?;
        let Some(delay) = self.schedule.again(claimed.attempts, wish, Schedule::chance()) else {
            let dead = self.dead(connection, claimed, DeadReason::Exhausted, Some(failure)).await?;
            return Ok(Settled { message: dead.then_some(Ended::Dead(DeadReason::Exhausted)), endpoint });
        };
        sqlx::query(
            "UPDATE webhook.message SET due_at = $3, lease = NULL, failure = $4 WHERE queued_id = $1 AND lease = $2",
        )
        .bind(claimed.queued)
        .bind(claimed.lease)
        .bind(self.now + delay)
        .bind(failure.code())
        .execute(connection)
        .await?;
        Ok(Settled { message: None, endpoint })
    }

    /// Counts a failure of an endpoint, and suspends one that has done nothing but fail for too long.
    async fn blame(
        self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        wish: Option<Duration>,
    ) -> Result<Option<State>, sqlx::Error> {
        let failing: Option<(i32, OffsetDateTime)> = sqlx::query_as(
            "UPDATE webhook.endpoint SET failures = failures + 1, failing_since = coalesce(failing_since, $2), slow = true
             WHERE endpoint_id = $1 RETURNING failures, failing_since",
        )
        .bind(endpoint.0)
        .bind(self.begun)
        .fetch_optional(&mut *connection)
        .await?;
        let Some((failures, since)) = failing else { return Ok(None) };
        if self.now - since >= self.schedule.suspend_after {
            let suspended = stop(connection, endpoint, State::Suspended, self.now).await?;
            return Ok(suspended.then_some(State::Suspended));
        }
        let rest = self.now + self.schedule.rest(failures.unsigned_abs(), wish);
        sqlx::query("UPDATE webhook.endpoint SET rest_until = greatest(rest_until, $2) WHERE endpoint_id = $1")
            .bind(endpoint.0)
            .bind(rest)
            .execute(connection)
            .await?;
        Ok(None)
    }

    async fn dead(
        self,
        connection: &mut PgConnection,
        claimed: &Claimed,
        reason: DeadReason,
        failure: Option<Failure>,
    ) -> Result<bool, sqlx::Error> {
        let dead = sqlx::query(
            "UPDATE webhook.message SET state = 'dead', ended_at = $3, lease = NULL, reason = $4, failure = $5
             WHERE queued_id = $1 AND lease = $2",
        )
        .bind(claimed.queued)
        .bind(claimed.lease)
        .bind(self.now)
        .bind(reason.code())
        .bind(failure.map(Failure::code))
        .execute(&mut *connection)
        .await?;
        if dead.rows_affected() == 0 {
            return Ok(false);
        }
        let letter = (claimed.message.id.to_string(), failure.map(|failure| failure.code().to_owned()));
        report::dead(connection, claimed.endpoint, &[letter], reason.code(), self.now).await?;
        Ok(true)
    }

    async fn note(
        self,
        connection: &mut PgConnection,
        claimed: &Claimed,
        attempt: &Attempt,
    ) -> Result<(), sqlx::Error> {
        // The message may have been removed with its endpoint.
        sqlx::query(
            "INSERT INTO webhook.attempt (attempt_id, queued_id, endpoint_id, number, begun_at, took_ms, outcome, status)
             SELECT $1, queued_id, endpoint_id, $3, $4, $5, $6, $7 FROM webhook.message WHERE queued_id = $2 FOR KEY SHARE",
        )
        .bind(Uuid::now_v7())
        .bind(claimed.queued)
        .bind(i32::try_from(claimed.attempts).unwrap_or(i32::MAX))
        .bind(self.begun)
        .bind(i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX))
        .bind(attempt.outcome.verdict().code())
        .bind(attempt.outcome.status().map(|status| i16::try_from(status.as_u16()).unwrap_or(i16::MAX)))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Gives a message back that could not be tried, at nobody's charge.
pub(crate) async fn give_back(
    connection: &mut PgConnection,
    claimed: &Claimed,
    due_at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE webhook.message SET due_at = $3, lease = NULL, attempts = attempts - 1 WHERE queued_id = $1 AND lease = $2",
    )
    .bind(claimed.queued)
    .bind(claimed.lease)
    .bind(due_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes dead letters of what waits for endpoints that are not called any more, so many messages at most; what is being sent ends by itself
/// first. Returns what each died of.
pub(crate) async fn bury(
    connection: &mut PgConnection,
    now: OffsetDateTime,
    most: i64,
) -> Result<Vec<DeadReason>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let letters: Vec<(Uuid, String, Option<String>, String)> =
        sqlx::query_as(BURY).bind(now).bind(most).fetch_all(&mut *transaction).await?;
    let mut reasons = Vec::with_capacity(letters.len());
    for (endpoint, message, failure, state) in letters {
        let reason = DeadReason::Stopped(State::stored(&state)?);
        report::dead(&mut transaction, EndpointId(endpoint), &[(message, failure)], reason.code(), now).await?;
        reasons.push(reason);
    }
    transaction.commit().await?;
    Ok(reasons)
}

/// An endpoint that is taken up again meanwhile is locked by whoever does that, and passed over.
pub(super) const BURY: &str = "
WITH letter AS (
  SELECT m.queued_id, e.state FROM webhook.endpoint e JOIN webhook.message m USING (endpoint_id)
  WHERE e.state <> 'active' AND m.state = 'waiting' AND (m.lease IS NULL OR m.due_at <= $1)
  LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
UPDATE webhook.message m SET state = 'dead', ended_at = $1, lease = NULL, reason = letter.state
FROM letter WHERE m.queued_id = letter.queued_id
RETURNING m.endpoint_id, m.message_id, m.failure, m.reason";

/// Puts a message aside that is not to be told any more. `false` when it is another worker's by now.
pub(crate) async fn moot(
    connection: &mut PgConnection,
    claimed: &Claimed,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let ended = sqlx::query(
        "UPDATE webhook.message SET state = 'dead', ended_at = $3, lease = NULL, reason = $4
         WHERE queued_id = $1 AND lease = $2",
    )
    .bind(claimed.queued)
    .bind(claimed.lease)
    .bind(now)
    .bind(DeadReason::Moot.code())
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() > 0)
}
