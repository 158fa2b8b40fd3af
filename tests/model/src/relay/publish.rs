//! A replica's relay: what it does next, and how.

use super::{Ack, Action, Compares, Event, Message, Publisher, Relay, Sent, Stage, State, Stream};

impl Relay {
    pub(super) fn relay_actions(&self, state: &State, r: usize, relay: &Publisher, actions: &mut Vec<Action>) {
        let leads = state.leader.is_some_and(|leader| usize::from(leader) == r);
        let may_lead = leads || state.leader.is_none();
        match &relay.stage {
            Stage::Idle if may_lead && (state.is_open() || !self.guards.gate) => actions.push(Action::Ask(r)),
            Stage::Idle => {}
            Stage::Asked { .. } => actions.push(Action::Compare(r)),
            Stage::Running { sent, window } => {
                let has_more = state.at(sent + 1).is_some();
                if has_more && window.len() < self.window {
                    actions.push(Action::Publish(r));
                }
                if window.first().is_some_and(|sent| sent.ack != Ack::Awaited) {
                    actions.push(Action::Settle(r));
                }
                if window.is_empty() && !has_more && self.guards.looks_when_idle {
                    actions.push(Action::Look(r));
                }
                if state.left.acks > 0 && window.iter().any(|sent| sent.ack != Ack::Lost) {
                    actions.push(Action::LoseAck(r));
                }
            }
        }
        if leads && state.left.sessions > 0 {
            actions.push(Action::EndSession(r));
        } else if !leads && relay.stage != Stage::Idle {
            actions.push(Action::Notice(r));
        }
        if state.left.restarts > 0 && *relay != Publisher::NEW {
            actions.push(Action::Restart(r));
        }
        if self.guards.remembers && state.unsaid(r).is_some() {
            actions.push(Action::Remember(r));
        }
        if self.guards.in_order {
            actions.extend(relay.wire.first().map(|_| Action::Take(r, 0)));
        } else {
            actions.extend((0..relay.wire.len()).map(|n| Action::Take(r, n)));
        }
        if state.left.messages > 0 && !relay.wire.is_empty() {
            actions.push(Action::LoseMessage(r));
        }
    }

    /// `Relay::publish` begins: the stream is found or made.
    pub(super) fn ask(&self, state: &mut State, r: usize) {
        state.leader = u8::try_from(r).ok();
        let first = self.floor.min(state.head() + 1);
        let stream = state.stream.get_or_insert(Stream { first, messages: vec![] });
        state.relays[r].stage = Stage::Asked { last: stream.last() };
    }

    /// `Relay::agree`: goes on, or closes the log, or makes the stream anew.
    pub(super) fn compare(&self, state: &mut State, r: usize) {
        let Stage::Asked { last } = state.relays[r].stage else { return };
        state.relays[r].stage = Stage::Idle;
        let Some(stream) = &state.stream else { return };
        let most = match self.guards.compares {
            Compares::Nothing => 0,
            Compares::Last => 1,
            Compares::Window => self.window,
            Compares::All => usize::MAX,
        };
        let compared: Vec<Event> = (stream.first..=last).rev().take(most).filter_map(|p| stream.at(p)).collect();
        let is_lost = |event: &Event| *event != Event::STRANGE && !state.has(*event);
        if let Some(lost) = compared
            .iter()
            .copied()
            .find(is_lost)
            .or_else(|| state.lost().filter(|_| compared.contains(&Event::STRANGE)))
        {
            state.is_closed = true;
            state.wanted = Some(lost).filter(|lost| lost.position <= state.head());
        } else if compared.contains(&Event::STRANGE) {
            state.stream = None;
        } else {
            state.relays[r].stage = Stage::Running { sent: last, window: vec![] };
        }
    }

    pub(super) fn take(&self, state: &mut State, r: usize, n: usize) {
        let Message { event, expected } = state.relays[r].wire.remove(n);
        let ack = match &mut state.stream {
            Some(stream) if stream.last() == expected || !self.guards.expected_sequence => {
                stream.messages.push(event);
                Ack::Taken(stream.last())
            }
            _ => Ack::Refused,
        };
        state.acknowledge(r, event.position, ack);
    }

    /// `Relay::answered`.
    pub(super) fn settle(&self, state: &mut State, r: usize) {
        let Stage::Running { window, .. } = &mut state.relays[r].stage else { return };
        let Sent { position, ack } = window.remove(0);
        let is_right = match ack {
            Ack::Taken(sequence) => sequence == position || !self.guards.expected_sequence,
            Ack::Refused | Ack::Lost => !self.guards.begins_again,
            Ack::Awaited => true,
        };
        if !is_right {
            state.relays[r].stage = Stage::Idle;
        }
    }
}

pub(super) fn publish(state: &mut State, r: usize) -> Option<()> {
    let Stage::Running { sent, .. } = state.relays[r].stage else { return None };
    let event = state.at(sent + 1)?;
    let relay = &mut state.relays[r];
    relay.wire.push(Message { event, expected: sent });
    if relay.known.is_none_or(|known| known.position <= event.position) {
        relay.known = Some(event);
    }
    let Stage::Running { sent, window } = &mut relay.stage else { return None };
    *sent += 1;
    window.push(Sent { position: *sent, ack: Ack::Awaited });
    Some(())
}

impl State {
    /// A relay hears of a message that it still waits for.
    pub(super) fn acknowledge(&mut self, r: usize, position: u8, ack: Ack) {
        if let Stage::Running { window, .. } = &mut self.relays[r].stage
            && let Some(sent) = window.iter_mut().find(|sent| sent.position == position && sent.ack == Ack::Awaited)
        {
            sent.ack = ack;
        }
    }
}
