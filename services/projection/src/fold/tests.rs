//! Given these events, then these figures: the cases that a count must not get wrong.

use std::collections::HashMap;

use bytes::Bytes;
use kim_eventlog::{LogId, Position, Recorded, Version};
use kim_territory::{ActKind, Decree, RegionCode, RegionStep, Step};
use time::{Date, OffsetDateTime, macros::date};
use uuid::Uuid;

use super::{
    Place, Region,
    batch::Batch,
    cache::Cache,
    event::{Adoption, CommunityEvent, Event, Preceding, Profile, RegionsChanged, Training},
    figures::{Cell, Counts},
};
use crate::pages::{ActivityKind, Basis, Month, Status};
use CommunityEvent::{
    Activated, Amended, BecameDormant, Dissolved, DormancyCorrected, Drafted, Moved, Registered, Reported, Returned,
    Revitalised, Submitted,
};

const KIM: Uuid = Uuid::from_u128(1);
const TRAINING: Uuid = Uuid::from_u128(2);
const OTHER: Uuid = Uuid::from_u128(3);

/// All that was folded, summed.
#[derive(Default)]
struct Ledger {
    cache: Cache,
    figures: HashMap<Cell, Counts>,
    versions: HashMap<Uuid, i64>,
}

impl Ledger {
    fn of(events: Vec<(Date, CommunityEvent)>) -> Self {
        let mut ledger = Self::default();
        for (recorded, event) in events {
            ledger.tell(KIM, recorded, &Event::Community(event)).expect("the events fit");
        }
        ledger
    }

    /// Folds an event recorded at noon in Jakarta, in a batch of its own.
    fn tell(&mut self, aggregate: Uuid, recorded: Date, event: &Event) -> Result<(), String> {
        let version = self.versions.entry(aggregate).or_default();
        *version += 1;
        let recorded = recorded_at(aggregate, *version, recorded.with_hms(5, 0, 0).unwrap().assume_utc());
        let mut batch = Batch::default();
        batch.apply(&mut self.cache, &recorded, event)?;
        let mut changes = batch.changes(&self.cache);
        self.cache.cover(&mut changes);
        for (cell, counts) in changes.figures {
            let sums = self.figures.entry(cell).or_default();
            for (sum, change) in sums.0.iter_mut().zip(counts.0) {
                *sum += change;
            }
        }
        Ok(())
    }

    fn sum(&self, region: &str, month: &str, basis: Basis, column: usize) -> i32 {
        let (place, month) = (place(region), month.parse::<Month>().unwrap());
        let wanted = |cell: &Cell| cell.basis == basis && cell.place == place && cell.month <= month;
        self.figures.iter().filter(|(cell, _)| wanted(cell)).map(|(_, counts)| counts.0[column]).sum()
    }

    fn count(&self, status: Status, month: &str, basis: Basis) -> i32 {
        self.sum("14", month, basis, Counts::of(status))
    }
}

fn recorded_at(aggregate: Uuid, version: i64, time: OffsetDateTime) -> Recorded {
    Recorded {
        log_id: LogId(Uuid::nil()),
        position: Position::START,
        event_id: Uuid::nil(),
        event_type: String::new(),
        aggregate,
        version: Version::new(version).unwrap(),
        time,
        recorded_time: time,
        subject: String::new(),
        payload: Bytes::new(),
        traceparent: None,
    }
}

fn place(region: &str) -> Place {
    Place::from(&region.parse::<RegionCode>().unwrap())
}

fn region(code: &str) -> Region {
    Region { code: code.parse().unwrap(), decree: Decree::CURRENT }
}

fn record(seat: &str) -> Profile {
    Profile { name: "KIM Maju".into(), seat: region(seat), formed_on: date!(2018 - 01 - 01), members: 12 }
}

fn report(on: Date) -> CommunityEvent {
    Reported { on, kind: ActivityKind::Meeting }
}

