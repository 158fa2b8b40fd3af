//! One round of all policies.

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::{Policies, PolicyError};

/// Runs until `stop`; in one replica at a time.
pub async fn run(policies: Policies, stop: CancellationToken) {
    let position = policies.index.followed.position();
    kim_desk::policy::run(&policies.log, position, || round(&policies), stop).await;
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
