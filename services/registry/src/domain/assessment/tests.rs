//! Given these events, when this command, then these events or this refusal.

use kim_values::PeriodKind;
use time::macros::date;
use uuid::Uuid;

use super::{
    histories::{assess, code, given, month, rubric, seat},
    *,
};
use crate::domain::{ids::AssessmentId, score::ScoreFlaw};

const TODAY: Date = date!(2026 - 07 - 05);

fn state(events: &[Event]) -> Assessment {
    events.iter().fold(Assessment::default(), evolve)
}

fn assessed() -> Vec<Event> {
    decide(&Assessment::Absent, assess(Status::Active, month(6), [2, 3], TODAY)).expect("assessed")
}

fn revise(version: u32, scores: [i32; 2]) -> Command {
    Command::Revise {
        rubric: rubric(version),
        given: given(scores),
        office: OfficeId(Uuid::from_u128(2)),
        reason: RevisionReason::Objection,
        note: None,
        today: TODAY,
    }
}

fn withdraw() -> Command {
    Command::Withdraw { reason: WithdrawalReason::WrongPeriod, note: None, today: TODAY }
}

fn withdrawn() -> Vec<Event> {
    [assessed(), decide(&state(&assessed()), withdraw()).expect("withdrawn")].concat()
}

#[test]
fn an_assessment_says_who_scored_what_by_which_version_and_what_it_comes_to() {
    let [Event::Assessed { rubric, period, scored, seat: there, on, .. }] = &assessed()[..] else { panic!() };
    assert_eq!((rubric.code, rubric.version, *period), (code("kinerja_kim"), 1, month(6)));
    assert_eq!((scored.total.get(), *there, *on), (6_250, seat(), TODAY));
}

#[test]
fn only_who_was_registered_is_assessed_and_only_for_what_has_begun() {
    let missing = Command::Assess {
        community: CommunityId(Uuid::from_u128(1)),
        status: Status::Dormant,
        seat: seat(),
        rubric: rubric(1),
        period: month(6),
        given: given([5, 3])[..1].to_vec(),
        office: OfficeId(Uuid::from_u128(2)),
        note: None,
        today: TODAY,
    };
    let flaws = vec![
        ScoreFlaw::OutOfScale { criterion: code("kelembagaan"), score: 5, max: 4 },
        ScoreFlaw::Missing(code("kegiatan")),
    ];
    for (name, command, then) in [
        ("a draft", assess(Status::Draft, month(6), [2, 3], TODAY), Err(Refusal::NotRegistered(Status::Draft))),
        ("dissolved", assess(Status::Dissolved, month(6), [2, 3], TODAY), Err(Refusal::Dissolved)),
        ("next month", assess(Status::Active, month(8), [2, 3], TODAY), Err(Refusal::PeriodInFuture)),
        ("this month", assess(Status::Registered, month(7), [2, 3], TODAY), Ok(1)),
        ("out of scale, and one missing", missing, Err(Refusal::Scores(flaws))),
    ] {
        assert_eq!(decide(&Assessment::Absent, command).map(|events| events.len()), then, "{name}");
    }
}

#[test]
fn a_second_one_is_a_revision_and_a_revision_that_changes_nothing_is_none() {
    let there = state(&assessed());
    assert_eq!(decide(&there, assess(Status::Active, month(6), [2, 3], TODAY)), Err(Refusal::AssessmentExists));
    assert_eq!(decide(&there, revise(1, [2, 3])), Ok(vec![]));
    let noted = match revise(1, [2, 3]) {
        Command::Revise { rubric, given, office, reason, today, .. } => {
            let note = Some(VaultRef(Uuid::from_u128(9)));
            Command::Revise { rubric, given, office, reason, note, today }
        }
        other => other,
    };
    assert_eq!(decide(&there, noted).map(|events| events.len()), Ok(1), "what was said is kept");
    let by_second = decide(&there, revise(2, [2, 3])).expect("revised");
    let after = by_second.iter().fold(there, evolve);
    let record = after.record().expect("known");
    assert_eq!((record.rubric.version, record.scored.total.get(), record.revised_on), (2, 6_500, Some(TODAY)));
}

