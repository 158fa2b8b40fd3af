//! A community's events, as the log has them.

use kim_contract::registry::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date, region,
    stored::{count, optional_date, or_empty, stored_date, stored_hash, stored_reference},
};
use kim_eventlog::{NewEvent, Place};
use prost::Message;
use time::Date;

use super::part::{
    preceding, preceding_to_proto, profile_message, reach_to_proto, stored_change, stored_code, stored_number,
    stored_plan, stored_profile, stored_reach, stored_rule, stored_term, stored_terms, term_message,
};
use crate::{
    domain::{
        community::{Activity, Arrival, Event},
        ids::{ActivityId, ChangeId, CommunityId, OfficerId},
    },
    wire::rule_version,
};

/// Writes an event of the message of the same name.
macro_rules! written {
    ($happened:ident, $place:ident, $message:ident { $($field:ident: $value:expr),* $(,)? }) => {
        $happened.written(
            EventType::$message.name(),
            $place,
            &pb::$message { community_id: $happened.aggregate.to_string(), $($field: $value),* },
        )
    };
}

#[expect(clippy::too_many_lines, reason = "an event an arm")]
pub(super) fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let some = |day: &Date| Some(date::to_proto(*day));
    let version = |rule: &_| Some(rule_version::to_proto(*rule));
    match &happened.event {
        Event::Drafted { profile, terms, sealed } => written!(
            happened,
            place,
            CommunityDrafted {
                profile: Some(profile_message(profile)),
                record_ref: or_empty(*sealed),
                officers: terms.iter().map(term_message).collect(),
            }
        ),
        Event::Amended { profile, terms, sealed } => written!(
            happened,
            place,
            CommunityAmended {
                profile: Some(profile_message(profile)),
                record_ref: or_empty(*sealed),
                officers: terms.iter().map(term_message).collect(),
            }
        ),
        Event::Submitted { on, rule } => written!(
            happened,
            place,
            CommunitySubmitted { submitted_on: some(on), formation_rule: rule.map(rule_version::to_proto) }
        ),
        Event::Returned { reasons, note, on } => written!(
            happened,
            place,
            CommunityReturned {
                reasons: reasons.iter().map(|reason| reason.to_proto()).collect(),
                note_ref: or_empty(*note),
                returned_on: some(on),
            }
        ),
        Event::Registered { on, rule, number: given } => written!(
            happened,
            place,
            CommunityRegistered {
                registered_on: some(on),
                formation_rule: rule.map(rule_version::to_proto),
                registration_number: or_empty(*given),
            }
        ),
        Event::MembersCounted { count: members, on } => {
            written!(happened, place, MembersCounted { member_count: count(*members), counted_on: some(on) })
        }
        Event::OfficerAppointed(term) => written!(happened, place, OfficerAppointed { term: Some(term_message(term)) }),
        Event::OfficerLeft { officer, on, reason } => written!(
            happened,
            place,
            OfficerLeft { officer_id: officer.to_string(), left_on: some(on), reason: reason.to_proto() }
        ),
        Event::OfficerErased { officer, on } => {
            written!(happened, place, OfficerErased { officer_id: officer.to_string(), erased_on: some(on) })
        }
        Event::ChangeProposed { change, before } => written!(
            happened,
            place,
            ChangeProposed {
                change_id: change.id.to_string(),
                before: Some(profile_message(before)),
                after: Some(profile_message(&change.profile)),
                record_ref: or_empty(change.sealed),
                proposed_on: some(&change.on),
            }
        ),
        Event::ChangeAccepted { change, on } => written!(
            happened,
            place,
            ChangeAccepted {
                change_id: change.id.to_string(),
                profile: Some(profile_message(&change.profile)),
                record_ref: or_empty(change.sealed),
                proposed_on: some(&change.on),
                accepted_on: some(on),
            }
        ),
        Event::ChangeRefused { id, reasons, note, on } => written!(
            happened,
            place,
            ChangeRefused {
                change_id: id.to_string(),
                reasons: reasons.iter().map(|reason| reason.to_proto()).collect(),
                note_ref: or_empty(*note),
                refused_on: some(on),
            }
        ),
        Event::ChangeWithdrawn { id, on } => {
            written!(happened, place, ChangeWithdrawn { change_id: id.to_string(), withdrawn_on: some(on) })
        }
        Event::Corrected { before, after, sealed, note, on } => written!(
            happened,
            place,
            CommunityCorrected {
                before: Some(profile_message(before)),
                after: Some(profile_message(after)),
                record_ref: or_empty(*sealed),
                note_ref: or_empty(*note),
                corrected_on: some(on),
            }
        ),
        Event::ActivityReported(activity) => written!(
            happened,
            place,
            ActivityReported {
                activity_id: activity.id.to_string(),
                kind: activity.kind.to_proto(),
                happened_on: some(&activity.happened_on),
                people_reached: count(activity.people_reached),
                evidence_hash: or_empty(activity.evidence),
                topic: or_empty(activity.topic),
                reach: reach_to_proto(activity.reach),
            }
        ),
        Event::Activated { from, activity } => {
            written!(happened, place, CommunityActivated { active_from: some(from), activity_id: activity.to_string() })
        }
        Event::Reminded { last_activity, due, dormant_on, rule } => written!(
            happened,
            place,
            DormancyReminded {
                last_activity_on: some(last_activity),
                due_on: some(due),
                dormant_on: some(dormant_on),
                dormancy_rule: version(rule),
            }
        ),
        Event::BecameDormant { last_activity, from, rule } => written!(
            happened,
            place,
            CommunityBecameDormant {
                last_activity_on: some(last_activity),
                dormant_from: some(from),
                dormancy_rule: version(rule),
            }
        ),
        Event::DormancyCorrected { activity, last_activity, dormant_from } => {
            written!(
                happened,
                place,
                DormancyCorrected {
                    activity_id: activity.to_string(),
                    last_activity_on: some(last_activity),
                    dormant_from: some(dormant_from),
                }
            )
        }
        Event::RevitalisationPlanned(plan) => written!(
            happened,
            place,
            RevitalisationPlanned { planned_on: some(&plan.on), preceded_by: Some(preceding_to_proto(plan.after)) }
        ),
        Event::Revitalised { from, activity, after } => written!(
            happened,
            place,
            CommunityRevitalised {
                active_from: some(from),
                activity_id: activity.to_string(),
                preceded_by: Some(preceding_to_proto(*after)),
            }
        ),
        Event::Dissolved { on, reason, note } => written!(
            happened,
            place,
            CommunityDissolved { dissolved_on: some(on), reason: reason.to_proto(), note_ref: or_empty(*note) }
        ),
        Event::Merged { into, on, reason, note } => written!(
            happened,
            place,
            CommunityMerged {
                into_community_id: into.to_string(),
                merged_on: some(on),
                reason: reason.to_proto(),
                note_ref: or_empty(*note),
            }
        ),
        Event::Absorbed { merged, on } => written!(
            happened,
            place,
            CommunityAbsorbed { merged_community_id: merged.to_string(), merged_on: some(on) }
        ),
        Event::SeatMoved { from, to, on } => written!(
            happened,
            place,
            CommunitySeatMoved {
                from: Some(region::to_proto(*from)),
                to: Some(region::to_proto(*to)),
                moved_on: some(on),
            }
        ),
        Event::MovedOut { from, to, on } => written!(
            happened,
            place,
            CommunityMovedOut {
                from: Some(region::to_proto(*from)),
                to: Some(region::to_proto(*to)),
                moved_on: some(on),
            }
        ),
        Event::MovedIn(arrival) => written!(
            happened,
            place,
            CommunityMovedIn {
                from: Some(region::to_proto(arrival.from)),
                to: Some(region::to_proto(arrival.profile.seat)),
                moved_on: some(&arrival.on),
                profile: Some(profile_message(&arrival.profile)),
                status: arrival.status.to_proto(),
                registered_on: arrival.registered_on.map(date::to_proto),
                registration_number: or_empty(arrival.number),
                last_activity_on: arrival.last_activity.map(date::to_proto),
            }
        ),
    }
}

