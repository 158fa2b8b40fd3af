//! Builds the service from its configuration: operators and tests start the very same thing.

use std::num::NonZeroUsize;

use futures::future::BoxFuture;
use kim_chassis::{grpc_service, identity::Verifier, serve::Service};
use kim_contract::registry::v1::{
    assessment_service_server::AssessmentServiceServer, code_list_service_server::CodeListServiceServer,
    community_service_server::CommunityServiceServer, office_service_server::OfficeServiceServer,
    partnership_service_server::PartnershipServiceServer, rule_service_server::RuleServiceServer,
    simulation_service_server::SimulationServiceServer, training_service_server::TrainingServiceServer,
};
use kim_desk::{
    clock::SimulatedClock,
    startup::{Connected, Rooms},
};
use kim_eventlog::{InTurn, Prepare, Repository};
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    index::{self, Index},
    policy::{self, Policies},
    service::{self, desk::Desk},
    vault::Records,
    wire::community::OfficerErasures,
};

/// The bounded context: the name of the log, the stream and the subjects.
pub const CONTEXT: &str = "registry";
/// Master data kept in memory, of each kind.
const CACHED_MASTERS: NonZeroUsize = NonZeroUsize::new(1_000).expect("1,000 is not zero");

/// Connects, brings the schema up to date, and binds the addresses. Boxed, so that whoever starts the service compiles none of it again.
#[must_use]
pub fn build(config: &Config) -> BoxFuture<'_, anyhow::Result<Service>> {
    Box::pin(start(config))
}

async fn start(config: &Config) -> anyhow::Result<Service> {
    let connected = Connected::open(CONTEXT, rooms(config)).await?;
    index::migrate(connected.log.pool()).await?;
    let desk = desk(&connected, config.log.cached_communities);
    let (index, policies, verifier) = (desk.index.clone(), desk.policies.clone(), desk.verifier.clone());
    let guarded = connected.guard(Box::new(OfficerErasures), prepare(index.clone())).await?;
    index.prepare().await?;
    verifier.follow_territory(index.in_force());
    verifier.set_revoked(index.masters().borrow().revoked.iter().copied());
    let (revoked, grpc) = (index.clone(), &config.grpc);
    guarded
        .service(grpc_service!(CommunityServiceServer::new(service::community::Handler(desk.clone())), grpc))
        .service(grpc_service!(OfficeServiceServer::new(service::office::Handler(desk.clone())), grpc))
        .service(grpc_service!(PartnershipServiceServer::new(service::partnership::Handler(desk.clone())), grpc))
        .service(grpc_service!(RuleServiceServer::new(service::rule::Handler(desk.clone())), grpc))
        .service(grpc_service!(TrainingServiceServer::new(service::training::Handler(desk.clone())), grpc))
        .service(grpc_service!(CodeListServiceServer::new(service::code_list::Handler(desk.clone())), grpc))
        .service(grpc_service!(AssessmentServiceServer::new(service::assessment::Handler(desk.clone())), grpc))
        .service(grpc_service!(SimulationServiceServer::new(service::simulation::Handler(desk)), grpc))
        .task("index", |stop| index.follow(stop))
        .task("revocations", move |stop| revoke(revoked, verifier, stop))
        .task("policies", |stop| policy::run(policies, stop))
        .build()
        .await
}

fn rooms(config: &Config) -> Rooms<'_> {
    Rooms {
        grpc: &config.grpc,
        http: &config.http,
        database: &config.database,
        nats: &config.nats,
        identity: &config.identity,
        stream: &config.stream,
        vault: &config.vault,
        simulated: config.log.simulated,
    }
}

fn desk(connected: &Connected, cached: NonZeroUsize) -> Desk {
    let (log, secrets) = (&connected.log, &connected.secrets);
    let index = Index::new(log.clone());
    let communities = InTurn::new(log.clone(), cached);
    let partnerships = Repository::new(log.clone(), CACHED_MASTERS);
    let offices = Repository::new(log.clone(), CACHED_MASTERS);
    let keys = secrets.request_keys();
    let policies = Policies {
        log: log.clone(),
        index: index.clone(),
        communities: communities.clone(),
        partnerships: partnerships.clone(),
        offices: offices.clone(),
        keys: keys.clone(),
        clock: SimulatedClock::new(log.clone(), CONTEXT),
        metrics: policy::Metrics::new(),
    };
    Desk {
        index,
        policies,
        keys,
        secrets: secrets.clone(),
        records: Records::new(log.clone(), secrets),
        verifier: connected.verifier.clone(),
        communities,
        offices,
        partnerships,
        grants: Repository::new(log.clone(), CACHED_MASTERS),
        rule_books: Repository::new(log.clone(), CACHED_MASTERS),
        baselines: Repository::new(log.clone(), CACHED_MASTERS),
        adoptions: Repository::new(log.clone(), CACHED_MASTERS),
        trainings: Repository::new(log.clone(), CACHED_MASTERS),
        code_lists: Repository::new(log.clone(), CACHED_MASTERS),
        rubrics: Repository::new(log.clone(), CACHED_MASTERS),
        assessments: Repository::new(log.clone(), CACHED_MASTERS),
        log: log.clone(),
        draining: connected.draining(),
    }
}

/// After a restore the index follows the log before anybody is answered from it.
fn prepare(index: Index) -> Box<Prepare> {
    Box::new(move || {
        let index = index.clone();
        Box::pin(async move { index.prepare().await.map_err(Into::into) })
    })
}

/// Keeps the verifier's revoked grants as the log has them.
async fn revoke(index: Index, verifier: Verifier, stop: CancellationToken) {
    let mut masters = index.masters();
    loop {
        verifier.set_revoked(masters.borrow_and_update().revoked.iter().copied());
        if stop.run_until_cancelled(masters.changed()).await.is_none_or(|changed| changed.is_err()) {
            return;
        }
    }
}