/// Entered on 2019-02-10, active from 2019-02-20.
fn active() -> Vec<(Date, CommunityEvent)> {
    vec![
        (date!(2019 - 02 - 10), Drafted(record("14.01.01.2009"))),
        (date!(2019 - 02 - 10), Submitted { on: date!(2019 - 02 - 10) }),
        (date!(2019 - 02 - 10), Registered { on: date!(2019 - 02 - 10) }),
        (date!(2019 - 03 - 05), report(date!(2019 - 02 - 20))),
        (date!(2019 - 03 - 05), Activated { from: date!(2019 - 02 - 20) }),
    ]
}

/// The same, dormant from 2020-02-20, as was recorded a day later.
fn dormant() -> Vec<(Date, CommunityEvent)> {
    let mut events = active();
    events.push((date!(2020 - 02 - 21), BecameDormant { from: date!(2020 - 02 - 20) }));
    events
}

fn then(mut events: Vec<(Date, CommunityEvent)>, more: Vec<(Date, CommunityEvent)>) -> Ledger {
    events.extend(more);
    Ledger::of(events)
}

#[test]
fn a_late_report_changes_the_months_in_which_it_happened_and_none_in_which_it_was_recorded() {
    let ledger = Ledger::of(active());
    assert_eq!(ledger.count(Status::Active, "2019-01", Basis::Happened), 0);
    assert_eq!(ledger.count(Status::Active, "2019-02", Basis::Happened), 1);
    assert_eq!(ledger.count(Status::Registered, "2019-02", Basis::Happened), 0);
    assert_eq!(ledger.count(Status::Active, "2019-02", Basis::Recorded), 0);
    assert_eq!(ledger.count(Status::Registered, "2019-02", Basis::Recorded), 1);
    assert_eq!(ledger.count(Status::Active, "2019-03", Basis::Recorded), 1);
}

#[test]
fn a_dormancy_that_was_corrected_never_was_and_was_recorded_all_the_same() {
    let corrected = date!(2020 - 05 - 04);
    let late = date!(2019 - 12 - 01);
    let correction = DormancyCorrected { dormant_from: date!(2020 - 02 - 20) };
    let ledger = then(dormant(), vec![(corrected, report(late)), (corrected, correction)]);
    for month in ["2020-02", "2020-03", "2020-05", "2022-01"] {
        assert_eq!(ledger.count(Status::Dormant, month, Basis::Happened), 0, "{month}");
        assert_eq!(ledger.count(Status::Active, month, Basis::Happened), 1, "{month}");
    }
    for (month, dormant) in [("2020-01", 0), ("2020-02", 1), ("2020-04", 1), ("2020-05", 0)] {
        assert_eq!(ledger.count(Status::Dormant, month, Basis::Recorded), dormant, "{month}");
        assert_eq!(ledger.count(Status::Active, month, Basis::Recorded), 1 - dormant, "{month}");
    }
    let villages = Counts::covered(kim_territory::Level::Village).unwrap();
    assert_eq!(ledger.sum("14.01.01", "2020-03", Basis::Happened, villages), 1);
    assert_eq!(ledger.sum("14.01.01", "2020-03", Basis::Recorded, villages), 0);
    assert_eq!(ledger.sum("00", "2020-05", Basis::Recorded, villages), 1);
}

