//! What must be true of each state.

use stateright::Property;

use super::{Event, Relay, State};

pub(super) const COPY: &str = "the stream is a copy of one log, each event at its position";
pub(super) const NOTHING_ELSE: &str = "the stream has nothing that an open log has not";
pub(super) const ONE_EVENT: &str = "log and stream never have two events at one position";

pub(super) fn all() -> Vec<Property<Relay>> {
    vec![
        Property::always(COPY, |_, state: &State| {
            let Some(stream) = &state.stream else { return true };
            let mut before = None;
            (stream.first..).zip(&stream.messages).all(|(sequence, event)| {
                let follows =
                    before.is_none_or(|before: Event| before == Event::STRANGE || event.after == before.timeline);
                before = Some(*event);
                *event == Event::STRANGE || (event.position == sequence && follows)
            })
        }),
        Property::always(NOTHING_ELSE, |_, state: &State| {
            let Some(stream) = state.stream.as_ref().filter(|_| state.is_open() && !state.was_kept) else {
                return true;
            };
            (stream.first..)
                .zip(&stream.messages)
                .all(|(p, event)| *event == Event::STRANGE || state.at(p) == Some(*event))
        }),
        Property::always(ONE_EVENT, |_, state: &State| {
            let Some(stream) = &state.stream else { return true };
            state
                .log
                .iter()
                .all(|event| stream.at(event.position).is_none_or(|there| there == *event || there == Event::STRANGE))
        }),
    ]
}
