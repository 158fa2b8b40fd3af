//! Runs a service's policies in the background, in one replica at a time: what becomes due by itself, and what an event of one aggregate does to
//! another.

use std::{error::Error, time::Duration};

use kim_eventlog::{Leadership, Log};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How often policies are looked at without a reason: days end, and nobody tells.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// The least time between two looks, however fast the log grows.
const BREATH: Duration = Duration::from_secs(1);

/// Goes a `round` whenever what is known has `moved`, and from time to time, until `stop`; in one replica at a time. A round that fails is gone
/// again.
pub async fn run<T, F, E>(log: &Log, mut moved: watch::Receiver<T>, round: impl Fn() -> F, stop: CancellationToken)
where
    F: Future<Output = Result<(), E>>,
    E: Error + 'static,
{
    let lock = Leadership::lock_for("policies", log.context());
    while !stop.is_cancelled() {
        let won = stop.run_until_cancelled(Leadership::win(log.pool(), lock)).await;
        let Some(leadership) = won else { return };
        if leadership.hold(lead(&mut moved, &round, &stop)).await.is_none() {
            tracing::warn!("kepemimpinan kebijakan berpindah");
        }
    }
}

async fn lead<T, F, E>(moved: &mut watch::Receiver<T>, round: &impl Fn() -> F, stop: &CancellationToken)
where
    F: Future<Output = Result<(), E>>,
    E: Error + 'static,
{
    while !stop.is_cancelled() {
        moved.borrow_and_update();
        if let Err(error) = round().await {
            tracing::warn!(error = &error as &dyn Error, "kebijakan belum dapat dijalankan; dicoba lagi");
        }
        let next = async {
            sleep(BREATH).await;
            let _ = timeout(LOOK_AGAIN, moved.changed()).await;
        };
        if stop.run_until_cancelled(next).await.is_none() {
            return;
        }
    }
}
