//! Timers of officers' terms: each ends on the day after its last one.

use super::{Policies, PolicyError, timers::Ripe};
use crate::domain::{community::Command, ids::OfficerId};

const POLICY: &str = "terms";

impl Policies {
    pub(super) async fn end_term(&self, ripe: &Ripe) -> Result<bool, PolicyError> {
        let timer = &ripe.timer;
        let Some(officer) = timer.part_id.map(OfficerId) else { return Ok(false) };
        let (id, command) = (timer.aggregate_id, Command::EndTerm { officer, due: timer.due_on });
        let envelope = self.envelope(ripe, POLICY, &format!("term {officer}"));
        let done = self.tell_community(id, &envelope, &command, ripe.now).await;
        self.fired(ripe, "term", done)
    }
}
