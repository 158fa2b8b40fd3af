//! What the registry does by itself: timers of silence, of partnerships and of terms, and reactions to what happens to others. Each happens
//! once, whatever the number of replicas: leadership saves work, request keys make it exact.

mod clock;
mod metrics;
mod partnership;
mod reaction;
mod runner;
mod silence;
mod term;
mod timers;

pub use clock::{Clock, ClockError};
pub use metrics::Metrics;
pub use runner::run;

use kim_eventlog::{ExecuteError, Log, Repository, RequestKeys};

use crate::{
    domain::Refusal,
    index::{CatchUpError, Index},
    turns::InTurn,
    wire::{community::Communities, partnership::Partnerships},
};

/// What the policies work with. Cheap to clone.
#[derive(Clone)]
pub struct Policies {
    pub log: Log,
    pub index: Index,
    pub communities: InTurn<Communities>,
    pub partnerships: Repository<Partnerships>,
    pub keys: RequestKeys,
    pub metrics: Metrics,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the index could not be asked")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    CatchUp(#[from] CatchUpError),
    #[error("a policy's command failed")]
    Execute(#[from] ExecuteError<Refusal>),
}
