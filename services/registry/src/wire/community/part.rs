//! The parts that a community's events and messages are made of.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_territory::Level;
use time::Date;

use crate::{
    domain::{
        code::Code,
        community::{Plan, Preceding},
        ids::{TrainingId, VaultRef},
        name::PublicName,
        profile::{DocumentHash, FormationDecree, Profile},
        reach::Reach,
        rule::RuleVersion,
    },
    wire::{date, pairs::Paired, region},
};

/// What stands in a field of an event is not what this version writes there.
#[derive(Debug)]
pub(super) struct Malformed;

#[must_use]
pub fn profile_message(profile: &Profile) -> pb::CommunityProfile {
    pb::CommunityProfile {
        name: profile.name.to_string(),
        seat: Some(region::to_proto(profile.seat)),
        formed_on: Some(date::to_proto(profile.formed_on)),
        decree: profile.decree.map(|decree| pb::FormationDecree {
            date: Some(date::to_proto(decree.date)),
            issuer: decree.issuer.to_proto(),
            document_hash: decree.document.map(|hash| hash.to_string()).unwrap_or_default(),
        }),
        base_group: profile.base_group.to_proto(),
        member_count: profile.members.map(count).unwrap_or_default(),
    }
}

pub(super) fn stored_profile(profile: Option<&pb::CommunityProfile>) -> Option<Profile> {
    let profile = profile?;
    let decree = match &profile.decree {
        None => None,
        Some(decree) => Some(FormationDecree {
            date: stored_date(decree.date)?,
            issuer: Paired::from_proto(decree.issuer)?,
            document: stored_hash(&decree.document_hash).ok()?,
        }),
    };
    Some(Profile {
        name: PublicName::stored(&profile.name),
        seat: region::stored(profile.seat.as_ref())?,
        formed_on: stored_date(profile.formed_on)?,
        decree,
        base_group: Paired::from_proto(profile.base_group)?,
        members: match u32::try_from(profile.member_count).ok()? {
            0 => None,
            count => Some(count),
        },
    })
}

/// `None` when the contract's message names no kind, or a training without its id.
#[must_use]
pub fn preceding(preceding: Option<&pb::Preceding>) -> Option<Preceding> {
    let preceding = preceding?;
    match pb::PrecedingKind::try_from(preceding.kind).ok()? {
        pb::PrecedingKind::Training => TrainingId::parse(&preceding.training_id).map(Preceding::Training),
        pb::PrecedingKind::Partnership => Some(Preceding::Partnership),
        pb::PrecedingKind::Visit => Some(Preceding::Visit),
        pb::PrecedingKind::Unspecified => None,
    }
}

pub(super) fn preceding_to_proto(preceding: Preceding) -> pb::Preceding {
    let (kind, training_id) = match preceding {
        Preceding::Training(id) => (pb::PrecedingKind::Training, id.to_string()),
        Preceding::Partnership => (pb::PrecedingKind::Partnership, String::new()),
        Preceding::Visit => (pb::PrecedingKind::Visit, String::new()),
    };
    pb::Preceding { kind: kind.into(), training_id }
}

pub(super) fn reference(reference: Option<VaultRef>) -> String {
    reference.map(|reference| reference.to_string()).unwrap_or_default()
}

pub(super) fn stored_reference(text: &str) -> Result<Option<VaultRef>, Malformed> {
    if text.is_empty() { Ok(None) } else { VaultRef::parse(text).map(Some).ok_or(Malformed) }
}

pub(super) fn stored_rule(rule: Option<&pb::RuleVersion>) -> Result<Option<RuleVersion>, Malformed> {
    rule.map(|rule| region::stored_version(Some(rule)).ok_or(Malformed)).transpose()
}

pub(super) fn stored_plan(plan: &pb::RevitalisationPlanned) -> Option<Plan> {
    Some(Plan { on: stored_date(plan.planned_on)?, after: preceding(plan.preceded_by.as_ref())? })
}

pub(super) fn stored_hash(text: &str) -> Result<Option<DocumentHash>, Malformed> {
    if text.is_empty() { Ok(None) } else { DocumentHash::parse(text).map(Some).ok_or(Malformed) }
}

pub(super) fn stored_code(text: &str) -> Result<Option<Code>, Malformed> {
    if text.is_empty() { Ok(None) } else { Code::parse(text).map(Some).ok_or(Malformed) }
}

pub(super) fn reach_to_proto(reach: Option<Reach>) -> Vec<pb::ReachByLevel> {
    let level = |(level, people): (Level, u32)| pb::ReachByLevel { level: level.to_proto(), people: count(people) };
    reach.iter().flat_map(Reach::levels).map(level).collect()
}

pub(super) fn stored_reach(levels: &[pb::ReachByLevel], reached: u32) -> Result<Option<Reach>, Malformed> {
    let level = |by: &pb::ReachByLevel| Some((Level::from_proto(by.level)?, u32::try_from(by.people).ok()?));
    let levels: Vec<_> = levels.iter().map(level).collect::<Option<_>>().ok_or(Malformed)?;
    Reach::new(&levels, reached).map_err(|_| Malformed)
}

pub(super) fn stored_date(date: Option<pbt::Date>) -> Option<Date> {
    date::from_proto(&date?)
}

pub(super) fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
