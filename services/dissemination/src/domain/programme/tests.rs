//! Given these events, when this command, then these events or this refusal.

use kim_territory::Decree;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::matrix::{assert_same, matrix};

const TODAY: Date = date!(2026 - 01 - 05);
const UNTIL: Date = date!(2026 - 12 - 31);

fn profile() -> Profile {
    Profile {
        name: PublicName::stored("Cegah Stunting"),
        topic: Code::parse("stunting").expect("a code"),
        from: TODAY,
        until: Some(UNTIL),
    }
}

fn region() -> Region {
    Region { code: "14.01".parse().expect("a code"), decree: Decree::CURRENT }
}

fn established() -> Vec<Event> {
    vec![Event::Established { office: OfficeId(Uuid::from_u128(1)), region: region(), profile: profile(), on: TODAY }]
}

fn closed() -> Vec<Event> {
    [established(), vec![Event::Closed { on: TODAY, note: None }]].concat()
}

fn state(events: &[Event]) -> Option<Programme> {
    events.iter().fold(None, evolve)
}

fn establish(change: impl FnOnce(&mut Profile)) -> Command {
    let mut profile = profile();
    change(&mut profile);
    let office = OfficeId(Uuid::from_u128(1));
    Command::Establish { office, office_is_open: true, region: region(), profile, topic_is_listed: true, today: TODAY }
}

fn amend(topic_is_listed: bool, change: impl FnOnce(&mut Profile)) -> Command {
    let mut profile = profile();
    change(&mut profile);
    Command::Amend { profile, topic_is_listed, today: TODAY }
}

/// A name, given, when, then.
type Case = (&'static str, Vec<Event>, Command, Result<Vec<Event>, Refusal>);

fn table(cases: Vec<Case>) {
    for (name, given, when, then) in cases {
        assert_eq!(decide(state(&given).as_ref(), when), then, "{name}");
    }
}

#[test]
fn every_command_in_every_state() {
    let states = [("none", None), ("established", state(&established())), ("closed", state(&closed()))];
    let commands = [
        ("establish", establish(|_| {})),
        ("amend", amend(true, |profile| profile.name = PublicName::stored("Bebas Stunting"))),
        ("amend nothing", amend(false, |_| {})),
        ("extend", Command::Extend { until: None, today: TODAY }),
        ("close", Command::Close { on: TODAY, note: None, today: TODAY }),
    ];
    let table = matrix(&states, &commands, decide, evolve, |programme| format!("{:?}", programme.status()));
    assert_same(&table, include_str!("matrix.expected.txt"));
}

#[test]
fn a_programme_is_of_an_open_office_and_about_a_listed_topic() {
    let closed_office = |command| match command {
        Command::Establish { office, region, profile, topic_is_listed, today, .. } => {
            Command::Establish { office, office_is_open: false, region, profile, topic_is_listed, today }
        }
        other => other,
    };
    let unlisted = |command| match command {
        Command::Establish { office, office_is_open, region, profile, today, .. } => {
            Command::Establish { office, office_is_open, region, profile, topic_is_listed: false, today }
        }
        other => other,
    };
    let refused = |error: ProgrammeError| Err(error.into());
    let topic = profile().topic;
    table(vec![
        ("a new one", vec![], establish(|_| {}), Ok(established())),
        ("of a closed office", vec![], closed_office(establish(|_| {})), Err(Refusal::OfficeClosed)),
        ("about anything", vec![], unlisted(establish(|_| {})), refused(ProgrammeError::TopicNotListed(topic))),
        (
            "backwards",
            vec![],
            establish(|p| p.until = Some(date!(2026 - 01 - 04))),
            refused(ProgrammeError::EndsBeforeBegin),
        ),
        (
            "in another century",
            vec![],
            establish(|p| (p.from, p.until) = (date!(2126 - 01 - 05), None)),
            Err(Refusal::TooFarAhead),
        ),
    ]);
}

#[test]
fn a_topic_that_was_retired_since_stays_and_another_must_be_listed() {
    let renamed = |profile: &mut Profile| profile.name = PublicName::stored("Bebas Stunting");
    let other = Code::parse("kesehatan").expect("a code");
    let amended = Profile { name: PublicName::stored("Bebas Stunting"), ..profile() };
    table(vec![
        ("its name", established(), amend(false, renamed), Ok(vec![Event::Amended { profile: amended, on: TODAY }])),
        (
            "its topic",
            established(),
            amend(false, |p| p.topic = other),
            Err(ProgrammeError::TopicNotListed(other).into()),
        ),
    ]);
}

#[test]
fn an_end_is_put_off_and_a_programme_is_closed_on_its_day() {
    let extend = |until, today| Command::Extend { until, today };
    let close = |on| Command::Close { on, note: None, today: TODAY };
    let later = date!(2027 - 06 - 30);
    let endless = [established(), vec![Event::Extended { until: None, on: TODAY }]].concat();
    table(vec![
        (
            "until later",
            established(),
            extend(Some(later), TODAY),
            Ok(vec![Event::Extended { until: Some(later), on: TODAY }]),
        ),
        (
            "until the same day",
            established(),
            extend(Some(UNTIL), TODAY),
            Err(ProgrammeError::ExtensionNotLater(UNTIL).into()),
        ),
        (
            "into the past",
            established(),
            extend(Some(later), date!(2027 - 07 - 01)),
            Err(ProgrammeError::ExtendedIntoPast.into()),
        ),
        ("without an end already", endless, extend(Some(later), TODAY), Err(ProgrammeError::WithoutEnd.into())),
        ("closed tomorrow", established(), close(date!(2026 - 01 - 06)), Err(ProgrammeError::ClosedInFuture.into())),
        (
            "closed too early",
            established(),
            close(date!(2026 - 01 - 04)),
            Err(ProgrammeError::ClosedBeforeBegin.into()),
        ),
    ]);
}
