//! What every handler works with, and the ways in which the log may answer it.

use std::sync::Arc;

use kim_chassis::{
    access::{Action, Permit, Resource},
    errors::Thing,
    identity::Verifier,
};
use kim_desk::{
    call::{Call, Command},
    failure::{self, unavailable},
    secrets::Secrets,
    words::Words,
};
use kim_eventlog::{AppendError, ExecuteError, InTurn, Log, Repository, RequestKeys};
use kim_territory::Adopted;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Status};

use crate::{
    audience::{Audiences, DrawError, Office},
    domain::{
        Refusal,
        ids::{ActorRef, OfficeId},
    },
    index::{Index, News},
    media::Store,
    policy::Policies,
    vault::Records,
    wire::{
        campaign::Campaigns, delivery::Deliveries, endpoint::Endpoints, material::Materials, programme::Programmes,
        question::Questions,
    },
};

/// What every handler works with. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub log: Log,
    pub index: Index,
    /// For those who watch inboxes.
    pub news: News,
    pub audiences: Audiences,
    pub policies: Policies,
    pub keys: RequestKeys,
    pub secrets: Secrets,
    pub records: Records,
    pub media: Store,
    pub verifier: Verifier,
    pub programmes: Repository<Programmes>,
    pub materials: Repository<Materials>,
    pub campaigns: Repository<Campaigns>,
    pub deliveries: InTurn<Deliveries>,
    pub questions: Repository<Questions>,
    pub endpoints: Repository<Endpoints>,
    /// Cancelled when the service drains: imports and watchers end then.
    pub draining: CancellationToken,
}

/// Why a decision was not made.
pub type Rejection = failure::Rejection<Refusal>;

/// A command that was not carried out, as its caller is told.
pub fn failed(error: ExecuteError<Rejection>) -> Status {
    failure::failed(error, words_of_claim)
}

/// A member that was not committed, as its caller is told.
pub fn append_failed(error: AppendError) -> Status {
    failure::append_failed(error, words_of_claim)
}

/// Dissemination claims no names.
fn words_of_claim(_kind: &str) -> Option<Words> {
    None
}

/// An audience that could not be drawn, as its caller is told.
#[must_use]
pub fn not_drawn(error: &DrawError) -> Status {
    match error {
        DrawError::Behind { .. } => {
            tracing::warn!(%error, "an audience waited in vain");
            kim_chassis::errors::Fault::unavailable("the copy of the registry has not caught up yet; retry").into()
        }
        DrawError::Database(error) => unavailable(error),
    }
}

impl Desk {
    /// A call that changes something, with what it asks for.
    pub fn command<T: Command<Self>>(&self, request: Request<T>) -> Result<(Call, T), Status> {
        Call::command(request, &self.keys, self.log.is_simulated())
    }

    /// What territories are adopted, for reading the codes of regions.
    #[must_use]
    pub fn territory(&self) -> Arc<Adopted> {
        self.audiences.known().adopted
    }

    /// Whoever acts, as events refer to people: the same for all that one person does.
    #[must_use]
    pub fn actor(&self, call: &Call) -> ActorRef {
        ActorRef(self.secrets.fingerprint(format!("actor {}", call.principal.subject).as_bytes()))
    }

    /// An office as the registry has it now.
    pub async fn office(&self, id: OfficeId) -> Result<Option<Office>, Status> {
        self.audiences.office_now(id).await.map_err(|error| unavailable(&error))
    }

    /// An office that the caller may act for, in its region of today; else `thing` is not there.
    pub async fn acting(
        &self,
        call: &Call,
        action: Action,
        id: OfficeId,
        thing: Thing,
    ) -> Result<(Office, Permit), Status> {
        let hidden = || Status::from(thing.not_found());
        let office = self.office(id).await?.ok_or_else(hidden)?;
        let permit = call.permit(action, Resource::Region(&office.region.code)).map_err(|_| hidden())?;
        Ok((office, permit))
    }
}
