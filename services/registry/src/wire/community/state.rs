//! A community's state as the log keeps it beside its events.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use prost::Message;

use super::part::{
    preceding_to_proto, profile_message, reference, stored_date, stored_plan, stored_profile, stored_reference,
    stored_rule,
};
use crate::{
    domain::community::{Active, Community, Dormant, Plan, Record, Registration, Stage, Status},
    wire::{date, pairs::Paired, region},
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
    #[prost(message, optional, tag = "12")]
    dissolved_on: Option<pbt::Date>,
}

pub(super) fn write(state: &Community) -> Vec<u8> {
    let Ok(record) = state.known() else { return Vec::new() };
    let mut written = State {
        profile: Some(profile_message(&record.profile)),
        record_ref: reference(record.sealed),
        status: record.stage.status().to_proto(),
        ..State::default()
    };
    match &record.stage {
        Stage::Draft | Stage::Submitted | Stage::Returned => {}
        Stage::Registered(registration) => written.registered(*registration),
        Stage::Active(registration, active) => {
            written.registered(*registration);
            written.active(*active);
        }
        Stage::Dormant(registration, dormant) => {
            written.registered(*registration);
            written.active(dormant.before);
            written.dormant_from = Some(date::to_proto(dormant.from));
            written.last_activity_on = Some(date::to_proto(dormant.last_activity));
            written.plans = dormant.plans.iter().map(plan).collect();
        }
        Stage::Dissolved { registration, on } => {
            written.registered(*registration);
            written.dissolved_on = Some(date::to_proto(*on));
        }
    }
    written.encode_to_vec()
}

/// `None` for what is not written so.
pub(super) fn read(written: &[u8]) -> Option<Community> {
    let written = State::decode(written).ok()?;
    let registration = || {
        let rule = stored_rule(written.formation_rule.as_ref()).ok()?;
        Some(Registration { on: stored_date(written.registered_on)?, rule })
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
        Status::Dissolved => Stage::Dissolved { registration: registration()?, on: stored_date(written.dissolved_on)? },
    };
    let profile = stored_profile(written.profile.as_ref())?;
    let sealed = stored_reference(&written.record_ref).ok()?;
    Some(Community::Known(Box::new(Record { profile, sealed, stage })))
}

impl State {
    fn registered(&mut self, registration: Registration) {
        self.registered_on = Some(date::to_proto(registration.on));
        self.formation_rule = registration.rule.map(region::version_to_proto);
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
        assert_eq!(stages.len(), 7, "each stage came up, seed {seed}");
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
            "ActivityReported",
            "CommunityActivated",
            "DormancyReminded",
            "CommunityBecameDormant",
            "DormancyCorrected",
            "RevitalisationPlanned",
            "CommunityRevitalised",
            "CommunityDissolved",
        ];
        assert_eq!(
            (super::super::SHAPE, known.as_slice()),
            ("community.1", then.as_slice()),
            "give the shape another name"
        );
    }
}
