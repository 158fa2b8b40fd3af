//! The life of a service, and its end.

use std::{future::IntoFuture, net::SocketAddr, sync::Arc, time::Duration};

use axum::serve::{Listener, ListenerExt};
use futures::{TryStreamExt, future::BoxFuture};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    task::{JoinError, JoinSet},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

use super::{
    BoxError, ServeError, Service,
    edge::{Edge, EdgeLayer},
    gather::Gathering,
    methods::Methods,
    operations,
};

/// What a connection may have under way before it waits for the reader; imports and logs come in large pieces.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;
/// How long streams that were cut get to say so.
const LAST_WORDS: Duration = Duration::from_secs(1);

type Ended = (&'static str, Result<(), BoxError>);

impl Service {
    /// Runs until SIGTERM or SIGINT, then drains; a second signal ends the process at once. For a `main`: from here on
    /// the process's panics are logged by their place only.
    ///
    /// # Errors
    /// When the service ended otherwise than by the signal.
    pub async fn run_until_signal(self) -> Result<(), ServeError> {
        report_panics_without_their_words();
        let mut terminate = signal(SignalKind::terminate()).map_err(ServeError::Signals)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signals)?;
        let shutdown = CancellationToken::new();
        let told = shutdown.clone();
        let mut signals = JoinSet::new();
        signals.spawn(async move {
            for again in [false, true] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if again {
                    tracing::warn!("diminta berhenti dua kali; berhenti seketika");
                    std::process::exit(130);
                }
                told.cancel();
            }
        });
        self.run_until(shutdown).await
    }

    /// Runs until `shutdown` is cancelled, then drains; see the [module](crate::serve) for the order. Boxed, so that the servers
    /// are compiled here alone.
    ///
    /// # Errors
    /// When a server or a background task ended before it was told to. The rest is drained all the same.
    #[must_use]
    pub fn run_until(self, shutdown: CancellationToken) -> BoxFuture<'static, Result<(), ServeError>> {
        Box::pin(self.serve(shutdown))
    }

    async fn serve(self, shutdown: CancellationToken) -> Result<(), ServeError> {
        let Self { name, grpc, verifier, routes, served, descriptors, .. } = self;
        let (draining, leaving, cut, stop) =
            (self.draining, CancellationToken::new(), CancellationToken::new(), CancellationToken::new());
        let silent = CancellationToken::new();
        // Should this future be dropped, everything that it began ends too.
        let _guards = [&leaving, &draining, &cut, &stop, &silent].map(|token| token.clone().drop_guard());

        let methods = Methods::from_descriptors(&descriptors).map_err(|error| ServeError::Descriptors(error.into()))?;
        let (reporter, health) = tonic_health::server::health_reporter();
        let reflection = reflection(&descriptors, &served)?;
        let edge = Edge::new(name, &grpc, methods, verifier.clone(), draining.clone(), cut.clone());
        let streams = u32::try_from(grpc.max_in_flight.saturating_add(grpc.max_streams)).unwrap_or(u32::MAX);
        let incoming = self.incoming.map_ok(Gathering::new);
        let server = Server::builder()
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            // Above our own limit, so that one too many is refused and does not wait unseen in the client.
            .max_concurrent_streams(streams.saturating_add(streams / 2).saturating_add(16))
            .http2_keepalive_interval(Some(Duration::from_millis(grpc.keepalive_ms)))
            .http2_keepalive_timeout(Some(Duration::from_millis(grpc.keepalive_timeout_ms)))
            .layer(EdgeLayer(edge))
            .add_routes(routes.add_service(health).add_service(reflection))
            .serve_with_incoming_shutdown(incoming, draining.clone().cancelled_owned());

        let mut health = JoinSet::new();
        health.spawn(operations::keep_health(reporter, served, Arc::clone(&self.checks), leaving.clone()));

        let mut servers: JoinSet<Ended> = JoinSet::new();
        servers.spawn(async move { ("gRPC", server.await.map_err(Into::into)) });
        for (listener, router) in self.sites {
            let drained = draining.clone().cancelled_owned();
            let site = axum::serve(at_once(listener), router).with_graceful_shutdown(drained).into_future();
            servers.spawn(async move { ("situs", site.await.map_err(Into::into)) });
        }
        let router = operations::router(self.checks, draining.clone()).merge(self.operations);
        let mut operators: JoinSet<Ended> = JoinSet::new();
        let site = axum::serve(at_once(self.http), router)
            .with_graceful_shutdown(silent.clone().cancelled_owned())
            .into_future();
        operators.spawn(async move { ("HTTP", site.await.map_err(Into::into)) });

        let mut tasks: JoinSet<Ended> = JoinSet::new();
        for (task, begin) in self.tasks {
            let work = begin(stop.clone());
            tasks.spawn(async move { (task, work.await) });
        }
        let fresh = stop.clone();
        tasks.spawn(async move {
            verifier.keep_fresh(fresh).await;
            ("kunci", Ok(()))
        });

        tracing::info!(service = name, grpc = %self.grpc_address, http = %self.http_address, "layanan berjalan");
        let outcome = until_told_or_broken(&shutdown, &mut servers, &mut operators, &mut tasks).await;

        tracing::info!(service = name, "layanan berhenti: menyelesaikan yang sedang berjalan");
        leaving.cancel();
        while health.join_next().await.is_some() {}
        draining.cancel();
        if timeout(Duration::from_millis(grpc.drain_ms), all(&mut servers)).await.is_err() {
            tracing::warn!(service = name, "yang sedang berjalan belum selesai pada waktunya; diputus");
            cut.cancel();
            let _ = timeout(LAST_WORDS, all(&mut servers)).await;
            servers.shutdown().await;
        }
        stop.cancel();
        let stopped = timeout(Duration::from_millis(grpc.stop_ms), end_of(&mut tasks)).await;
        if stopped.is_err() {
            tracing::warn!(service = name, "tugas latar belum selesai pada waktunya; diputus");
            tasks.shutdown().await;
        }
        silent.cancel();
        let _ = timeout(LAST_WORDS, all(&mut operators)).await;
        operators.shutdown().await;
        tracing::info!(service = name, "layanan selesai");
        outcome.and(stopped.unwrap_or(Ok(())))
    }
}

