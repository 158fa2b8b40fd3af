//! Formation and dormancy rules, a book a region.

use kim_contract::{
    registry::{event::EventType, v1 as pb},
    r#type::v1 as pbt,
};
use kim_desk::wire::{Happened, Paired, date, region};
use kim_eventlog::{Aggregate, NewEvent, Recorded};
use kim_territory::RegionCode;
use prost::Message;
use uuid::Uuid;

use super::{NAMESPACE, count, stored_date};
use crate::{
    domain::{
        board::OfficerRole,
        rule::{self, Conditions, Dated, DormancyRule, FormationRule, RuleBook},
    },
    wire::rule_version,
};

/// The aggregate of a region's rules.
#[must_use]
pub fn rule_book_id(code: RegionCode) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("rules/{code}").as_bytes())
}

#[derive(Debug)]
pub struct RuleBooks;

pub const FORMATION_RULE_SET: &str = EventType::FormationRuleSet.name();
pub const DORMANCY_RULE_SET: &str = EventType::DormancyRuleSet.name();

impl Aggregate for RuleBooks {
    type State = RuleBook;
    type Event = Happened<rule::Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        rule_event(&recorded.event_type, &recorded.payload).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _state: &Self::State) -> NewEvent {
        match &happened.event {
            rule::Event::FormationSet(dated) => happened.written(
                FORMATION_RULE_SET,
                region::place(dated.version.region),
                &pb::FormationRuleSet {
                    version: Some(rule_version::to_proto(dated.version)),
                    rule: Some(formation_message(&dated.rule)),
                    effective_from: Some(date::to_proto(dated.effective_from)),
                },
            ),
            rule::Event::DormancySet(dated) => happened.written(
                DORMANCY_RULE_SET,
                region::place(dated.version.region),
                &pb::DormancyRuleSet {
                    version: Some(rule_version::to_proto(dated.version)),
                    rule: Some(dormancy_message(&dated.rule)),
                    effective_from: Some(date::to_proto(dated.effective_from)),
                },
            ),
        }
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        rule::evolve(state, &happened.event)
    }
}

/// A rule's event from its type and payload.
#[must_use]
pub fn rule_event(event_type: &str, payload: &[u8]) -> Option<rule::Event> {
    match event_type {
        FORMATION_RULE_SET => {
            let e = pb::FormationRuleSet::decode(payload).ok()?;
            let unsigned = |count: i32| u32::try_from(count).ok();
            let rule = e.rule?;
            let conditions = stored_conditions(&rule)?;
            let rule =
                FormationRule::new(unsigned(rule.min_members)?, unsigned(rule.max_members)?, rule.decree_required);
            let rule = rule.and_then(|rule| rule.with(conditions)).ok()?;
            Some(rule::Event::FormationSet(dated(e.version.as_ref(), rule, e.effective_from)?))
        }
        DORMANCY_RULE_SET => {
            let e = pb::DormancyRuleSet::decode(payload).ok()?;
            let months = |count: i32| u16::try_from(count).ok();
            let rule = e.rule?;
            let rule = DormancyRule::new(months(rule.reminder_months)?, months(rule.dormant_months)?);
            Some(rule::Event::DormancySet(dated(e.version.as_ref(), rule.ok()?, e.effective_from)?))
        }
        _ => None,
    }
}

fn dated<R>(version: Option<&pb::RuleVersion>, rule: R, effective_from: Option<pbt::Date>) -> Option<Dated<R>> {
    Some(Dated { version: rule_version::stored(version)?, rule, effective_from: stored_date(effective_from)? })
}

#[must_use]
pub fn formation_message(rule: &FormationRule) -> pb::FormationRule {
    pb::FormationRule {
        min_members: count(rule.min_members()),
        max_members: count(rule.max_members().unwrap_or(0)),
        decree_required: rule.decree_required(),
        deliberation_required: rule.conditions().deliberation_required,
        statutes_required: rule.conditions().statutes_required,
        officers_required: rule.conditions().officers.iter().map(OfficerRole::to_proto).collect(),
        min_officer_age: rule.conditions().min_officer_age.map(i32::from).unwrap_or_default(),
        civil_servants_excluded: rule.conditions().civil_servants_excluded,
    }
}

/// `None` for a role that this version does not know, and for an age that is none.
#[must_use]
pub fn stored_conditions(rule: &pb::FormationRule) -> Option<Conditions> {
    let age = u8::try_from(rule.min_officer_age).ok()?;
    Some(Conditions {
        deliberation_required: rule.deliberation_required,
        statutes_required: rule.statutes_required,
        officers: rule.officers_required.iter().map(|&role| OfficerRole::from_proto(role)).collect::<Option<_>>()?,
        min_officer_age: (age > 0).then_some(age),
        civil_servants_excluded: rule.civil_servants_excluded,
    })
}

#[must_use]
pub fn dormancy_message(rule: &DormancyRule) -> pb::DormancyRule {
    pb::DormancyRule {
        reminder_months: i32::from(rule.reminder_months()),
        dormant_months: i32::from(rule.dormant_months()),
    }
}
