//! The trace context (W3C) as it comes in with gRPC metadata or an event, and goes out with events.

use std::sync::Arc;

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
    trace::TraceContextExt,
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// A call's span as a `traceparent`, for the events that come of it: the edge puts it into the request's extensions.
#[derive(Debug, Clone)]
pub struct Traceparent(pub Arc<str>);

impl Traceparent {
    /// `None` without telemetry.
    #[must_use]
    pub fn of(span: &Span) -> Option<Self> {
        let context = span.context();
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| {
            let text = format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8());
            Self(text.into())
        })
    }

    /// For log lines.
    #[must_use]
    pub fn trace_id(&self) -> &str {
        self.0.get(3..35).unwrap_or_default()
    }
}

/// A span for a piece of work that an event or message asks for, within the trace of whoever wrote it.
#[must_use]
pub fn span_from_traceparent(operation: &'static str, traceparent: Option<&str>) -> Span {
    let span = tracing::info_span!(target: "kim", "work", otel.name = operation, operation);
    if let Some(traceparent) = traceparent {
        adopt(&span, traceparent);
    }
    span
}

/// Puts a span that was not entered yet into the trace that `traceparent` names; a malformed one changes nothing.
pub fn adopt(span: &Span, traceparent: &str) {
    attach(span, &Written { parent: traceparent, state: None });
}

/// [`adopt`] for a request's headers.
pub(crate) fn adopt_headers(span: &Span, headers: &HeaderMap) {
    let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    if let Some(parent) = text(TRACEPARENT) {
        attach(span, &Written { parent, state: text(TRACESTATE) });
    }
}

fn attach(span: &Span, written: &Written<'_>) {
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), written);
    if context.span().span_context().is_valid() {
        // Fails only without our telemetry, or for a span that no layer wants: nothing to attach to then.
        let _ = span.set_parent(context);
    }
}

struct Written<'w> {
    parent: &'w str,
    state: Option<&'w str>,
}

impl Extractor for Written<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        match key {
            TRACEPARENT => Some(self.parent),
            TRACESTATE => self.state,
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACEPARENT, TRACESTATE]
    }
}
