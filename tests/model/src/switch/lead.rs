//! What a replica that writes may do next: `Writer::run`, `Writer::lead` and its folding tasks.

use super::{Action, Generation, State, Status, Step, Switch, Taken, Writer};

impl Switch {
    pub(super) fn writer_actions(&self, state: &State, w: usize, writer: &Writer, actions: &mut Vec<Action>) {
        match &writer.step {
            Step::Follow => {
                if state.leader.is_none() {
                    actions.push(Action::Win(w));
                }
                return;
            }
            Step::List => actions.push(Action::ListWhatIsLeft(w)),
            Step::Drop { .. } => actions.push(Action::DropNext(w)),
            Step::Start => actions.push(Action::LookWhatServes(w)),
            Step::Lead => self.leader_actions(state, w, writer, actions),
            Step::BeginAfterwards => actions.push(Action::Begin(w)),
            Step::TakeAfterwards => actions.push(Action::TakeRequest(w)),
            Step::Switch { goal } => {
                if self.is_ready(state, writer, *goal) {
                    actions.push(Action::Switch(w));
                }
            }
            Step::Serve => actions.push(Action::Switch(w)),
        }
        for (folding, action) in [(writer.live, Action::FoldLive(w)), (writer.building, Action::FoldBuilding(w))] {
            if let Some(folding) = folding
                && let Some(position) = state.position(folding.number)
                && (position < state.head || position != folding.position)
            {
                actions.push(action);
            }
        }
        if !state.leads(w) {
            actions.push(Action::End(w));
        } else if state.left.sessions > 0 {
            actions.push(Action::EndSession(w));
        }
        if state.left.kills > 0 {
            actions.push(Action::Kill(w));
        }
    }

    /// The loop of `Writer::lead`.
    fn leader_actions(&self, state: &State, w: usize, writer: &Writer, actions: &mut Vec<Action>) {
        match &writer.building {
            Some(building) => {
                let goal = writer.live.map_or(state.head, |live| live.position);
                if building.position >= goal || !self.guards.catches_up {
                    actions.push(Action::StopLive(w));
                }
            }
            None if state.is_requested && self.guards.taken == Taken::Before => actions.push(Action::TakeRequest(w)),
            None if state.is_requested => actions.push(Action::Begin(w)),
            None => {}
        }
        let is_left = |generation: &Generation| generation.status == Status::Retired;
        if writer.sweeps || (self.guards.leader_looks && state.generations.iter().any(is_left)) {
            actions.push(Action::ListWhatIsLeft(w));
        }
        if self.guards.leader_looks && state.leads(w) && !state.is_as_known(writer) {
            actions.push(Action::End(w));
        }
    }

    fn is_ready(&self, state: &State, writer: &Writer, goal: u8) -> bool {
        let Some(building) = writer.building else { return true };
        let old = state.serving().map_or(0, |serving| serving.position);
        let has_come = state.position(building.number).is_none_or(|position| position >= old);
        building.position >= goal && (has_come || !self.guards.compares_checkpoints)
    }
}

impl State {
    /// Whether what a writer folds is still what it takes it for: `Writer::look`.
    fn is_as_known(&self, writer: &Writer) -> bool {
        let number = |generation: Generation| generation.number;
        writer.live.is_none_or(|live| self.serving().map(number) == Some(live.number))
            && writer.building.is_none_or(|building| self.building().map(number) == Some(building.number))
    }
}
