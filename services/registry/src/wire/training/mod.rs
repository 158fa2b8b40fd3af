//! Trainings: their events in the log, and the messages that answers show.

mod event;
mod message;
#[cfg(test)]
mod tests;

pub use message::{cancellation_message, len, plan_message, report_message, summarise, summary, training_message};

use kim_contract::registry::event::EventType;
use kim_desk::wire::{Happened, region};
use kim_eventlog::{Aggregate, NewEvent, Recorded};
use kim_values::Region;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::training::{self, Event, Training};

pub const TRAINING_PLANNED: &str = EventType::TrainingPlanned.name();
pub const TRAINING_RESCHEDULED: &str = EventType::TrainingRescheduled.name();
pub const TRAINING_INVITATIONS_SENT: &str = EventType::TrainingInvitationsSent.name();
pub const TRAINING_HELD: &str = EventType::TrainingHeld.name();
pub const TRAINING_REPORTED: &str = EventType::TrainingReported.name();
pub const TRAINING_CANCELLED: &str = EventType::TrainingCancelled.name();

/// Trainings in the registry's log.
#[derive(Debug)]
pub struct Trainings;

impl Aggregate for Trainings {
    type State = Option<Training>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        event::read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let training = state.as_ref().expect("a training is there from its first event on");
        event::write(happened, region::place(training.outline.region))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        training::evolve(state, &happened.event)
    }
}

/// An event of a training for `region`, recorded `now`. What was held happened when it was held.
#[must_use]
pub fn happened(id: Uuid, event: Event, region: Region, now: OffsetDateTime) -> Happened<Event> {
    let day = if let Event::Held { session, .. } = &event { Some(session.held_from) } else { None };
    Happened::new(id, event, day, region, now)
}