#[test]
fn what_was_withdrawn_can_be_assessed_anew() {
    let gone = state(&withdrawn());
    assert!(matches!(gone, Assessment::Withdrawn { .. }));
    let moved = Region { code: "14.02.01".parse().expect("a code"), ..seat() };
    let anew = match assess(Status::Active, month(6), [4, 4], TODAY) {
        Command::Assess { community, status, rubric, period, given, office, note, today, .. } => {
            Command::Assess { community, status, seat: moved, rubric, period, given, office, note, today }
        }
        other => other,
    };
    let events = decide(&gone, anew).expect("assessed");
    let Assessment::Standing(record) = events.iter().fold(gone, evolve) else { panic!() };
    assert_eq!((record.scored.total.get(), record.revised_on), (10_000, None));
    assert_eq!(record.seat, seat(), "its events stay where they began");
}

/// Every command in every state: where it leads, or why not.
#[test]
fn no_command_leads_where_the_domain_does_not() {
    let commands = || [assess(Status::Active, month(6), [1, 1], TODAY), revise(1, [1, 1]), withdraw()];
    let revised = [assessed(), decide(&state(&assessed()), revise(1, [4, 4])).expect("revised")].concat();
    let name = |assessment: &Assessment| match assessment {
        Assessment::Absent => "absent",
        Assessment::Standing(_) => "standing",
        Assessment::Withdrawn { .. } => "withdrawn",
    };
    let not_there = || Err(Refusal::AssessmentNotFound);
    let gone = || Err(Refusal::AssessmentWithdrawn);
    for (given, then) in [
        (vec![], [Ok("standing"), not_there(), not_there()]),
        (assessed(), [Err(Refusal::AssessmentExists), Ok("standing"), Ok("withdrawn")]),
        (revised, [Err(Refusal::AssessmentExists), Ok("standing"), Ok("withdrawn")]),
        (withdrawn(), [Ok("standing"), gone(), gone()]),
    ] {
        for (command, then) in commands().into_iter().zip(then) {
            let from = state(&given);
            let led = decide(&from, command.clone()).map(|events| name(&events.iter().fold(from.clone(), evolve)));
            assert_eq!(led, then, "{command:?} from {}", name(&from));
        }
    }
}

fn of(period: Period, version: u32, points: [i32; 2], n: u128) -> Assessed {
    let scored = rubric(version).content.score(&given(points)).expect("on the scale");
    let Assessment::Standing(record) = state(&assessed()) else { panic!() };
    let rubric = RubricVersion { version, ..record.rubric };
    Assessed { id: AssessmentId(Uuid::from_u128(n)), record: Record { rubric, period, scored, ..record } }
}

#[test]
fn a_course_goes_period_after_period_and_two_versions_are_compared_in_total_only() {
    let quarter = Period::new(PeriodKind::Quarter, 2026, 1).expect("a quarter");
    let steps = course(vec![
        of(quarter, 1, [4, 4], 4),
        of(month(6), 2, [3, 3], 3),
        of(month(1), 1, [1, 2], 1),
        of(month(2), 1, [3, 1], 2),
    ]);
    let ids: Vec<u128> = steps.iter().map(|step| step.assessed.id.0.as_u128()).collect();
    assert_eq!(ids, [1, 2, 3, 4]);
    let id = |n| AssessmentId(Uuid::from_u128(n));
    let criteria = vec![(code("kelembagaan"), 2), (code("kegiatan"), -1)];
    assert_eq!(
        steps.into_iter().map(|step| step.compared).collect::<Vec<_>>(),
        [
            Compared::First,
            Compared::Criteria { before: id(1), total: 1_250, criteria },
            Compared::TotalOnly { before: id(2), total: 2_500 },
            Compared::First,
        ]
    );
}