#[test]
fn a_region_stays_covered_until_its_last_active_community_falls_dormant() {
    let mut ledger = Ledger::of(active());
    let neighbour = |ledger: &mut Ledger, day, event| ledger.tell(OTHER, day, &Event::Community(event)).unwrap();
    let day = date!(2019 - 06 - 01);
    neighbour(&mut ledger, day, Drafted(record("14.01.01.2010")));
    neighbour(&mut ledger, day, Submitted { on: day });
    neighbour(&mut ledger, day, Registered { on: day });
    neighbour(&mut ledger, day, Activated { from: day });
    neighbour(&mut ledger, date!(2020 - 07 - 02), BecameDormant { from: date!(2020 - 07 - 01) });
    let dormancy = BecameDormant { from: date!(2020 - 02 - 20) };
    ledger.tell(KIM, date!(2020 - 02 - 21), &Event::Community(dormancy)).unwrap();
    let [regencies, districts, villages] =
        [kim_territory::Level::Regency, kim_territory::Level::District, kim_territory::Level::Village]
            .map(|level| Counts::covered(level).unwrap());
    for (month, expected) in [
        ("2019-01", [0, 0, 0]),
        ("2019-02", [1, 1, 1]),
        ("2019-06", [1, 1, 2]),
        ("2020-02", [1, 1, 1]),
        ("2020-07", [0, 0, 0]),
    ] {
        let covered = [regencies, districts, villages].map(|column| ledger.sum("14", month, Basis::Happened, column));
        assert_eq!(covered, expected, "{month}");
    }
}

#[test]
fn a_revival_within_ninety_days_after_two_trainings_counts_once() {
    let training = |day| {
        Event::Training(Training { region: region("14"), held_from: day, held_to: day, communities: vec![KIM, OTHER] })
    };
    let mut ledger = Ledger::of(dormant());
    ledger.tell(TRAINING, date!(2022 - 10 - 07), &training(date!(2022 - 10 - 06))).unwrap();
    let back = Revitalised { from: date!(2022 - 12 - 31), after: Preceding::Training(TRAINING) };
    ledger.tell(KIM, date!(2023 - 01 - 02), &Event::Community(back)).unwrap();
    // The second one is recorded after the revival.
    ledger.tell(Uuid::from_u128(9), date!(2023 - 02 - 01), &training(date!(2022 - 11 - 01))).unwrap();
    for (basis, month, revived, after) in [
        (Basis::Happened, "2022-11", 0, 0),
        (Basis::Happened, "2022-12", 1, 1),
        (Basis::Recorded, "2022-12", 0, 0),
        (Basis::Recorded, "2023-01", 1, 1),
        (Basis::Recorded, "2023-02", 1, 1),
    ] {
        assert_eq!(ledger.sum("14", month, basis, Counts::REVITALISED), revived, "{month} {basis:?}");
        assert_eq!(ledger.sum("14", month, basis, Counts::REVIVED_AFTER_TRAINING), after, "{month} {basis:?}");
    }
}

#[test]
fn a_training_that_is_recorded_late_still_precedes_a_revival() {
    let mut ledger = Ledger::of(dormant());
    let back = Revitalised { from: date!(2022 - 10 - 20), after: Preceding::Visit };
    ledger.tell(KIM, date!(2022 - 10 - 20), &Event::Community(back)).unwrap();
    assert_eq!(ledger.sum("00", "2023-12", Basis::Happened, Counts::REVIVED_AFTER_TRAINING), 0);
    let (held_from, held_to) = (date!(2022 - 07 - 20), date!(2022 - 07 - 22));
    let training = Training { region: region("14"), held_from, held_to, communities: vec![KIM] };
    ledger.tell(TRAINING, date!(2023 - 03 - 01), &Event::Training(training)).unwrap();
    // The 90th day after the last one.
    assert_eq!(ledger.sum("00", "2022-10", Basis::Happened, Counts::REVIVED_AFTER_TRAINING), 1);
    assert_eq!(ledger.sum("00", "2023-02", Basis::Recorded, Counts::REVIVED_AFTER_TRAINING), 0);
    assert_eq!(ledger.sum("00", "2023-03", Basis::Recorded, Counts::REVIVED_AFTER_TRAINING), 1);
}

