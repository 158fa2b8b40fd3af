//! The clock of a simulated log, and its timers.

use kim_eventlog::Leadership;
use time::OffsetDateTime;

use super::{Policies, PolicyError};

/// Where the clock stands after it was moved, and how many timers fired on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    pub now: OffsetDateTime,
    pub fired: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    #[error("the log was not made as simulated")]
    NotSimulated,
    #[error("the clock stands at {0} already")]
    Backwards(OffsetDateTime),
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

impl From<sqlx::Error> for ClockError {
    fn from(error: sqlx::Error) -> Self {
        Self::Policy(error.into())
    }
}

impl Policies {
    /// Where the clock stands; at the beginning of time before it was first moved.
    pub async fn clock(&self) -> Result<OffsetDateTime, ClockError> {
        if !self.log.is_simulated() {
            return Err(ClockError::NotSimulated);
        }
        let now =
            sqlx::query_scalar("SELECT now FROM registry.simulated_clock").fetch_optional(self.log.pool()).await?;
        Ok(now.unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// Moves the clock to `to`: moves and reactions are caught up first, then every timer due on the way fires, in the order of the due days.
    /// A call that was broken off is made again with the same time.
    pub async fn advance_clock(&self, to: OffsetDateTime) -> Result<Clock, ClockError> {
        let mut alone = self.log.pool().begin().await?;
        // It stands still as long as timers fire.
        sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *alone).await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(Leadership::lock_for("clock", self.log.context()))
            .execute(&mut *alone)
            .await?;
        let from = self.clock().await?;
        if to < from {
            return Err(ClockError::Backwards(from));
        }
        self.index.followed.caught_up().await.map_err(PolicyError::from)?;
        self.follow_territory().await?;
        self.react().await?;
        let fired = self.fire(to, Some(from)).await?;
        sqlx::query(
            "INSERT INTO registry.simulated_clock (now) VALUES ($1) ON CONFLICT (one) DO UPDATE SET now = excluded.now",
        )
        .bind(to)
        .execute(&mut *alone)
        .await?;
        alone.commit().await?;
        Ok(Clock { now: to, fired })
    }
}
