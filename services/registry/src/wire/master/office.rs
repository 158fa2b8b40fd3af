//! Offices.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date, region,
    stored::{Malformed, optional, or_empty},
};
use kim_eventlog::{Aggregate, NewEvent, Recorded, Version};
use kim_values::{ByDate, PublicName};
use time::Date;

use super::{decoded, stored_date};
use crate::{
    domain::{
        ids::OfficeId,
        office::{self, Event, Founding, Office},
    },
    wire::community::etag,
};

#[derive(Debug)]
pub struct Offices;

const OFFICE_ESTABLISHED: &str = EventType::OfficeEstablished.name();
const OFFICE_RENAMED: &str = EventType::OfficeRenamed.name();
const OFFICE_PARENT_SET: &str = EventType::OfficeParentSet.name();
const OFFICE_CLOSED: &str = EventType::OfficeClosed.name();
const OFFICE_REGION_MOVED: &str = EventType::OfficeRegionMoved.name();

impl Aggregate for Offices {
    type State = Option<Office>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let event = match recorded.event_type.as_str() {
            OFFICE_ESTABLISHED => {
                let e: pb::OfficeEstablished = decoded(recorded, OFFICE_ESTABLISHED)?;
                let founding = Founding {
                    name: PublicName::stored(&e.name),
                    kind: Paired::from_proto(e.kind)?,
                    region: region::stored(e.region.as_ref())?,
                };
                let parent = stored_parent(&e.parent_office_id).ok()?;
                Event::Established { founding, parent, on: stored_date(e.established_on)? }
            }
            OFFICE_RENAMED => {
                let e: pb::OfficeRenamed = decoded(recorded, OFFICE_RENAMED)?;
                let effective_from = stored_date(e.effective_from)?;
                Event::Renamed { name: PublicName::stored(&e.name), effective_from }
            }
            OFFICE_PARENT_SET => {
                let e: pb::OfficeParentSet = decoded(recorded, OFFICE_PARENT_SET)?;
                let parent = stored_parent(&e.parent_office_id).ok()?;
                Event::ParentSet { parent, effective_from: stored_date(e.effective_from)? }
            }
            OFFICE_CLOSED => {
                let e: pb::OfficeClosed = decoded(recorded, OFFICE_CLOSED)?;
                Event::Closed { on: stored_date(e.closed_on)? }
            }
            OFFICE_REGION_MOVED => {
                let e: pb::OfficeRegionMoved = decoded(recorded, OFFICE_REGION_MOVED)?;
                let (from, to) = (region::stored(e.from.as_ref())?, region::stored(e.to.as_ref())?);
                Event::RegionMoved { from, to, on: stored_date(e.moved_on)? }
            }
            _ => return None,
        };
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let place = region::place(state.as_ref().expect("an office is there from its first event on").region);
        let office_id = happened.aggregate.to_string();
        let some = |day: &Date| Some(date::to_proto(*day));
        match &happened.event {
            Event::Established { founding, parent, on } => happened.written(
                OFFICE_ESTABLISHED,
                place,
                &pb::OfficeEstablished {
                    office_id,
                    name: founding.name.to_string(),
                    kind: founding.kind.to_proto(),
                    region: Some(region::to_proto(founding.region)),
                    established_on: some(on),
                    parent_office_id: or_empty(*parent),
                },
            ),
            Event::Renamed { name, effective_from } => happened.written(
                OFFICE_RENAMED,
                place,
                &pb::OfficeRenamed { office_id, name: name.to_string(), effective_from: some(effective_from) },
            ),
            Event::ParentSet { parent, effective_from } => happened.written(
                OFFICE_PARENT_SET,
                place,
                &pb::OfficeParentSet {
                    office_id,
                    parent_office_id: or_empty(*parent),
                    effective_from: some(effective_from),
                },
            ),
            Event::Closed { on } => {
                happened.written(OFFICE_CLOSED, place, &pb::OfficeClosed { office_id, closed_on: some(on) })
            }
            Event::RegionMoved { from, to, on } => happened.written(
                OFFICE_REGION_MOVED,
                place,
                &pb::OfficeRegionMoved {
                    office_id,
                    from: Some(region::to_proto(*from)),
                    to: Some(region::to_proto(*to)),
                    moved_on: some(on),
                },
            ),
        }
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        office::evolve(state, &happened.event)
    }
}

fn stored_parent(text: &str) -> Result<Option<OfficeId>, Malformed> {
    optional(text, OfficeId::parse)
}

/// What an answer says of an office as it is on `day`.
#[must_use]
pub fn office_message(id: OfficeId, office: &Office, version: Version, day: Date) -> pb::Office {
    let names = office
        .names
        .entries()
        .iter()
        .map(|(from, name)| pb::OfficeName { name: name.to_string(), effective_from: Some(date::to_proto(*from)) });
    let parents = office.parents.entries().iter().map(|(from, parent)| pb::OfficeParent {
        parent_office_id: or_empty(*parent),
        effective_from: Some(date::to_proto(*from)),
    });
    let message = pb::Office {
        office_id: id.to_string(),
        kind: office.kind.to_proto(),
        region: Some(region::to_proto(office.region)),
        established_on: Some(date::to_proto(office.established_on)),
        closed_on: office.closed_on.map(date::to_proto),
        names: names.collect(),
        parents: parents.collect(),
        etag: etag(version),
        ..pb::Office::default()
    };
    office_on(message, office, day)
}

/// The message with the name and the parent of `day`.
#[must_use]
pub fn office_on(message: pb::Office, office: &Office, day: Date) -> pb::Office {
    let (name, parent_office_id) = (office.names.on(day).to_string(), or_empty(*office.parents.on(day)));
    pb::Office { name, parent_office_id, ..message }
}

/// The office that a message of this version says all about.
#[must_use]
pub fn stored_office(message: &pb::Office) -> Option<Office> {
    let names =
        message.names.iter().map(|name| Some((stored_date(name.effective_from)?, PublicName::stored(&name.name))));
    let parents = message
        .parents
        .iter()
        .map(|parent| Some((stored_date(parent.effective_from)?, stored_parent(&parent.parent_office_id).ok()?)));
    let closed_on = match message.closed_on {
        None => None,
        some => Some(stored_date(some)?),
    };
    Some(Office {
        kind: Paired::from_proto(message.kind)?,
        region: region::stored(message.region.as_ref())?,
        established_on: stored_date(message.established_on)?,
        names: by_date(names)?,
        parents: by_date(parents)?,
        closed_on,
    })
}

fn by_date<T>(entries: impl Iterator<Item = Option<(Date, T)>>) -> Option<ByDate<T>> {
    let mut entries = entries.collect::<Option<Vec<_>>>()?.into_iter();
    let (day, first) = entries.next()?;
    Some(entries.fold(ByDate::new(day, first), |all, (day, value)| all.with(day, value)))
}

#[cfg(test)]
mod tests;
