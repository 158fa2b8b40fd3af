//! Offices.

use kim_contract::registry::v1 as pb;
use kim_eventlog::{Aggregate, NewEvent, Recorded};

use super::{decoded, stored_date};
use crate::{
    domain::{
        ids::OfficeId,
        name::PublicName,
        office::{self, Office},
    },
    wire::{Happened, date, pairs::Paired, region},
};

#[derive(Debug)]
pub struct Offices;

const OFFICE_ESTABLISHED: &str = "kim.registry.v1.OfficeEstablished";

impl Aggregate for Offices {
    type State = Option<Office>;
    type Event = Happened<office::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let e: pb::OfficeEstablished = decoded(recorded, OFFICE_ESTABLISHED)?;
        let office = Office {
            name: PublicName::stored(&e.name),
            kind: Paired::from_proto(e.kind)?,
            region: region::stored(e.region.as_ref())?,
        };
        let on = stored_date(e.established_on)?;
        Some(Happened::read(recorded, office::Event::Established { office, on }))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        let office::Event::Established { office, on } = &happened.event;
        let payload = pb::OfficeEstablished {
            office_id: happened.aggregate.to_string(),
            name: office.name.to_string(),
            kind: office.kind.to_proto(),
            region: Some(region::to_proto(office.region)),
            established_on: Some(date::to_proto(*on)),
        };
        happened.written(OFFICE_ESTABLISHED, region::place(office.region), &payload)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        office::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn office_message(id: OfficeId, office: &Office) -> pb::Office {
    pb::Office {
        office_id: id.to_string(),
        name: office.name.to_string(),
        kind: office.kind.to_proto(),
        region: Some(region::to_proto(office.region)),
    }
}
