//! What the registry does by itself: timers of silence, of partnerships and of terms, reactions to what happens to others, and moves to
//! where the territory in force has a place. Each happens once, whatever the number of replicas: leadership saves work, request keys make it exact.

mod clock;
mod metrics;
mod partnership;
mod reaction;
mod runner;
mod silence;
mod term;
mod territory;
mod timers;

pub use metrics::Metrics;
pub use runner::run;

use kim_desk::{clock::SimulatedClock, follow::CatchUpError};
use kim_eventlog::{Done, Envelope, ExecuteError, InTurn, Log, Proposal, Repository, RequestKeys};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    domain::{
        Refusal,
        community::{self, Command, Community},
    },
    index::Index,
    wire::{self, community::Communities, master::Offices, partnership::Partnerships},
};

/// What the policies work with. Cheap to clone.
#[derive(Clone)]
pub struct Policies {
    pub log: Log,
    pub index: Index,
    pub communities: InTurn<Communities>,
    pub partnerships: Repository<Partnerships>,
    pub offices: Repository<Offices>,
    pub keys: RequestKeys,
    /// Of a simulated log.
    pub clock: SimulatedClock,
    pub metrics: Metrics,
}

impl Policies {
    /// Carries out a command on a community; what it decides happens at the community's seat.
    async fn tell_community(
        &self,
        id: Uuid,
        envelope: &Envelope,
        command: &Command,
        now: OffsetDateTime,
    ) -> Result<Done<Community>, ExecuteError<Refusal>> {
        let told = self.communities.execute(id, envelope, |snapshot| {
            let events = community::decide(&snapshot.state, command.clone())?;
            let seat = snapshot.state.known()?.profile.seat;
            let happened = |event| wire::community::happened(id, event, seat, now);
            Ok(Proposal::of(events.into_iter().map(happened).collect()))
        });
        told.await
    }
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
