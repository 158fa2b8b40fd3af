//! Runs a service: gRPC with health, reflection, authentication, limits and deadlines; HTTP for operators; background
//! tasks; and an orderly end.
//!
//! The end goes in this order: health says `NOT_SERVING`; no new connection or call is accepted, and streams that only
//! read end at once (their readers go on elsewhere from their position); commands in flight, imports too, end within
//! `grpc.drain_ms`; then the background tasks are told to stop and are awaited for `grpc.stop_ms`, so that a relay stops
//! between two messages; then `/livez` and `/metrics` fall silent.

mod body;
mod deadline;
mod edge;
mod gather;
mod methods;
mod metrics;
mod operations;
mod run;

use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::Pin, sync::Arc};

use axum::{Router, response::IntoResponse};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Status, server::NamedService, service::Routes, transport::server::TcpIncoming};
use tower::Service as TowerService;

use crate::{
    config::{Grpc, Http},
    identity::{Principal, Unauthenticated, Verifier},
};
use operations::Checks;

#[doc(hidden)]
pub use tonic::codec::CompressionEncoding as __Compression;

/// What a background task or a readiness check says when it fails.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Task = (&'static str, Box<dyn FnOnce(CancellationToken) -> BoxFuture<Result<(), BoxError>> + Send>);

