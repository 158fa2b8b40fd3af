//! A community's state as the log keeps it beside its events.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_desk::wire::{
    Paired, date,
    stored::{optional_date, or_empty, stored_date, stored_reference},
};
use prost::Message;

use super::part::{
    preceding_to_proto, profile_message, stored_change, stored_number, stored_plan, stored_profile, stored_rule,
    stored_tenure, tenure_message,
};
use crate::{
    domain::{
        board::Board,
        community::{Active, Community, Dormant, Plan, Record, Registration, Stage, Status},
        ids::{CommunityId, OfficerId},
    },
    wire::rule_version,
};

#[derive(Clone, PartialEq, Message)]
struct State {
    #[prost(message, optional, tag = "1")]
    profile: Option<pb::CommunityProfile>,
    #[prost(string, tag = "2")]
    record_ref: String,
    #[prost(int32, tag = "3")]
    status: i32,
    #[prost(message, optional, tag = "4")]
    registered_on: Option<pbt::Date>,
    #[prost(message, optional, tag = "5")]
    formation_rule: Option<pb::RuleVersion>,
    /// While it is active, and before its silence while it is dormant.
    #[prost(message, optional, tag = "6")]
    active_from: Option<pbt::Date>,
    #[prost(message, optional, tag = "7")]
    active_until: Option<pbt::Date>,
    #[prost(bool, tag = "8")]
    reminded: bool,
    #[prost(message, optional, tag = "9")]
    dormant_from: Option<pbt::Date>,
    #[prost(message, optional, tag = "10")]
    last_activity_on: Option<pbt::Date>,
    #[prost(message, repeated, tag = "11")]
    plans: Vec<pb::RevitalisationPlanned>,
    /// The day of its end.
    #[prost(message, optional, tag = "12")]
    ended_on: Option<pbt::Date>,
    #[prost(string, tag = "13")]
    merged_into: String,
    #[prost(string, tag = "14")]
    registration_number: String,
    #[prost(message, repeated, tag = "15")]
    board: Vec<pb::OfficerTenure>,
    #[prost(message, optional, tag = "16")]
    members_on: Option<pbt::Date>,
    /// Without what it was before.
    #[prost(message, optional, tag = "17")]
    change: Option<pb::ChangeProposed>,
    #[prost(string, repeated, tag = "18")]
    erased: Vec<String>,
}

pub(super) fn write(state: &Community) -> Vec<u8> {
    let Ok(record) = state.known() else { return Vec::new() };
    let mut written = State {
        profile: Some(profile_message(&record.profile)),
        record_ref: or_empty(record.sealed),
        status: record.stage.status().to_proto(),
        board: record.board.served.iter().map(tenure_message).collect(),
        erased: record.board.erased.iter().map(ToString::to_string).collect(),
        members_on: record.members_on.map(date::to_proto),
        change: record.change.as_ref().map(|change| pb::ChangeProposed {
            change_id: change.id.to_string(),
            after: Some(profile_message(&change.profile)),
            record_ref: or_empty(change.sealed),
            proposed_on: Some(date::to_proto(change.on)),
            ..pb::ChangeProposed::default()
        }),
        ..State::default()
    };
    if let Some(registration) = record.stage.registration() {
        written.registered(*registration);
    }
    match &record.stage {
        Stage::Draft | Stage::Submitted | Stage::Returned | Stage::Registered(_) => {}
        Stage::Active(_, active) => written.active(*active),
        Stage::Dormant(_, dormant) => {
            written.active(dormant.before);
            written.dormant_from = Some(date::to_proto(dormant.from));
            written.last_activity_on = Some(date::to_proto(dormant.last_activity));
            written.plans = dormant.plans.iter().map(plan).collect();
        }
        Stage::Dissolved { on, .. } => written.ended_on = Some(date::to_proto(*on)),
        Stage::Merged { on, into, .. } => {
            written.ended_on = Some(date::to_proto(*on));
            written.merged_into = into.to_string();
        }
    }
    written.encode_to_vec()
}

