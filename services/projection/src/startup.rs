//! Builds the service from its configuration, so that tests start what operators start.

use std::{net::SocketAddr, sync::Arc};

use futures::future::BoxFuture;
use kim_chassis::{
    database::{self, DatabaseError},
    grpc_service,
    identity::{Verifier, VerifierError},
    nats::{self, NatsError},
    pools,
    serve::{BoxError, ServeError, Service},
};
use kim_contract::reporting::v1::reporting_service_server::ReportingServiceServer;
use kim_eventlog::{RemoteLog, RemoteLogError};
use sqlx::migrate::MigrateError;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    context::Context,
    pages::{Pages, State},
    reporting::Reporting,
    source::{self, Source},
    store::{Generations, Store},
    writer::Writer,
};

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("skema model baca tidak dapat disiapkan: {0}")]
    Migration(#[from] MigrateError),
    #[error(transparent)]
    Nats(#[from] NatsError),
    #[error(transparent)]
    Identity(#[from] VerifierError),
    #[error("{0}.{1}")]
    Log(Context, #[source] RemoteLogError),
    #[error(transparent)]
    Serve(#[from] ServeError),
}

/// The service, its addresses bound.
pub struct Projection {
    service: Service,
    store: Store,
}

/// Connects, and binds the addresses. Neither the broker nor a service whose log is read needs to be there: pages are served
/// from what was folded. Boxed, so that whoever starts the service compiles none of it again.
#[must_use]
pub fn build(config: &Config) -> BoxFuture<'_, Result<Projection, StartError>> {
    Box::pin(start(config))
}

async fn start(config: &Config) -> Result<Projection, StartError> {
    let pool = database::connect(&config.database).await?;
    pools::measure("projection", &pool);
    let generations = Generations::open(pool.clone()).await?;
    let store = Store::new(pool.clone(), generations, config.database.max_connections);
    // What is there serves from the first request on.
    if let Err(error) = store.look().await {
        tracing::warn!(%error, "model baca belum dapat dibaca");
    }
    let broker = nats::connect(&config.nats, "kim-projection").await?;
    let registry = log_of(Context::Registry, &config.registry).await?;
    let dissemination = log_of(Context::Dissemination, &config.dissemination).await?;
    let source = |context, log: &RemoteLog| Source::stream(context, broker.clone(), Some(log.clone()));
    let sources = vec![source(Context::Registry, &registry), source(Context::Dissemination, &dissemination)];
    let verifier = Verifier::from_config(&config.identity).await?;
    verifier.follow_territory(store.in_force());

    let builder = Service::builder("projection", &config.grpc, &config.http, verifier);
    let pages = Pages::new(Arc::new(store.clone()), builder.draining()).router();
    let reporting = ReportingServiceServer::new(Reporting::new(store.clone()));
    let learned = pool.clone();
    let (followed, ready, writer) = (store.clone(), store.clone(), Writer::new(store.clone(), sources));
    let service = builder
        .service(grpc_service!(reporting, &config.grpc))
        .site(config.pages.listen.unwrap_or_else(|| ([127, 0, 0, 1], 0).into()), pages)
        .readiness("model-baca", move || std::future::ready(serves(&ready)))
        .task("registri", |stop| done(source::learn(Context::Registry, registry, learned, stop)))
        .task("diseminasi", |stop| done(source::learn(Context::Dissemination, dissemination, pool, stop)))
        .task("pelipat", |stop| done(writer.run(stop)))
        .task("pembaca", |stop| done(followed.follow(stop)))
        .build()
        .await?;
    Ok(Projection { service, store })
}

/// A service's log, to be asked when it is needed.
async fn log_of(context: Context, source: &kim_chassis::config::Source) -> Result<RemoteLog, StartError> {
    let log = RemoteLog::connect(&source.url, &source.token_file).await;
    log.map_err(|error| StartError::Log(context, error))
}

fn serves(store: &Store) -> Result<(), BoxError> {
    match &*store.states().borrow() {
        State::Serving(_) => Ok(()),
        State::Loading => Err("model baca belum ada".into()),
    }
}

async fn done(task: impl Future<Output = ()>) -> Result<(), BoxError> {
    task.await;
    Ok(())
}

impl Projection {
    /// Where the dashboards are.
    #[must_use]
    pub fn pages_address(&self) -> SocketAddr {
        self.service.site_addresses()[0]
    }

    /// Where Reporting is.
    #[must_use]
    pub fn grpc_address(&self) -> SocketAddr {
        self.service.grpc_address()
    }

    /// Where health and metrics are.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.service.http_address()
    }

    /// The read model, for a test that waits for a position.
    #[must_use]
    pub fn store(&self) -> Store {
        self.store.clone()
    }

    /// Runs until the operating system says to end.
    pub async fn run_until_signal(self) -> Result<(), ServeError> {
        self.service.run_until_signal().await
    }

    /// Runs until `shutdown`.
    pub async fn run_until(self, shutdown: CancellationToken) -> Result<(), ServeError> {
        self.service.run_until(shutdown).await
    }
}
