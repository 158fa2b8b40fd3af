//! What tests stand on: private servers, and waiting for a condition.

mod events;
mod servers;

use std::time::{Duration, Instant};

pub use events::{Plain, member, plain_event};
pub use servers::Servers;

/// Waits until the condition holds.
///
/// # Panics
/// When it does not within a minute.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds().await {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
