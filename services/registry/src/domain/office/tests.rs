//! Given these events, when this command, then these events or this refusal.

use kim_territory::Decree;
use time::macros::date;
use uuid::Uuid;

use super::*;

const FOUNDED: Date = date!(2016 - 12 - 01);
const TODAY: Date = date!(2022 - 10 - 06);

fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT }
}

fn founding(kind: OfficeKind, code: &str) -> Founding {
    Founding { name: PublicName::stored("Diskominfotik"), kind, region: region(code) }
}

fn established(kind: OfficeKind, code: &str) -> Vec<Event> {
    vec![Event::Established { founding: founding(kind, code), parent: None, on: FOUNDED }]
}

fn state(events: &[Event]) -> Option<Office> {
    events.iter().fold(None, evolve)
}

fn superior(kind: OfficeKind, code: &str) -> Option<Superior> {
    Some(Superior { id: OfficeId(Uuid::from_u128(1)), office: state(&established(kind, code))? })
}

fn regency() -> Vec<Event> {
    established(OfficeKind::Regency, "14.01")
}

fn closed() -> Vec<Event> {
    [regency(), vec![Event::Closed { on: TODAY }]].concat()
}

fn rename(name: &str, effective_from: Date) -> Command {
    Command::Rename { name: PublicName::stored(name), effective_from, today: TODAY }
}

fn renamed(name: &str, effective_from: Date) -> Event {
    Event::Renamed { name: PublicName::stored(name), effective_from }
}

fn place_under(parent: Option<Superior>, effective_from: Date) -> Command {
    Command::SetParent { parent, effective_from, today: TODAY }
}

