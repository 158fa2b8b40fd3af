//! Given these events, when this command, then these events or this refusal.

use std::collections::{BTreeMap, BTreeSet};

use kim_values::DocumentHash;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::{Duration, macros::date};
use uuid::Uuid;

use super::*;
use crate::domain::ids::OfficerId;

const TODAY: Date = date!(2022 - 10 - 07);

fn ids(numbers: impl IntoIterator<Item = u128>) -> Vec<CommunityId> {
    numbers.into_iter().map(|n| CommunityId(Uuid::from_u128(n))).collect()
}

fn outline() -> Outline {
    Outline { kind: TrainingKind::Bimtek, topic: "platform_kim".into(), region: Region::nation(), host: None }
}

fn plan() -> Plan {
    Plan {
        from: date!(2022 - 10 - 06),
        to: date!(2022 - 10 - 07),
        title: Some(PublicName::stored("Bimtek Platform KIM")),
        place: None,
    }
}

fn session() -> Session {
    Session {
        held_from: date!(2022 - 10 - 06),
        held_to: date!(2022 - 10 - 07),
        participants: ids(1..4),
        office_staff: 12,
        attendance: vec![attendance(2, &[21, 22], 3)],
    }
}

fn attendance(community: u128, officers: &[u128], people: u32) -> Attendance {
    let officers = officers.iter().map(|&n| OfficerId(Uuid::from_u128(n))).collect();
    Attendance { community: CommunityId(Uuid::from_u128(community)), officers, people }
}

fn material(n: u8) -> Material {
    Material { title: PublicName::stored("Modul Platform KIM"), document: DocumentHash([n; 32]), link: None }
}

fn report() -> Report {
    Report { document: DocumentHash([7; 32]), materials: vec![material(1), material(2)] }
}

fn planned() -> Vec<Event> {
    vec![Event::Planned { outline: outline(), plan: plan() }]
}

fn invited() -> Vec<Event> {
    [planned(), vec![Event::Invited(ids(1..3))]].concat()
}

fn held() -> Vec<Event> {
    [invited(), vec![Event::Held { outline: outline(), session: session() }]].concat()
}

fn recorded() -> Vec<Event> {
    vec![Event::Held { outline: outline(), session: session() }]
}

fn reported() -> Vec<Event> {
    [held(), vec![Event::Reported { report: report(), on: TODAY }]].concat()
}

fn cancelled() -> Vec<Event> {
    let reason = CancellationReason::Disaster;
    [invited(), vec![Event::Cancelled { on: TODAY, reason, note: None }]].concat()
}

fn state(events: &[Event]) -> Option<Training> {
    events.iter().fold(None, evolve)
}

