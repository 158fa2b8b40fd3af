//! One round of all policies.

use tokio_util::sync::CancellationToken;

use super::{Policies, PolicyError};

/// Runs until `stop`; in one replica at a time.
pub async fn run(policies: Policies, stop: CancellationToken) {
    let position = policies.index.followed.position();
    kim_desk::policy::run(&policies.log, position, || round(&policies), stop).await;
}

async fn round(policies: &Policies) -> Result<(), PolicyError> {
    policies.index.followed.caught_up().await?;
    Ok(())
}
