//! What may happen next.

use stateright::{Model, Property};

use super::{Folding, Generation, State, Status, Step, Switch, Taken, Writer, property};
use crate::check::Recovering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Append,
    Request,
    Win(usize),
    ListWhatIsLeft(usize),
    DropNext(usize),
    LookWhatServes(usize),
    /// Makes a generation, because one is asked for.
    Begin(usize),
    TakeRequest(usize),
    /// Stops the live generation, because the other one has come as far.
    StopLive(usize),
    Switch(usize),
    FoldLive(usize),
    FoldBuilding(usize),
    /// A writer finds that its session is gone, or that what it folds is not what it takes it for.
    End(usize),
    /// The replica that reads looks which generation serves.
    Look,
    /// It shows a page.
    Page,
    EndSession(usize),
    Kill(usize),
}

impl Model for Switch {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.head < self.events {
            actions.push(Action::Append);
        }
        if state.left.requests > 0 {
            actions.push(Action::Request);
        }
        for (w, writer) in state.writers.iter().enumerate() {
            self.writer_actions(state, w, writer, actions);
        }
        if state.reader.generation != state.serving().map(|serving| serving.number) {
            actions.push(Action::Look);
            if self.guards.pages_look {
                return;
            }
        }
        let position = state.reader.generation.and_then(|number| state.position(number));
        if position.is_some_and(|position| position != state.reader.shown) && !state.reader.went_back {
            actions.push(Action::Page);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Append => state.head += 1,
            Action::Request => {
                state.left.requests -= 1;
                (state.is_requested, state.is_awaited) = (true, true);
            }
            Action::Win(w) => {
                state.leader = u8::try_from(w).ok();
                state.writers[w].step = Step::List;
            }
            Action::ListWhatIsLeft(w) => self.list(&mut state, w),
            Action::DropNext(w) => self.drop_next(&mut state, w)?,
            Action::LookWhatServes(w) => match state.serving() {
                Some(Generation { number, position, .. }) => {
                    state.writers[w].live = Some(Folding { number, position });
                    state.writers[w].step = Step::Lead;
                }
                None => state.begin(w),
            },
            Action::Begin(w) => {
                state.begin(w);
                if self.guards.taken == Taken::After && state.writers[w].building.is_some() {
                    state.writers[w].step = Step::TakeAfterwards;
                }
            }
            Action::TakeRequest(w) => {
                state.is_requested = false;
                let is_done = state.writers[w].step == Step::TakeAfterwards;
                state.writers[w].step = if is_done { Step::Lead } else { Step::BeginAfterwards };
            }
            Action::StopLive(w) => {
                let writer = &mut state.writers[w];
                let goal = writer.live.filter(|_| self.guards.catches_up).map_or(0, |live| live.position);
                if self.guards.stops_live {
                    writer.live = None;
                }
                writer.step = Step::Switch { goal };
            }
            Action::Switch(w) => self.switch(&mut state, w),
            Action::FoldLive(w) => {
                let live = state.writers[w].live?;
                state.writers[w].live = Some(state.fold(live)?);
            }
            Action::FoldBuilding(w) => {
                let building = state.writers[w].building?;
                state.writers[w].building = Some(state.fold(building)?);
            }
            Action::End(w) => state.end(w),
            Action::Look => state.reader.generation = state.serving().map(|serving| serving.number),
            Action::Page => {
                let position = state.position(state.reader.generation?)?;
                state.reader.went_back = position < state.reader.shown;
                state.reader.shown = position.max(state.reader.shown);
            }
            Action::EndSession(_) => {
                state.left.sessions -= 1;
                state.leader = None;
            }
            Action::Kill(w) => {
                state.left.kills -= 1;
                state.end(w);
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        property::all()
    }
}

impl Switch {
    /// `Generations::sweep` begins. At the beginning of a term nothing but what serves is anybody's.
    fn list(&self, state: &mut State, w: usize) {
        let first = state.writers[w].step == Step::List;
        let own = state.writers[w].building.filter(|_| self.guards.spares_building).map(|building| building.number);
        let is_left = |generation: &&Generation| generation.status != Status::Serving && Some(generation.number) != own;
        let numbers = state.generations.iter().filter(is_left).map(|generation| generation.number).collect();
        state.writers[w].step = Step::Drop { numbers, first };
    }

    /// One generation of a sweep.
    fn drop_next(&self, state: &mut State, w: usize) -> Option<()> {
        let Step::Drop { numbers, first } = &mut state.writers[w].step else { return None };
        let (next, first) = (numbers.pop(), *first);
        let Some(number) = next else {
            state.writers[w].sweeps = false;
            state.writers[w].step = if first { Step::Start } else { Step::Lead };
            return Some(());
        };
        let generation = state.generation(number);
        let serves = generation.as_ref().is_some_and(|generation| generation.status == Status::Serving);
        if let Some(generation) = generation
            && !(serves && self.guards.sweep_checks)
        {
            generation.has_schema = false;
        }
        state.generations.retain(|generation| generation.number != number || generation.status == Status::Serving);
        Some(())
    }

    /// `Generations::switch`.
    fn switch(&self, state: &mut State, w: usize) {
        let Some(building) = state.writers[w].building else { return };
        let is_there = state.generation(building.number).is_some_and(|g| g.status == Status::Building);
        if self.guards.switch_checks && !is_there {
            return state.end(w);
        }
        if state.writers[w].step != Step::Serve {
            for generation in &mut state.generations {
                if generation.status == Status::Serving {
                    generation.status = Status::Retired;
                }
            }
            if !self.guards.one_transaction {
                state.writers[w].step = Step::Serve;
                return;
            }
        }
        if let Some(generation) = state.generation(building.number) {
            generation.status = Status::Serving;
            state.has_served = true;
            state.is_requested &= self.guards.taken != Taken::Served;
            state.is_awaited = state.is_requested;
        }
        state.writers[w] = Writer { step: Step::Lead, live: Some(building), building: None, sweeps: true };
    }
}

impl State {
    /// `Generations::begin`. There is room for one that is being built.
    fn begin(&mut self, w: usize) {
        if self.building().is_some() {
            return self.end(w);
        }
        let number = self.next;
        self.next += 1;
        self.generations.push(Generation { number, status: Status::Building, has_schema: true, position: 0 });
        self.writers[w].building = Some(Folding { number, position: 0 });
        self.writers[w].step = Step::Lead;
    }

    /// A reader's batch, fenced by its checkpoint. A reader that is fenced begins again where the checkpoint is.
    fn fold(&mut self, folding: Folding) -> Option<Folding> {
        let head = self.head;
        let generation = self.generation(folding.number)?;
        if generation.position == folding.position && generation.position < head {
            generation.position += 1;
        }
        Some(Folding { position: generation.position, ..folding })
    }

    /// A writer's term is over.
    fn end(&mut self, w: usize) {
        self.writers[w] = Writer::default();
        if self.leads(w) {
            self.leader = None;
        }
    }
}

impl Recovering for Switch {
    fn is_fault(&self, action: &Action) -> bool {
        matches!(action, Action::EndSession(_) | Action::Kill(_))
    }

    /// One generation is there, it serves all of the log, and it is folded.
    fn is_well(&self, state: &State) -> bool {
        let [Generation { number, status: Status::Serving, position, .. }] = state.generations[..] else {
            return false;
        };
        let folds = |w: usize| state.leads(w) && state.writers[w].live.is_some_and(|live| live.number == number);
        state.head == self.events
            && position == state.head
            && !state.is_awaited
            && state.reader.generation == Some(number)
            && (0..state.writers.len()).any(folds)
    }
}