/// A name, given, when, then.
type Case = (&'static str, Vec<Event>, Command, Result<Vec<Event>, Refusal>);

fn table(cases: Vec<Case>) {
    for (name, given, when, then) in cases {
        assert_eq!(decide(state(&given).as_ref(), when), then, "{name}");
    }
}

fn hold(change: impl FnOnce(&mut Session)) -> Command {
    let mut session = session();
    change(&mut session);
    Command::Hold { outline: outline(), session, ended: vec![], today: TODAY }
}

#[test]
fn a_training_is_planned_once_and_not_into_the_past() {
    let plan_at = |from, to, today| Command::Plan { outline: outline(), plan: Plan { from, to, ..plan() }, today };
    let (from, to) = (plan().from, plan().to);
    table(vec![
        ("ahead", vec![], plan_at(from, to, date!(2022 - 09 - 01)), Ok(planned())),
        ("on the day itself", vec![], plan_at(from, to, from), Ok(planned())),
        ("of yesterday", vec![], plan_at(from, to, TODAY), Err(Refusal::TrainingPlannedInPast)),
        ("backwards", vec![], plan_at(to, from, from), Err(Refusal::TrainingEndsBeforeBegin)),
        ("twice", planned(), plan_at(from, to, from), Err(Refusal::TrainingExists)),
    ]);
}

#[test]
fn a_plan_gets_other_days_or_another_topic() {
    let amend = |topic: Option<&str>, from, to| Command::Amend { topic: topic.map(Into::into), from, to, today: TODAY };
    let rescheduled = |topic: &str, from, to| Ok(vec![Event::Rescheduled { topic: topic.into(), from, to }]);
    let (from, to) = (plan().from, plan().to);
    let later = date!(2022 - 11 - 02);
    table(vec![
        ("both days", planned(), amend(None, Some(later), Some(later)), rescheduled("platform_kim", later, later)),
        (
            "the topic alone, though its day has come",
            planned(),
            amend(Some("cek_fakta"), None, None),
            rescheduled("cek_fakta", from, to),
        ),
        ("nothing", planned(), amend(Some("platform_kim"), Some(from), None), Ok(vec![])),
        ("into the past", planned(), amend(None, None, Some(later)), Err(Refusal::TrainingPlannedInPast)),
        ("its begin behind its end", planned(), amend(None, Some(later), None), Err(Refusal::TrainingEndsBeforeBegin)),
        (
            "after it was held",
            held(),
            amend(None, Some(later), Some(later)),
            Err(Refusal::TrainingNotPlanned(Status::Held)),
        ),
        ("of nothing", vec![], amend(None, None, None), Err(Refusal::TrainingNotFound)),
    ]);
    let moved = [planned(), vec![Event::Rescheduled { topic: "cek_fakta".into(), from: later, to: later }]].concat();
    let training = state(&moved).expect("planned");
    assert_eq!(training.outline.topic.as_ref(), "cek_fakta");
    assert_eq!(training.plan, Some(Plan { from: later, to: later, ..plan() }));
}

#[test]
fn each_community_is_invited_once() {
    let invite = |communities| Command::Invite { communities, ended: vec![] };
    let full = [planned(), vec![Event::Invited(ids(0..4_999))]].concat();
    table(vec![
        ("the first ones", planned(), invite(ids(1..3)), Ok(vec![Event::Invited(ids(1..3))])),
        ("one more beside those", invited(), invite(ids(1..4)), Ok(vec![Event::Invited(ids(3..4))])),
        ("the same again", invited(), invite(ids(1..3)), Ok(vec![])),
        ("nobody", planned(), invite(vec![]), Err(Refusal::NobodyInvited)),
        ("one twice", planned(), invite(ids([1, 1])), Err(Refusal::ParticipantDoubled)),
        ("the last place", full.clone(), invite(ids(4_999..5_000)), Ok(vec![Event::Invited(ids(4_999..5_000))])),
        ("one too many", full, invite(ids(4_999..5_001)), Err(Refusal::TooManyParticipants(MAX_PARTICIPANTS))),
        ("to what was held", held(), invite(ids(5..6)), Err(Refusal::TrainingNotPlanned(Status::Held))),
    ]);
    assert_eq!(state(&invited()).expect("planned").invited, ids(1..3));
}

#[test]
fn a_community_that_has_ended_is_not_invited_and_did_not_come_after_its_end() {
    let (from, before) = (session().held_from, date!(2022 - 10 - 05));
    let ended = |on, communities| ids(communities).into_iter().map(|community| Ended { community, on }).collect();
    let invite = |ended| Command::Invite { communities: ids(1..4), ended };
    let hold = |ended| Command::Hold { outline: outline(), session: session(), ended, today: TODAY };
    let hold_planned = |ended| Command::HoldPlanned { session: session(), ended, today: TODAY };
    let refused = |communities| Err(Refusal::ParticipantsEnded(ids(communities)));
    table(vec![
        ("invited", planned(), invite(ended(before, 2..4)), refused(2..4)),
        ("invited, and ended today", planned(), invite(ended(TODAY, 3..4)), refused(3..4)),
        ("invited before it ended", invited(), invite(ended(before, 1..3)), Ok(vec![Event::Invited(ids(3..4))])),
        ("came after the fact", vec![], hold(ended(before, 1..2)), refused(1..2)),
        ("ended on the first day", vec![], hold(ended(from, 1..2)), Ok(recorded())),
        ("ended since", vec![], hold(ended(TODAY, 1..2)), Ok(recorded())),
        ("came as planned", invited(), hold_planned(ended(before, 1..3)), refused(1..3)),
        ("ended during the training", planned(), hold_planned(ended(from, 1..3)), Ok(recorded())),
    ]);
}

#[test]
fn a_training_was_held_once_and_in_the_past() {
    let planned_hold = |today| Command::HoldPlanned { session: session(), ended: vec![], today };
    table(vec![
        ("after the fact", vec![], hold(|_| {}), Ok(recorded())),
        ("twice after the fact", recorded(), hold(|_| {}), Err(Refusal::TrainingExists)),
        ("as it was planned", invited(), planned_hold(TODAY), Ok(recorded())),
        ("before it is over", invited(), planned_hold(date!(2022 - 10 - 06)), Err(Refusal::TrainingInFuture)),
        ("that was not planned", vec![], planned_hold(TODAY), Err(Refusal::TrainingNotFound)),
        ("twice", held(), planned_hold(TODAY), Err(Refusal::TrainingNotPlanned(Status::Held))),
        ("backwards", vec![], hold(|s| s.held_to = date!(2022 - 10 - 05)), Err(Refusal::TrainingEndsBeforeBegin)),
        ("tomorrow", vec![], hold(|s| s.held_to = date!(2022 - 10 - 08)), Err(Refusal::TrainingInFuture)),
        ("one twice", vec![], hold(|s| s.participants.push(s.participants[0])), Err(Refusal::ParticipantDoubled)),
        (
            "too many",
            vec![],
            hold(|s| s.participants = ids(0..5_001)),
            Err(Refusal::TooManyParticipants(MAX_PARTICIPANTS)),
        ),
    ]);
    assert_eq!(session().follow_until(), date!(2023 - 01 - 05));
    assert_eq!(session().people(), 3);
}

#[test]
fn an_attendance_is_of_a_participant_and_of_each_person_once() {
    let attended = |list: Vec<Attendance>| hold(move |session| session.attendance = list);
    let refused = |error| Err(Refusal::Attendance(error));
    let many: Vec<u128> = (1..=2_501).collect();
    table(vec![
        (
            "nobody that is known",
            vec![],
            attended(vec![]),
            Ok(vec![Event::Held { outline: outline(), session: Session { attendance: vec![], ..session() } }]),
        ),
        ("of another", vec![], attended(vec![attendance(9, &[], 1)]), refused(AttendanceError::NoParticipant)),
        (
            "of one twice",
            vec![],
            attended(vec![attendance(1, &[], 1), attendance(1, &[], 2)]),
            refused(AttendanceError::Doubled),
        ),
        (
            "an officer of two",
            vec![],
            attended(vec![attendance(1, &[21], 1), attendance(2, &[21], 1)]),
            refused(AttendanceError::OfficerDoubled),
        ),
        (
            "fewer people than officers",
            vec![],
            attended(vec![attendance(1, &[21, 22], 1)]),
            refused(AttendanceError::FewerThanOfficers),
        ),
        (
            "too many officers",
            vec![],
            attended(vec![attendance(1, &many, 3_000)]),
            refused(AttendanceError::TooManyOfficers(MAX_OFFICERS)),
        ),
    ]);
}

#[test]
fn what_was_held_is_reported_once() {
    let tell = |change: fn(&mut Report)| {
        let mut report = report();
        change(&mut report);
        Command::Report { report, today: TODAY }
    };
    let told = Ok(vec![Event::Reported { report: report(), on: TODAY }]);
    table(vec![
        ("a planned one", held(), tell(|_| {}), told.clone()),
        ("one recorded after the fact", recorded(), tell(|_| {}), told),
        ("before it was held", invited(), tell(|_| {}), Err(Refusal::TrainingNotHeld(Status::Planned))),
        ("twice", reported(), tell(|_| {}), Err(Refusal::TrainingNotHeld(Status::Reported))),
        ("a cancelled one", cancelled(), tell(|_| {}), Err(Refusal::TrainingNotHeld(Status::Cancelled))),
        ("a material twice", held(), tell(|r| r.materials.push(material(1))), Err(Refusal::MaterialDoubled)),
        (
            "too many materials",
            held(),
            tell(|r| r.materials = (0..51).map(material).collect()),
            Err(Refusal::TooManyMaterials(MAX_MATERIALS)),
        ),
    ]);
    let training = state(&reported()).expect("reported");
    assert_eq!(training.stage, Stage::Reported { session: session(), report: report(), on: TODAY });
}

#[test]
fn only_a_plan_is_cancelled_and_then_it_takes_nothing_more() {
    let note = Some(VaultRef(Uuid::from_u128(5)));
    let cancel = Command::Cancel { reason: CancellationReason::NoBudget, note, today: TODAY };
    let gone = Event::Cancelled { on: TODAY, reason: CancellationReason::NoBudget, note };
    let refused = Err(Refusal::TrainingNotPlanned(Status::Cancelled));
    table(vec![
        ("a plan", invited(), cancel.clone(), Ok(vec![gone])),
        ("what was held", held(), cancel.clone(), Err(Refusal::TrainingNotPlanned(Status::Held))),
        ("twice", cancelled(), cancel, refused.clone()),
        ("invited to", cancelled(), Command::Invite { communities: ids(7..8), ended: vec![] }, refused.clone()),
        (
            "held",
            cancelled(),
            Command::HoldPlanned { session: session(), ended: vec![], today: TODAY },
            refused.clone(),
        ),
        ("amended", cancelled(), Command::Amend { topic: None, from: None, to: None, today: TODAY }, refused),
    ]);
}

/// Every command in every stage: where it leads is where the domain says that it may lead, and a refusal is never silent.
#[test]
fn no_command_leads_where_the_domain_does_not() {
    use Status::{Cancelled as X, Held as H, Planned as P, Reported as R};
    let allowed: BTreeMap<Option<Status>, BTreeSet<Status>> =
        [(None, vec![P, H]), (Some(P), vec![P, H, X]), (Some(H), vec![H, R]), (Some(R), vec![R]), (Some(X), vec![X])]
            .into_iter()
            .map(|(from, to)| (from, to.into_iter().collect()))
            .collect();
    let status = |state: Option<&Training>| state.map(Training::status);
    let mut reached = BTreeSet::new();
    let mut tried = |state: Option<&Training>, command: Command| {
        let from = status(state);
        match decide(state, command.clone()) {
            Ok(events) => {
                let after = events.iter().fold(state.cloned(), evolve);
                let Some(to) = status(after.as_ref()) else { panic!("{command:?} made nothing of nothing") };
                assert!(allowed[&from].contains(&to), "{command:?} led from {from:?} to {to:?}");
                assert!(events.is_empty() || after.as_ref() != state, "{command:?} changed nothing from {from:?}");
                reached.insert((from, to));
                after
            }
            Err(refusal) => {
                assert!(!refusal.to_string().is_empty(), "{command:?} in {from:?}");
                state.cloned()
            }
        }
    };
    let commands = [
        Command::Plan { outline: outline(), plan: plan(), today: date!(2022 - 10 - 01) },
        Command::Plan { outline: outline(), plan: plan(), today: TODAY },
        Command::Amend { topic: Some("cek_fakta".into()), from: None, to: None, today: TODAY },
        Command::Amend { topic: None, from: Some(TODAY), to: Some(TODAY), today: TODAY },
        Command::Invite { communities: ids(7..9), ended: vec![] },
        Command::Invite { communities: vec![], ended: vec![] },
        hold(|_| {}),
        Command::HoldPlanned { session: session(), ended: vec![], today: TODAY },
        Command::Report { report: report(), today: TODAY },
        Command::Cancel { reason: CancellationReason::Other, note: None, today: TODAY },
    ];
    for given in [vec![], planned(), invited(), held(), recorded(), reported(), cancelled()] {
        for command in &commands {
            tried(state(&given).as_ref(), command.clone());
        }
    }
    // And one walk after another: of every hundred commands a training is another one.
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..1_000 {
        let (mut training, mut today) = (None, date!(2022 - 01 - 01));
        for _ in 0..100 {
            today += Duration::days(rng.random_range(0..20));
            training = tried(training.as_ref(), histories::command(&mut rng, today));
        }
    }
    for (from, to) in [(None, P), (None, H), (Some(P), P), (Some(P), H), (Some(P), X), (Some(H), R)] {
        assert!(reached.contains(&(from, to)), "no command leads from {from:?} to {to:?}");
    }
}
