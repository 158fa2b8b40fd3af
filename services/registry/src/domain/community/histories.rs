//! Random histories of a community, for whoever folds its events.

use kim_territory::Decree;
use kim_values::{PublicName, Region, VaultRef};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, macros::date};
use uuid::Uuid;

use super::{
    Activity, ActivityKind, ChangeRefusalReason, Command, Community, DissolutionReason, Event, MergeReason, Preceding,
    ReturnReason, Stage, Status, decide, evolve,
};
use crate::domain::{
    board::{LeaveReason, OfficerRole, Term},
    channel::{Channel, ChannelKind},
    ids::{ActivityId, ChangeId, CommunityId, OfficerId, TrainingId},
    profile::{BaseGroup, Profile, Standard, Statutes},
    registration::RegistrationNumber,
    rule::RuleVersion,
};

/// What becomes of one community that is given eighty commands, whether or not they fit.
pub fn history(rng: &mut ChaCha8Rng) -> Vec<Event> {
    let (mut state, mut today, mut events) = (Community::default(), BEGIN, Vec::new());
    for _ in 0..80 {
        today += Duration::days(rng.random_range(0..90));
        let Ok(decided) = decide(&state, command(rng, today, &state)) else { continue };
        state = decided.iter().fold(state, evolve);
        events.extend(decided);
    }
    events
}

const BEGIN: Date = date!(2019 - 01 - 01);

fn seat() -> Region {
    Region { code: "14.01.01.2009".parse().expect("a code"), decree: Decree::CURRENT }
}

fn profile(rng: &mut ChaCha8Rng) -> Profile {
    let name = PublicName::parse(["KIM Kumantan", "KIM Jaya"][rng.random_range(0..2)]).expect("a valid name");
    Profile {
        name,
        seat: seat(),
        formed_on: BEGIN,
        decree: None,
        base_group: BaseGroup::Pkk,
        members: Some(9),
        deliberated_on: rng.random::<bool>().then_some(BEGIN),
        statutes: rng.random::<bool>().then_some(Statutes { adopted_on: BEGIN, document: None }),
        channels: vec![Channel::stored(ChannelKind::Instagram, "kim.kumantan")],
    }
}

/// Somebody of four.
fn officer(rng: &mut ChaCha8Rng) -> OfficerId {
    OfficerId(Uuid::from_u128(rng.random_range(1..5)))
}

fn term(rng: &mut ChaCha8Rng, from: Date) -> Term {
    let role = OfficerRole::ALL[rng.random_range(0..OfficerRole::ALL.len())];
    let until = rng.random::<bool>().then(|| from + Duration::days(rng.random_range(0..900)));
    Term { officer: officer(rng), role, from, until }
}

/// What only a registered community is given.
fn of_registered(rng: &mut ChaCha8Rng, today: Date, state: &Community) -> Command {
    let open = state.known().ok().and_then(|record| record.change.as_ref()).map(|change| change.id);
    let id = open.unwrap_or(ChangeId(Uuid::from_u128(rng.random())));
    let earlier = today - Duration::days(rng.random_range(0..60));
    match rng.random_range(0..12) {
        0 => Command::CountMembers { count: rng.random_range(1..60), on: earlier, today },
        1 | 2 => Command::Appoint { term: term(rng, earlier), replaces: None, today },
        3 => Command::Appoint { term: term(rng, earlier), replaces: Some(officer(rng)), today },
        4 => Command::Leave { officer: officer(rng), on: today, reason: LeaveReason::Resigned, today },
        5 => {
            let ends = state.known().ok().and_then(|record| record.board.next_end());
            Command::EndTerm { officer: officer(rng), due: ends.unwrap_or(today) }
        }
        6 => Command::ProposeChange { id, profile: profile(rng), sealed: sealed(rng), today },
        7 => Command::AcceptChange { id, today },
        8 if rng.random::<bool>() => Command::WithdrawChange { id, today },
        8 => Command::RefuseChange { id, reasons: vec![ChangeRefusalReason::Other], note: sealed(rng), today },
        10 => Command::EraseOfficer { officer: officer(rng), today },
        9 => Command::Correct { profile: profile(rng), sealed: sealed(rng), note: None, today },
        _ => Command::Absorb { merged: CommunityId(Uuid::from_u128(rng.random())), on: today },
    }
}

pub fn command(rng: &mut ChaCha8Rng, today: Date, state: &Community) -> Command {
    let rule = RuleVersion { region: Region::nation(), version: 1 };
    let last_activity = match state.known().map(|record| &record.stage) {
        Ok(Stage::Active(_, active)) => active.last_activity,
        _ => BEGIN,
    };
    match rng.random_range(0..21) {
        20 => move_seat(rng, today, state),
        0 => Command::Draft { profile: profile(rng), terms: vec![term(rng, BEGIN)], sealed: sealed(rng), today },
        1 => Command::Amend { profile: profile(rng), terms: vec![term(rng, BEGIN)], sealed: sealed(rng), today },
        2 | 3 => Command::Submit { standard: Standard::default(), today },
        4 => Command::Return { reasons: vec![ReturnReason::Other], note: None, today },
        5 | 6 => Command::Register { on: today, number: number(rng), standard: Standard::default(), today },
        7 => Command::PlanRevitalisation { after: Preceding::Visit, today },
        8 => Command::FollowTraining { training: TrainingId(Uuid::from_u128(rng.random())), held_from: today },
        9 => Command::Remind { last_activity, due: today, dormant_on: today, rule },
        10 => Command::FallDormant { last_activity, due: today, rule },
        11 if rng.random_range(0..8) == 0 => {
            Command::Dissolve { reason: DissolutionReason::MembersDecided, note: None, today }
        }
        12 if rng.random_range(0..8) == 0 => Command::Merge {
            into: CommunityId(Uuid::from_u128(rng.random())),
            other: (seat(), Status::Active),
            reason: MergeReason::MembersDecided,
            note: None,
            today,
        },
        13..=17 => of_registered(rng, today, state),
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

/// From where it is, or from elsewhere, to another village of its regency or to another regency.
fn move_seat(rng: &mut ChaCha8Rng, on: Date, state: &Community) -> Command {
    let region = |text: &str| Region { code: text.parse().expect("a code"), decree: Decree::CURRENT };
    let places = ["14.01.01.2009", "14.01.01.2008", "14.02.01.2001", "14"].map(region);
    let from = state.known().map_or(places[1], |record| record.profile.seat);
    let from = if rng.random_range(0..4) == 0 { places[rng.random_range(0..4)] } else { from };
    Command::MoveSeat { from, to: places[rng.random_range(0..4)], on }
}

fn number(rng: &mut ChaCha8Rng) -> RegistrationNumber {
    let regency = seat().code.regency().expect("the seat lies in a regency");
    RegistrationNumber { regency, year: 2020, serial: rng.random_range(1..100_000) }
}

fn sealed(rng: &mut ChaCha8Rng) -> Option<VaultRef> {
    rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random())))
}
