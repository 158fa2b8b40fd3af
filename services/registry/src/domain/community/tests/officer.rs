//! Who comes onto a community's board, and who leaves it.

use super::*;

const BEGIN: Date = date!(2018 - 01 - 01);

fn with(terms: &[Term]) -> Vec<Event> {
    let drafted = Event::Drafted { profile: profile(), terms: terms.to_vec(), sealed: sealed(1) };
    [vec![drafted], registered().split_off(1)].concat()
}

fn ketua(n: u128, from: Date, until: Option<Date>) -> Term {
    term(n, OfficerRole::Ketua, from, until)
}

fn appoint(term: Term, replaces: Option<u128>) -> Command {
    Command::Appoint { term, replaces: replaces.map(|n| OfficerId(Uuid::from_u128(n))), today: TODAY }
}

fn left(n: u128, on: Date, reason: LeaveReason) -> Event {
    Event::OfficerLeft { officer: OfficerId(Uuid::from_u128(n)), on, reason }
}

pub(super) fn commands() -> Vec<Command> {
    let officer = OfficerId(Uuid::from_u128(1));
    vec![
        appoint(ketua(1, TODAY, None), None),
        appoint(ketua(2, TODAY, None), Some(1)),
        Command::Leave { officer, on: TODAY, reason: LeaveReason::Moved, today: TODAY },
        Command::EndTerm { officer, due: TODAY },
        Command::EraseOfficer { officer, today: TODAY },
        Command::CountMembers { count: 14, on: TODAY, today: TODAY },
    ]
}

