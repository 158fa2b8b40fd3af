//! Starts a write service: its log is opened and guarded, and what stands behind the log is served.

use std::{convert::Infallible, time::Duration};

use anyhow::Context;
use http::{Request, Response};
use kim_chassis::{
    config::{Database, Grpc, Http, Identity, Nats},
    database, grpc_service,
    identity::Verifier,
    nats, pools,
    serve::{BoxError, Builder, Service},
};
use kim_contract::log::v1::event_log_service_server::EventLogServiceServer;
use kim_eventlog::{
    Erasures, Gate, Guard, Log, LogService, OpenOptions, Prepare, Reconciling, Relay, Restoring, measure_relay,
};
use tokio_util::sync::CancellationToken;
use tonic::{body::Body, server::NamedService, service::interceptor::InterceptedService};
use tower::Service as TowerService;

use crate::{
    closed::Door,
    config::{Stream, Vault},
    log::{authorise, authorise_decision, not_reconciled},
    secrets::Secrets,
};

/// How long those who are being answered have, before the service begins anew.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Rooms of a service's configuration, whose order and other rooms are its own.
#[derive(Debug, Clone, Copy)]
pub struct Rooms<'a> {
    pub grpc: &'a Grpc,
    pub http: &'a Http,
    pub database: &'a Database,
    pub nats: &'a Nats,
    pub identity: &'a Identity,
    pub stream: &'a Stream,
    pub vault: &'a Vault,
    /// A log made as simulated stays so for good, and one that was not never becomes so.
    pub simulated: bool,
}

/// A service whose log is open. Nothing is served yet: the log may have been restored.
pub struct Connected {
    pub log: Log,
    pub secrets: Secrets,
    pub verifier: Verifier,
    client: async_nats::Client,
    stream: Stream,
    grpc: Grpc,
    builder: Builder,
    /// Ends the log.
    stop: CancellationToken,
}

/// A service whose log was compared with its stream.
pub struct Guarded {
    log: Log,
    guard: Guard,
    grpc: Grpc,
    door: Door,
    builder: Builder,
    stop: CancellationToken,
}

impl Connected {
    /// Connects, opens the log and brings its schema up to date. `context` is the name of the log, the stream and the subjects.
    pub async fn open(context: &'static str, rooms: Rooms<'_>) -> anyhow::Result<Self> {
        let verifier = Verifier::from_config(rooms.identity).await?;
        let secrets = Secrets::read(&rooms.vault.key_file, context).context("vault.key_file")?;
        let pool = database::connect(rooms.database).await?;
        pools::measure(context, &pool);
        let client = nats::connect(rooms.nats, &format!("kim-{context}")).await?;
        let stop = CancellationToken::new();
        let options = OpenOptions { simulated: rooms.simulated };
        let log = Log::open(pool, context, options, stop.clone()).await?;
        let builder = Service::builder(context, rooms.grpc, rooms.http, verifier.clone());
        let (stream, grpc) = (rooms.stream.clone(), rooms.grpc.clone());
        Ok(Self { log, secrets, verifier, client, stream, grpc, builder, stop })
    }

    /// Cancelled when the service drains.
    #[must_use]
    pub fn draining(&self) -> CancellationToken {
        self.builder.draining()
    }

    /// Compares the log with its stream. `erasures` are what of the vault an event has forgotten, and `prepare` is what the service
    /// does after a restore before anybody is answered.
    pub async fn guard(self, erasures: Box<dyn Erasures>, prepare: Box<Prepare>) -> anyhow::Result<Guarded> {
        let Self { log, secrets, client, stream, grpc, builder, stop, .. } = self;
        let relay = Relay::new(log.clone(), client.clone(), stream.retention()).sealing(secrets.seal());
        let (measured, status) = (log.clone(), relay.status());
        let restoring = Restoring { seal: secrets.seal(), erasures, prepare };
        let guard = Guard::new(log.clone(), client, stream.retention(), restoring);
        guard.begin().await?;
        let (pool, gate) = (log.pool().clone(), log.gate().clone());
        let (outdated, guarding) = (log.gate().outdated(), guard.clone());
        let builder = builder
            .readiness("database", move || database_answers(pool.clone()))
            .readiness("log", move || std::future::ready(log_is_open(&gate)))
            .task("relay lag", move |stop| ended(measure_relay(measured, status, stop)))
            .task("relay", |stop| ended(relay.run(stop)))
            .task("guard", |stop| ended(guarding.run(stop)))
            .task("memory", |stop| up_to_date(outdated, stop));
        let door = Door(log.gate().clone());
        Ok(Guarded { log, guard, grpc, door, builder, stop })
    }
}

impl Guarded {
    /// Adds a gRPC service, which is closed while the log is; wrap it in [`grpc_service!`] first.
    #[must_use]
    pub fn service<S>(mut self, service: S) -> Self
    where
        S: TowerService<Request<Body>, Response = Response<Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
    {
        self.builder = self.builder.service(InterceptedService::new(service, self.door.clone()));
        self
    }

    /// Adds a task that runs beside the servers until the token that it is given is cancelled.
    #[must_use]
    pub fn task<T, F>(mut self, name: &'static str, task: T) -> Self
    where
        T: FnOnce(CancellationToken) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        self.builder = self.builder.task(name, |stop| ended(task(stop)));
        self
    }

    /// Adds the service of the log itself, which is open always, and binds the addresses.
    pub async fn build(self) -> anyhow::Result<Service> {
        let Self { log, guard, grpc, builder, stop, .. } = self;
        let reconciling =
            Reconciling { guard, authorise: Box::new(authorise_decision), explain: Box::new(not_reconciled) };
        let log_service = LogService::new(log, Box::new(authorise)).reconciling(reconciling);
        let service = builder
            .service(grpc_service!(EventLogServiceServer::new(log_service), &grpc))
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

async fn ended(task: impl Future<Output = ()>) -> Result<(), BoxError> {
    task.await;
    Ok(())
}

async fn database_answers(pool: sqlx::PgPool) -> Result<(), BoxError> {
    sqlx::query("SELECT 1").execute(&pool).await?;
    Ok(())
}
