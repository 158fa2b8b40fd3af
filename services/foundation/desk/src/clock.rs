//! The clock of a simulated log, which the simulator drives. It is not in the log: nothing is reckoned from it but what is due.

use kim_chassis::errors::Fault;
use kim_eventlog::{Leadership, Log, instant};
use kim_territory::spelling::day;
use prost_types::Timestamp;
use sqlx::AssertSqlSafe;
use time::OffsetDateTime;
use tonic::{Code, Status};

use crate::{failure::unavailable, words::Words};

/// Where the clock stands after it was moved, and how many timers fired on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    pub now: OffsetDateTime,
    pub fired: u64,
}

/// Why the clock was not moved; `E` is what went wrong on the way.
#[derive(Debug, thiserror::Error)]
pub enum ClockError<E> {
    #[error("the log was not made as simulated")]
    NotSimulated,
    #[error("the clock stands at {0} already")]
    Backwards(OffsetDateTime),
    #[error("the clock could not be read")]
    Database(#[from] sqlx::Error),
    #[error("what falls due on the way was not carried out")]
    Policy(#[source] E),
}

impl<E> ClockError<E> {
    /// As the simulator is told; `policy` says what went wrong on the way.
    pub fn status(self, policy: impl FnOnce(E) -> Status) -> Status {
        match self {
            Self::NotSimulated => {
                Words::new("LOG_NOT_SIMULATED", "Log ini bukan log simulasi.", "Jamnya adalah jam dunia.")
                    .fault(Code::FailedPrecondition, "the log was not made as simulated")
                    .into()
            }
            Self::Backwards(now) => Words::new(
                "CLOCK_BACKWARDS",
                format!("Jam simulasi sudah berada di {}.", day(now.date())),
                "Majukan jam, jangan mundurkan.",
            )
            .fault(Code::InvalidArgument, "the clock only goes forward")
            .into(),
            Self::Database(error) => unavailable(&error),
            Self::Policy(error) => policy(error),
        }
    }
}

/// The clock of a service's log, in the table `simulated_clock` of its schema. Cheap to clone.
#[derive(Clone)]
pub struct SimulatedClock {
    log: Log,
    schema: &'static str,
}

impl SimulatedClock {
    #[must_use]
    pub fn new(log: Log, schema: &'static str) -> Self {
        Self { log, schema }
    }

    /// Where the clock stands; at the beginning of time before it was first moved.
    pub async fn now<E>(&self) -> Result<OffsetDateTime, ClockError<E>> {
        if !self.log.is_simulated() {
            return Err(ClockError::NotSimulated);
        }
        let select = format!("SELECT now FROM {}.simulated_clock", self.schema);
        let now = sqlx::query_scalar(AssertSqlSafe(select)).fetch_optional(self.log.pool()).await?;
        Ok(now.unwrap_or(OffsetDateTime::UNIX_EPOCH))
    }

    /// Moves the clock to `to`. `carry_out` does all that falls due from where it stands until then, and says how much that was. A call that
    /// was broken off is made again with the same time; two never run at once, on however many replicas.
    pub async fn advance<E, F>(
        &self,
        to: OffsetDateTime,
        carry_out: impl FnOnce(OffsetDateTime) -> F,
    ) -> Result<Clock, ClockError<E>>
    where
        F: Future<Output = Result<u64, E>>,
    {
        let mut alone = self.log.pool().begin().await?;
        // It stands still as long as timers fire.
        sqlx::query("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *alone).await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(Leadership::lock_for("clock", self.log.context()))
            .execute(&mut *alone)
            .await?;
        let from = self.now().await?;
        if to < from {
            return Err(ClockError::Backwards(from));
        }
        let fired = carry_out(from).await.map_err(ClockError::Policy)?;
        let set = format!(
            "INSERT INTO {}.simulated_clock (now) VALUES ($1) ON CONFLICT (one) DO UPDATE SET now = excluded.now",
            self.schema
        );
        sqlx::query(AssertSqlSafe(set)).bind(to).execute(&mut *alone).await?;
        alone.commit().await?;
        Ok(Clock { now: to, fired })
    }
}

/// The time that a clock is to be moved to.
pub fn time(time: Option<&Timestamp>) -> Result<OffsetDateTime, Fault> {
    time.copied().and_then(instant).ok_or_else(|| {
        Words::new("TIME_MISSING", "Waktu tujuan jam belum diisi.", "Isi waktu yang sah.")
            .fault(Code::InvalidArgument, "to: a time that can be written")
    })
}
