//! Follows the log's head and its gate, whoever moves them.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Gate;
use crate::in_time;

/// How often is looked.
const POLL: Duration = Duration::from_millis(100);
/// How long the answer may take: on a connection that a network forgot it never comes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Follows until `stop`.
pub(crate) async fn follow(gate: Gate, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(POLL)).await.is_some() {
        if let Err(error) = in_time(PATIENCE, gate.look()).await {
            tracing::warn!(%error, "the head of the log could not be read");
        }
    }
}
