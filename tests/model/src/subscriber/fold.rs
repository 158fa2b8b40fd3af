//! A batch on its way into the read model: `Subscriber::fold_batch` and `Subscriber::try_batch`.

use super::{Content, Event, Parked, Staged, State, Subscriber};

enum Failure {
    Poison(Event),
    Data,
}

impl Subscriber {
    /// Begins the transaction of a writer's next batch. What goes wrong in it ends it at once.
    pub(super) fn stage(&self, state: &mut State, w: usize) -> Option<()> {
        let is_fenced = self.guards.fence && state.read_model.checkpoint != state.writers[w].checkpoint;
        if is_fenced {
            self.begin_again(state, w);
            return Some(());
        }
        let batch = state.writers[w].batches.last()?.clone();
        match self.fold(state, w, &batch) {
            Ok(staged) => state.writers[w].staged = Some(staged),
            Err(failure) => {
                let writer = &mut state.writers[w];
                if self.guards.resets {
                    writer.counts = None;
                }
                match (failure, batch.as_slice()) {
                    (Failure::Poison(Event { position, .. }), _) | (Failure::Data, &[Event { position, .. }]) => {
                        writer.parking |= 1 << (position - 1);
                    }
                    (Failure::Data, _) => {
                        let mut first = writer.batches.pop()?;
                        let rest = first.split_off(first.len() / 2);
                        writer.batches.extend([rest, first]);
                    }
                }
            }
        }
        Some(())
    }

    fn fold(&self, state: &mut State, w: usize, batch: &[Event]) -> Result<Staged, Failure> {
        let before = state.read_model.clone();
        let writer = &mut state.writers[w];
        let counts = writer.counts.get_or_insert(before.counts);
        let mut to = before;
        let mut known = writer.parked;
        let mut refused = false;
        for event in batch {
            let aggregate = self.aggregate(*event);
            let bit = 1 << aggregate;
            let is_bad = writer.parking & (1 << (event.position - 1)) != 0;
            if is_bad || (known & bit != 0 && self.guards.parks_aggregate) {
                known |= bit;
                let parked = to.parked[aggregate].get_or_insert(Parked { position: event.position, events: 0 });
                parked.events += 1;
                continue;
            }
            match self.content(*event) {
                Content::Sound => {
                    // As a fold writes a row that it knows: the value, not the difference.
                    counts[aggregate] += 1;
                    to.counts[aggregate] = counts[aggregate];
                }
                Content::Poisonous => return Err(Failure::Poison(*event)),
                Content::Refused => refused = true,
            }
        }
        if refused {
            return Err(Failure::Data);
        }
        to.history.extend(batch);
        to.checkpoint = batch.last().copied();
        Ok(Staged { to, parked: known, half: false })
    }

    /// Commits what a writer has staged.
    pub(super) fn commit(&self, state: &mut State, w: usize) -> Option<()> {
        let staged = state.writers[w].staged.as_mut()?;
        if !self.guards.one_transaction && !staged.half {
            staged.half = true;
            state.read_model.checkpoint = staged.to.checkpoint;
            return Some(());
        }
        let staged = state.writers[w].staged.take()?;
        let writer = &mut state.writers[w];
        writer.checkpoint = staged.to.checkpoint;
        writer.parked = staged.parked;
        writer.batches.pop();
        if writer.batches.is_empty() {
            writer.parking = 0;
        }
        state.read_model = staged.to;
        Some(())
    }
}
