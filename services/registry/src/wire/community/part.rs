//! The parts that a community's events and messages are made of.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_desk::wire::{
    Paired, date, region,
    stored::{Malformed, count, optional, optional_date, or_empty, stored_date, stored_hash, stored_reference},
};
use kim_territory::Level;
use kim_values::{Code, PublicName};

use crate::{
    domain::{
        board::{Left, Served, Term},
        channel::Channel,
        community::{Change, Plan, Preceding},
        ids::{ChangeId, OfficerId, TrainingId},
        profile::{FormationDecree, Profile, Statutes},
        reach::Reach,
        registration::RegistrationNumber,
        rule::RuleVersion,
    },
    wire::{level, rule_version},
};

#[must_use]
pub fn profile_message(profile: &Profile) -> pb::CommunityProfile {
    pb::CommunityProfile {
        name: profile.name.to_string(),
        seat: Some(region::to_proto(profile.seat)),
        formed_on: Some(date::to_proto(profile.formed_on)),
        decree: profile.decree.map(|decree| pb::FormationDecree {
            date: Some(date::to_proto(decree.date)),
            issuer: decree.issuer.to_proto(),
            document_hash: or_empty(decree.document),
        }),
        base_group: profile.base_group.to_proto(),
        member_count: profile.members.map(count).unwrap_or_default(),
        deliberated_on: profile.deliberated_on.map(date::to_proto),
        statutes: profile.statutes.map(|statutes| pb::Statutes {
            adopted_on: Some(date::to_proto(statutes.adopted_on)),
            document_hash: or_empty(statutes.document),
        }),
        channels: profile.channels.iter().map(channel_message).collect(),
    }
}

fn channel_message(channel: &Channel) -> pb::Channel {
    pb::Channel { kind: channel.kind.to_proto(), name: channel.name().to_owned() }
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
        deliberated_on: optional_date(profile.deliberated_on).ok()?,
        statutes: match &profile.statutes {
            None => None,
            Some(statutes) => Some(Statutes {
                adopted_on: stored_date(statutes.adopted_on)?,
                document: stored_hash(&statutes.document_hash).ok()?,
            }),
        },
        channels: profile.channels.iter().map(stored_channel).collect::<Option<_>>()?,
    })
}

fn stored_channel(channel: &pb::Channel) -> Option<Channel> {
    Some(Channel::stored(Paired::from_proto(channel.kind)?, &channel.name))
}

pub(super) fn term_message(term: &Term) -> pb::OfficerTerm {
    pb::OfficerTerm {
        officer_id: term.officer.to_string(),
        role: term.role.to_proto(),
        from: Some(date::to_proto(term.from)),
        until: term.until.map(date::to_proto),
    }
}

pub(super) fn stored_term(term: &pb::OfficerTerm) -> Option<Term> {
    Some(Term {
        officer: OfficerId::parse(&term.officer_id)?,
        role: Paired::from_proto(term.role)?,
        from: stored_date(term.from)?,
        until: optional_date(term.until).ok()?,
    })
}

pub(super) fn stored_terms(terms: &[pb::OfficerTerm]) -> Option<Vec<Term>> {
    terms.iter().map(stored_term).collect()
}

#[must_use]
pub fn tenure_message(served: &Served) -> pb::OfficerTenure {
    pb::OfficerTenure {
        term: Some(term_message(&served.term)),
        left_on: served.left.map(|left| date::to_proto(left.on)),
        leave_reason: served.left.map(|left| left.reason.to_proto()).unwrap_or_default(),
    }
}

pub(super) fn stored_tenure(tenure: &pb::OfficerTenure) -> Option<Served> {
    let left = match optional_date(tenure.left_on).ok()? {
        None => None,
        Some(on) => Some(Left { on, reason: Paired::from_proto(tenure.leave_reason)? }),
    };
    Some(Served { term: stored_term(tenure.term.as_ref()?)?, left })
}

/// A proposed change, as a state and as its two events have it.
pub(super) fn stored_change(
    id: &str,
    profile: Option<&pb::CommunityProfile>,
    record_ref: &str,
    on: Option<pbt::Date>,
) -> Option<Change> {
    Some(Change {
        id: ChangeId::parse(id)?,
        profile: stored_profile(profile)?,
        sealed: stored_reference(record_ref).ok()?,
        on: stored_date(on)?,
    })
}

pub(super) fn stored_number(text: &str) -> Result<Option<RegistrationNumber>, Malformed> {
    optional(text, |text| text.parse().ok())
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

pub(super) fn stored_rule(rule: Option<&pb::RuleVersion>) -> Result<Option<RuleVersion>, Malformed> {
    rule.map(|rule| rule_version::stored(Some(rule)).ok_or(Malformed)).transpose()
}

pub(super) fn stored_plan(plan: &pb::RevitalisationPlanned) -> Option<Plan> {
    Some(Plan { on: stored_date(plan.planned_on)?, after: preceding(plan.preceded_by.as_ref())? })
}

pub(super) fn stored_code(text: &str) -> Result<Option<Code>, Malformed> {
    optional(text, Code::parse)
}

pub(super) fn reach_to_proto(reach: Option<Reach>) -> Vec<pb::ReachByLevel> {
    let level = |(level, people): (Level, u32)| pb::ReachByLevel {
        level: level::to_proto(level).into(),
        people: count(people),
    };
    reach.iter().flat_map(Reach::levels).map(level).collect()
}

pub(super) fn stored_reach(levels: &[pb::ReachByLevel], reached: u32) -> Result<Option<Reach>, Malformed> {
    let level = |by: &pb::ReachByLevel| Some((level::from_proto(by.level)?, u32::try_from(by.people).ok()?));
    let levels: Vec<_> = levels.iter().map(level).collect::<Option<_>>().ok_or(Malformed)?;
    Reach::new(&levels, reached).map_err(|_| Malformed)
}
