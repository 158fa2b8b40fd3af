//! Timers of officers' terms: each ends on the day after its last one.

use kim_eventlog::Proposal;

use super::{Policies, PolicyError, timers::Ripe};
use crate::{
    domain::{
        community::{self, Command},
        ids::OfficerId,
    },
    wire,
};

const POLICY: &str = "terms";

impl Policies {
    pub(super) async fn end_term(&self, ripe: &Ripe) -> Result<bool, PolicyError> {
        let (timer, seat) = (&ripe.timer, ripe.place);
        let Some(officer) = timer.part_id.map(OfficerId) else { return Ok(false) };
        let (id, command) = (timer.aggregate_id, Command::EndTerm { officer, due: timer.due_on });
        let done = self
            .communities
            .execute(id, &self.envelope(ripe, POLICY, &format!("term {officer}")), |snapshot| {
                let events = community::decide(&snapshot.state, command.clone())?;
                let happened = |event| wire::community::happened(id, event, seat, ripe.now);
                Ok(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await;
        self.fired(ripe, "term", done)
    }
}
