//! What falls due while the clock of a simulated log is moved.

use std::collections::HashMap;

use kim_desk::clock::{Clock, ClockError};
use time::OffsetDateTime;

use super::{Policies, PolicyError, campaign::moments};
use crate::{domain::ids::CampaignId, index::Live};

impl Policies {
    /// Moves the clock to `to`: everything that falls due on the way is carried out, in the order of time.
    pub async fn advance_clock(&self, to: OffsetDateTime) -> Result<Clock, ClockError<PolicyError>> {
        self.clock.advance(to, |from| self.go_through(from, to)).await
    }

    async fn go_through(&self, from: OffsetDateTime, to: OffsetDateTime) -> Result<u64, PolicyError> {
        self.index.followed.caught_up().await?;
        let mut fired = self.react().await?;
        let mut done = HashMap::new();
        loop {
            self.index.followed.caught_up().await?;
            let Some((now, live)) = self.next_due(from, to, &done).await? else { return Ok(fired) };
            fired += self.take_turns(&live, Some(now)).await?;
            done.extend(live.iter().map(|live| (live.id, now)));
        }
    }

    /// The next moment at which anything may be due, and the campaigns that may have something to do then. What fell due before the clock was
    /// moved is carried out where it stood; at the end all that runs is looked at.
    async fn next_due(
        &self,
        from: OffsetDateTime,
        to: OffsetDateTime,
        done: &HashMap<CampaignId, OffsetDateTime>,
    ) -> Result<Option<(OffsetDateTime, Vec<Live>)>, PolicyError> {
        let mut next: Option<(OffsetDateTime, Vec<Live>)> = None;
        for live in self.index.live_campaigns().await? {
            let snapshot = self.campaigns.load(live.id.0).await?;
            let Some(campaign) = &snapshot.state else { continue };
            let is_left = |moment: &OffsetDateTime| done.get(&live.id).is_none_or(|done| moment > done);
            let due = moments(campaign, live.changed_at).into_iter().map(|moment| moment.max(from)).chain([to]);
            let Some(due) = due.filter(|moment| *moment <= to && is_left(moment)).min() else { continue };
            match &mut next {
                Some((moment, at_once)) if *moment == due => at_once.push(live),
                Some((moment, _)) if *moment < due => {}
                _ => next = Some((due, vec![live])),
            }
        }
        Ok(next)
    }
}