#[test]
fn a_training_that_was_planned_first_counts_when_it_was_held_and_once() {
    let mut ledger = Ledger::of(dormant());
    let back = Revitalised { from: date!(2022 - 10 - 20), after: Preceding::Visit };
    ledger.tell(KIM, date!(2022 - 10 - 20), &Event::Community(back)).unwrap();
    let day = date!(2022 - 10 - 06);
    let training = Training { region: region("14"), held_from: day, held_to: day, communities: vec![KIM] };
    // Planned and invited to before it was held: no figure depends on that.
    ledger.versions.insert(TRAINING, 2);
    ledger.tell(TRAINING, date!(2022 - 10 - 07), &Event::Training(training.clone())).unwrap();
    assert_eq!(ledger.sum("00", "2022-10", Basis::Happened, Counts::REVIVED_AFTER_TRAINING), 1);
    let again = ledger.tell(TRAINING, date!(2022 - 10 - 08), &Event::Training(training)).unwrap_err();
    assert_eq!(again, "pelatihan itu sudah dicatat");
}

#[test]
fn a_seat_that_was_mended_never_was_elsewhere_but_was_recorded_there_until_then() {
    let ledger = Ledger::of(vec![
        (date!(2019 - 02 - 10), Drafted(record("14.01.01.2009"))),
        (date!(2019 - 05 - 10), Amended(record("13.71"))),
    ]);
    let drafts = |region, month, basis| ledger.sum(region, month, basis, Counts::of(Status::Draft));
    assert_eq!((drafts("14", "2019-03", Basis::Happened), drafts("13", "2019-03", Basis::Happened)), (0, 1));
    assert_eq!((drafts("14", "2019-04", Basis::Recorded), drafts("13", "2019-04", Basis::Recorded)), (1, 0));
    assert_eq!((drafts("14", "2019-05", Basis::Recorded), drafts("13", "2019-05", Basis::Recorded)), (0, 1));
    assert_eq!(drafts("00", "2019-05", Basis::Recorded), 1);
}

const TERRITORY: Uuid = Uuid::from_u128(4);

fn adopted(decree: Decree) -> Event {
    Event::Territory(Adoption { decree, adopted_on: date!(2019 - 01 - 01), digest: String::new() })
}

/// Kota Sorong goes from Papua Barat to Papua Barat Daya.
fn sorong_moves(from: Decree) -> Event {
    let rows = vec![RegionStep {
        old: Some("92.71".parse().unwrap()),
        new: Some("96.71".parse().unwrap()),
        kind: ActKind::Moved,
    }];
    let step = Step { from, to: Decree::D2023, rows };
    Event::Regions(RegionsChanged { step, changed_on: date!(2022 - 12 - 01) })
}

#[test]
fn a_community_was_always_where_the_territory_in_force_has_its_seat() {
    let mut ledger = Ledger::default();
    ledger.tell(TERRITORY, date!(2019 - 01 - 01), &adopted(Decree::D2022)).unwrap();
    let seat = |code: &str| Region { code: code.parse().unwrap(), decree: Decree::D2022 };
    let drafted = |code| Event::Community(Drafted(Profile { seat: seat(code), ..record("92") }));
    ledger.tell(KIM, date!(2019 - 02 - 10), &drafted("92.71")).unwrap();
    // It was recorded at Sorong by mistake.
    ledger.tell(OTHER, date!(2019 - 02 - 10), &drafted("92.71")).unwrap();
    let mended = Amended(Profile { seat: seat("92.02"), ..record("92") });
    ledger.tell(OTHER, date!(2019 - 05 - 10), &Event::Community(mended)).unwrap();
    let drafts = |ledger: &Ledger, region, month, basis| ledger.sum(region, month, basis, Counts::of(Status::Draft));
    assert_eq!(drafts(&ledger, "92", "2019-02", Basis::Recorded), 2);

    ledger.tell(TERRITORY, date!(2022 - 12 - 01), &sorong_moves(Decree::D2022)).unwrap();
    ledger.tell(TERRITORY, date!(2022 - 12 - 01), &adopted(Decree::D2023)).unwrap();
    for (region, month, happened, recorded) in [
        ("92.71", "2019-02", 0, 0),
        ("96.71", "2019-02", 1, 2),
        ("96", "2019-05", 1, 1),
        ("92", "2019-04", 1, 0),
        ("92", "2019-05", 1, 1),
        ("00", "2019-02", 2, 2),
    ] {
        assert_eq!(drafts(&ledger, region, month, Basis::Happened), happened, "{region} {month}");
        assert_eq!(drafts(&ledger, region, month, Basis::Recorded), recorded, "{region} {month}");
    }
    // The policy tells what is so already.
    let moved = Moved(Region { code: "96.71".parse().unwrap(), decree: Decree::D2023 });
    ledger.tell(KIM, date!(2022 - 12 - 02), &Event::Community(moved)).unwrap();
    assert_eq!(drafts(&ledger, "96.71", "2019-02", Basis::Recorded), 2);
}

