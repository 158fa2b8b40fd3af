//! What may happen next.

use stateright::{Model, Property};

use super::{Event, Feed, State, Subscriber, Writer, property};
use crate::check::Recovering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Append,
    /// A writer reads its checkpoint, and opens its feed there.
    Open(usize),
    /// So many events come.
    Deliver(usize, u8),
    /// A writer begins a transaction for its next batch.
    Stage(usize),
    Commit(usize),
    /// A writer to which nothing comes finds that the log has another event at its checkpoint.
    Look(usize),
    /// A writer finds that its session with the read model's database is gone.
    Notice(usize),
    /// A stopped writer tries again.
    Retry(usize),
    Kill(usize),
    Fail(usize),
    Skip(usize),
    Repeat(usize),
    /// What was committed after so many events is lost.
    Crash(usize),
    Restore(u8),
}

impl Model for Subscriber {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.log.len() < self.events.len() {
            actions.push(Action::Append);
        }
        for (w, writer) in state.writers.iter().enumerate() {
            self.writer_actions(state, w, writer, actions);
        }
        if state.left.crashes > 0 {
            actions.extend((0..state.read_model.history.len()).map(Action::Crash));
        }
        if state.left.restores > 0 {
            actions.extend((0..).take(state.log.len()).map(Action::Restore));
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Append => {
                let position = u8::try_from(state.log.len() + 1).ok()?;
                let after = state.log.last().map_or(0, |event| event.timeline);
                state.log.push(Event { position, timeline: state.timeline, after });
            }
            Action::Open(w) => self.open(&mut state, w),
            Action::Deliver(w, count) => self.deliver(&mut state, w, count)?,
            Action::Stage(w) => self.stage(&mut state, w)?,
            Action::Commit(w) => self.commit(&mut state, w)?,
            Action::Look(w) => state.stop(w),
            Action::Notice(w) => self.begin_again(&mut state, w),
            Action::Retry(w) => state.writers[w].is_stopped = false,
            Action::Kill(w) => {
                state.left.kills -= 1;
                state.writers[w] = Writer::default();
            }
            Action::Fail(w) => {
                state.left.failures -= 1;
                self.begin_again(&mut state, w);
            }
            Action::Skip(w) => {
                state.left.slips -= 1;
                state.writers[w].feed.as_mut()?.next += 1;
            }
            Action::Repeat(w) => {
                state.left.slips -= 1;
                state.writers[w].feed.as_mut()?.next -= 1;
            }
            Action::Crash(kept) => {
                state.left.crashes -= 1;
                state.crashed += 1;
                state.read_model = self.meant(&state.read_model.history[..kept]);
                for w in 0..state.writers.len() {
                    if state.writers[w].staged.is_some() {
                        self.begin_again(&mut state, w);
                    }
                }
            }
            Action::Restore(to) => {
                state.left.restores -= 1;
                state.log.truncate(to.into());
                state.timeline += 1;
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        property::all()
    }
}

impl Subscriber {
    fn writer_actions(&self, state: &State, w: usize, writer: &Writer, actions: &mut Vec<Action>) {
        if writer.is_stopped {
            actions.push(Action::Retry(w));
            return;
        }
        let Some(feed) = &writer.feed else {
            actions.push(Action::Open(w));
            return;
        };
        let other = &state.writers[1 - w];
        if writer.staged.is_some() {
            actions.push(Action::Commit(w));
            if state.left.failures > 0 {
                actions.push(Action::Fail(w));
            }
        } else if !writer.batches.is_empty() {
            // The checkpoint's row is locked by the first that moves it.
            if other.staged.is_none() {
                actions.push(Action::Stage(w));
            }
        } else {
            let waiting = (state.log.len() + 1).saturating_sub(feed.next.into());
            actions.extend((1..=self.batch).take(waiting).map(|count| Action::Deliver(w, count)));
            let differs =
                writer.checkpoint.is_some_and(|mine| state.at(mine.position).is_some_and(|there| there != mine));
            if waiting == 0 && differs && self.guards.compares_when_idle {
                actions.push(Action::Look(w));
            }
            if state.left.slips > 0 {
                actions.push(Action::Skip(w));
                if feed.next > 1 {
                    actions.push(Action::Repeat(w));
                }
            }
        }
        if feed.session != state.crashed && self.guards.notices_crash {
            actions.push(Action::Notice(w));
        }
        if state.left.kills > 0 {
            actions.push(Action::Kill(w));
        }
    }

