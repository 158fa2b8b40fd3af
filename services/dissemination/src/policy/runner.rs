//! Runs the policies in the background, in one replica at a time.

use std::time::Duration;

use kim_eventlog::{Position, answered};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Policies, PolicyError};

/// How often is looked whether the copy of the registry has come further: whichever replica keeps it.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until `stop`; in one replica at a time.
pub async fn run(policies: Policies, stop: CancellationToken) {
    let moved = watch::Sender::new((Position::START, Position::START));
    let rounds = kim_desk::policy::run(&policies.log, moved.subscribe(), || round(&policies), stop.clone());
    tokio::join!(rounds, stop.run_until_cancelled(watch_both(&policies, &moved)));
}

/// Says when the index of this log, or the copy of the registry's, has come further.
async fn watch_both(policies: &Policies, moved: &watch::Sender<(Position, Position)>) {
    let mut own = policies.index.followed.position();
    loop {
        let at = *own.borrow_and_update();
        match answered(policies.audiences.position()).await {
            Ok(copy) => {
                moved.send_if_modified(|known| {
                    let is_new = *known != (at, copy);
                    *known = (at, copy);
                    is_new
                });
            }
            Err(error) => tracing::warn!(%error, "salinan registri belum dapat dibaca; dicoba lagi"),
        }
        tokio::select! {
            () = sleep(LOOK) => {}
            _ = own.changed() => {}
        }
    }
}

/// Reactions everywhere; what falls due only where time passes by itself. A simulated log's clock is the simulator's.
async fn round(policies: &Policies) -> Result<(), PolicyError> {
    policies.index.followed.caught_up().await?;
    let reacted = policies.react().await?;
    let taken = if policies.log.is_simulated() {
        0
    } else {
        policies.index.followed.caught_up().await?;
        policies.take_turns(&policies.index.live_campaigns().await?, None).await?
    };
    if reacted + taken > 0 {
        tracing::info!(reacted, taken, "kebijakan dijalankan");
    }
    Ok(())
}
