//! A community's events, as the log has them.

use kim_contract::registry::v1 as pb;
use kim_eventlog::{NewEvent, Place, Recorded};
use prost::Message;
use time::Date;

use super::part::{
    count, preceding, preceding_to_proto, profile_message, reach_to_proto, reference, stored_code, stored_date,
    stored_hash, stored_plan, stored_profile, stored_reach, stored_reference, stored_rule,
};
use crate::{
    domain::{
        community::{Activity, Event},
        ids::ActivityId,
    },
    wire::{Happened, date, pairs::Paired, region},
};

/// Writes an event of the message of the same name.
macro_rules! written {
    ($happened:ident, $place:ident, $message:ident { $($field:ident: $value:expr),* $(,)? }) => {
        $happened.written(
            concat!("kim.registry.v1.", stringify!($message)),
            $place,
            &pb::$message { community_id: $happened.aggregate.to_string(), $($field: $value),* },
        )
    };
}

pub(super) fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let some = |day: &Date| Some(date::to_proto(*day));
    let version = |rule: &_| Some(region::version_to_proto(*rule));
    match &happened.event {
        Event::Drafted { profile, sealed } => written!(
            happened,
            place,
            CommunityDrafted { profile: Some(profile_message(profile)), record_ref: reference(*sealed) }
        ),
        Event::Amended { profile, sealed } => written!(
            happened,
            place,
            CommunityAmended { profile: Some(profile_message(profile)), record_ref: reference(*sealed) }
        ),
        Event::Submitted { on } => written!(happened, place, CommunitySubmitted { submitted_on: some(on) }),
        Event::Returned { reasons, note, on } => written!(
            happened,
            place,
            CommunityReturned {
                reasons: reasons.iter().map(|reason| reason.to_proto()).collect(),
                note_ref: reference(*note),
                returned_on: some(on),
            }
        ),
        Event::Registered { on, rule } => written!(
            happened,
            place,
            CommunityRegistered { registered_on: some(on), formation_rule: rule.map(region::version_to_proto) }
        ),
        Event::ActivityReported(activity) => written!(
            happened,
            place,
            ActivityReported {
                activity_id: activity.id.to_string(),
                kind: activity.kind.to_proto(),
                happened_on: some(&activity.happened_on),
                people_reached: count(activity.people_reached),
                evidence_hash: activity.evidence.map(|hash| hash.to_string()).unwrap_or_default(),
                topic: activity.topic.map(|topic| topic.to_string()).unwrap_or_default(),
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
            CommunityDissolved { dissolved_on: some(on), reason: reason.to_proto(), note_ref: reference(*note) }
        ),
    }
}

/// `None` for an event that is no community's, or whose content this version does not know.
pub(super) fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.strip_prefix("kim.registry.v1.")? {
        "CommunityDrafted" => {
            let e = pb::CommunityDrafted::decode(payload).ok()?;
            Event::Drafted {
                profile: stored_profile(e.profile.as_ref())?,
                sealed: stored_reference(&e.record_ref).ok()?,
            }
        }
        "CommunityAmended" => {
            let e = pb::CommunityAmended::decode(payload).ok()?;
            Event::Amended {
                profile: stored_profile(e.profile.as_ref())?,
                sealed: stored_reference(&e.record_ref).ok()?,
            }
        }
        "CommunitySubmitted" => {
            let e = pb::CommunitySubmitted::decode(payload).ok()?;
            Event::Submitted { on: stored_date(e.submitted_on)? }
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
            Event::Registered { on: stored_date(e.registered_on)?, rule }
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
                rule: region::stored_version(e.dormancy_rule.as_ref())?,
            }
        }
        "CommunityBecameDormant" => {
            let e = pb::CommunityBecameDormant::decode(payload).ok()?;
            Event::BecameDormant {
                last_activity: stored_date(e.last_activity_on)?,
                from: stored_date(e.dormant_from)?,
                rule: region::stored_version(e.dormancy_rule.as_ref())?,
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
        _ => return None,
    })
}