/// A name, given, when, then.
type Case = (&'static str, Vec<Event>, Command, Result<Vec<Event>, Refusal>);

fn table(cases: Vec<Case>) {
    for (name, given, when, then) in cases {
        assert_eq!(decide(state(&given).as_ref(), when), then, "{name}");
    }
}

#[test]
fn an_office_belongs_to_a_region_of_its_level_and_is_established_once() {
    for (kind, code, fits) in [
        (OfficeKind::National, "00", true),
        (OfficeKind::National, "14", false),
        (OfficeKind::Provincial, "14", true),
        (OfficeKind::Provincial, "14.01", false),
        (OfficeKind::Regency, "14.01", true),
        (OfficeKind::Regency, "00", false),
        (OfficeKind::Agency, "00", true),
        (OfficeKind::Agency, "14", true),
        (OfficeKind::Agency, "14.01", true),
        (OfficeKind::Agency, "14.01.01", false),
    ] {
        let establish = || Command::Establish { founding: founding(kind, code), parent: None, today: FOUNDED };
        let then = if fits { Ok(established(kind, code)) } else { Err(Refusal::OfficeKindMismatch) };
        assert_eq!(decide(None, establish()), then, "{kind:?} in {code}");
        let again = decide(state(&established(kind, code)).as_ref(), establish());
        assert_eq!(again, Err(Refusal::OfficeExists));
    }
}

#[test]
fn an_office_stands_under_one_of_a_wider_region_or_of_a_higher_kind() {
    for (kind, code, above, there, fits) in [
        (OfficeKind::Regency, "14.01", OfficeKind::Provincial, "14", true),
        (OfficeKind::Regency, "14.01", OfficeKind::National, "00", true),
        (OfficeKind::Regency, "14.01", OfficeKind::Agency, "14", true),
        (OfficeKind::Agency, "14.01", OfficeKind::Regency, "14.01", true),
        (OfficeKind::Regency, "14.01", OfficeKind::Agency, "14.01", false),
        (OfficeKind::Agency, "14.01", OfficeKind::Agency, "14.01", false),
        (OfficeKind::Provincial, "14", OfficeKind::Regency, "14.01", false),
        (OfficeKind::Regency, "14.01", OfficeKind::Provincial, "13", false),
    ] {
        let parent = superior(above, there);
        let id = parent.as_ref().map(|superior| superior.id);
        let establish = Command::Establish { founding: founding(kind, code), parent: parent.clone(), today: FOUNDED };
        let refused = Err(Refusal::ParentNotAbove);
        let founded = Event::Established { founding: founding(kind, code), parent: id, on: FOUNDED };
        let then = if fits { Ok(vec![founded]) } else { refused.clone() };
        assert_eq!(decide(None, establish), then, "{kind:?} in {code} under {above:?} in {there}");
        let set = Event::ParentSet { parent: id, effective_from: TODAY };
        let then = if fits { Ok(vec![set]) } else { refused };
        table(vec![("placed later", established(kind, code), place_under(parent, TODAY), then)]);
    }
}

#[test]
fn names_and_parents_change_by_date_until_the_office_is_closed() {
    let later = date!(2023 - 01 - 01);
    let province = || superior(OfficeKind::Provincial, "14");
    let id = OfficeId(Uuid::from_u128(1));
    let mut shut = province().expect("an office");
    shut.office.closed_on = Some(TODAY);
    let close = |on| Command::Close { on, today: TODAY };
    table(vec![
        ("renamed", regency(), rename("Dinas Kominfo", TODAY), Ok(vec![renamed("Dinas Kominfo", TODAY)])),
        ("renamed ahead", regency(), rename("Dinas Kominfo", later), Ok(vec![renamed("Dinas Kominfo", later)])),
        ("told late", regency(), rename("Dinas Kominfo", FOUNDED), Ok(vec![renamed("Dinas Kominfo", FOUNDED)])),
        ("called so already", regency(), rename("Diskominfotik", TODAY), Ok(vec![])),
        (
            "back to its first name",
            [regency(), vec![renamed("Dinas Kominfo", TODAY)]].concat(),
            rename("Diskominfotik", later),
            Ok(vec![renamed("Diskominfotik", later)]),
        ),
        (
            "before it was there",
            regency(),
            rename("Dinas Kominfo", date!(2016 - 11 - 30)),
            Err(Refusal::BeforeEstablishment),
        ),
        ("in another century", regency(), rename("Dinas Kominfo", date!(2122 - 10 - 06)), Err(Refusal::TooFarAhead)),
        ("never there", vec![], rename("Dinas Kominfo", TODAY), Err(Refusal::OfficeNotFound)),
        (
            "placed",
            regency(),
            place_under(province(), TODAY),
            Ok(vec![Event::ParentSet { parent: Some(id), effective_from: TODAY }]),
        ),
        ("nothing above it, as before", regency(), place_under(None, TODAY), Ok(vec![])),
        ("under a closed one", regency(), place_under(Some(shut), TODAY), Err(Refusal::ParentClosed)),
        (
            "placed before it was there",
            regency(),
            place_under(province(), date!(2016 - 11 - 30)),
            Err(Refusal::BeforeEstablishment),
        ),
        ("closed", regency(), close(TODAY), Ok(vec![Event::Closed { on: TODAY }])),
        ("closed tomorrow", regency(), close(date!(2022 - 10 - 07)), Err(Refusal::OfficeClosedInFuture)),
        ("closed before it was there", regency(), close(date!(2016 - 11 - 30)), Err(Refusal::BeforeEstablishment)),
        ("closed twice", closed(), close(TODAY), Err(Refusal::OfficeClosed)),
        ("renamed when closed", closed(), rename("Dinas Kominfo", TODAY), Err(Refusal::OfficeClosed)),
        ("placed when closed", closed(), place_under(None, TODAY), Err(Refusal::OfficeClosed)),
    ]);
    let renamed = state(&[regency(), vec![renamed("Dinas Kominfo", later)]].concat()).expect("an office");
    assert_eq!(renamed.names.on(TODAY).as_str(), "Diskominfotik");
    assert_eq!(renamed.names.on(later).as_str(), "Dinas Kominfo");
}

#[test]
fn an_office_is_open_until_the_day_on_which_it_is_closed() {
    let (open, shut) = (state(&regency()).expect("an office"), state(&closed()).expect("an office"));
    let closed_on = shut.closed_on.expect("it is closed");
    assert!(open.is_open_on(closed_on));
    assert!(!shut.is_open_on(closed_on));
    assert!(shut.is_open_on(closed_on.previous_day().expect("a day")));
}

/// Every command in every state.
#[test]
fn an_office_is_there_until_it_is_closed_and_stays_closed() {
    let is_open = |events: &[Event]| state(events).map(|office| office.is_open());
    for given in [vec![], regency(), closed()] {
        for command in [
            Command::Establish { founding: founding(OfficeKind::Regency, "14.01"), parent: None, today: FOUNDED },
            rename("Dinas Kominfo", TODAY),
            place_under(superior(OfficeKind::Provincial, "14"), TODAY),
            Command::Close { on: TODAY, today: TODAY },
        ] {
            let then = decide(state(&given).as_ref(), command.clone());
            let after = then.as_ref().ok().map(|events| is_open(&[given.clone(), events.clone()].concat()));
            match (is_open(&given), &command) {
                (None, Command::Establish { .. }) => assert_eq!(after, Some(Some(true))),
                (None, _) => assert_eq!(then, Err(Refusal::OfficeNotFound), "{command:?}"),
                (Some(_), Command::Establish { .. }) => assert_eq!(then, Err(Refusal::OfficeExists)),
                (Some(true), Command::Close { .. }) => assert_eq!(after, Some(Some(false))),
                (Some(true), _) => assert_eq!(after, Some(Some(true)), "{command:?}"),
                (Some(false), _) => assert_eq!(then, Err(Refusal::OfficeClosed), "{command:?}"),
            }
        }
    }
}

#[test]
fn an_office_goes_with_its_region() {
    let (from, to) = (region("14.01"), region("14.02"));
    let go = || Command::MoveRegion { from, to, on: TODAY };
    let gone = || vec![Event::RegionMoved { from, to, on: TODAY }];
    table(vec![
        ("open", regency(), go(), Ok(gone())),
        ("closed", closed(), go(), Ok(gone())),
        ("gone already", [regency(), gone()].concat(), go(), Ok(vec![])),
        ("elsewhere", established(OfficeKind::Regency, "14.03"), go(), Ok(vec![])),
        ("unknown", vec![], go(), Err(Refusal::OfficeNotFound)),
    ]);
    assert_eq!(state(&[regency(), gone()].concat()).map(|office| office.region), Some(to));
}
