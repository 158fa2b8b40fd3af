//! Runs the policies in the background, in one replica at a time.

use std::time::Duration;

use kim_eventlog::Leadership;
use time::OffsetDateTime;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{Policies, PolicyError};

/// How often timers are looked at without a reason: days end, and nobody tells.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// The least time between two looks, however fast the log grows.
const BREATH: Duration = Duration::from_secs(1);

/// Runs until `stop`; in one replica at a time.
pub async fn run(policies: Policies, stop: CancellationToken) {
    let lock = Leadership::lock_for("policies", policies.log.context());
    while !stop.is_cancelled() {
        let won = stop.run_until_cancelled(Leadership::win(policies.log.pool(), lock)).await;
        let Some(leadership) = won else { return };
        if leadership.hold(lead(&policies, &stop)).await.is_none() {
            tracing::warn!("kepemimpinan kebijakan berpindah");
        }
    }
}

async fn lead(policies: &Policies, stop: &CancellationToken) {
    let mut position = policies.index.followed.position();
    while !stop.is_cancelled() {
        position.borrow_and_update();
        if let Err(error) = round(policies).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "kebijakan belum dapat dijalankan; dicoba lagi");
        }
        let next = async {
            sleep(BREATH).await;
            let _ = timeout(LOOK_AGAIN, position.changed()).await;
        };
        if stop.run_until_cancelled(next).await.is_none() {
            return;
        }
    }
}

/// Moves and reactions everywhere; timers only where time passes by itself. A simulated log's clock is the simulator's.
async fn round(policies: &Policies) -> Result<(), PolicyError> {
    policies.index.followed.caught_up().await?;
    // What falls due at a place falls due by the rule that holds there.
    let moved = policies.follow_territory().await?;
    let planned = policies.react().await?;
    let fired = if policies.log.is_simulated() { 0 } else { policies.fire(OffsetDateTime::now_utc(), None).await? };
    if moved + planned + fired > 0 {
        tracing::info!(moved, planned, fired, "kebijakan dijalankan");
    }
    Ok(())
}
