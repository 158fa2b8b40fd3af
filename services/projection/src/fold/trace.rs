//! A batch's span, tied to the commands that its events came from.

use kim_chassis::telemetry::span_from_traceparent;
use kim_eventlog::Recorded;
use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// As many commands of a batch are tied to its span, so that catching up costs no more than keeping up.
const LINKS: usize = 16;

/// A span within the trace of the batch's first sampled event, linked to the next ones.
pub fn of_batch<'e>(events: impl Iterator<Item = &'e Recorded>) -> Span {
    let mut sampled = events.filter_map(|event| event.traceparent.as_deref()).filter(|parent| parent.ends_with("-01"));
    let Some(first) = sampled.next() else { return Span::none() };
    let span = span_from_traceparent("fold", Some(first));
    for parent in sampled.take(LINKS) {
        if let Some(context) = context(parent) {
            span.add_link(context);
        }
    }
    span
}

/// The context of a `traceparent` of version 00; `None` for anything else.
fn context(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.strip_prefix("00-")?.split('-');
    let trace = TraceId::from_hex(parts.next()?).ok()?;
    let span = SpanId::from_hex(parts.next()?).ok()?;
    Some(SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::NONE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_names_trace_and_span() {
        let context = context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(context.span_id().to_string(), "b7ad6b7169203331");
        assert!(super::context("01-xyz").is_none());
        assert!(super::context("").is_none());
    }
}
