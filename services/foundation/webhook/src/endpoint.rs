//! Endpoints: whom messages are for, and whether they are called.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::{
    message::EndpointId,
    queue::{Queue, wake},
    report,
    schema::corrupt,
};

/// Whether an endpoint is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Active,
    /// Nothing but failures for days.
    Suspended,
    /// It said that it wants no more (410).
    Gone,
    /// By whoever owns it, or erased from the vault.
    Disabled,
}

impl State {
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Gone => "gone",
            Self::Disabled => "disabled",
        }
    }

    pub(crate) fn stored(code: &str) -> Result<Self, sqlx::Error> {
        [Self::Active, Self::Suspended, Self::Gone, Self::Disabled]
            .into_iter()
            .find(|state| state.code() == code)
            .ok_or_else(|| corrupt("state"))
    }
}

/// How an endpoint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    pub state: State,
    pub state_since: OffsetDateTime,
    /// Failures in a row, and since when.
    pub failures: u32,
    pub failing_since: Option<OffsetDateTime>,
}

impl Queue {
    /// Takes an endpoint up, active, or changes what its vault reads. It never changes whether one that is known is called.
    pub async fn put_endpoint(
        &self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        sealed: &[u8],
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO webhook.endpoint (endpoint_id, sealed, state_since) VALUES ($1, $2, $3)
             ON CONFLICT (endpoint_id) DO UPDATE SET sealed = excluded.sealed",
        )
        .bind(endpoint.0)
        .bind(sealed)
        .bind(self.clock.now())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Calls it again, as if it had never failed. Its dead letters stay so until they are replayed. `false` when there is no such endpoint.
    pub async fn resume(&self, connection: &mut PgConnection, endpoint: EndpointId) -> Result<bool, sqlx::Error> {
        let resumed = sqlx::query(
            "UPDATE webhook.endpoint
             SET state_since = CASE state WHEN 'active' THEN state_since ELSE $2 END, state = 'active', failures = 0,
                 failing_since = NULL, rest_until = NULL WHERE endpoint_id = $1",
        )
        .bind(endpoint.0)
        .bind(self.clock.now())
        .execute(&mut *connection)
        .await?;
        wake(connection).await?;
        Ok(resumed.rows_affected() > 0)
    }

    /// Calls it no more. What waits becomes dead letters. `false` when it was not active.
    pub async fn disable(&self, connection: &mut PgConnection, endpoint: EndpointId) -> Result<bool, sqlx::Error> {
        stop(connection, endpoint, State::Disabled, self.clock.now()).await
    }

    /// Forgets an endpoint with its messages and their attempts. What waited is reported as dead.
    pub async fn remove(&self, connection: &mut PgConnection, endpoint: EndpointId) -> Result<(), sqlx::Error> {
        // Whoever settles an attempt takes the endpoint first, too.
        let known: Option<bool> =
            sqlx::query_scalar("SELECT true FROM webhook.endpoint WHERE endpoint_id = $1 FOR UPDATE")
                .bind(endpoint.0)
                .fetch_optional(&mut *connection)
                .await?;
        if known.is_some() {
            let waiting: Vec<(String, Option<String>)> = sqlx::query_as(
                "SELECT message_id, failure FROM webhook.message WHERE endpoint_id = $1 AND state = 'waiting'
                 ORDER BY queued_id",
            )
            .bind(endpoint.0)
            .fetch_all(&mut *connection)
            .await?;
            report::dead(connection, endpoint, &waiting, State::Disabled.code(), self.clock.now()).await?;
            sqlx::query("DELETE FROM webhook.endpoint WHERE endpoint_id = $1")
                .bind(endpoint.0)
                .execute(connection)
                .await?;
        }
        Ok(())
    }

    /// How it does; `None` when there is no such endpoint.
    pub async fn condition(&self, endpoint: EndpointId) -> Result<Option<Condition>, sqlx::Error> {
        let row: Option<(String, OffsetDateTime, i32, Option<OffsetDateTime>)> = sqlx::query_as(
            "SELECT state, state_since, failures, failing_since FROM webhook.endpoint WHERE endpoint_id = $1",
        )
        .bind(endpoint.0)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|(state, state_since, failures, failing_since)| {
            Ok(Condition {
                state: State::stored(&state)?,
                state_since,
                failures: failures.unsigned_abs(),
                failing_since,
            })
        })
        .transpose()
    }
}

/// Ends an active endpoint, and reports that. `false` when it was not active.
pub(crate) async fn stop(
    connection: &mut PgConnection,
    endpoint: EndpointId,
    state: State,
    now: OffsetDateTime,
) -> Result<bool, sqlx::Error> {
    let stopped = sqlx::query(
        "UPDATE webhook.endpoint SET state = $2, state_since = $3 WHERE endpoint_id = $1 AND state = 'active'",
    )
    .bind(endpoint.0)
    .bind(state.code())
    .bind(now)
    .execute(&mut *connection)
    .await?
    .rows_affected()
        > 0;
    if stopped {
        report::endpoint(connection, endpoint, state, now).await?;
        wake(connection).await?;
    }
    Ok(stopped)
}