/// Why a service did not start, or ended otherwise than it was told.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("{listener} tidak dapat mendengarkan di {address}: {source}")]
    Listen {
        /// Which listener.
        listener: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The descriptors do not parse.
    #[error("deskriptor protobuf rusak: {0}")]
    Descriptors(#[source] BoxError),
    /// A server ended by itself.
    #[error("peladen {0} berhenti sendiri: {1}")]
    Server(&'static str, #[source] BoxError),
    /// A background task failed or panicked; the service was drained.
    #[error("tugas {0} gagal: {1}")]
    Task(&'static str, #[source] BoxError),
    /// The signals of the operating system cannot be heard.
    #[error("sinyal sistem tidak dapat didengar: {0}")]
    Signals(#[source] io::Error),
}

/// Gives a generated gRPC server the configured message limits and gzip. What comes in is counted after decompression, so
/// that a small message cannot grow beyond the limit here.
///
/// ```ignore
/// builder.service(kim_chassis::grpc_service!(CommunityServiceServer::new(handler), &config.grpc))
/// ```
#[macro_export]
macro_rules! grpc_service {
    ($server:expr, $grpc:expr) => {{
        let limit = $crate::config::Grpc::message_limit($grpc);
        $server
            .max_decoding_message_size(limit)
            .max_encoding_message_size(limit)
            .accept_compressed($crate::serve::__Compression::Gzip)
            .send_compressed($crate::serve::__Compression::Gzip)
    }};
}

/// Who calls: put there by the authentication in front of every method but health and reflection.
///
/// # Errors
/// UNAUTHENTICATED for a method that has no caller.
pub fn principal<T>(request: &tonic::Request<T>) -> Result<&Arc<Principal>, Status> {
    principal_in(request.extensions())
}

/// [`principal`] where only the extensions are at hand.
///
/// # Errors
/// UNAUTHENTICATED for a method that has no caller.
pub fn principal_in(extensions: &tonic::Extensions) -> Result<&Arc<Principal>, Status> {
    let principal = extensions.get::<Arc<Principal>>().ok_or(Unauthenticated::Missing)?;
    Ok(principal)
}

/// What a service consists of, before its addresses are bound.
pub struct Builder {
    name: &'static str,
    grpc: Grpc,
    http: Http,
    verifier: Verifier,
    routes: Routes,
    served: Vec<&'static str>,
    descriptors: Vec<&'static [u8]>,
    operations: Router,
    sites: Vec<(SocketAddr, Router)>,
    checks: Checks,
    tasks: Vec<Task>,
    draining: CancellationToken,
}

impl Builder {
    /// Adds a gRPC service; wrap it in [`grpc_service!`](crate::grpc_service) first.
    #[must_use]
    pub fn service<S>(mut self, service: S) -> Self
    where
        S: TowerService<http::Request<tonic::body::Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        self.served.push(S::NAME);
        self.routes = self.routes.add_service(service);
        self
    }

    /// Adds an encoded `FileDescriptorSet` to those of `kim_contract`: reflection serves it, and it says which methods
    /// stream.
    #[must_use]
    pub fn descriptors(mut self, encoded: &'static [u8]) -> Self {
        self.descriptors.push(encoded);
        self
    }

    /// Adds routes beside `/livez`, `/readyz` and `/metrics`.
    #[must_use]
    pub fn http(mut self, router: Router) -> Self {
        self.operations = self.operations.merge(router);
        self
    }

    /// Serves another site at an address of its own, such as the pages. It is drained with the gRPC server.
    #[must_use]
    pub fn site(mut self, listen: SocketAddr, router: Router) -> Self {
        self.sites.push((listen, router));
        self
    }

    /// Adds a condition of being ready: it is asked by `/readyz` and, every two seconds, for the gRPC health.
    #[must_use]
    pub fn readiness<C, F>(mut self, name: &'static str, check: C) -> Self
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.checks.add(name, Box::new(move || Box::pin(check())));
        self
    }

    /// Adds a task that runs beside the servers. It ends soon after the token that it is given is cancelled, at a point
    /// of its own choice; when it fails before, the service is drained and ends with that failure.
    #[must_use]
    pub fn task<T, F>(mut self, name: &'static str, task: T) -> Self
    where
        T: FnOnce(CancellationToken) -> F + Send + 'static,
        F: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.tasks.push((name, Box::new(move |stop| Box::pin(task(stop)))));
        self
    }

    /// Cancelled when draining begins; for what should then end by itself, such as a page's server-sent events, or an
    /// import at the end of a batch.
    #[must_use]
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Binds the addresses. Calls are answered once [`Service::run_until`] runs; connections wait until then.
    ///
    /// # Errors
    /// An address that is taken or not ours.
    pub async fn build(self) -> Result<Service, ServeError> {
        let failed = |listener, address| move |source| ServeError::Listen { listener, address, source };
        let grpc = self.grpc.listen;
        let incoming = TcpListener::bind(grpc).await.map_err(failed("gRPC", grpc))?;
        let incoming = TcpIncoming::from(incoming).with_nodelay(Some(true));
        let grpc_address = incoming.local_addr().map_err(failed("gRPC", grpc))?;
        let http = TcpListener::bind(self.http.listen).await.map_err(failed("HTTP", self.http.listen))?;
        let http_address = http.local_addr().map_err(failed("HTTP", self.http.listen))?;
        let (mut sites, mut site_addresses) = (Vec::new(), Vec::new());
        for (address, router) in self.sites {
            let listener = TcpListener::bind(address).await.map_err(failed("situs", address))?;
            site_addresses.push(listener.local_addr().map_err(failed("situs", address))?);
            sites.push((listener, router));
        }
        Ok(Service {
            name: self.name,
            grpc: self.grpc,
            verifier: self.verifier,
            routes: self.routes,
            served: self.served,
            descriptors: self.descriptors,
            incoming,
            grpc_address,
            http,
            http_address,
            operations: self.operations,
            sites,
            site_addresses,
            checks: Arc::new(self.checks),
            tasks: self.tasks,
            draining: self.draining,
        })
    }
}

/// A service whose addresses are bound.
pub struct Service {
    name: &'static str,
    grpc: Grpc,
    verifier: Verifier,
    routes: Routes,
    served: Vec<&'static str>,
    descriptors: Vec<&'static [u8]>,
    incoming: TcpIncoming,
    grpc_address: SocketAddr,
    http: TcpListener,
    http_address: SocketAddr,
    operations: Router,
    sites: Vec<(TcpListener, Router)>,
    site_addresses: Vec<SocketAddr>,
    checks: Arc<Checks>,
    tasks: Vec<Task>,
    draining: CancellationToken,
}

impl Service {
    /// Begins a service. There is none without a verifier: no service starts without an issuer set.
    #[must_use]
    pub fn builder(name: &'static str, grpc: &Grpc, http: &Http, verifier: Verifier) -> Builder {
        Builder {
            name,
            grpc: grpc.clone(),
            http: http.clone(),
            verifier,
            routes: Routes::default(),
            served: Vec::new(),
            descriptors: vec![kim_contract::DESCRIPTORS],
            operations: Router::new(),
            sites: Vec::new(),
            checks: Checks::default(),
            tasks: Vec::new(),
            draining: CancellationToken::new(),
        }
    }

    /// Where gRPC listens.
    #[must_use]
    pub fn grpc_address(&self) -> SocketAddr {
        self.grpc_address
    }

    /// Where health and metrics are.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.http_address
    }

    /// Where the sites are, in the order in which they were added.
    #[must_use]
    pub fn site_addresses(&self) -> &[SocketAddr] {
        &self.site_addresses
    }

    /// Cancelled when draining begins; see [`Builder::draining`].
    #[must_use]
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }
}
