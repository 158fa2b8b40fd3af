//! Grants.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{Happened, Paired, date, region};
use kim_eventlog::{Aggregate, NewEvent, Recorded};
use uuid::Uuid;

use super::{decoded, stored_date};
use crate::domain::{
    grant::{self, Grant, Subject},
    ids::OfficeId,
};

#[derive(Debug)]
pub struct Grants;

pub const GRANT_ISSUED: &str = EventType::GrantIssued.name();
pub const GRANT_REVOKED: &str = EventType::GrantRevoked.name();

impl Aggregate for Grants {
    type State = Option<Grant>;
    type Event = Happened<grant::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        let event = if let Some(e) = decoded::<pb::GrantRevoked>(recorded, GRANT_REVOKED) {
            grant::Event::Revoked { on: stored_date(e.revoked_on)? }
        } else {
            let e: pb::GrantIssued = decoded(recorded, GRANT_ISSUED)?;
            grant::Event::Issued {
                subject: Subject::stored(&e.subject),
                role: Paired::from_proto(e.role)?,
                office: OfficeId::parse(&e.office_id)?,
                region: region::stored(e.region.as_ref())?,
                valid_from: stored_date(e.valid_from)?,
            }
        };
        Some(Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let grant = state.as_ref().expect("a grant is there from its first event on");
        let grant_id = happened.aggregate.to_string();
        let place = region::place(grant.region);
        match &happened.event {
            grant::Event::Issued { subject, role, office, region, valid_from } => happened.written(
                GRANT_ISSUED,
                place,
                &pb::GrantIssued {
                    grant_id,
                    subject: subject.to_string(),
                    role: role.to_proto(),
                    office_id: office.to_string(),
                    region: Some(region::to_proto(*region)),
                    valid_from: Some(date::to_proto(*valid_from)),
                },
            ),
            grant::Event::Revoked { on } => happened.written(
                GRANT_REVOKED,
                place,
                &pb::GrantRevoked { grant_id, revoked_on: Some(date::to_proto(*on)) },
            ),
        }
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        grant::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn grant_message(id: Uuid, grant: &Grant) -> pb::Grant {
    pb::Grant {
        grant_id: id.to_string(),
        subject: grant.subject.to_string(),
        role: grant.role.to_proto(),
        office_id: grant.office.to_string(),
        valid_from: Some(date::to_proto(grant.valid_from)),
        revoked_on: grant.revoked_on.map(date::to_proto),
    }
}
