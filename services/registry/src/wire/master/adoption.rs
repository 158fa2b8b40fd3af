//! The territory in force, and what became of the regions of those before.

use kim_contract::registry::{
    event::EventType,
    v1::{self as pb, TerritoryChangeKind},
};
use kim_desk::wire::{Happened, date, stored::or_empty, territory::stored_step};
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use kim_territory::{ActKind, RegionStep};
use prost::Message;
use uuid::Uuid;

use super::{NAMESPACE, stored_date};
use crate::domain::adoption::{self, Adoption, Event};

/// The aggregate of the adopted territory.
#[must_use]
pub fn adoption_id() -> Uuid {
    Uuid::new_v5(&NAMESPACE, b"territory")
}

#[derive(Debug)]
pub struct Adoptions;

pub const TERRITORY_ADOPTED: &str = EventType::TerritoryAdopted.name();
pub const TERRITORY_REGIONS_CHANGED: &str = EventType::TerritoryRegionsChanged.name();

impl Aggregate for Adoptions {
    type State = Adoption;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        adoption_event(&recorded.event_type, &recorded.payload).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        match &happened.event {
            Event::RegionsChanged { step, on } => happened.written(
                TERRITORY_REGIONS_CHANGED,
                Place::nation(),
                &pb::TerritoryRegionsChanged {
                    from_decree: step.from.key().to_owned(),
                    to_decree: step.to.key().to_owned(),
                    changes: step.rows.iter().map(change).collect(),
                    changed_on: Some(date::to_proto(*on)),
                },
            ),
            Event::Adopted { decree, on } => happened.written(
                TERRITORY_ADOPTED,
                Place::nation(),
                &pb::TerritoryAdopted {
                    decree: decree.key().to_owned(),
                    name: decree.name().to_owned(),
                    adopted_on: Some(date::to_proto(*on)),
                    digest: decree.digest(),
                },
            ),
        }
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        adoption::evolve(state, &happened.event)
    }
}

/// An event of the territory from its type and payload.
#[must_use]
pub fn adoption_event(event_type: &str, payload: &[u8]) -> Option<Event> {
    match event_type {
        TERRITORY_REGIONS_CHANGED => {
            let e = pb::TerritoryRegionsChanged::decode(payload).ok()?;
            Some(Event::RegionsChanged { step: stored_step(&e)?, on: stored_date(e.changed_on)? })
        }
        TERRITORY_ADOPTED => {
            let e = pb::TerritoryAdopted::decode(payload).ok()?;
            Some(Event::Adopted { decree: e.decree.parse().ok()?, on: stored_date(e.adopted_on)? })
        }
        _ => None,
    }
}

fn change(row: &RegionStep) -> pb::TerritoryRegionChange {
    let kind = match row.kind {
        ActKind::Renamed => TerritoryChangeKind::Renamed,
        ActKind::Moved => TerritoryChangeKind::Moved,
        ActKind::Split => TerritoryChangeKind::Split,
        ActKind::Merged => TerritoryChangeKind::Merged,
        ActKind::New => TerritoryChangeKind::New,
        ActKind::Gone => TerritoryChangeKind::Gone,
        ActKind::Doubtful => unreachable!("a step holds what was decided"),
    };
    pb::TerritoryRegionChange { kind: kind.into(), old_code: or_empty(row.old), new_code: or_empty(row.new) }
}

#[cfg(test)]
mod tests {
    use kim_territory::Decree;
    use time::{OffsetDateTime, macros::date};

    use super::*;
    use crate::domain::adoption::{Command, decide, histories};

    #[test]
    fn an_adoption_comes_out_of_the_log_as_it_went_in() {
        let (from, to) = (Decree::D2023, Decree::D2025);
        let state = histories::adoption(from);
        let rulings = histories::rulings(Some(from), to);
        let decided = decide(&state, &Command::Adopt { decree: to, rulings, today: date!(2025 - 07 - 01) });
        let events = decided.expect("adopted");
        assert_eq!(events.len(), 2);
        for event in events {
            let happened = Happened { aggregate: adoption_id(), at: OffsetDateTime::UNIX_EPOCH, event };
            let written = Adoptions::encode(&happened, &state);
            assert!(written.payload.len() < 256 * 1024, "{} bytes are too many for the broker", written.payload.len());
            assert_eq!(Adoptions::decode(&happened.recorded(&written)), Some(happened));
        }
    }
}
