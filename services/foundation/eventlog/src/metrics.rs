//! What the log measures of itself.

use std::time::Duration;

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Gauge, Histogram},
};

/// Instruments of one log, by its context.
#[derive(Clone)]
pub struct Metrics {
    context: KeyValue,
    group: Histogram<u64>,
    commit: Histogram<f64>,
    lock_wait: Histogram<f64>,
    append: Histogram<f64>,
    gate_closed: Gauge<u64>,
    published: Counter<u64>,
    relay_position: Gauge<u64>,
    relay_stopped: Gauge<u64>,
    stream_made_anew: Counter<u64>,
    subscriber_position: Gauge<u64>,
    parked: Gauge<u64>,
}

impl Metrics {
    #[must_use]
    pub fn new(context: &str) -> Self {
        let meter = global::meter("kim-eventlog");
        Self {
            context: KeyValue::new("context", context.to_owned()),
            group: meter.u64_histogram("kim_log_group_members").with_description("Members committed together").build(),
            commit: meter.f64_histogram("kim_log_commit_seconds").with_description("A group's transaction").build(),
            lock_wait: meter
                .f64_histogram("kim_log_lock_wait_seconds")
                .with_description("How long a group waited for the log's lock")
                .build(),
            append: meter
                .f64_histogram("kim_log_append_seconds")
                .with_description("From the queue to the commit, for one member")
                .build(),
            gate_closed: meter
                .u64_gauge("kim_log_gate_closed")
                .with_description("1 while the log takes no events")
                .build(),
            published: meter.u64_counter("kim_relay_published").with_description("Events that the stream took").build(),
            relay_position: meter
                .u64_gauge("kim_relay_position")
                .with_description("Last sequence of the stream")
                .build(),
            relay_stopped: meter.u64_gauge("kim_relay_stopped").with_description("1 when a person must decide").build(),
            stream_made_anew: meter
                .u64_counter("kim_relay_stream_made_anew")
                .with_description("Times that the stream was deleted and made again from the log")
                .build(),
            subscriber_position: meter
                .u64_gauge("kim_subscriber_position")
                .with_description("Checkpoint of the read model")
                .build(),
            parked: meter.u64_gauge("kim_parked_aggregates").with_description("Aggregates held back").build(),
        }
    }

    fn labels(&self) -> &[KeyValue] {
        std::slice::from_ref(&self.context)
    }

    pub(crate) fn group(&self, members: usize) {
        self.group.record(members as u64, self.labels());
    }

    /// `waited` for the log's lock.
    pub(crate) fn committed(&self, took: Duration, waited: Duration) {
        self.commit.record(took.as_secs_f64(), self.labels());
        self.lock_wait.record(waited.as_secs_f64(), self.labels());
    }

    pub(crate) fn appended(&self, took: Duration) {
        self.append.record(took.as_secs_f64(), self.labels());
    }

    pub(crate) fn gate(&self, closed: bool) {
        self.gate_closed.record(u64::from(closed), self.labels());
    }

    pub(crate) fn published(&self, events: usize, position: u64) {
        self.published.add(events as u64, self.labels());
        self.relay_position.record(position, self.labels());
    }

    pub(crate) fn relay_stopped(&self, stopped: bool) {
        self.relay_stopped.record(u64::from(stopped), self.labels());
    }

    pub(crate) fn stream_made_anew(&self) {
        self.stream_made_anew.add(1, self.labels());
    }

    pub(crate) fn folded(&self, position: u64, parked: usize) {
        self.subscriber_position.record(position, self.labels());
        self.parked.record(parked as u64, self.labels());
    }
}
