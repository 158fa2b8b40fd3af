//! Programmes in the log.

use kim_contract::dissemination::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date,
    region::{self, place},
    stored::{optional_date, or_empty, stored_date, stored_reference},
};
use kim_eventlog::{Aggregate, NewEvent, Recorded, Version};
use kim_values::{Code, PublicName, Region};
use prost::Message;
use time::OffsetDateTime;
use uuid::Uuid;

use super::stored::etag;
use crate::domain::{
    ids::{OfficeId, ProgrammeId},
    programme::{self, Event, Profile, Programme},
};

pub const PROGRAMME_ESTABLISHED: &str = EventType::ProgrammeEstablished.name();
pub const PROGRAMME_AMENDED: &str = EventType::ProgrammeAmended.name();
pub const PROGRAMME_EXTENDED: &str = EventType::ProgrammeExtended.name();
pub const PROGRAMME_CLOSED: &str = EventType::ProgrammeClosed.name();

/// Programmes in dissemination's log.
#[derive(Debug)]
pub struct Programmes;

impl Aggregate for Programmes {
    type State = Option<Programme>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        write(happened, state.as_ref().expect("a programme is there from its first event on"))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        programme::evolve(state, &happened.event)
    }
}

/// An event of a programme of `region`, recorded `now`. A programme was closed when it was.
#[must_use]
pub fn happened(id: Uuid, event: Event, region: Region, now: OffsetDateTime) -> Happened<Event> {
    let day = if let Event::Closed { on, .. } = &event { Some(*on) } else { None };
    Happened::new(id, event, day, region, now)
}

/// As answers show it, at the region that it was established in.
#[must_use]
pub fn message(id: ProgrammeId, programme: &Programme, version: Version) -> pb::Programme {
    pb::Programme {
        programme_id: id.to_string(),
        status: programme.status().to_proto(),
        owning_office_id: programme.office.to_string(),
        region: Some(region::to_proto(programme.region)),
        profile: Some(profile(&programme.profile)),
        established_on: Some(date::to_proto(programme.established_on)),
        closed_on: programme.closed_on.map(date::to_proto),
        etag: etag(version),
    }
}

/// What [`message`] wrote.
#[must_use]
pub fn stored(message: &pb::Programme) -> Option<Programme> {
    Some(Programme {
        office: OfficeId::parse(&message.owning_office_id)?,
        region: region::stored(message.region.as_ref())?,
        profile: stored_profile(message.profile.as_ref()?)?,
        established_on: stored_date(message.established_on)?,
        closed_on: optional_date(message.closed_on).ok()?,
    })
}

#[must_use]
pub fn profile(profile: &Profile) -> pb::ProgrammeProfile {
    pb::ProgrammeProfile {
        name: profile.name.to_string(),
        topic: profile.topic.to_string(),
        from: Some(date::to_proto(profile.from)),
        until: profile.until.map(date::to_proto),
    }
}

fn stored_profile(profile: &pb::ProgrammeProfile) -> Option<Profile> {
    Some(Profile {
        name: PublicName::stored(&profile.name),
        topic: Code::parse(&profile.topic)?,
        from: stored_date(profile.from)?,
        until: optional_date(profile.until).ok()?,
    })
}

fn write(happened: &Happened<Event>, programme: &Programme) -> NewEvent {
    let (programme_id, place) = (happened.aggregate.to_string(), place(programme.region));
    match &happened.event {
        Event::Established { office, region, profile: public, on } => happened.written(
            PROGRAMME_ESTABLISHED,
            place,
            &pb::ProgrammeEstablished {
                programme_id,
                owning_office_id: office.to_string(),
                region: Some(region::to_proto(*region)),
                profile: Some(profile(public)),
                established_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Amended { profile: public, on } => {
            let (profile, amended_on) = (Some(profile(public)), Some(date::to_proto(*on)));
            happened.written(PROGRAMME_AMENDED, place, &pb::ProgrammeAmended { programme_id, profile, amended_on })
        }
        Event::Extended { until, on } => {
            let (until, extended_on) = (until.map(date::to_proto), Some(date::to_proto(*on)));
            happened.written(PROGRAMME_EXTENDED, place, &pb::ProgrammeExtended { programme_id, until, extended_on })
        }
        Event::Closed { on, note } => {
            let (closed_on, note_ref) = (Some(date::to_proto(*on)), or_empty(*note));
            happened.written(PROGRAMME_CLOSED, place, &pb::ProgrammeClosed { programme_id, closed_on, note_ref })
        }
    }
}

/// `None` for an event that is no programme's, or whose content this version does not know.
fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        PROGRAMME_ESTABLISHED => {
            let e = pb::ProgrammeEstablished::decode(payload).ok()?;
            Event::Established {
                office: OfficeId::parse(&e.owning_office_id)?,
                region: region::stored(e.region.as_ref())?,
                profile: stored_profile(e.profile.as_ref()?)?,
                on: stored_date(e.established_on)?,
            }
        }
        PROGRAMME_AMENDED => {
            let e = pb::ProgrammeAmended::decode(payload).ok()?;
            Event::Amended { profile: stored_profile(e.profile.as_ref()?)?, on: stored_date(e.amended_on)? }
        }
        PROGRAMME_EXTENDED => {
            let e = pb::ProgrammeExtended::decode(payload).ok()?;
            Event::Extended { until: optional_date(e.until).ok()?, on: stored_date(e.extended_on)? }
        }
        PROGRAMME_CLOSED => {
            let e = pb::ProgrammeClosed::decode(payload).ok()?;
            Event::Closed { on: stored_date(e.closed_on)?, note: stored_reference(&e.note_ref).ok()? }
        }
        _ => return None,
    })
}
