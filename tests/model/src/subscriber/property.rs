//! What must be true of each state.

use stateright::Property;

use super::{State, Subscriber};

pub(super) const ONCE: &str = "each event has its effect once, in order, and all are of one log";
pub(super) const CHECKPOINT: &str = "the checkpoint says what the rows have seen";
pub(super) const ROWS: &str = "the rows are the fold of what was seen";
pub(super) const PARKED: &str = "what cannot be folded holds back its aggregate, and nothing else";

pub(super) fn all() -> Vec<Property<Subscriber>> {
    vec![
        Property::always(ONCE, |_, state: &State| {
            let mut after = 0;
            (1..).zip(&state.read_model.history).all(|(position, event)| {
                let follows = event.position == position && event.after == after;
                after = event.timeline;
                follows
            })
        }),
        Property::always(CHECKPOINT, |_, state: &State| {
            state.read_model.checkpoint == state.read_model.history.last().copied()
        }),
        Property::always(ROWS, |model: &Subscriber, state: &State| {
            state.read_model.counts == model.meant(&state.read_model.history).counts
        }),
        Property::always(PARKED, |model: &Subscriber, state: &State| {
            state.read_model.parked == model.meant(&state.read_model.history).parked
        }),
        Property::sometimes("all is folded, and an aggregate is parked", |model: &Subscriber, state: &State| {
            state.read_model.history.len() == model.events.len()
                && state.read_model.parked.iter().flatten().any(|parked| parked.events > 1)
        }),
        Property::sometimes("two writers have the same events at once", |_, state: &State| {
            let [a, b] = &state.writers;
            !a.batches.is_empty() && a.batches == b.batches
        }),
    ]
}
