//! Timers of partnerships: reminders before the last day, and expiry on the day after it.

use kim_eventlog::Proposal;

use super::{Policies, PolicyError, timers::Ripe};
use crate::{
    claims,
    domain::partnership::{self, Command},
    index::TimerKind,
    wire,
};

const POLICY: &str = "partnership";

impl Policies {
    pub(super) async fn end_partnership(&self, ripe: &Ripe) -> Result<bool, PolicyError> {
        let (timer, office) = (&ripe.timer, ripe.place);
        let (until, due) = (timer.reckoned_from, timer.due_on);
        let (name, command) = match timer.kind {
            TimerKind::PartnershipExpiry => ("partnership-expiry", Command::Expire { until }),
            _ => ("partnership-reminder", Command::Remind { until, due }),
        };
        let id = timer.aggregate_id;
        let done = self
            .partnerships
            .execute(id, &self.envelope(ripe, POLICY, name), |snapshot| {
                let state = snapshot.state.as_ref();
                let events = partnership::decide(state, command.clone())?;
                let (claims, releases) = claims::of_partnership(&self.keys, state, &events);
                let happened = |event| wire::partnership::happened(id, event, office, ripe.now);
                let events = events.into_iter().map(happened).collect();
                Ok(Proposal { claims, releases, ..Proposal::of(events) })
            })
            .await;
        self.fired(ripe, name, done)
    }
}
