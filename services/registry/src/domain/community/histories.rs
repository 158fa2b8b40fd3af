//! Random histories of a community, for whoever folds its events.

use kim_territory::Decree;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::{
    Activity, ActivityKind, Command, Community, DissolutionReason, Event, Preceding, ReturnReason, Stage, decide,
    evolve,
};
use crate::domain::{
    ids::{ActivityId, TrainingId, VaultRef},
    name::PublicName,
    profile::{BaseGroup, Profile},
    region::Region,
    rule::RuleVersion,
};

/// What becomes of one community that is given sixty commands, whether or not they fit.
pub fn history(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let (mut state, mut today, mut events) = (Community::default(), BEGIN, Vec::new());
    for _ in 0..60 {
        today += Duration::days(rng.random_range(0..90));
        let Ok(decided) = decide(&state, command(rng, today, &state)) else { continue };
        state = decided.iter().fold(state, evolve);
        events.extend(decided);
    }
    events
}

const BEGIN: Date = date!(2019 - 01 - 01);

fn profile(rng: &mut ChaCha8Rng) -> Profile {
    let name = PublicName::parse(["KIM Kumantan", "KIM Jaya"][rng.random_range(0..2)]).expect("a valid name");
    let seat = Region { code: "14.01.01.2009".parse().expect("a code"), decree: Decree::CURRENT };
    Profile { name, seat, formed_on: BEGIN, decree: None, base_group: BaseGroup::Pkk, members: Some(9) }
}

fn command(rng: &mut ChaCha8Rng, today: Date, state: &Community) -> Command {
    let rule = RuleVersion { region: Region::nation(), version: 1 };
    let last_activity = match state.known().map(|record| &record.stage) {
        Ok(Stage::Active(_, active)) => active.last_activity,
        _ => BEGIN,
    };
    match rng.random_range(0..14) {
        0 => Command::Draft { profile: profile(rng), sealed: sealed(rng), today },
        1 => Command::Amend { profile: profile(rng), sealed: sealed(rng), today },
        2 | 3 => Command::Submit { on: today },
        4 => Command::Return { reasons: vec![ReturnReason::Other], note: None, today },
        5 | 6 => Command::Register { on: today, rule: None, today },
        7 => Command::PlanRevitalisation { after: Preceding::Visit, today },
        8 => Command::FollowTraining { training: TrainingId(Uuid::from_u128(rng.random())), held_from: today },
        9 => Command::Remind { last_activity, due: today, dormant_on: today, rule },
        10 => Command::FallDormant { last_activity, due: today, rule },
        11 if rng.random_range(0..8) == 0 => {
            Command::Dissolve { reason: DissolutionReason::MembersDecided, note: None, today }
        }
        _ => {
            let happened_on = today - Duration::days(rng.random_range(0..400));
            let id = ActivityId(Uuid::from_u128(rng.random()));
            let kind = ActivityKind::Meeting;
            let activity =
                Activity { id, kind, happened_on, people_reached: 1, reach: None, topic: None, evidence: None };
            Command::Report { activity, topics: None, today }
        }
    }
}

fn sealed(rng: &mut ChaCha8Rng) -> Option<VaultRef> {
    rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random())))
}