#[test]
fn one_chair_is_handed_from_one_to_the_next() {
    let first = ketua(1, BEGIN, None);
    let tomorrow = date!(2022 - 10 - 07);
    table(vec![
        ("the first", registered(), appoint(first, None), Ok(vec![Event::OfficerAppointed(first)])),
        (
            "a second beside the first",
            with(&[first]),
            appoint(ketua(2, TODAY, None), None),
            Err(Refusal::Record(vec![Flaw::Term(TermFlaw::ChairTaken(OfficerRole::Ketua))])),
        ),
        (
            "a second in the first's place",
            with(&[first]),
            appoint(ketua(2, TODAY, None), Some(1)),
            Ok(vec![left(1, TODAY, LeaveReason::Replaced), Event::OfficerAppointed(ketua(2, TODAY, None))]),
        ),
        (
            "in the place of somebody who is not there",
            with(&[first]),
            appoint(ketua(2, TODAY, None), Some(3)),
            Err(Refusal::OfficerNotInOffice),
        ),
        (
            "in the place of somebody who came later",
            with(&[first]),
            appoint(ketua(2, date!(2017 - 12 - 31), None), Some(1)),
            Err(Refusal::LeavesBeforeBegin),
        ),
        ("from tomorrow on", registered(), appoint(ketua(1, tomorrow, None), None), Err(Refusal::TermInFuture)),
        (
            "backwards",
            registered(),
            appoint(ketua(1, TODAY, Some(BEGIN)), None),
            Err(Refusal::Record(vec![Flaw::Term(TermFlaw::Reversed)])),
        ),
        ("onto a draft's board", drafted(), appoint(first, None), Err(Refusal::NotRegistered(Status::Draft))),
        ("after the end", dissolved(), appoint(first, None), Err(Refusal::Dissolved)),
    ]);
    let handed =
        [with(&[first]), vec![left(1, TODAY, LeaveReason::Replaced), Event::OfficerAppointed(ketua(2, TODAY, None))]]
            .concat();
    let community = state(&handed);
    let board = &community.known().expect("known").board;
    assert_eq!(board.served.len(), 2, "a hand-over keeps the history");
    assert_eq!(board.in_office(TODAY).map(|served| served.term.officer.0.as_u128()).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_term_ends_by_itself_once() {
    let term = ketua(1, BEGIN, Some(date!(2021 - 12 - 31)));
    let end = |due| Command::EndTerm { officer: term.officer, due };
    let due = date!(2022 - 01 - 01);
    let over = left(1, due, LeaveReason::TermEnded);
    table(vec![
        ("on the day after", with(&[term]), end(due), Ok(vec![over.clone()])),
        ("when it was ended already", [with(&[term]), vec![over]].concat(), end(due), Ok(vec![])),
        ("of a term that runs on", with(&[ketua(1, BEGIN, None)]), end(due), Ok(vec![])),
        ("on another day", with(&[term]), end(TODAY), Ok(vec![])),
        ("of somebody else", registered(), end(due), Ok(vec![])),
        ("after the end", dissolved(), end(due), Ok(vec![])),
    ]);
}

#[test]
fn an_officer_leaves_in_office_and_not_before() {
    let given = || with(&[ketua(1, BEGIN, None)]);
    let leave = |n, on| {
        let officer = OfficerId(Uuid::from_u128(n));
        Command::Leave { officer, on, reason: LeaveReason::Resigned, today: TODAY }
    };
    table(vec![
        ("today", given(), leave(1, TODAY), Ok(vec![left(1, TODAY, LeaveReason::Resigned)])),
        ("tomorrow", given(), leave(1, date!(2022 - 10 - 07)), Err(Refusal::LeavesInFuture)),
        ("before the term", given(), leave(1, date!(2017 - 12 - 31)), Err(Refusal::LeavesBeforeBegin)),
        ("who never came", given(), leave(2, TODAY), Err(Refusal::OfficerNotInOffice)),
        (
            "twice",
            [given(), vec![left(1, TODAY, LeaveReason::Resigned)]].concat(),
            leave(1, TODAY),
            Err(Refusal::OfficerNotInOffice),
        ),
    ]);
}

#[test]
fn a_person_is_erased_once_and_comes_back_as_somebody_else_only() {
    let officer = |n| OfficerId(Uuid::from_u128(n));
    let erase = |n| Command::EraseOfficer { officer: officer(n), today: TODAY };
    let given = || with(&[ketua(1, BEGIN, None)]);
    let erased = [given(), vec![Event::OfficerErased { officer: officer(1), on: TODAY }]].concat();
    let gone = [erased.clone(), dissolved().split_off(dissolved().len() - 1)].concat();
    table(vec![
        ("in office", given(), erase(1), Ok(vec![Event::OfficerErased { officer: officer(1), on: TODAY }])),
        ("twice", erased.clone(), erase(1), Ok(vec![])),
        ("after the community's end", gone, erase(1), Ok(vec![])),
        ("somebody who never came", given(), erase(2), Err(Refusal::OfficerUnknown)),
        (
            "appointed again",
            erased,
            appoint(term(1, OfficerRole::Section, TODAY, None), None),
            Err(Refusal::OfficerErased),
        ),
    ]);
}

#[test]
fn a_rule_may_ask_for_chairs_and_for_people() {
    let conditions = Conditions {
        deliberation_required: true,
        statutes_required: true,
        officers: [OfficerRole::Ketua].into_iter().collect(),
        min_officer_age: Some(18),
        civil_servants_excluded: true,
    };
    let rule = FormationRule::new(0, 0, false).and_then(|rule| rule.with(conditions)).expect("a valid rule");
    let standard = Standard { rule: Some((rule_version(), rule)), officers: Vec::new() };
    let mut given = drafted();
    table(vec![(
        "all that is missing is named",
        given.clone(),
        submit(standard.clone()),
        Err(Refusal::Record(vec![
            Flaw::DeliberationMissing,
            Flaw::StatutesMissing,
            Flaw::Board(BoardFlaw::Missing(OfficerRole::Ketua)),
        ])),
    )]);
    let profile = Profile {
        deliberated_on: Some(FORMED),
        statutes: Some(crate::domain::profile::Statutes { adopted_on: FORMED, document: None }),
        ..profile()
    };
    given = vec![Event::Drafted { profile, terms: vec![ketua(1, FORMED, None)], sealed: sealed(1) }];
    let facts = |born_on, civil_servant| {
        let officer = OfficerId(Uuid::from_u128(1));
        let officers = vec![crate::domain::board::OfficerFacts { officer, born_on: Some(born_on), civil_servant }];
        submit(Standard { officers, ..standard.clone() })
    };
    table(vec![
        (
            "of age, and no civil servant",
            given.clone(),
            facts(date!(1990 - 01 - 01), false),
            Ok(vec![Event::Submitted { on: TODAY, rule: Some(rule_version()) }]),
        ),
        (
            "a civil servant of sixteen",
            given,
            facts(date!(2006 - 01 - 01), true),
            Err(Refusal::Record(vec![
                Flaw::Board(BoardFlaw::TooYoung { role: OfficerRole::Ketua, min: 18 }),
                Flaw::Board(BoardFlaw::CivilServant { role: OfficerRole::Ketua }),
            ])),
        ),
    ]);
}

#[test]
fn members_are_counted_for_a_day() {
    let count = |count, on| Command::CountMembers { count, on, today: TODAY };
    let counted = |count, on| Event::MembersCounted { count, on };
    let earlier = date!(2022 - 01 - 01);
    table(vec![
        ("today", registered(), count(14, TODAY), Ok(vec![counted(14, TODAY)])),
        ("the same again", [registered(), vec![counted(14, TODAY)]].concat(), count(14, TODAY), Ok(vec![])),
        ("tomorrow", registered(), count(14, date!(2022 - 10 - 07)), Err(Refusal::CountInFuture)),
        ("before it was formed", registered(), count(14, date!(2015 - 08 - 16)), Err(Refusal::CountBeforeFormation)),
        ("of a draft", drafted(), count(14, TODAY), Err(Refusal::NotRegistered(Status::Draft))),
    ]);
    let members = |events: &[Event]| state(events).known().expect("known").profile.members;
    assert_eq!(members(&[registered(), vec![counted(14, TODAY), counted(9, earlier)]].concat()), Some(14), "told late");
    assert_eq!(members(&[registered(), vec![counted(9, earlier), counted(14, TODAY)]].concat()), Some(14));
}
