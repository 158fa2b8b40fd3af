//! What becomes of a log that was closed after a restore, by a person's decision: the events that only its stream has are taken
//! back, or the log stays as it is and the stream is made anew. Each decision is on record before anything is done.

mod decision;
mod keep;
mod plan;
mod take_back;

use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc;

pub use self::{
    decision::{Choice, Decision},
    plan::{Plan, Relation},
};
use crate::{Guard, GuardError, Leadership, Position, stream::Unanswered};

/// Why nothing was done, or no more.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// It is not as it was shown to who decided.
    #[error("the log or its stream changed since it was looked at")]
    Changed,
    #[error("another reconciliation is going on")]
    Busy,
    /// With what is there, this choice cannot be made.
    #[error("there is nothing to do this with")]
    NotPossible(Box<Plan>),
    /// The stream's event at this position does not fit into the log.
    #[error("the stream's event at {0} does not fit into the log")]
    DoesNotFit(Position),
    #[error("{0}")]
    Unanswered(String),
    #[error("the log's database could not be asked")]
    Database(#[from] sqlx::Error),
    #[error("the service could not follow its log: {0}")]
    Prepare(String),
}

impl From<Unanswered> for ReconcileError {
    fn from(error: Unanswered) -> Self {
        GuardError::from(error).into()
    }
}

impl From<GuardError> for ReconcileError {
    fn from(error: GuardError) -> Self {
        match error {
            GuardError::Unanswered(why) => Self::Unanswered(why),
            GuardError::Database(error) => Self::Database(error),
            GuardError::Prepare(why) => Self::Prepare(why.to_string()),
        }
    }
}

/// What a person decided, and on which grounds.
#[derive(Debug, Clone)]
pub struct Wish {
    pub choice: Choice,
    /// The opaque subject of who decided.
    pub subject: String,
    /// What only the stream has, as it was shown: [`Plan::from`] and [`Plan::to`].
    pub from: Position,
    pub to: Position,
}

impl Guard {
    /// Carries out a decision, and says on `progress` how far it has come. Killed in the midst it leaves the log closed, and can
    /// be made again for the rest.
    pub async fn reconcile(&self, wish: Wish, progress: mpsc::Sender<Position>) -> Result<Decision, ReconcileError> {
        let alone = self.alone().await?;
        // Closed for all, if it was not yet, before anything comes into it.
        self.settle().await?;
        let plan = self.plan().await?;
        if (plan.from, plan.to) != (wish.from, wish.to) {
            return Err(ReconcileError::Changed);
        }
        let decision = match wish.choice {
            Choice::TakeBack if plan.can_take_back() => self.take_back(&wish, &plan, &progress).await?,
            Choice::KeepLog if plan.can_keep_log() => self.keep_log(&wish, &plan, &progress).await?,
            _ => return Err(ReconcileError::NotPossible(Box::new(plan))),
        };
        // Those who ask next find it open here, and soon everywhere.
        self.inner.log.gate().look().await?;
        let _ = alone.close().await;
        Ok(decision)
    }

    /// One reconciliation at a time, in all replicas. The lock goes with its session.
    async fn alone(&self) -> Result<PgConnection, ReconcileError> {
        let log = &self.inner.log;
        let lock = Leadership::lock_for("reconcile", log.context());
        let mut connection = PgConnection::connect_with(&log.pool().connect_options()).await?;
        let won: bool =
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(lock).fetch_one(&mut connection).await?;
        if won { Ok(connection) } else { Err(ReconcileError::Busy) }
    }
}
