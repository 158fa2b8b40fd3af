//! What falls due while the clock of a simulated log is moved.

use kim_desk::clock::{Clock, ClockError};
use time::OffsetDateTime;

use super::{Policies, PolicyError};

impl Policies {
    /// Moves the clock to `to`: everything that falls due on the way is carried out, in the order of time.
    pub async fn advance_clock(&self, to: OffsetDateTime) -> Result<Clock, ClockError<PolicyError>> {
        let due = |_from| async move {
            self.index.followed.caught_up().await?;
            Ok(0)
        };
        self.clock.advance(to, due).await
    }
}
