//! Trainings.

use kim_contract::registry::v1 as pb;
use kim_eventlog::{Aggregate, NewEvent, Recorded};

use super::{count, decoded, stored_date};
use crate::{
    domain::{
        ids::{CommunityId, OfficeId},
        training::{self, Training},
    },
    wire::{Happened, date, pairs::Paired, region},
};

#[derive(Debug)]
pub struct Trainings;

pub const TRAINING_HELD: &str = "kim.registry.v1.TrainingHeld";

impl Aggregate for Trainings {
    type State = Option<Training>;
    type Event = Happened<training::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::TrainingHeld = decoded(recorded, TRAINING_HELD)?;
        let e = e.training?;
        let training = Training {
            kind: Paired::from_proto(e.kind)?,
            topic: e.topic.into(),
            region: region::stored(e.region.as_ref())?,
            host: match e.host_office_id.as_str() {
                "" => None,
                id => Some(OfficeId::parse(id)?),
            },
            held_from: stored_date(e.held_from)?,
            held_to: stored_date(e.held_to)?,
            participants: e.community_ids.iter().map(|id| CommunityId::parse(id)).collect::<Option<_>>()?,
            office_staff: u32::try_from(e.office_staff).ok()?,
        };
        Some(Happened::read(recorded, training::Event::Held(training)))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let training::Event::Held(training) = &happened.event;
        let training_id = happened.aggregate.to_string();
        let payload = pb::TrainingHeld { training_id, training: Some(training_message(training)) };
        happened.written(TRAINING_HELD, region::place(training.region), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        training::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn training_message(training: &Training) -> pb::Training {
    pb::Training {
        kind: training.kind.to_proto(),
        topic: training.topic.to_string(),
        region: Some(region::to_proto(training.region)),
        host_office_id: training.host.map(|office| office.to_string()).unwrap_or_default(),
        held_from: Some(date::to_proto(training.held_from)),
        held_to: Some(date::to_proto(training.held_to)),
        community_ids: training.participants.iter().map(ToString::to_string).collect(),
        office_staff: count(training.office_staff),
    }
}
