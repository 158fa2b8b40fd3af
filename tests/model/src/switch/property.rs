//! What must be true of each state.

use stateright::Property;

use super::{State, Status, Switch, Taken};

pub(super) const ONE: &str = "once a generation has served, one does, and no other";
pub(super) const THERE: &str = "what serves is there";
pub(super) const FORWARD: &str = "no page goes back to an older position";
pub(super) const AWAITED: &str = "a request for a rebuild is not lost";

pub(super) fn all() -> Vec<Property<Switch>> {
    vec![
        Property::always(ONE, |_, state: &State| {
            let serving = state.generations.iter().filter(|generation| generation.status == Status::Serving).count();
            serving == usize::from(state.has_served)
        }),
        Property::always(THERE, |_, state: &State| state.serving().is_none_or(|serving| serving.has_schema)),
        Property::always(FORWARD, |_, state: &State| !state.reader.went_back),
        Property::always(AWAITED, |model: &Switch, state: &State| {
            let is_begun = state.building().is_some() && model.guards.taken != Taken::Served;
            !state.is_awaited || state.is_requested || is_begun
        }),
        Property::sometimes("a rebuild serves what came meanwhile", |model: &Switch, state: &State| {
            state.generations.len() == 1
                && state.serving().is_some_and(|serving| serving.number > 1 && serving.position == model.events)
        }),
    ]
}
