//! What dissemination does by itself. Each happens once, whatever the number of replicas: leadership saves work, request keys make it exact.

mod clock;
mod runner;

pub use runner::run;

use kim_desk::{clock::SimulatedClock, follow::CatchUpError};
use kim_eventlog::{ExecuteError, Log, Repository, RequestKeys};

use crate::{
    audience::{Audiences, DrawError},
    domain::Refusal,
    index::Index,
    wire::{campaign::Campaigns, material::Materials},
};

/// What the policies work with. Cheap to clone.
#[derive(Clone)]
pub struct Policies {
    pub log: Log,
    pub index: Index,
    pub audiences: Audiences,
    pub campaigns: Repository<Campaigns>,
    pub materials: Repository<Materials>,
    pub keys: RequestKeys,
    /// Of a simulated log.
    pub clock: SimulatedClock,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the index could not be asked")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    CatchUp(#[from] CatchUpError),
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error("a policy's command failed")]
    Execute(#[from] ExecuteError<Refusal>),
}
