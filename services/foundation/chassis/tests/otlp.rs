//! Traces and metrics arrive at a collector. A file of its own, since a process has telemetry once.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::{collections::HashMap, time::Duration};

use axum::{Router, body::Body, extract::State, http::Request, response::Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use kim_chassis::{config::Telemetry, telemetry};
use tokio::{net::TcpListener, sync::watch};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{service::Routes, transport::Server};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

/// What arrived, by the gRPC method that brought it.
type Arrived = watch::Sender<HashMap<String, Vec<u8>>>;

/// As much of a collector as says "thank you" to every export.
async fn collect(State(arrived): State<Arrived>, request: Request<Body>) -> Response {
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    arrived.send_modify(|arrived| arrived.entry(path).or_default().extend_from_slice(&body));
    let thanks =
        async { Some(Ok(http::HeaderMap::from_iter([("grpc-status".parse().unwrap(), "0".parse().unwrap())]))) };
    let body = Full::new(Bytes::from_static(&[0; 5])).with_trailers(thanks);
    Response::builder().header("content-type", "application/grpc").body(Body::new(body)).unwrap()
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traces_and_metrics_arrive_at_the_collector() {
    let arrived: Arrived = watch::channel(HashMap::new()).0;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let collector = Routes::from(Router::new().fallback(collect).with_state(arrived.clone()));
    tokio::spawn(Server::builder().add_routes(collector).serve_with_incoming(TcpListenerStream::new(listener)));

    let config = Telemetry { filter: "off".into(), otlp_endpoint: Some(endpoint), ..Telemetry::default() };
    let guard = telemetry::init(&config, "test").unwrap();
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    telemetry::span_from_traceparent("fold", Some(&parent)).in_scope(|| {
        let traceparent = telemetry::Traceparent::of(&tracing::Span::current()).unwrap().0;
        assert!(traceparent.starts_with(&parent[..36]), "{traceparent}");
        tracing::info!(target: "kim", words = "rahasia", "baris log tidak ikut ke pengumpul");
        let _foreign = tracing::info_span!(target: "sqlx", "query", words = "rahasia").entered();
    });
    opentelemetry::global::meter("kim").u64_counter("kim.test.folds").build().add(1, &[]);
    drop(guard);

    let both = arrived.subscribe().wait_for(|arrived| arrived.len() == 2).await.unwrap().clone();
    let traces = &both["/opentelemetry.proto.collector.trace.v1.TraceService/Export"];
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    assert!(holds(traces, &trace) && holds(traces, b"fold") && holds(traces, b"kim-test"));
    assert!(!holds(traces, b"rahasia"), "only our own spans, and no log lines");
    let metrics = &both["/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"];
    assert!(holds(metrics, b"kim.test.folds"));

    let again = telemetry::init(&Telemetry::default(), "other").unwrap();
    assert!(telemetry::prometheus_text().contains("kim_test_folds_total"), "the first installation stays");
    tokio::time::timeout(Duration::from_secs(20), async move { drop(again) }).await.unwrap();
}
