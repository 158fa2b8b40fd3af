//! The facts that the sample nation must tell, reckoned from the plan by the rule itself, told anew and day by day.

mod beside;
mod campaigns;
mod counted;
mod funnel;
mod located;
mod told;

use std::{collections::HashSet, sync::LazyLock};

use kim_territory::{RegionCode, Territory};
use time::{Duration, macros::date};

use self::told::{Status, Told};
use super::{
    life::Cause,
    month::Month,
    places::code,
    plan::Plan,
    tide::{ACTIVE_AT_PEAK, ACTIVE_AT_TROUGH, PEAK, TROUGH},
};

const UNTIL: Month = Month::new(2026, 10);

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::nation(UNTIL));
static TOLD: LazyLock<Told> = LazyLock::new(|| Told::of(&PLAN));

/// How many events of a kind the log has.
fn count(event: &str) -> usize {
    TOLD.events.get(event).copied().unwrap_or_default()
}

#[test]
fn the_story_is_told_to_the_community() {
    let told = &*TOLD;
    assert_eq!(told.active(PEAK), ACTIVE_AT_PEAK);
    assert_eq!(told.active(TROUGH), ACTIVE_AT_TROUGH);
    for month in PEAK.through(UNTIL).filter(|month| *month != TROUGH) {
        assert!(told.active(month) > ACTIVE_AT_TROUGH, "{month}: {}", told.active(month));
    }
    assert!((4_650..4_780).contains(&told.active(Month::new(2019, 1))), "{}", told.active(Month::new(2019, 1)));
    // Nothing is seen of the pandemic before twelve months have passed, and then at once.
    assert!(told.active(Month::new(2021, 2)) > 4_750, "{}", told.active(Month::new(2021, 2)));
    assert!(told.active(Month::new(2021, 6)) < 4_000, "{}", told.active(Month::new(2021, 6)));
    assert!((3_800..4_050).contains(&told.active(UNTIL)), "{}", told.active(UNTIL));
    assert!(told.corrected >= 40, "{}", told.corrected);
    let now = told.at_end_of(UNTIL);
    for status in [Status::Draft, Status::Submitted, Status::Returned, Status::Registered, Status::Dissolved] {
        assert!(now.get(&status).is_some_and(|count| *count >= 5), "{status:?}: {now:?}");
    }
}

#[test]
fn what_is_written_down_is_written_in_its_order() {
    assert!(TOLD.moments.is_sorted());
    assert!(PLAN.steps.is_sorted_by_key(|step| step.starts));
    for (step, next) in PLAN.steps.iter().zip(PLAN.steps.iter().skip(1).map(|next| next.starts).chain([PLAN.ends()])) {
        // The day begins in the east: nothing is written down between midnight there and in Jakarta.
        let (first, last) = (step.starts, next - Duration::hours(2));
        let mut moments = step.commands.iter().map(|(moment, _)| *moment);
        assert!(moments.all(|moment| first <= moment && moment < last));
        let mut moments = step.listed.iter().map(|listed| listed.recorded);
        assert!(moments.all(|moment| first <= moment && moment < last));
        let mut moments = step.reports.iter().map(|report| report.recorded);
        assert!(moments.all(|moment| first <= moment && moment < last));
    }
}

#[test]
fn the_trainings_of_2022_are_followed_by_who_came_back() {
    let told = &*TOLD;
    let expected = [("35.73", 19), ("16.71", 16), ("61", 36), ("14", 45)];
    for (i, (region, back)) in expected.into_iter().enumerate() {
        let training = &PLAN.trainings[i];
        assert_eq!(training.session.region, code(region));
        let until = training.session.to + Duration::days(90);
        let returned = told.returns.iter().filter(|r| r.2 == Cause::Training(i) && r.1 <= until).count();
        assert_eq!(returned, back, "{region}");
        assert!(told.dormant_at[&i].len() > back, "{region}");
    }
    assert!(PLAN.trainings[..4].iter().all(super::training::Training::is_held));
    assert_eq!(PLAN.trainings[3].session.from, date!(2022 - 10 - 06));
}

#[test]
fn no_two_commands_of_a_step_are_about_one_community() {
    for step in &PLAN.steps {
        let kims = step.commands.iter().filter_map(|(_, command)| command.kim(&PLAN));
        let kims = kims.chain(step.listed.iter().map(|listed| listed.kim));
        let mut seen = HashSet::new();
        kims.for_each(|kim| assert!(seen.insert(kim), "{} {kim}", step.starts));
    }
}

