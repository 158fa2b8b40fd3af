//! Logs, traces and metrics of a process. Installed once: later calls, of tests that start several services in one
//! process, find what the first one made.
//!
//! Nobody's data goes in (invariant 8): request bodies, metadata and tokens are never recorded, and spans of other
//! crates are not exported.

mod fields;
mod propagation;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use opentelemetry::{KeyValue, global, trace::TracerProvider};
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{
    Resource,
    metrics::SdkMeterProvider,
    trace::{Sampler, SdkTracerProvider},
};
use prometheus::Encoder;
use tracing_subscriber::{EnvFilter, Layer, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, Telemetry};
use fields::SpanFields;

pub use propagation::{Traceparent, adopt, span_from_traceparent};

/// How long a collector may take before a batch is given up.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(3);

static INSTALLED: Mutex<Option<Arc<Providers>>> = Mutex::new(None);
static METRICS: OnceLock<prometheus::Registry> = OnceLock::new();

/// Why telemetry could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter's directives do not parse.
    #[error("telemetry.filter tidak terbaca: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The exporter could not be built from the endpoint.
    #[error("telemetry.otlp_endpoint tidak dapat dipakai: {0}")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The Prometheus reader could not be built.
    #[error("metrik tidak dapat dipasang: {0}")]
    Metrics(#[from] opentelemetry_sdk::error::OTelSdkError),
    /// Somebody else in this process writes the logs already.
    #[error("pencatat log lain sudah terpasang: {0}")]
    Taken(#[from] tracing_subscriber::util::TryInitError),
}

struct Providers {
    /// Where they are collected.
    traces: Option<SdkTracerProvider>,
    metrics: SdkMeterProvider,
}

/// Sends what is left when it goes out of scope; keep it until the end of `main`.
#[must_use = "what is not sent yet is lost without it"]
pub struct TelemetryGuard(Arc<Providers>);

impl Drop for TelemetryGuard {
    fn drop(&mut self) {
        // A flush and no shutdown: another service of this process may still be writing. An unreachable collector costs
        // the export timeout and nothing else.
        if let Some(traces) = &self.0.traces {
            let _ = traces.force_flush();
        }
        let _ = self.0.metrics.force_flush();
    }
}

/// Installs logs, traces and metrics for this process, or hands out what an earlier call installed.
///
/// With an OTLP endpoint it must be called within a tokio runtime.
///
/// # Errors
/// A filter that does not parse, an endpoint that is no address, or another subscriber that is there already.
pub fn init(config: &Telemetry, service: &'static str) -> Result<TelemetryGuard, TelemetryError> {
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(providers) = &*installed {
        return Ok(TelemetryGuard(Arc::clone(providers)));
    }
    let filter = EnvFilter::try_new(&config.filter)?;
    let name = config.service_name.clone().unwrap_or_else(|| format!("kim-{service}"));
    let resource = Resource::builder()
        .with_service_name(name)
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let registry = prometheus::Registry::new();
    let metrics = meter_provider(config, resource.clone(), registry.clone())?;
    let traces = tracer_provider(config, resource)?;

    let lines = match config.log {
        LogFormat::Json => tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .fmt_fields(SpanFields)
            .boxed(),
        LogFormat::Pretty => tracing_subscriber::fmt::layer().compact().boxed(),
    };
    // Spans only, and only ours: other crates put into spans and events what we cannot vouch for.
    let ours = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("kim"));
    let spans = traces.as_ref().map(|traces| {
        tracing_opentelemetry::layer()
            .with_tracer(traces.tracer("kim"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(ours)
    });
    tracing_subscriber::registry().with(spans).with(lines.with_filter(filter)).try_init()?;

    if let Some(traces) = &traces {
        global::set_tracer_provider(traces.clone());
    }
    global::set_meter_provider(metrics.clone());
    METRICS.get_or_init(|| registry);
    let providers = Arc::new(Providers { traces, metrics });
    *installed = Some(Arc::clone(&providers));
    Ok(TelemetryGuard(providers))
}

/// This process's metrics in Prometheus' text format; empty before [`init`].
#[must_use]
pub fn prometheus_text() -> String {
    let Some(registry) = METRICS.get() else { return String::new() };
    let mut text = Vec::new();
    if let Err(error) = prometheus::TextEncoder::new().encode(&registry.gather(), &mut text) {
        tracing::warn!(%error, "metrik tidak dapat ditulis");
    }
    String::from_utf8(text).unwrap_or_default()
}

fn meter_provider(
    config: &Telemetry,
    resource: Resource,
    registry: prometheus::Registry,
) -> Result<SdkMeterProvider, TelemetryError> {
    let text = opentelemetry_prometheus::exporter().with_registry(registry).without_target_info().build()?;
    let builder = SdkMeterProvider::builder().with_resource(resource).with_reader(text);
    Ok(match &config.otlp_endpoint {
        None => builder.build(),
        Some(endpoint) => {
            let exporter = opentelemetry_otlp::MetricExporter::builder()
                .with_tonic()
                .with_endpoint(endpoint)
                .with_timeout(EXPORT_TIMEOUT)
                .build()?;
            builder.with_periodic_exporter(exporter).build()
        }
    })
}

/// `None` without an endpoint: every event and log line names its trace all the same ([`Traceparent`]), and no call pays for
/// spans that nobody collects.
fn tracer_provider(config: &Telemetry, resource: Resource) -> Result<Option<SdkTracerProvider>, TelemetryError> {
    let Some(endpoint) = &config.otlp_endpoint else { return Ok(None) };
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .with_timeout(EXPORT_TIMEOUT)
        .build()?;
    let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(config.sample_ratio)));
    let builder = SdkTracerProvider::builder().with_resource(resource);
    Ok(Some(builder.with_sampler(sampler).with_batch_exporter(exporter).build()))
}
