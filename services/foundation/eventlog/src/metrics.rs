//! What the log measures of itself.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use opentelemetry::{
    KeyValue, global,
    metrics::{Counter, Gauge, Histogram},
};

use crate::{AppendError, Appended};

/// From a commit on a fast disk to one that waits for somebody.
const SECONDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const MEMBERS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Instruments of one log, by its context.
pub struct Metrics {
    context: KeyValue,
    group: Histogram<u64>,
    commit: Histogram<f64>,
    lock_wait: Histogram<f64>,
    append: Histogram<f64>,
    answers: Counter<u64>,
    /// The last sequence that the stream acknowledged; 0 before the first.
    stream_end: AtomicU64,
    gate_closed: Gauge<u64>,
    published: Counter<u64>,
    relay_position: Gauge<u64>,
    relay_stopped: Gauge<u64>,
    stream_made_anew: Counter<u64>,
}

impl Metrics {
    #[must_use]
    pub fn new(context: &str) -> Self {
        let meter = global::meter("kim-eventlog");
        Self {
            context: KeyValue::new("context", context.to_owned()),
            group: meter
                .u64_histogram("kim_log_group_members")
                .with_description("Members committed together")
                .with_boundaries(MEMBERS.to_vec())
                .build(),
            commit: meter
                .f64_histogram("kim_log_commit_seconds")
                .with_description("A group's transaction")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            lock_wait: meter
                .f64_histogram("kim_log_lock_wait_seconds")
                .with_description("How long a group waited for the log's lock")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            append: meter
                .f64_histogram("kim_log_append_seconds")
                .with_description("From the queue to the commit, for one member")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            answers: meter.u64_counter("kim_log_appends").with_description("Members, by what became of them").build(),
            stream_end: AtomicU64::new(0),
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

    pub(crate) fn answered(&self, answer: &Result<Appended, AppendError>) {
        let outcome = match answer {
            Ok(Appended::New { .. }) => "appended",
            Ok(Appended::Repeated { .. }) => "repeated",
            Err(AppendError::Conflict) => "conflict",
            Err(AppendError::Claimed { .. }) => "claimed",
            Err(AppendError::RequestReused) => "request_reused",
            Err(AppendError::Busy) => "busy",
            Err(AppendError::Closed(_)) => "closed",
            Err(AppendError::Invalid(_)) => "invalid",
            Err(AppendError::Poisoned(_)) => "poisoned",
            Err(AppendError::Unavailable(_)) => "unavailable",
        };
        self.answers.add(1, &[self.context.clone(), KeyValue::new("outcome", outcome)]);
    }

    /// The last sequence that the stream acknowledged to this process; `None` before the first.
    pub(crate) fn stream_end(&self) -> Option<u64> {
        Some(self.stream_end.load(Ordering::Relaxed)).filter(|end| *end > 0)
    }

    pub(crate) fn published(&self, events: u64, position: u64) {
        self.stream_end.store(position, Ordering::Relaxed);
        self.published.add(events, self.labels());
        self.relay_position.record(position, self.labels());
    }

    pub(crate) fn relay_stopped(&self, stopped: bool) {
        self.relay_stopped.record(u64::from(stopped), self.labels());
    }

    pub(crate) fn stream_made_anew(&self) {
        self.stream_made_anew.add(1, self.labels());
    }
}
