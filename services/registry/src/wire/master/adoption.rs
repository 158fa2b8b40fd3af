//! The territory in force.

use kim_contract::registry::v1 as pb;
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use uuid::Uuid;

use super::{NAMESPACE, decoded, stored_date};
use crate::{
    domain::adoption::{self, Adopted},
    wire::{Happened, date},
};

/// The aggregate of the adopted territory.
#[must_use]
pub fn adoption_id() -> Uuid {
    Uuid::new_v5(&NAMESPACE, b"territory")
}

#[derive(Debug)]
pub struct Adoptions;

const TERRITORY_ADOPTED: &str = "kim.registry.v1.TerritoryAdopted";

impl Aggregate for Adoptions {
    type State = Adopted;
    type Event = Happened<adoption::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::TerritoryAdopted = decoded(recorded, TERRITORY_ADOPTED)?;
        let event = adoption::Event::Adopted { decree: e.decree.parse().ok()?, on: stored_date(e.adopted_on)? };
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let adoption::Event::Adopted { decree, on } = happened.event;
        let payload = pb::TerritoryAdopted {
            decree: decree.key().to_owned(),
            name: decree.name().to_owned(),
            adopted_on: Some(date::to_proto(on)),
            digest: decree.digest(),
        };
        happened.written(TERRITORY_ADOPTED, Place::nation(), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        adoption::evolve(state, &happened.event)
    }
}