/// What is written goes out at once; otherwise the end of an answer waits until its beginning was acknowledged.
fn at_once(listener: TcpListener) -> impl Listener<Io = TcpStream, Addr = SocketAddr> {
    listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    })
}

/// A panic's message may repeat what a request held (an `expect` on a `Result` prints its error), and no log line may
/// hold that (invariant 8). A literal cannot, so literals are logged.
fn report_panics_without_their_words() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or("…");
        tracing::error!(place, words, "panik");
    }));
}

/// Waits for the order to stop, or for something that ends without it. A task may end well by itself.
async fn until_told_or_broken(
    shutdown: &CancellationToken,
    servers: &mut JoinSet<Ended>,
    operators: &mut JoinSet<Ended>,
    tasks: &mut JoinSet<Ended>,
) -> Result<(), ServeError> {
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => return Ok(()),
            Some(ended) = servers.join_next() => return Err(unexpected(ended)),
            Some(ended) = operators.join_next() => return Err(unexpected(ended)),
            Some(ended) = tasks.join_next() => judge(ended)?,
        }
    }
}

fn judge(ended: Result<Ended, JoinError>) -> Result<(), ServeError> {
    match ended {
        Ok((_, Ok(()))) => Ok(()),
        Ok((task, Err(error))) => {
            tracing::error!(task, %error, "tugas latar gagal");
            Err(ServeError::Task(task, error))
        }
        Err(error) => {
            tracing::error!("tugas latar panik");
            Err(ServeError::Task("latar", error.into()))
        }
    }
}

fn unexpected(ended: Result<Ended, JoinError>) -> ServeError {
    match ended {
        Ok((server, Ok(()))) => ServeError::Server(server, "tanpa sebab".into()),
        Ok((server, Err(error))) => ServeError::Server(server, error),
        Err(error) => ServeError::Server("jaringan", error.into()),
    }
}

/// The end of all tasks, and the first failure among them.
async fn end_of(tasks: &mut JoinSet<Ended>) -> Result<(), ServeError> {
    let mut outcome = Ok(());
    while let Some(ended) = tasks.join_next().await {
        outcome = outcome.and(judge(ended));
    }
    outcome
}

async fn all(servers: &mut JoinSet<Ended>) {
    while servers.join_next().await.is_some() {}
}

/// Reflection of what this process serves, and not of all that the contract knows.
fn reflection(
    descriptors: &[&'static [u8]],
    served: &[&'static str],
) -> Result<
    tonic_reflection::server::v1::ServerReflectionServer<impl tonic_reflection::server::v1::ServerReflection>,
    ServeError,
> {
    let mut builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .with_service_name("grpc.health.v1.Health")
        .with_service_name("grpc.reflection.v1.ServerReflection");
    for set in descriptors {
        builder = builder.register_encoded_file_descriptor_set(set);
    }
    for service in served {
        builder = builder.with_service_name(*service);
    }
    builder.build_v1().map_err(|error| ServeError::Descriptors(error.into()))
}
