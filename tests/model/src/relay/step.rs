//! What may happen next.

use stateright::{Model, Property};

use super::{Ack, Event, Publisher, Relay, Stage, State, Stream, property, publish::publish};
use crate::check::Recovering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Append,
    /// A relay wins leadership, if it has not got it, and asks the stream where it ends, or makes it.
    Ask(usize),
    /// It compares the stream with the log.
    Compare(usize),
    Publish(usize),
    /// The broker takes a message of a relay.
    Take(usize, usize),
    /// A relay looks at its oldest acknowledgement.
    Settle(usize),
    /// A relay with nothing to do looks whether the stream is as it left it, and begins again.
    Look(usize),
    /// A relay finds that its session is gone.
    Notice(usize),
    /// A process says that it knows an event that the log lacks.
    Remember(usize),
    /// A log that is closed is opened, because it has all that it must have.
    Open,
    /// An operator takes a tail back that only the stream has.
    TakeBack,
    /// An operator lets the log go on as it is.
    KeepLog,
    EndSession(usize),
    Restart(usize),
    LoseMessage(usize),
    LoseAck(usize),
    LoseTail(u8),
    Delete,
    Remake,
    Strange,
    Restore(u8),
}

impl Model for Relay {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.head() < self.events && (state.is_open() || !self.guards.gate) {
            actions.push(Action::Append);
        }
        for (r, relay) in state.relays.iter().enumerate() {
            self.relay_actions(state, r, relay, actions);
        }
        if !state.is_open() {
            self.restored_actions(state, actions);
        }
        let left = &state.left;
        if left.restores > 0 {
            actions.extend((0..state.head()).map(Action::Restore));
        }
        if left.remakes > 0 {
            actions.push(Action::Remake);
        }
        let Some(stream) = &state.stream else { return };
        if left.tails > 0 {
            actions.extend((stream.first..=stream.last()).map(Action::LoseTail));
        }
        if left.deletions > 0 {
            actions.push(Action::Delete);
        }
        if left.strangers > 0 {
            actions.push(Action::Strange);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Append => {
                let (position, timeline) = (state.head() + 1, state.timeline);
                let after = state.log.last().map_or(0, |event| event.timeline);
                state.log.push(Event { position, timeline, after });
            }
            Action::Ask(r) => self.ask(&mut state, r),
            Action::Compare(r) => self.compare(&mut state, r),
            Action::Publish(r) => publish(&mut state, r)?,
            Action::Take(r, n) => self.take(&mut state, r, n),
            Action::Settle(r) => self.settle(&mut state, r),
            Action::Look(r) | Action::Notice(r) => state.relays[r].stage = Stage::Idle,
            Action::Remember(r) => {
                state.wanted = state.unsaid(r);
                state.is_closed = true;
            }
            Action::Open => state.open(),
            Action::TakeBack => {
                let (head, stream) = (state.head(), state.stream.as_ref()?);
                let tail: Vec<Event> = (head + 1..=stream.last()).map_while(|position| stream.at(position)).collect();
                state.log.extend(tail);
            }
            Action::KeepLog => {
                if state.lost().is_some() {
                    state.stream = None;
                }
                state.open();
                state.was_kept = true;
                for r in 0..state.relays.len() {
                    if state.relays[r].known.is_some_and(|known| !state.has(known)) {
                        // The process begins anew.
                        state.relays[r] = Publisher::NEW;
                    }
                }
            }
            Action::EndSession(r) => {
                state.left.sessions -= 1;
                state.leader = state.leader.filter(|leader| usize::from(*leader) != r);
            }
            Action::Restart(r) => {
                state.left.restarts -= 1;
                state.leader = state.leader.filter(|leader| usize::from(*leader) != r);
                state.relays[r] = Publisher::NEW;
            }
            Action::LoseMessage(r) => {
                state.left.messages -= 1;
                let message = state.relays[r].wire.remove(0);
                state.acknowledge(r, message.event.position, Ack::Lost);
            }
            Action::LoseAck(r) => {
                state.left.acks -= 1;
                if let Stage::Running { window, .. } = &mut state.relays[r].stage {
                    window.iter_mut().find(|sent| sent.ack != Ack::Lost)?.ack = Ack::Lost;
                }
            }
            Action::LoseTail(from) => {
                state.left.tails -= 1;
                let stream = state.stream.as_mut()?;
                stream.messages.truncate(usize::from(from - stream.first));
            }
            Action::Delete => {
                state.left.deletions -= 1;
                state.stream = None;
            }
            Action::Remake => {
                state.left.remakes -= 1;
                state.stream = Some(Stream { first: 1, messages: vec![] });
            }
            Action::Strange => {
                state.left.strangers -= 1;
                state.stream.as_mut()?.messages.push(Event::STRANGE);
            }
            Action::Restore(to) => {
                state.left.restores -= 1;
                state.log.truncate(to.into());
                state.timeline += 1;
                // The backup knows nothing of what came after it, and no session outlives the restore.
                (state.is_closed, state.wanted, state.leader) = (false, None, None);
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        property::all()
    }
}

impl Relay {
    /// `Guard::settle`, and what an operator may decide.
    fn restored_actions(&self, state: &State, actions: &mut Vec<Action>) {
        let is_heard = !(self.guards.hears_all && self.guards.remembers)
            || (0..state.relays.len()).all(|r| state.unsaid(r).is_none());
        let has_wanted = state.wanted.is_none_or(|wanted| state.has(wanted));
        let lost = state.lost();
        let lacks = lost.is_some() && self.guards.takes_back;
        if state.stream.is_some() && is_heard && has_wanted && !lacks {
            actions.push(Action::Open);
        } else if lost.is_some_and(|lost| lost.position == state.head() + 1) {
            actions.push(Action::TakeBack);
        } else if state.is_quiet() && is_heard {
            actions.push(Action::KeepLog);
        }
    }
}

impl State {
    fn open(&mut self) {
        (self.home, self.is_closed, self.wanted) = (self.timeline, false, None);
    }
}

impl Recovering for Relay {
    fn is_fault(&self, action: &Action) -> bool {
        matches!(
            action,
            Action::EndSession(_)
                | Action::Restart(_)
                | Action::LoseMessage(_)
                | Action::LoseAck(_)
                | Action::LoseTail(_)
                | Action::Delete
                | Action::Remake
                | Action::Strange
                | Action::Restore(_)
        )
    }

    /// The stream has what the log has, and nothing is on its way.
    fn is_well(&self, state: &State) -> bool {
        state.head() == self.events
            && state.is_open()
            && state.is_quiet()
            && state.stream.as_ref().is_some_and(|stream| {
                stream.last() == state.head() && (stream.first..=stream.last()).all(|p| stream.at(p) == state.at(p))
            })
    }
}
