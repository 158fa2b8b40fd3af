//! The trace context (W3C) as it comes in with gRPC metadata or an event, and goes out with events.

use std::sync::Arc;

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId},
};
use opentelemetry_sdk::{
    propagation::TraceContextPropagator,
    trace::{IdGenerator, RandomIdGenerator},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";
const TRACESTATE: &str = "tracestate";

/// A call's span as a `traceparent`, for the events that come of it: the edge puts it into the request's extensions.
#[derive(Debug, Clone)]
pub struct Traceparent(pub Arc<str>);

impl Traceparent {
    /// `None` where traces are not collected: spans have no identity there.
    #[must_use]
    pub fn of(span: &Span) -> Option<Self> {
        let context = span.context();
        let span = context.span();
        let span = span.span_context();
        span.is_valid().then(|| Self::written(span.trace_id(), span.span_id(), span.trace_flags()))
    }

    /// A call's, whose span it puts into the caller's trace ([`adopt`]). Where traces are not collected, it is in the caller's trace
    /// all the same, or else in one of its own.
    pub(crate) fn of_call(span: &Span, headers: &HeaderMap) -> Self {
        let caller = Written::in_headers(headers).and_then(|written| written.context());
        let parent: Option<SpanContext> = caller.as_ref().map(|caller| caller.span().span_context().clone());
        attach(span, caller);
        Self::of(span).unwrap_or_else(|| {
            let ids = RandomIdGenerator::default();
            let (trace, flags) = match parent {
                Some(parent) => (parent.trace_id(), parent.trace_flags()),
                None => (ids.new_trace_id(), TraceFlags::NOT_SAMPLED),
            };
            Self::written(trace, ids.new_span_id(), flags)
        })
    }

    fn written(trace: TraceId, span: SpanId, flags: TraceFlags) -> Self {
        let (trace, span) = (u128::from_be_bytes(trace.to_bytes()), u64::from_be_bytes(span.to_bytes()));
        Self(format!("00-{trace:032x}-{span:016x}-{:02x}", flags.to_u8()).into())
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
    attach(span, Written { parent: traceparent, state: None }.context());
}

fn attach(span: &Span, context: Option<Context>) {
    if let Some(context) = context {
        // Fails where traces are not collected, and for a span that no layer wants: nothing to attach to then.
        let _ = span.set_parent(context);
    }
}

struct Written<'w> {
    parent: &'w str,
    state: Option<&'w str>,
}

impl<'w> Written<'w> {
    fn in_headers(headers: &'w HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        Some(Self { parent: text(TRACEPARENT)?, state: text(TRACESTATE) })
    }

    /// `None` when it is malformed.
    fn context(&self) -> Option<Context> {
        let context = TraceContextPropagator::new().extract_with_context(&Context::new(), self);
        context.span().span_context().is_valid().then_some(context)
    }
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