/// An event from its type and payload; `None` for one that is no community's, or whose content this version does not know.
#[must_use]
#[expect(clippy::too_many_lines, reason = "an event an arm")]
pub fn read(event_type: &str, payload: &[u8]) -> Option<Event> {
    Some(match event_type.strip_prefix("kim.registry.v1.")? {
        "CommunityDrafted" => {
            let e = pb::CommunityDrafted::decode(payload).ok()?;
            Event::Drafted {
                profile: stored_profile(e.profile.as_ref())?,
                terms: stored_terms(&e.officers)?,
                sealed: stored_reference(&e.record_ref).ok()?,
            }
        }
        "CommunityAmended" => {
            let e = pb::CommunityAmended::decode(payload).ok()?;
            Event::Amended {
                profile: stored_profile(e.profile.as_ref())?,
                terms: stored_terms(&e.officers)?,
                sealed: stored_reference(&e.record_ref).ok()?,
            }
        }
        "CommunitySubmitted" => {
            let e = pb::CommunitySubmitted::decode(payload).ok()?;
            let rule = stored_rule(e.formation_rule.as_ref()).ok()?;
            Event::Submitted { on: stored_date(e.submitted_on)?, rule }
        }
        "CommunityReturned" => {
            let e = pb::CommunityReturned::decode(payload).ok()?;
            Event::Returned {
                reasons: e.reasons.iter().map(|&reason| Paired::from_proto(reason)).collect::<Option<_>>()?,
                note: stored_reference(&e.note_ref).ok()?,
                on: stored_date(e.returned_on)?,
            }
        }
        "CommunityRegistered" => {
            let e = pb::CommunityRegistered::decode(payload).ok()?;
            let rule = stored_rule(e.formation_rule.as_ref()).ok()?;
            let number = stored_number(&e.registration_number).ok()?;
            Event::Registered { on: stored_date(e.registered_on)?, rule, number }
        }
        "MembersCounted" => {
            let e = pb::MembersCounted::decode(payload).ok()?;
            Event::MembersCounted { count: u32::try_from(e.member_count).ok()?, on: stored_date(e.counted_on)? }
        }
        "OfficerAppointed" => {
            let e = pb::OfficerAppointed::decode(payload).ok()?;
            Event::OfficerAppointed(stored_term(e.term.as_ref()?)?)
        }
        "OfficerLeft" => {
            let e = pb::OfficerLeft::decode(payload).ok()?;
            Event::OfficerLeft {
                officer: OfficerId::parse(&e.officer_id)?,
                on: stored_date(e.left_on)?,
                reason: Paired::from_proto(e.reason)?,
            }
        }
        "OfficerErased" => {
            let e = pb::OfficerErased::decode(payload).ok()?;
            Event::OfficerErased { officer: OfficerId::parse(&e.officer_id)?, on: stored_date(e.erased_on)? }
        }
        "ChangeProposed" => {
            let e = pb::ChangeProposed::decode(payload).ok()?;
            Event::ChangeProposed {
                change: stored_change(&e.change_id, e.after.as_ref(), &e.record_ref, e.proposed_on)?,
                before: stored_profile(e.before.as_ref())?,
            }
        }
        "ChangeAccepted" => {
            let e = pb::ChangeAccepted::decode(payload).ok()?;
            Event::ChangeAccepted {
                change: stored_change(&e.change_id, e.profile.as_ref(), &e.record_ref, e.proposed_on)?,
                on: stored_date(e.accepted_on)?,
            }
        }
        "ChangeRefused" => {
            let e = pb::ChangeRefused::decode(payload).ok()?;
            Event::ChangeRefused {
                id: ChangeId::parse(&e.change_id)?,
                reasons: e.reasons.iter().map(|&reason| Paired::from_proto(reason)).collect::<Option<_>>()?,
                note: stored_reference(&e.note_ref).ok()?,
                on: stored_date(e.refused_on)?,
            }
        }
        "ChangeWithdrawn" => {
            let e = pb::ChangeWithdrawn::decode(payload).ok()?;
            Event::ChangeWithdrawn { id: ChangeId::parse(&e.change_id)?, on: stored_date(e.withdrawn_on)? }
        }
        "CommunityCorrected" => {
            let e = pb::CommunityCorrected::decode(payload).ok()?;
            Event::Corrected {
                before: stored_profile(e.before.as_ref())?,
                after: stored_profile(e.after.as_ref())?,
                sealed: stored_reference(&e.record_ref).ok()?,
                note: stored_reference(&e.note_ref).ok()?,
                on: stored_date(e.corrected_on)?,
            }
        }
        "ActivityReported" => {
            let e = pb::ActivityReported::decode(payload).ok()?;
            let people_reached = u32::try_from(e.people_reached).ok()?;
            Event::ActivityReported(Activity {
                id: ActivityId::parse(&e.activity_id)?,
                kind: Paired::from_proto(e.kind)?,
                happened_on: stored_date(e.happened_on)?,
                people_reached,
                reach: stored_reach(&e.reach, people_reached).ok()?,
                topic: stored_code(&e.topic).ok()?,
                evidence: stored_hash(&e.evidence_hash).ok()?,
            })
        }
        "CommunityActivated" => {
            let e = pb::CommunityActivated::decode(payload).ok()?;
            Event::Activated { from: stored_date(e.active_from)?, activity: ActivityId::parse(&e.activity_id)? }
        }
        "DormancyReminded" => {
            let e = pb::DormancyReminded::decode(payload).ok()?;
            Event::Reminded {
                last_activity: stored_date(e.last_activity_on)?,
                due: stored_date(e.due_on)?,
                dormant_on: stored_date(e.dormant_on)?,
                rule: rule_version::stored(e.dormancy_rule.as_ref())?,
            }
        }
        "CommunityBecameDormant" => {
            let e = pb::CommunityBecameDormant::decode(payload).ok()?;
            Event::BecameDormant {
                last_activity: stored_date(e.last_activity_on)?,
                from: stored_date(e.dormant_from)?,
                rule: rule_version::stored(e.dormancy_rule.as_ref())?,
            }
        }
        "DormancyCorrected" => {
            let e = pb::DormancyCorrected::decode(payload).ok()?;
            Event::DormancyCorrected {
                activity: ActivityId::parse(&e.activity_id)?,
                last_activity: stored_date(e.last_activity_on)?,
                dormant_from: stored_date(e.dormant_from)?,
            }
        }
        "RevitalisationPlanned" => {
            let e = pb::RevitalisationPlanned::decode(payload).ok()?;
            Event::RevitalisationPlanned(stored_plan(&e)?)
        }
        "CommunityRevitalised" => {
            let e = pb::CommunityRevitalised::decode(payload).ok()?;
            Event::Revitalised {
                from: stored_date(e.active_from)?,
                activity: ActivityId::parse(&e.activity_id)?,
                after: preceding(e.preceded_by.as_ref())?,
            }
        }
        "CommunityDissolved" => {
            let e = pb::CommunityDissolved::decode(payload).ok()?;
            Event::Dissolved {
                on: stored_date(e.dissolved_on)?,
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
            }
        }
        "CommunityMerged" => {
            let e = pb::CommunityMerged::decode(payload).ok()?;
            Event::Merged {
                into: CommunityId::parse(&e.into_community_id)?,
                on: stored_date(e.merged_on)?,
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
            }
        }
        "CommunityAbsorbed" => {
            let e = pb::CommunityAbsorbed::decode(payload).ok()?;
            Event::Absorbed { merged: CommunityId::parse(&e.merged_community_id)?, on: stored_date(e.merged_on)? }
        }
        "CommunitySeatMoved" => {
            let e = pb::CommunitySeatMoved::decode(payload).ok()?;
            let (from, to) = (region::stored(e.from.as_ref())?, region::stored(e.to.as_ref())?);
            Event::SeatMoved { from, to, on: stored_date(e.moved_on)? }
        }
        "CommunityMovedOut" => {
            let e = pb::CommunityMovedOut::decode(payload).ok()?;
            let (from, to) = (region::stored(e.from.as_ref())?, region::stored(e.to.as_ref())?);
            Event::MovedOut { from, to, on: stored_date(e.moved_on)? }
        }
        "CommunityMovedIn" => {
            let e = pb::CommunityMovedIn::decode(payload).ok()?;
            Event::MovedIn(Arrival {
                from: region::stored(e.from.as_ref())?,
                profile: stored_profile(e.profile.as_ref())?,
                status: Paired::from_proto(e.status)?,
                registered_on: optional_date(e.registered_on).ok()?,
                number: stored_number(&e.registration_number).ok()?,
                last_activity: optional_date(e.last_activity_on).ok()?,
                on: stored_date(e.moved_on)?,
            })
        }
        _ => return None,
    })
}