#[test]
fn no_two_reports_say_the_same() {
    let mut reports = HashSet::new();
    for report in PLAN.steps.iter().flat_map(|step| &step.reports) {
        let deed = report.deed;
        assert!(reports.insert((report.kim, deed.kind, deed.happened_on, deed.reached)), "{deed:?}");
    }
}

#[test]
fn records_are_such_as_the_registry_takes() {
    let mut names = HashSet::new();
    for kim in &PLAN.kims {
        let record = &kim.record;
        assert!(names.insert((record.seat, record.name.clone())), "{} at {}", record.name, record.seat);
        assert!(record.members >= 7 && record.formed_on <= record.decree_on);
        assert!(record.name.chars().filter(char::is_ascii_digit).count() < 7, "{}", record.name);
    }
}

#[test]
fn communities_are_spread_unevenly_over_all_provinces() {
    let shares: Vec<(f64, String)> = Territory::current()
        .children(&RegionCode::NATION)
        .map(|province| (TOLD.covered(&PLAN, province.code), province.name.to_owned()))
        .collect();
    assert_eq!(shares.len(), 38);
    let nation = TOLD.covered(&PLAN, RegionCode::NATION);
    assert!((0.28..0.36).contains(&nation), "{nation}");
    assert!(shares.iter().all(|(share, _)| *share > 0.0), "{shares:?}");
    assert!(shares.iter().any(|(share, _)| *share < 0.08), "{shares:?}");
    assert!(shares.iter().any(|(share, _)| *share > 0.78), "{shares:?}");
}

#[test]
fn a_part_of_the_nation_is_the_same_there() {
    let riau = Plan::of(UNTIL, code("14"));
    assert!(riau.kims.len() > 100);
    for kim in &riau.kims {
        let same = &PLAN.kims[PLAN.find(kim.number).expect("it is in the nation")];
        assert_eq!(same.record, kim.record);
    }
    let reports = |plan: &Plan| -> usize { plan.steps.iter().map(|step| step.reports.len()).sum() };
    let there = PLAN.steps.iter().flat_map(|step| &step.reports);
    let there = there.filter(|report| code("14").contains(&PLAN.kims[report.kim].record.seat)).count();
    assert_eq!(reports(&riau), there);
}

#[test]
fn a_later_day_adds_months_and_changes_none() {
    let earlier = Plan::nation(UNTIL.plus(-7));
    for (one, other) in earlier.steps.iter().zip(&PLAN.steps) {
        assert_eq!(one.starts, other.starts);
        let kims = |plan: &Plan, kim: usize| plan.kims[kim].number;
        let of = |plan: &Plan, step: &super::plan::Step| -> Vec<_> {
            step.reports.iter().map(|report| (kims(plan, report.kim), report.deed, report.recorded)).collect()
        };
        assert_eq!(of(&earlier, one), of(&PLAN, other), "{}", one.starts);
        assert_eq!(one.listed.len(), other.listed.len());
        assert_eq!(one.commands.len(), other.commands.len());
    }
}

/// Prints the plan's numbers: `cargo test -p kim-local figures -- --ignored --nocapture`.
#[test]
#[ignore = "prints"]
fn figures() {
    let told = &*TOLD;
    println!("events {} {:?}", told.events.values().sum::<usize>(), told.events);
    println!("by year {:?}", told.by_year);
    for month in Month::new(2018, 1).through(UNTIL) {
        println!("{month} {:?}", told.at_end_of(month));
    }
    for (i, training) in PLAN.trainings.iter().enumerate() {
        let until = training.session.to + Duration::days(90);
        let returned = told.returns.iter().filter(|r| r.2 == Cause::Training(i) && r.1 <= until).count();
        println!(
            "{} {} takes part {} dormant {} back {returned}",
            training.session.from,
            training.session.region,
            training.participants.len(),
            told.dormant_at.get(&i).map_or(0, HashSet::len)
        );
    }
    for province in Territory::current().children(&RegionCode::NATION) {
        let of = |status| {
            let own = (0..told.known.len()).filter(|&kim| province.code.contains(&PLAN.kims[kim].record.seat));
            own.filter(|&kim| told.known[kim].status == Some(status)).count()
        };
        println!(
            "{} {:.3} {} {}",
            province.name,
            told.covered(&PLAN, province.code),
            of(Status::Active),
            of(Status::Dormant)
        );
    }
    println!("nation {:.3}, steps {}", told.covered(&PLAN, RegionCode::NATION), PLAN.steps.len());
}
