//! Timers of silence: a reminder, and dormancy.

use super::{Policies, PolicyError, timers::Ripe};
use crate::{domain::community::Command, index::TimerKind};

const POLICY: &str = "dormancy";

impl Policies {
    pub(super) async fn end_silence(&self, ripe: &Ripe) -> Result<bool, PolicyError> {
        let (timer, seat) = (&ripe.timer, ripe.place);
        let last_activity = timer.reckoned_from;
        let rules = self.index.masters().borrow().rules.clone();
        let Some(due) = rules.due(seat.code, last_activity) else { return Ok(false) };
        let (name, command) = match (timer.kind, due.reminder) {
            (TimerKind::Reminder, Some((day, rule))) if day == timer.due_on => {
                ("reminder", Command::Remind { last_activity, due: day, dormant_on: due.dormancy.0, rule })
            }
            (TimerKind::Dormancy, _) if due.dormancy.0 == timer.due_on => {
                ("dormancy", Command::FallDormant { last_activity, due: due.dormancy.0, rule: due.dormancy.1 })
            }
            // The rules have changed since the index was asked: it is reckoned again.
            _ => return Ok(false),
        };
        let id = timer.aggregate_id;
        let done = self.tell_community(id, &self.envelope(ripe, POLICY, name), &command, ripe.now).await;
        self.fired(ripe, name, done)
    }
}
