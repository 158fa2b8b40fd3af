//! Builds the service from its configuration: operators and tests start the very same thing.

use std::{num::NonZeroUsize, time::Duration};

use anyhow::Context;
use kim_chassis::{
    database, grpc_service,
    identity::Verifier,
    nats, pools,
    serve::{BoxError, Service},
};
use kim_contract::{
    log::v1::event_log_service_server::EventLogServiceServer,
    registry::v1::{
        assessment_service_server::AssessmentServiceServer, code_list_service_server::CodeListServiceServer,
        community_service_server::CommunityServiceServer, office_service_server::OfficeServiceServer,
        partnership_service_server::PartnershipServiceServer, rule_service_server::RuleServiceServer,
        simulation_service_server::SimulationServiceServer, training_service_server::TrainingServiceServer,
    },
};
use kim_eventlog::{
    Gate, Guard, Log, LogService, OpenOptions, Prepare, Reconciling, Relay, Repository, Restoring, measure_relay,
};
use tokio_util::sync::CancellationToken;
use tonic::service::interceptor::InterceptedService;

use crate::{
    config::Config,
    index::{self, Index},
    policy::{self, Policies},
    service::{self, closed::Door, desk::Desk},
    turns::InTurn,
    vault::{Records, Secrets},
    wire::community::OfficerErasures,
};

/// The bounded context: the name of the log, the stream and the subjects.
pub const CONTEXT: &str = "registry";
/// Master data kept in memory, of each kind.
const CACHED_MASTERS: NonZeroUsize = NonZeroUsize::new(1_000).expect("1,000 is not zero");
/// How long those who are being answered have, before the service begins anew.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Connects, brings the schema up to date, and binds the addresses.
pub async fn build(config: &Config) -> anyhow::Result<Service> {
    let verifier = Verifier::from_config(&config.identity).await?;
    let secrets = Secrets::read(&config.vault.key_file).context("vault.key_file")?;
    let pool = database::connect(&config.database).await?;
    pools::measure(CONTEXT, &pool);
    let client = nats::connect(&config.nats, "kim-registry").await?;
    let stop = CancellationToken::new();
    let options = OpenOptions { simulated: config.log.simulated };
    let log = Log::open(pool.clone(), CONTEXT, options, stop.clone()).await?;
    index::migrate(&pool).await?;

    let builder = Service::builder(CONTEXT, &config.grpc, &config.http, verifier.clone());
    let desk = desk(&log, &secrets, verifier.clone(), config.log.cached_communities, builder.draining());
    let relay = Relay::new(log.clone(), client.clone(), config.stream.retention()).sealing(secrets.seal());
    let (measured, status) = (log.clone(), relay.status());
    let (index, policies) = (desk.index.clone(), desk.policies.clone());
    let restoring =
        Restoring { seal: secrets.seal(), erasures: Box::new(OfficerErasures), prepare: prepare(index.clone()) };
    let guard = Guard::new(log.clone(), client, config.stream.retention(), restoring);
    guard.begin().await?;
    index.prepare().await?;
    verifier.follow_territory(index.in_force());
    verifier.set_revoked(index.masters().borrow().revoked.iter().copied());
    let revoked = desk.index.clone();
    let grpc = &config.grpc;
    let door = Door(log.gate().clone());
    let reconciling = Reconciling {
        guard: guard.clone(),
        authorise: Box::new(service::log::authorise_decision),
        explain: Box::new(service::log::not_reconciled),
    };
    let log_service = LogService::new(log.clone(), Box::new(service::log::authorise)).reconciling(reconciling);
    let (gate, outdated) = (log.gate().clone(), log.gate().outdated());
    let service = builder
        .service(behind(
            &door,
            grpc_service!(CommunityServiceServer::new(service::community::Handler(desk.clone())), grpc),
        ))
        .service(behind(&door, grpc_service!(OfficeServiceServer::new(service::office::Handler(desk.clone())), grpc)))
        .service(behind(
            &door,
            grpc_service!(PartnershipServiceServer::new(service::partnership::Handler(desk.clone())), grpc),
        ))
        .service(behind(&door, grpc_service!(RuleServiceServer::new(service::rule::Handler(desk.clone())), grpc)))
        .service(behind(
            &door,
            grpc_service!(TrainingServiceServer::new(service::training::Handler(desk.clone())), grpc),
        ))
        .service(behind(
            &door,
            grpc_service!(CodeListServiceServer::new(service::code_list::Handler(desk.clone())), grpc),
        ))
        .service(behind(
            &door,
            grpc_service!(AssessmentServiceServer::new(service::assessment::Handler(desk.clone())), grpc),
        ))
        .service(behind(&door, grpc_service!(SimulationServiceServer::new(service::simulation::Handler(desk)), grpc)))
        .service(grpc_service!(EventLogServiceServer::new(log_service), grpc))
        .readiness("database", move || database_answers(pool.clone()))
        .readiness("log", move || std::future::ready(log_is_open(&gate)))
        .task("relay lag", move |stop| ended(measure_relay(measured, status, stop)))
        .task("relay", |stop| ended(relay.run(stop)))
        .task("guard", |stop| ended(guard.run(stop)))
        .task("memory", |stop| up_to_date(outdated, stop))
        .task("index", |stop| ended(index.follow(stop)))
        .task("revocations", move |stop| ended(revoke(revoked, verifier, stop)))
        .task("policies", |stop| ended(policy::run(policies, stop)))
        .task("log", move |stopped| {
            ended(async move {
                stopped.cancelled().await;
                stop.cancel();
            })
        })
        .build()
        .await?;
    Ok(service)
}

fn desk(log: &Log, secrets: &Secrets, verifier: Verifier, cached: NonZeroUsize, draining: CancellationToken) -> Desk {
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
        metrics: policy::Metrics::new(),
    };
    Desk {
        index,
        policies,
        keys,
        secrets: secrets.clone(),
        records: Records::new(log.clone(), secrets),
        verifier,
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
        draining,
    }
}

fn behind<S>(door: &Door, service: S) -> InterceptedService<S, Door> {
    InterceptedService::new(service, door.clone())
}

/// After a restore the index follows the log before anybody is answered from it.
fn prepare(index: Index) -> Box<Prepare> {
    Box::new(move || {
        let index = index.clone();
        Box::pin(async move { index.prepare().await.map_err(Into::into) })
    })
}

fn log_is_open(gate: &Gate) -> Result<(), BoxError> {
    match gate.closed() {
        None => Ok(()),
        Some(closed) => Err(closed.to_string().into()),
    }
}

/// Caches, rules, revocations: all of it may come from events that the log went on without. Whoever keeps this service running
/// starts it again.
async fn up_to_date(outdated: CancellationToken, stop: CancellationToken) -> Result<(), BoxError> {
    if stop.run_until_cancelled(outdated.cancelled()).await.is_none() {
        return Ok(());
    }
    tokio::time::sleep(LAST_WORDS).await;
    Err("the log goes on without events that this process remembers; it begins anew".into())
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

async fn ended(task: impl Future<Output = ()>) -> Result<(), BoxError> {
    task.await;
    Ok(())
}

async fn database_answers(pool: sqlx::PgPool) -> Result<(), BoxError> {
    sqlx::query("SELECT 1").execute(&pool).await?;
    Ok(())
}
