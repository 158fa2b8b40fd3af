//! Partnerships: their events in the log, and the message that answers show.

mod event;
#[cfg(test)]
mod tests;

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Happened, Paired, date, region, stored::or_empty};
use kim_eventlog::{Aggregate, NewEvent, Recorded, Version};
use kim_values::Region;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::community::etag;
use crate::domain::{
    ids::PartnershipId,
    partnership::{self, Event, Partnership, Signature, Stage},
};

/// Partnerships in the registry's log.
#[derive(Debug)]
pub struct Partnerships;

impl Aggregate for Partnerships {
    type State = Option<Partnership>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        event::read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let partnership = state.as_ref().expect("a partnership is there from its first event on");
        event::write(happened, region::place(partnership.agreement.seat))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        partnership::evolve(state, &happened.event)
    }
}

/// An event of a partnership with an office of `region`, recorded `now`.
#[must_use]
pub fn happened(id: Uuid, event: Event, region: Region, now: OffsetDateTime) -> Happened<Event> {
    let day = day(&event);
    Happened::new(id, event, Some(day), region, now)
}

/// The day on which an event happened.
fn day(event: &Event) -> Date {
    match event {
        Event::Proposed { on, .. }
        | Event::Signed { on, .. }
        | Event::Renewed { on, .. }
        | Event::Reminded { due: on, .. }
        | Event::Expired { on }
        | Event::Terminated { on, .. }
        | Event::Declined { on, .. } => *on,
    }
}

/// What an answer says of a partnership; number and note stand in the vault.
#[must_use]
pub fn message(id: PartnershipId, partnership: &Partnership, version: Version) -> pb::Partnership {
    let agreement = &partnership.agreement;
    let mut message = pb::Partnership {
        partnership_id: id.to_string(),
        status: partnership.status().to_proto(),
        office_id: agreement.office.to_string(),
        community_id: agreement.community.to_string(),
        scopes: agreement.scopes.each().map(Paired::to_proto).collect(),
        from: Some(date::to_proto(agreement.from)),
        until: Some(date::to_proto(agreement.until)),
        document_hash: or_empty(agreement.document),
        proposed_by: partnership.proposed_by.to_proto(),
        proposed_on: Some(date::to_proto(partnership.proposed_on)),
        etag: etag(version),
        ..pb::Partnership::default()
    };
    let mut signed = |signature: &Signature| {
        message.signed_on = Some(date::to_proto(signature.on));
        message.renewed_on = signature.renewed_on.map(date::to_proto);
    };
    match &partnership.stage {
        Stage::Proposed => {}
        Stage::InForce { signature, reminders } => {
            signed(signature);
            message.reminder_days = reminders.iter().map(|days| i32::from(*days)).collect();
        }
        Stage::Expired { signature, on } => {
            signed(signature);
            message.ended_on = Some(date::to_proto(*on));
        }
        Stage::Terminated { signature, on, reason, .. } => {
            signed(signature);
            message.ended_on = Some(date::to_proto(*on));
            message.termination_reason = reason.to_proto();
        }
        Stage::Declined { on, reason } => {
            message.ended_on = Some(date::to_proto(*on));
            message.decline_reason = reason.to_proto();
        }
    }
    message
}
