//! The layer in front of all gRPC services: who calls, is there room, how long may it take, and how did it end.
//!
//! It is one layer since each step needs what kind of call this is. In order: the trace; the token (cheap, and a caller
//! without one learns nothing, not even that the service is busy); a place among those in flight; the deadline.
//!
//! A unary call is bounded by the server's deadline and the client's. A streaming call is bounded by the client's alone,
//! over its whole stream: an import takes as long as it takes, and a log's reader stays.

use std::{
    convert::Infallible,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use futures::FutureExt;
use http::{Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, body::Body, metadata::MetadataMap};
use tower::{Layer, Service};
use tracing::{Instrument, Span, field};

use super::{
    body::{Ending, StreamBody},
    deadline,
    methods::{Kind, Method, Methods},
    metrics::{self, Metrics},
};
use crate::{config::Grpc, errors::Fault, identity::Verifier, telemetry};

/// Health's watchers and reflection's readers at the same time. They come without a token, so they have places of their
/// own and cannot take those of readers who have one.
const OPEN_STREAMS: usize = 64;

/// What all calls share.
pub(super) struct Edge {
    methods: Methods,
    verifier: Verifier,
    metrics: Metrics,
    deadline: Duration,
    unary: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    open_streams: Arc<Semaphore>,
    draining: CancellationToken,
    cut: CancellationToken,
}

impl Edge {
    /// `draining` ends streams that only read; `cut` ends every stream.
    pub(super) fn new(
        service: &'static str,
        config: &Grpc,
        methods: Methods,
        verifier: Verifier,
        draining: CancellationToken,
        cut: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            methods,
            verifier,
            metrics: Metrics::new(service),
            deadline: config.deadline(),
            unary: Arc::new(Semaphore::new(config.max_in_flight)),
            streams: Arc::new(Semaphore::new(config.max_streams)),
            open_streams: Arc::new(Semaphore::new(OPEN_STREAMS)),
            draining,
            cut,
        })
    }

    /// A place for this call, given back when it ends; `None` for health, which must answer under any load.
    fn place(&self, method: &Method) -> Result<Option<OwnedSemaphorePermit>, Fault> {
        let places = match (method.kind, method.open) {
            (Kind::Unary, true) => return Ok(None),
            (Kind::Unary, false) => &self.unary,
            (Kind::Reader | Kind::Writer, false) => &self.streams,
            (Kind::Reader | Kind::Writer, true) => &self.open_streams,
        };
        Arc::clone(places).try_acquire_owned().map(Some).map_err(|_| Fault::busy())
    }

    fn authenticate(&self, method: &Method, request: &mut Request<Body>) -> Result<(), Fault> {
        // Whatever came before us put no caller there.
        request.extensions_mut().remove::<Arc<crate::identity::Principal>>();
        if method.open {
            return Ok(());
        }
        let headers = std::mem::take(request.headers_mut());
        let metadata = MetadataMap::from_headers(headers);
        let verified = self.verifier.verify(&metadata);
        *request.headers_mut() = metadata.into_headers();
        request.extensions_mut().insert(verified?);
        Ok(())
    }
}

/// Counts a call and says how it ended, also when it is dropped before its end.
pub(super) struct Report {
    edge: Arc<Edge>,
    method: Arc<Method>,
    span: Span,
    begun: Instant,
    code: Code,
}

impl Report {
    fn begin(edge: &Arc<Edge>, method: &Arc<Method>, span: &Span) -> Self {
        edge.metrics.begin();
        // Whoever drops a call without an answer has cancelled it.
        let code = Code::Cancelled;
        Self { edge: Arc::clone(edge), method: Arc::clone(method), span: span.clone(), begun: Instant::now(), code }
    }