    /// The beginning of `Subscriber::follow`.
    fn open(&self, state: &mut State, w: usize) {
        let checkpoint = state.read_model.checkpoint;
        let writer = &mut state.writers[w];
        if self.guards.resets {
            writer.counts = None;
        }
        writer.checkpoint = checkpoint;
        writer.parked =
            (0..).zip(&state.read_model.parked).fold(0, |bits, (n, parked)| bits | u8::from(parked.is_some()) << n);
        let must_match = checkpoint.is_some() && self.guards.compares_at_start;
        let next = checkpoint.map_or(1, |event| event.position + u8::from(!must_match));
        writer.feed = Some(Feed { next, must_match, timeline: state.timeline, session: state.crashed });
    }

    /// The rest of `Subscriber::follow`: what comes is the next event, and the first is the one at the checkpoint.
    fn deliver(&self, state: &mut State, w: usize, count: u8) -> Option<()> {
        let timeline = state.timeline;
        let feed = state.writers[w].feed.as_mut()?;
        if feed.timeline != timeline {
            if self.guards.compares_on_resumption {
                self.begin_again(state, w);
                return Some(());
            }
            // An ordered consumer is made again behind the last message, and says nothing.
            feed.timeline = timeline;
        }
        let Feed { next, must_match, .. } = *feed;
        feed.next += count;
        feed.must_match = false;
        let events: Vec<Event> = (next..next + count).map_while(|position| state.at(position)).collect();
        let checkpoint = state.writers[w].checkpoint;
        let expected = checkpoint.map_or(1, |event| event.position + u8::from(!must_match));
        let mut events = events.as_slice();
        if next != expected && self.guards.hole_check {
            self.begin_again(state, w);
            return Some(());
        }
        if must_match {
            let (first, rest) = events.split_first()?;
            if checkpoint != Some(*first) {
                state.stop(w);
                return Some(());
            }
            events = rest;
        }
        if !events.is_empty() {
            state.writers[w].batches = vec![events.to_vec()];
        }
        Some(())
    }

    /// `Subscriber::run`: whatever goes wrong, it begins again at its checkpoint.
    pub(super) fn begin_again(&self, state: &mut State, w: usize) {
        let counts = state.writers[w].counts.filter(|_| !self.guards.resets);
        state.writers[w] = Writer { counts, ..Writer::default() };
    }
}

impl State {
    fn stop(&mut self, w: usize) {
        self.writers[w] = Writer { is_stopped: true, ..Writer::default() };
    }
}

impl Recovering for Subscriber {
    fn is_fault(&self, action: &Action) -> bool {
        matches!(
            action,
            Action::Kill(_)
                | Action::Fail(_)
                | Action::Skip(_)
                | Action::Repeat(_)
                | Action::Crash(_)
                | Action::Restore(_)
        )
    }

    /// The read model has all of the log; or the log is another one by now, and the readers have stopped and say so.
    fn is_well(&self, state: &State) -> bool {
        let is_of_this_log = state.read_model.checkpoint.is_none_or(|mine| state.at(mine.position) == Some(mine));
        state.log.len() == self.events.len()
            && if is_of_this_log {
                state.read_model.checkpoint == state.log.last().copied()
            } else {
                state.writers.iter().all(|writer| writer.is_stopped)
            }
    }
}
