//! What falls due while the clock of a simulated log is moved.

use kim_desk::clock::{Clock, ClockError};
use time::OffsetDateTime;

use super::{Policies, PolicyError};

impl Policies {
    /// Moves the clock to `to`: moves and reactions are caught up first, then every timer due on the way fires, in the order of the due days.
    pub async fn advance_clock(&self, to: OffsetDateTime) -> Result<Clock, ClockError<PolicyError>> {
        let due = |from| async move {
            self.index.followed.caught_up().await?;
            self.follow_territory().await?;
            self.react().await?;
            self.fire(to, Some(from)).await
        };
        self.clock.advance(to, due).await
    }
}
