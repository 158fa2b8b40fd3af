//! What the worker measures of itself. Endpoints are not among the labels: there are too many, and whose they are is nobody's business.

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Gauge, Histogram},
};

use crate::{claim::Lane, endpoint::State, outcome::Attempt, report::DeadReason};

/// From an endpoint next door to one that takes all the time there is.
const ATTEMPT_SECONDS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];
/// From at once to a worker that was away.
const WAIT_SECONDS: [f64; 10] = [0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 15.0, 60.0, 600.0];

pub(crate) struct Metrics {
    attempt: Histogram<f64>,
    wait: Histogram<f64>,
    in_flight: Gauge<u64>,
    ended: Counter<u64>,
    stopped: Counter<u64>,
}

impl Metrics {
    pub fn new() -> Self {
        let meter = global::meter("kim-webhook");
        Self {
            attempt: meter
                .f64_histogram("kim_webhook_attempt_seconds")
                .with_description("One attempt, by what came of it")
                .with_boundaries(ATTEMPT_SECONDS.to_vec())
                .build(),
            wait: meter
                .f64_histogram("kim_webhook_wait_seconds")
                .with_description("How long a message was due before it was sent")
                .with_boundaries(WAIT_SECONDS.to_vec())
                .build(),
            in_flight: meter
                .u64_gauge("kim_webhook_in_flight")
                .with_description("Messages that are being sent")
                .build(),
            ended: meter
                .u64_counter("kim_webhook_messages")
                .with_description("Messages that were delivered or given up, by why")
                .build(),
            stopped: meter
                .u64_counter("kim_webhook_endpoints_stopped")
                .with_description("Endpoints that are not called any more, by why")
                .build(),
        }
    }

    pub fn attempted(&self, attempt: &Attempt) {
        self.attempt.record(attempt.took.as_secs_f64(), &[KeyValue::new("outcome", attempt.outcome.verdict().code())]);
    }

    pub fn waited(&self, lane: Lane, waited: time::Duration) {
        self.wait.record(waited.as_seconds_f64().max(0.0), &[KeyValue::new("lane", lane.name())]);
    }

    /// `lane` is `beside` for those that left theirs.
    pub fn in_flight(&self, lane: &'static str, attempts: usize) {
        self.in_flight.record(attempts as u64, &[KeyValue::new("lane", lane)]);
    }

    pub fn delivered(&self) {
        self.ended.add(1, &[KeyValue::new("outcome", "delivered")]);
    }

    pub fn dead(&self, reason: DeadReason) {
        self.ended.add(1, &[KeyValue::new("outcome", reason.code())]);
    }

    pub fn stopped(&self, state: State) {
        self.stopped.add(1, &[KeyValue::new("state", state.code())]);
    }
}
