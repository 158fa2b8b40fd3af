//! A partnership's events, as the log has them.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date, region,
    stored::{or_empty, stored_date, stored_hash, stored_reference},
};
use kim_eventlog::{NewEvent, Place, Recorded};
use prost::Message;
use time::Date;

use crate::domain::{
    ids::{CommunityId, OfficeId},
    partnership::{Agreement, Event, Scopes},
};

/// Writes an event of the message of the same name.
macro_rules! written {
    ($happened:ident, $place:ident, $message:ident { $($field:ident: $value:expr),* $(,)? }) => {
        $happened.written(
            EventType::$message.name(),
            $place,
            &pb::$message { partnership_id: $happened.aggregate.to_string(), $($field: $value),* },
        )
    };
}

pub(super) fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let some = |day: &Date| Some(date::to_proto(*day));
    let days = |reminders: &[u16]| reminders.iter().map(|days| i32::from(*days)).collect();
    match &happened.event {
        Event::Proposed { agreement, by, on } => written!(
            happened,
            place,
            PartnershipProposed {
                office_id: agreement.office.to_string(),
                community_id: agreement.community.to_string(),
                seat: Some(region::to_proto(agreement.seat)),
                scopes: agreement.scopes.each().map(Paired::to_proto).collect(),
                from: some(&agreement.from),
                until: some(&agreement.until),
                document_hash: or_empty(agreement.document),
                number_ref: or_empty(agreement.number),
                proposed_by: by.to_proto(),
                proposed_on: some(on),
            }
        ),
        Event::Signed { on, number, document, reminders } => written!(
            happened,
            place,
            PartnershipSigned {
                signed_on: some(on),
                document_hash: or_empty(*document),
                number_ref: or_empty(*number),
                reminder_days: days(reminders),
            }
        ),
        Event::Renewed { on, until, document, reminders } => written!(
            happened,
            place,
            PartnershipRenewed {
                renewed_on: some(on),
                until: some(until),
                document_hash: or_empty(*document),
                reminder_days: days(reminders),
            }
        ),
        Event::Reminded { due, days_before, expires_on } => written!(
            happened,
            place,
            PartnershipReminded {
                due_on: some(due),
                days_before: i32::from(*days_before),
                expires_on: some(expires_on)
            }
        ),
        Event::Expired { on } => written!(happened, place, PartnershipExpired { expired_on: some(on) }),
        Event::Terminated { on, reason, note } => written!(
            happened,
            place,
            PartnershipTerminated { terminated_on: some(on), reason: reason.to_proto(), note_ref: or_empty(*note) }
        ),
        Event::Declined { on, reason } => {
            written!(happened, place, PartnershipDeclined { declined_on: some(on), reason: reason.to_proto() })
        }
    }
}

/// `None` for an event that is no partnership's, or whose content this version does not know.
pub(super) fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    let days = |days: &[i32]| days.iter().map(|&days| u16::try_from(days).ok()).collect::<Option<Vec<_>>>();
    Some(match recorded.event_type.strip_prefix("kim.registry.v1.")? {
        "PartnershipProposed" => {
            let e = pb::PartnershipProposed::decode(payload).ok()?;
            let scopes = e.scopes.iter().map(|&scope| Paired::from_proto(scope)).collect::<Option<Vec<_>>>()?;
            let agreement = Agreement {
                office: OfficeId::parse(&e.office_id)?,
                community: CommunityId::parse(&e.community_id)?,
                seat: region::stored(e.seat.as_ref())?,
                scopes: Scopes::new(scopes)?,
                from: stored_date(e.from)?,
                until: stored_date(e.until)?,
                document: stored_hash(&e.document_hash).ok()?,
                number: stored_reference(&e.number_ref).ok()?,
            };
            Event::Proposed { agreement, by: Paired::from_proto(e.proposed_by)?, on: stored_date(e.proposed_on)? }
        }
        "PartnershipSigned" => {
            let e = pb::PartnershipSigned::decode(payload).ok()?;
            Event::Signed {
                on: stored_date(e.signed_on)?,
                number: stored_reference(&e.number_ref).ok()?,
                document: stored_hash(&e.document_hash).ok()?,
                reminders: days(&e.reminder_days)?,
            }
        }
        "PartnershipRenewed" => {
            let e = pb::PartnershipRenewed::decode(payload).ok()?;
            Event::Renewed {
                on: stored_date(e.renewed_on)?,
                until: stored_date(e.until)?,
                document: stored_hash(&e.document_hash).ok()?,
                reminders: days(&e.reminder_days)?,
            }
        }
        "PartnershipReminded" => {
            let e = pb::PartnershipReminded::decode(payload).ok()?;
            Event::Reminded {
                due: stored_date(e.due_on)?,
                days_before: u16::try_from(e.days_before).ok()?,
                expires_on: stored_date(e.expires_on)?,
            }
        }
        "PartnershipExpired" => {
            let e = pb::PartnershipExpired::decode(payload).ok()?;
            Event::Expired { on: stored_date(e.expired_on)? }
        }
        "PartnershipTerminated" => {
            let e = pb::PartnershipTerminated::decode(payload).ok()?;
            Event::Terminated {
                on: stored_date(e.terminated_on)?,
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
            }
        }
        "PartnershipDeclined" => {
            let e = pb::PartnershipDeclined::decode(payload).ok()?;
            Event::Declined { on: stored_date(e.declined_on)?, reason: Paired::from_proto(e.reason)? }
        }
        _ => return None,
    })
}