    pub(super) fn ended(&mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.edge.metrics.end(&self.method, self.code, self.begun);
        let _entered = self.span.enter();
        let (code, milliseconds) = (metrics::name(self.code), self.begun.elapsed().as_secs_f64() * 1e3);
        match self.code {
            Code::Internal | Code::Unknown | Code::DataLoss => tracing::error!(code, milliseconds, "panggilan gagal"),
            Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => {
                tracing::warn!(code, milliseconds, "panggilan tidak terlayani");
            }
            _ => tracing::debug!(code, milliseconds, "panggilan selesai"),
        }
    }
}

#[derive(Clone)]
pub(super) struct EdgeLayer(pub Arc<Edge>);

impl<S> Layer<S> for EdgeLayer {
    type Service = EdgeService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        EdgeService { edge: Arc::clone(&self.0), inner }
    }
}

#[derive(Clone)]
pub(super) struct EdgeService<S> {
    edge: Arc<Edge>,
    inner: S,
}

impl<S> Service<Request<Body>> for EdgeService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // The one that was polled ready is taken, and its clone stays for the next call.
        let waiting = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, waiting);
        let method = Arc::clone(self.edge.methods.at(request.uri().path()));
        let span = span(&method, &mut request);
        let mut report = Report::begin(&self.edge, &method, &span);

        let admitted = self.edge.authenticate(&method, &mut request).and_then(|()| self.edge.place(&method));
        let place = match admitted {
            Ok(place) => place,
            Err(fault) => {
                report.ended(fault.code);
                return Box::pin(std::future::ready(Ok(fault.into_status().into_http())));
            }
        };
        let of_client = deadline::of_client(request.headers());
        let edge = Arc::clone(&self.edge);
        let answer = async move {
            match method.kind {
                Kind::Unary => {
                    let limit = of_client.map_or(edge.deadline, |timeout| timeout.min(edge.deadline));
                    let response = match tokio::time::timeout(limit, guarded(inner.call(request))).await {
                        Ok(response) => response,
                        Err(_) => Fault::deadline().into_status().into_http(),
                    };
                    // The body is whole by now, so that the call's place is free.
                    report.ended(code_of(&response).unwrap_or(Code::Ok));
                    drop(place);
                    response
                }
                Kind::Reader | Kind::Writer => {
                    let draining = (method.kind == Kind::Reader).then(|| edge.draining.clone());
                    let mut ending = Ending::new(of_client, draining, edge.cut.clone());
                    let response = tokio::select! {
                        biased;
                        response = guarded(inner.call(request)) => response,
                        fault = &mut ending => fault.into_status().into_http(),
                    };
                    match code_of(&response) {
                        Some(code) => {
                            report.ended(code);
                            response
                        }
                        None => response.map(|body| Body::new(StreamBody::new(body, ending, place, report))),
                    }
                }
            }
        };
        Box::pin(answer.instrument(span).map(Ok))
    }
}

fn span(method: &Method, request: &mut Request<Body>) -> Span {
    let name = method.name.as_str();
    let span = tracing::info_span!(target: "kim", "rpc", otel.name = name, otel.kind = "server", method = name, trace_id = field::Empty);
    let traceparent = telemetry::Traceparent::of_call(&span, request.headers());
    span.record("trace_id", traceparent.trace_id());
    request.extensions_mut().insert(traceparent);
    span
}

/// A handler that panics has answered INTERNAL; the service goes on.
async fn guarded<F>(call: F) -> Response<Body>
where
    F: Future<Output = Result<Response<Body>, Infallible>>,
{
    match AssertUnwindSafe(call).catch_unwind().await {
        Ok(Ok(response)) => response,
        // The panic's own words may hold what a request held, so they stay out of the log.
        Err(_) => {
            tracing::error!("penangan panggilan panik");
            Fault::internal().into_status().into_http()
        }
    }
}

/// The code of an answer that has nothing but its status; `None` for one with a body that is still to come.
fn code_of(response: &Response<Body>) -> Option<Code> {
    Status::from_header_map(response.headers()).map(|status| status.code())
}
