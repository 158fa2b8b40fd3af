//! What is measured when somebody asks: a lag rises although nothing happens, and says so only when it is reckoned then.
//!
//! What an instrument watches may be gone; then it says nothing.

use std::sync::{Arc, Weak};

use opentelemetry::{KeyValue, global, metrics::Meter};
use time::OffsetDateTime;
use tokio::sync::{Semaphore, watch};

use crate::{Position, Progress, ReaderState};

fn meter() -> Meter {
    global::meter("kim-eventlog")
}

/// A gauge that has no value while `measure` has none.
pub(crate) fn gauge(
    name: &'static str,
    description: &'static str,
    labels: Vec<KeyValue>,
    measure: impl Fn() -> Option<f64> + Send + Sync + 'static,
) {
    meter()
        .f64_observable_gauge(name)
        .with_description(description)
        .with_callback(move |observer| {
            if let Some(value) = measure() {
                observer.observe(value, &labels);
            }
        })
        .build();
}

fn of_context(context: &str) -> Vec<KeyValue> {
    vec![KeyValue::new("context", context.to_owned())]
}

/// The log's newest position.
pub(crate) fn head(context: &str, head: watch::Receiver<Position>) {
    gauge("kim_log_position", "Newest position of the log", of_context(context), move || {
        head.has_changed().is_ok().then(|| number(*head.borrow()))
    });
}

/// What waits for the writer of appends, against what may. `places` are KiB.
pub(crate) fn queue(context: &str, places: &Arc<Semaphore>, limit: usize) {
    let free = Arc::downgrade(places);
    let full = free.clone();
    let bytes = |kib: usize| kib as f64 * 1024.0;
    gauge("kim_log_queue_bytes", "Members that wait to be committed", of_context(context), move || {
        Weak::upgrade(&free).map(|free| bytes(limit.saturating_sub(free.available_permits())))
    });
    gauge("kim_log_queue_limit_bytes", "Beyond it, commands are refused as busy", of_context(context), move || {
        (full.strong_count() > 0).then(|| bytes(limit))
    });
}

/// How a reader stands. `reader` tells those of one context apart.
pub(crate) fn reader(context: &str, reader: &str, progress: &watch::Receiver<Progress>) {
    type Measure = fn(&Progress) -> Option<f64>;
    let measures: [(&'static str, &'static str, Measure); 8] = [
        ("kim_subscriber_position", "Checkpoint of the reader", |p| Some(number(p.position()))),
        ("kim_subscriber_lag_events", "Events that its source has and that it has not folded", |p| {
            Some((p.head.get() - p.position().get()).max(0) as f64)
        }),
        ("kim_subscriber_lag_seconds", "How far it is behind its source", |p| {
            Some(p.lag(OffsetDateTime::now_utc()).as_secs_f64())
        }),
        ("kim_subscriber_connected", "1 while it hears its source", |p| Some(yes(p.state == ReaderState::Live))),
        ("kim_subscriber_stopped", "1 when a person must decide", |p| {
            Some(yes(matches!(p.state, ReaderState::Stopped { .. })))
        }),
        ("kim_subscriber_parked_aggregates", "Aggregates held back", |p| Some(p.parked.len() as f64)),
        ("kim_subscriber_agreed_position", "Of a part: up to where count and digest are the log's", |p| {
            p.agreement.as_ref().map(|agreement| number(agreement.position))
        }),
        ("kim_subscriber_withheld_events", "Of a part: events taken from the log that the stream withheld", |p| {
            p.agreement.as_ref().map(|agreement| agreement.mended as f64)
        }),
    ];
    for (name, description, measure) in measures {
        let labels = vec![KeyValue::new("context", context.to_owned()), KeyValue::new("reader", reader.to_owned())];
        let progress = progress.clone();
        gauge(name, description, labels, move || {
            progress.has_changed().ok()?;
            measure(&progress.borrow())
        });
    }
}

pub(crate) fn yes(set: bool) -> f64 {
    f64::from(u8::from(set))
}

fn number(position: Position) -> f64 {
    position.get() as f64
}