/// `None` for what is not written so.
pub(super) fn read(written: &[u8]) -> Option<Community> {
    let written = State::decode(written).ok()?;
    let registration = || {
        let rule = stored_rule(written.formation_rule.as_ref()).ok()?;
        let number = stored_number(&written.registration_number).ok()?;
        Some(Registration { on: stored_date(written.registered_on)?, number, rule })
    };
    let active = || {
        let (from, last_activity) = (stored_date(written.active_from)?, stored_date(written.active_until)?);
        Some(Active { from, last_activity, reminded: written.reminded })
    };
    let stage = match Status::from_proto(written.status)? {
        Status::Draft => Stage::Draft,
        Status::Submitted => Stage::Submitted,
        Status::Returned => Stage::Returned,
        Status::Registered => Stage::Registered(registration()?),
        Status::Active => Stage::Active(registration()?, active()?),
        Status::Dormant => Stage::Dormant(
            registration()?,
            Dormant {
                from: stored_date(written.dormant_from)?,
                before: active()?,
                last_activity: stored_date(written.last_activity_on)?,
                plans: written.plans.iter().map(stored_plan).collect::<Option<_>>()?,
            },
        ),
        Status::Dissolved => Stage::Dissolved { registration: registration()?, on: stored_date(written.ended_on)? },
        Status::Merged => Stage::Merged {
            registration: registration()?,
            on: stored_date(written.ended_on)?,
            into: CommunityId::parse(&written.merged_into)?,
        },
    };
    let change = match &written.change {
        None => None,
        Some(e) => Some(stored_change(&e.change_id, e.after.as_ref(), &e.record_ref, e.proposed_on)?),
    };
    Some(Community::Known(Box::new(Record {
        profile: stored_profile(written.profile.as_ref())?,
        members_on: optional_date(written.members_on).ok()?,
        board: Board {
            served: written.board.iter().map(stored_tenure).collect::<Option<_>>()?,
            erased: written.erased.iter().map(|id| OfficerId::parse(id)).collect::<Option<_>>()?,
        },
        sealed: stored_reference(&written.record_ref).ok()?,
        change,
        stage,
    })))
}

impl State {
    fn registered(&mut self, registration: Registration) {
        self.registered_on = Some(date::to_proto(registration.on));
        self.formation_rule = registration.rule.map(rule_version::to_proto);
        self.registration_number = or_empty(registration.number);
    }

    fn active(&mut self, active: Active) {
        self.active_from = Some(date::to_proto(active.from));
        self.active_until = Some(date::to_proto(active.last_activity));
        self.reminded = active.reminded;
    }
}

fn plan(plan: &Plan) -> pb::RevitalisationPlanned {
    let preceded_by = Some(preceding_to_proto(plan.after));
    pb::RevitalisationPlanned {
        planned_on: Some(date::to_proto(plan.on)),
        preceded_by,
        ..pb::RevitalisationPlanned::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::domain::community::{evolve, histories::history};

    #[test]
    fn whatever_became_of_a_community_its_state_is_read_as_it_was_written() {
        let seed: u64 = rand::rng().random();
        println!("seed {seed}");
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut stages = HashSet::new();
        for _ in 0..300 {
            let mut state = Community::default();
            for event in history(&mut rng) {
                state = evolve(state, &event);
                assert_eq!(read(&write(&state)).as_ref(), Some(&state), "seed {seed}");
                stages.extend(state.known().map(|record| record.stage.status()));
            }
        }
        assert_eq!(stages.len(), 8, "each stage came up, seed {seed}");
        assert_eq!(read(b"another"), None);
    }

    /// A service that does not know an event's type must not decide on a state that has it: the shape's name keeps them apart.
    #[test]
    fn a_shape_is_of_the_types_of_events_that_were_known_then() {
        let known: Vec<&str> = include_str!("event.rs")
            .lines()
            .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\" => {"))
            .collect();
        let then = [
            "CommunityDrafted",
            "CommunityAmended",
            "CommunitySubmitted",
            "CommunityReturned",
            "CommunityRegistered",
            "MembersCounted",
            "OfficerAppointed",
            "OfficerLeft",
            "OfficerErased",
            "ChangeProposed",
            "ChangeAccepted",
            "ChangeRefused",
            "ChangeWithdrawn",
            "CommunityCorrected",
            "ActivityReported",
            "CommunityActivated",
            "DormancyReminded",
            "CommunityBecameDormant",
            "DormancyCorrected",
            "RevitalisationPlanned",
            "CommunityRevitalised",
            "CommunityDissolved",
            "CommunityMerged",
            "CommunityAbsorbed",
            "CommunitySeatMoved",
            "CommunityMovedOut",
            "CommunityMovedIn",
        ];
        assert_eq!(
            (super::super::SHAPE, known.as_slice()),
            ("community.3", then.as_slice()),
            "give the shape another name"
        );
    }
}
