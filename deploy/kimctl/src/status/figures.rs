//! What an operator wants to know of the services' measurements.

use serde::Serialize;

use super::metrics::Metrics;
use crate::log::LogContext;

/// How requests ended since the service was started, and how long they took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcomes {
    /// Did what was asked.
    pub done: u64,
    /// Refused by their caller's doing.
    pub refused: u64,
    /// Refused because the service was busy.
    pub busy: u64,
    /// Failed by ours.
    pub failed: u64,
    /// Of those with one question and one answer.
    pub mean_ms: Option<f64>,
    /// 99 of 100 of these take no longer.
    pub most_ms: Option<f64>,
}

/// What a service says of its calls and its connections.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Load {
    #[serde(flatten)]
    pub outcomes: Outcomes,
    pub pools: Vec<Pool>,
}

/// Connections to the database.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pool {
    pub name: String,
    pub in_use: u64,
    pub limit: u64,
    /// How long one is waited for.
    pub wait_ms: Option<f64>,
}

/// How appends go, since the service was started.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Appends {
    #[serde(flatten)]
    pub outcomes: Outcomes,
    /// Committed together, on average.
    pub group: Option<f64>,
    /// How long a group waits for its turn among replicas.
    pub lock_ms: Option<f64>,
    /// How full the queue is now, of 1.
    pub queue: f64,
}

/// How the relay stands that publishes the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RelayState {
    /// Whether it publishes now.
    pub connected: bool,
    /// Whether it stopped, and waits for a person.
    pub stopped: bool,
    /// Events that wait to be published; `None` when it is not known where the stream ends.
    pub lag_events: Option<u64>,
    /// How long the oldest of them has waited.
    pub lag_seconds: Option<f64>,
}

/// How the reader of a stream stands: that of the read model that serves, or that of a service's copy of another log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReaderState {
    pub connected: bool,
    /// Whether it stopped, and waits for a person.
    pub stopped: bool,
    /// Up to where it has all.
    pub position: Option<u64>,
    pub lag_events: u64,
    pub lag_seconds: f64,
    pub parked_aggregates: u64,
}

/// How far a write service's own index follows its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct IndexState {
    pub position: i64,
    /// Behind the log, but going on while it was looked at.
    pub catching_up: bool,
}

/// The reader that keeps a service's copy of the registry.
const COPY: &str = "audience";
const CALLS: &str = "kim_rpc_duration_seconds";
const APPEND: &str = "kim_log_append_seconds";
/// What is our own failure, by the canonical code.
const FAILED: [&str; 5] = ["UNKNOWN", "DEADLINE_EXCEEDED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"];

impl Load {
    pub(super) fn of(metrics: &Metrics) -> Self {
        let counts = format!("{CALLS}_count");
        // Health and reflection are nobody's business here.
        let sum = |labels: &[(&str, &str)]| -> f64 {
            let of_kind = |kind| metrics.value(&counts, &[&[("kind", kind)], labels].concat()).unwrap_or_default();
            ["unary", "reader", "writer"].into_iter().map(of_kind).sum()
        };
        let count = |code: &str| whole(sum(&[("code", code)]));
        let all = whole(sum(&[]));
        let (done, busy) = (count("OK"), count("RESOURCE_EXHAUSTED"));
        let failed = FAILED.iter().map(|code| count(code)).sum();
        let pool = |name: String| {
            let of = [("pool", name.as_str())];
            let in_use = [("pool", name.as_str()), ("state", "in_use")];
            Pool {
                in_use: metrics.value("kim_pool_connections", &in_use).map_or(0, whole),
                limit: metrics.value("kim_pool_limit_connections", &of).map_or(0, whole),
                wait_ms: metrics.mean("kim_pool_wait_seconds", &of).map(milliseconds),
                name,
            }
        };
        let outcomes = Outcomes {
            done,
            refused: all.saturating_sub(done + busy + failed),
            busy,
            failed,
            mean_ms: metrics.mean(CALLS, &[("kind", "unary")]).map(milliseconds),
            most_ms: metrics.within(CALLS, &[("kind", "unary")], 0.99).map(milliseconds),
        };
        Self { outcomes, pools: metrics.labels("kim_pool_limit_connections", "pool").into_iter().map(pool).collect() }
    }
}

impl Appends {
    pub(super) fn of(metrics: &Metrics) -> Option<Self> {
        let limit = metrics.value("kim_log_queue_limit_bytes", &[]).filter(|limit| *limit > 0.0)?;
        let count = |outcome: &&str| metrics.value("kim_log_appends_total", &[("outcome", outcome)]).map_or(0, whole);
        let sum = |outcomes: &[&str]| outcomes.iter().map(count).sum();
        let outcomes = Outcomes {
            done: sum(&["appended", "repeated"]),
            refused: sum(&["conflict", "claimed", "request_reused", "invalid"]),
            busy: sum(&["busy"]),
            failed: sum(&["poisoned", "closed", "unavailable"]),
            mean_ms: metrics.mean(APPEND, &[]).map(milliseconds),
            most_ms: metrics.within(APPEND, &[], 0.99).map(milliseconds),
        };
        Some(Self {
            outcomes,
            group: metrics.mean("kim_log_group_members", &[]),
            lock_ms: metrics.mean("kim_log_lock_wait_seconds", &[]).map(milliseconds),
            queue: metrics.value("kim_log_queue_bytes", &[]).unwrap_or_default() / limit,
        })
    }
}

impl RelayState {
    pub(super) fn of(metrics: &Metrics) -> Option<Self> {
        Some(Self {
            connected: metrics.value("kim_relay_connected", &[])? > 0.0,
            stopped: metrics.value("kim_relay_stopped", &[]).is_some_and(|stopped| stopped > 0.0),
            lag_events: metrics.value("kim_relay_lag_events", &[]).map(whole),
            lag_seconds: metrics.value("kim_relay_lag_seconds", &[]),
        })
    }
}

impl ReaderState {
    /// Of the generation that serves.
    pub(super) fn of_generation(metrics: &Metrics, generation: i64) -> Option<Self> {
        Self::of(metrics, &format!("read_{generation}"))
    }

    /// Of a service's copy of the registry; `None` for a service that has none.
    pub(super) fn of_copy(metrics: &Metrics) -> Option<Self> {
        Self::of(metrics, COPY)
    }

    fn of(metrics: &Metrics, reader: &str) -> Option<Self> {
        let value = |name: &str| metrics.value(name, &[("reader", reader)]);
        Some(Self {
            connected: value("kim_subscriber_connected")? > 0.0,
            stopped: value("kim_subscriber_stopped")? > 0.0,
            position: value("kim_subscriber_position").map(whole),
            lag_events: whole(value("kim_subscriber_lag_events")?),
            lag_seconds: value("kim_subscriber_lag_seconds")?,
            parked_aggregates: value("kim_subscriber_parked_aggregates").map_or(0, whole),
        })
    }
}

impl IndexState {
    /// `None` where it is not measured.
    pub(super) fn position(context: LogContext, metrics: &Metrics) -> Option<i64> {
        let position = metrics.value(&format!("kim_{}_index_position", context.as_str()), &[])?;
        i64::try_from(whole(position)).ok()
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts, far below 2^53")]
fn whole(value: f64) -> u64 {
    value.max(0.0) as u64
}

fn milliseconds(seconds: f64) -> f64 {
    seconds * 1e3
}
