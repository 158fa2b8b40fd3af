//! What dissemination does by itself. Each happens once, whatever the number of replicas: leadership saves work; request
//! keys, and the states of campaigns, make it exact.

mod campaign;
mod clock;
mod fan_out;
mod metrics;
mod reaction;
mod runner;

pub use fan_out::Looked;
pub use metrics::Metrics;
pub use runner::run;

use kim_desk::{
    clock::SimulatedClock,
    follow::{Behind, CatchUpError},
};
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
    pub metrics: Metrics,
    pub looked: Looked,
}

#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the index could not be asked")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    CatchUp(#[from] CatchUpError),
    #[error(transparent)]
    Behind(#[from] Behind),
    #[error(transparent)]
    Draw(#[from] DrawError),
    #[error("a policy's command failed")]
    Execute(#[from] ExecuteError<Refusal>),
}