#[test]
fn a_seat_that_moved_was_always_there() {
    let mut ledger = Ledger::of(active());
    let moved = Moved(Region { code: "14.01.02.2001".parse().unwrap(), decree: Decree::D2025 });
    ledger.tell(KIM, date!(2023 - 01 - 02), &Event::Community(moved)).unwrap();
    let active = |region, basis| ledger.sum(region, "2019-03", basis, Counts::ACTIVE);
    for basis in [Basis::Happened, Basis::Recorded] {
        assert_eq!((active("14.01.01", basis), active("14.01.02.2001", basis)), (0, 1));
    }
}

#[test]
fn what_changed_since_another_territory_than_that_in_force_is_refused() {
    let mut ledger = Ledger::default();
    ledger.tell(TERRITORY, date!(2019 - 01 - 01), &adopted(Decree::D2025)).unwrap();
    let refused = ledger.tell(TERRITORY, date!(2022 - 12 - 01), &sorong_moves(Decree::D2022));
    assert_eq!(refused, Err("perubahan dari daftar wilayah 2022, padahal yang berlaku 2025".to_owned()));
}

#[test]
fn what_was_recorded_counts_on_the_day_of_the_seat() {
    // 17.30 in Greenwich on 31 January: already February in Jayapura and in Pekanbaru, not yet in Greenwich.
    for (seat, month) in [("14.01.01.2009", "2019-02"), ("91.71", "2019-02")] {
        let mut ledger = Ledger::default();
        let recorded = recorded_at(KIM, 1, time::macros::datetime!(2019-01-31 17:30 UTC));
        let mut batch = Batch::default();
        batch.apply(&mut ledger.cache, &recorded, &Event::Community(Drafted(record(seat)))).unwrap();
        let changes = batch.changes(&ledger.cache);
        assert!(changes.figures.keys().all(|cell| cell.month.to_string() == month), "{seat}");
    }
}

#[test]
fn an_event_that_does_not_fit_is_refused_with_the_reason() {
    let day = date!(2019 - 02 - 10);
    for (events, refused, reason) in [
        (vec![], Submitted { on: day }, "KIM itu belum ada"),
        (vec![(day, Drafted(record("14")))], Drafted(record("14")), "KIM itu sudah ada"),
        (vec![(day, Drafted(record("14")))], report(day), "tidak cocok untuk KIM yang berstatus konsep"),
        (active(), Registered { on: day }, "tidak cocok untuk KIM yang berstatus aktif"),
        (active(), DormancyCorrected { dormant_from: day }, "tidak cocok untuk KIM yang berstatus aktif"),
        (active(), Returned { on: day }, "tidak cocok untuk KIM yang berstatus aktif"),
        (vec![(day, Drafted(record("14")))], Dissolved { on: day }, "tidak cocok untuk KIM yang berstatus konsep"),
    ] {
        let mut ledger = Ledger::of(events);
        let outcome = ledger.tell(KIM, day, &Event::Community(refused));
        assert_eq!(outcome, Err(reason.to_owned()));
    }
    let mut ledger = Ledger::of(active());
    ledger.versions.insert(KIM, 7);
    let outcome = ledger.tell(KIM, day, &Event::Community(report(day)));
    assert_eq!(outcome, Err("versi 8 tidak menyusul versi 5".to_owned()));
}
