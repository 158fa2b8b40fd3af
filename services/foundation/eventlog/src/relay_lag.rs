//! How far the stream is behind the log, in events and in seconds, as long as this process is the one that publishes.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use opentelemetry::KeyValue;
use time::OffsetDateTime;
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Log, Position, RelayStatus,
    gauges::{gauge, yes},
};

const EVERY: Duration = Duration::from_millis(500);

/// What the relay of this process leaves to be published.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Standing {
    connected: bool,
    /// Events, and how long the oldest of them has waited; `None` when it is not known where the stream ends.
    lag: Option<(f64, Duration)>,
}

/// Measures until `stop`, for `/metrics`: `kim_relay_lag_events`, `kim_relay_lag_seconds`, `kim_relay_connected`.
pub async fn measure_relay(log: Log, status: watch::Receiver<RelayStatus>, stop: CancellationToken) {
    let standing = Arc::new(Mutex::new(None));
    instruments(log.context(), &standing);
    let mut end = None;
    let mut level = Instant::now();
    loop {
        let now = match status.borrow().clone() {
            // The replica that publishes says how far it is.
            RelayStatus::Standby => None,
            RelayStatus::Running(position) => {
                end = Some(position);
                Some(true)
            }
            _ => {
                end = log.metrics().stream_end().and_then(Position::from_sequence).or(end);
                Some(false)
            }
        };
        let lag = match (now, end) {
            (Some(_), Some(end)) => lag(&log, end, &mut level).await,
            _ => None,
        };
        *standing.lock().unwrap_or_else(PoisonError::into_inner) = now.map(|connected| Standing { connected, lag });
        if stop.run_until_cancelled(sleep(EVERY)).await.is_none() {
            return;
        }
    }
}

async fn lag(log: &Log, end: Position, level: &mut Instant) -> Option<(f64, Duration)> {
    let head = *log.head().borrow();
    if head <= end {
        *level = Instant::now();
        return Some((0.0, Duration::ZERO));
    }
    let oldest = match log.at(end.next()).await {
        Ok(oldest) => oldest?,
        Err(error) => {
            tracing::debug!(%error, "the oldest event that waits for the relay could not be read");
            return None;
        }
    };
    let recorded = Duration::try_from(OffsetDateTime::now_utc() - oldest.recorded_time).unwrap_or_default();
    // What a simulator writes was recorded years ago, by its own clock.
    let waited = if log.is_simulated() { recorded.min(level.elapsed()) } else { recorded };
    Some(((head.get() - end.get()) as f64, waited))
}

fn instruments(context: &str, standing: &Arc<Mutex<Option<Standing>>>) {
    type Measure = fn(Standing) -> Option<f64>;
    let measures: [(&'static str, &'static str, Measure); 3] = [
        (
            "kim_relay_connected",
            "1 while it publishes, 0 while the broker cannot be reached or a person must decide",
            |s| Some(yes(s.connected)),
        ),
        ("kim_relay_lag_events", "Events of the log that the stream does not have yet", |s| {
            s.lag.map(|(events, _)| events)
        }),
        ("kim_relay_lag_seconds", "How long the oldest of them has waited", |s| {
            s.lag.map(|(_, waited)| waited.as_secs_f64())
        }),
    ];
    for (name, description, measure) in measures {
        let standing = Arc::downgrade(standing);
        gauge(name, description, vec![KeyValue::new("context", context.to_owned())], move || {
            let standing = standing.upgrade()?;
            let now = *standing.lock().unwrap_or_else(PoisonError::into_inner);
            now.and_then(measure)
        });
    }
}
