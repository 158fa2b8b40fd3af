//! What offices tell, followed by dissemination's rules: each command is one that it takes.

use std::collections::{BTreeMap, HashMap, HashSet};

use kim_territory::{Level, RegionCode, Zone};
use kim_values::PublicName;
use time::{Date, Duration};

use super::{PLAN, UNTIL};
use crate::sample::{
    codes,
    dissemination::{
        Dissemination, OPENS,
        campaign::{self, Campaign, Priority},
        command::Command,
        material, question, verification,
    },
    month::{Month, STOPS},
    places::code,
    plan::Plan,
    zone,
};

fn told() -> &'static Dissemination {
    &PLAN.dissemination
}

/// Each command with the stop on which it is given.
fn commands() -> impl Iterator<Item = (Date, Command)> {
    let steps = PLAN.steps.iter().zip(&told().steps);
    steps.flat_map(|(step, told)| told.commands.iter().map(|(_, command)| (step.starts.date(), *command)))
}

#[test]
fn what_is_told_is_written_in_its_order() {
    assert_eq!(PLAN.steps.len(), told().steps.len());
    let next = PLAN.steps.iter().skip(1).map(|next| next.starts).chain([PLAN.ends()]);
    let mut last = PLAN.steps[0].starts;
    for ((step, told), next) in PLAN.steps.iter().zip(&told().steps).zip(next) {
        let stops = Dissemination::stops(step.starts.date());
        assert!(stops.is_sorted());
        let moments = told.commands.iter().map(|(moment, _)| *moment);
        for moment in stops.into_iter().chain(moments).chain(told.reports.iter().map(|report| report.recorded)) {
            assert!(last <= moment && moment < next - Duration::hours(2), "{last} {moment} {next}");
            last = moment;
        }
    }
}

#[test]
fn no_two_commands_of_a_step_are_about_the_same() {
    for step in &told().steps {
        let mut seen = HashSet::new();
        for (moment, command) in &step.commands {
            assert!(seen.insert(command.matter()), "{moment} {command:?}");
        }
    }
}

#[test]
fn a_programme_has_a_topic_that_was_on_the_list_before_the_day() {
    let listed = codes::topics(i32::MAX);
    for programme in &told().programmes {
        let topic = listed.iter().find(|entry| entry.code == programme.topic).expect("it is on the list");
        assert!(topic.valid_from < programme.established, "{} on {}", programme.name, programme.established);
    }
}

/// Where something stands, as far as it decides what is taken next.
#[derive(Default)]
struct Stands {
    programmes: HashMap<usize, (Date, Option<Date>)>,
    materials: HashMap<usize, Vec<(Date, material::Turn)>>,
    campaigns: HashMap<usize, Vec<(Date, campaign::Turn)>>,
    questions: HashMap<usize, Vec<(Date, question::Turn)>>,
    verified: HashSet<(usize, usize)>,
}

impl Stands {
    /// Before `on`, since the commands of one step are given side by side.
    fn published(&self, material: usize, on: Date) -> bool {
        let turns = &self.materials[&material];
        let is = |wanted: fn(&material::Turn) -> bool| turns.iter().any(|(day, turn)| *day < on && wanted(turn));
        is(|turn| *turn == material::Turn::Published) && !is(|turn| matches!(turn, material::Turn::Withdrawn(_)))
    }

    fn write(&mut self, place: usize, turn: material::Turn, on: Date) {
        use material::Turn::{Amended, Approved, Drafted, Published, Returned, Revised, Submitted, Withdrawn};
        let programme = self.programmes[&told().materials[place].programme];
        assert!(programme.0 < on, "the programme is there before its material");
        let turns = self.materials.entry(place).or_default();
        let before = turns.last().map(|(_, turn)| *turn);
        let follows = match turn {
            Drafted => before.is_none(),
            Submitted => matches!(before, Some(Drafted | Amended | Revised(_))),
            Returned(_) | Approved => before == Some(Submitted),
            Amended => matches!(before, Some(Returned(_))),
            Published => before == Some(Approved),
            Revised(_) | Withdrawn(_) => before == Some(Published),
        };
        assert!(follows, "{turn:?} of {place} after {before:?}");
        assert!(programme.1.is_none_or(|closed| on <= closed), "nothing is written in a closed programme");
        turns.push((on, turn));
    }

    fn run(&mut self, place: usize, turn: campaign::Turn, on: Date) {
        use campaign::Turn::{Cancelled, Drafted, Paused, Resumed, Scheduled};
        let campaign = &told().campaigns[place];
        let (is_published, programme) = (self.published(campaign.material, on), self.programmes[&campaign.programme]);
        let turns = self.campaigns.entry(place).or_default();
        let before = turns.last().map(|(_, turn)| *turn);
        let follows = match turn {
            Drafted => before.is_none(),
            Scheduled => {
                assert!(is_published && programme.1.is_none_or(|closed| on <= closed), "{campaign:?}");
                before == Some(Drafted) && on < campaign.from
            }
            Cancelled(_) => before == Some(Drafted),
            Paused => before == Some(Scheduled) && on > campaign.from,
            Resumed => before == Some(Paused) && on < campaign.until,
        };
        assert!(follows, "{turn:?} of {campaign:?} after {before:?}");
        turns.push((on, turn));
    }

    fn ask(&mut self, place: usize, turn: question::Turn, on: Date) {
        use question::Turn::{Answered, Asked, Published, Redirected, Reopened, SetAside};
        let turns = self.questions.entry(place).or_default();
        let before = turns.last().map(|(_, turn)| *turn);
        let follows = match turn {
            Asked => before.is_none(),
            Redirected(_) => before == Some(Asked),
            Answered | SetAside(_) => matches!(before, Some(Asked | Redirected(_) | Reopened)),
            Reopened | Published => before == Some(Answered),
        };
        assert!(follows, "{turn:?} of {place} after {before:?}");
        turns.push((on, turn));
    }

    fn settle(&mut self, delivery: (usize, usize), turn: verification::Turn) {
        use verification::Turn::{CorrectReach, CorrectSession, Verify, WithdrawSession, WithdrawVerification};
        match turn {
            Verify => assert!(self.verified.insert(delivery), "{delivery:?} is verified once"),
            WithdrawVerification => assert!(self.verified.remove(&delivery)),
            CorrectSession { .. } | WithdrawSession(_) | CorrectReach(_) => {
                assert!(!self.verified.contains(&delivery), "what is verified is not corrected: {delivery:?}");
            }
        }
    }
}

#[test]
fn each_command_is_one_that_dissemination_takes() {
    let mut stands = Stands::default();
    for (on, command) in commands() {
        match command {
            Command::Establish(place) => {
                assert_eq!(stands.programmes.insert(place, (on, None)), None);
            }
            Command::Close(place) => {
                let (_, closed) = stands.programmes.get_mut(&place).expect("what is closed was established");
                assert_eq!(closed.replace(on), None);
            }
            Command::Write(place, turn) => stands.write(place, turn, on),
            Command::Campaign(place, turn) => stands.run(place, turn, on),
            Command::Settle { campaign, kim, turn } => stands.settle((campaign, kim), turn),
            Command::Ask(place, turn) => stands.ask(place, turn, on),
        }
    }
    let all = |is: fn(&material::Turn) -> bool| {
        stands.materials.values().filter(|turns| turns.iter().any(|(_, turn)| is(turn))).count()
    };
    assert!(all(|turn| matches!(turn, material::Turn::Returned(_))) >= 20);
    assert!(all(|turn| matches!(turn, material::Turn::Revised(material::Revision::Correction))) >= 10);
    assert!(all(|turn| matches!(turn, material::Turn::Withdrawn(_))) >= 4);
    let ended = |is: fn(&question::Turn) -> bool| {
        stands.questions.values().filter(|turns| turns.last().is_some_and(|(_, turn)| is(turn))).count()
    };
    assert!(ended(|turn| *turn == question::Turn::Answered) >= 200);
    assert!(ended(|turn| *turn == question::Turn::Published) >= 40);
    assert!(ended(|turn| matches!(turn, question::Turn::SetAside(_))) >= 15);
    let waits_long = |turns: &&Vec<(Date, question::Turn)>| turns.len() == 1 && turns[0].0 < UNTIL.plus(-12).day(1);
    assert!(stands.questions.values().filter(waits_long).count() >= 15);
}

#[test]
fn names_are_such_as_dissemination_takes_and_no_office_has_one_twice() {
    let mut names = HashSet::new();
    let programmes = told().programmes.iter().map(|programme| (programme.office, &programme.name));
    for (office, name) in programmes.chain(told().campaigns.iter().map(|campaign| (campaign.office, &campaign.name))) {
        assert_eq!(PublicName::parse(name).as_ref().map(PublicName::as_str), Ok(name.as_str()));
        assert!(names.insert((office, name.clone())), "{name} of {office}");
    }
}

#[test]
fn campaigns_open_on_stops_of_the_clock_more_of_them_each_year() {
    let mut by_year: BTreeMap<(Level, i32), usize> = BTreeMap::new();
    for campaign in &told().campaigns {
        assert!(STOPS.contains(&campaign.from.day()), "{campaign:?}");
        assert!(campaign.until > campaign.from);
        *by_year.entry((campaign.office.level(), campaign.from.year())).or_default() += 1;
    }
    for year in 2020..=2026 {
        assert!((2..=5).contains(&by_year[&(Level::Nation, year)]), "{year} {by_year:?}");
    }
    for level in [Level::Province, Level::Regency] {
        assert!(by_year[&(level, 2025)] > by_year[&(level, 2020)] * 2, "{by_year:?}");
    }
    assert!(by_year[&(Level::Regency, 2025)] > 60 && by_year[&(Level::Province, 2025)] > 20, "{by_year:?}");
}

/// Ordinary campaigns that a community gets in a week, at most: fewer than the quota keeps for each level of offices.
#[test]
fn no_community_gets_more_in_a_week_than_its_quota() {
    let ordinary: Vec<&Campaign> =
        told().campaigns.iter().filter(|campaign| campaign.priority == Priority::Ordinary).collect();
    for one in &ordinary {
        let with = |other: &&&Campaign| {
            let days = (other.from - one.from).whole_days();
            other.office == one.office && (0..7).contains(&days)
        };
        assert_eq!(ordinary.iter().filter(with).count(), 1, "{one:?}");
    }
}

#[test]
fn a_campaign_opens_in_the_morning_of_each_zone_before_the_clock_moves_on() {
    let stop = Month::new(2024, 4).day(22);
    let moved = *Dissemination::stops(stop).last().expect("a stop");
    for place in ["14", "51", "94"] {
        let opens = zone::at(&code(place), stop) + OPENS;
        assert!(zone::midnight(stop) < opens && opens <= moved, "{place}");
        assert_eq!(opens.offset(), Zone::of(&code(place)).offset());
    }
}

#[test]
fn a_part_of_the_nation_tells_the_same_there() {
    let riau = Plan::of(UNTIL, code("14"));
    let there = |plan: &Plan| -> HashSet<(String, RegionCode)> {
        let own = plan.dissemination.campaigns.iter().filter(|campaign| code("14").contains(&campaign.office));
        own.map(|campaign| (campaign.name.clone(), campaign.office)).collect()
    };
    assert_eq!(there(&riau), there(&PLAN));
    let reports = |plan: &Plan| -> Vec<_> {
        let all = plan.dissemination.steps.iter().flat_map(|step| &step.reports);
        let there = all.filter(|report| code("14").contains(&plan.kims[report.kim].record.seat));
        let key = |campaign: usize| plan.dissemination.campaigns[campaign].key();
        there.map(|report| (plan.kims[report.kim].number, key(report.campaign), report.recorded, report.what)).collect()
    };
    let (mut one, mut other) = (reports(&riau), reports(&PLAN));
    assert!(one.len() > 1_000, "{}", one.len());
    for reports in [&mut one, &mut other] {
        reports.sort_by_key(|(number, key, recorded, _)| (*recorded, *number, *key));
    }
    assert!(one == other, "{} and {}", one.len(), other.len());
}

#[test]
fn a_later_day_adds_to_what_is_told_and_changes_nothing() {
    let earlier = Plan::nation(UNTIL.plus(-7));
    for ((step, one), other) in earlier.steps.iter().zip(&earlier.dissemination.steps).zip(&told().steps) {
        let of = |plan: &Plan, step: &crate::sample::dissemination::Step| -> Vec<_> {
            let key = |campaign: usize| plan.dissemination.campaigns[campaign].key();
            let number = |kim: usize| plan.kims[kim].number;
            let reports = step.reports.iter();
            reports.map(|report| (number(report.kim), key(report.campaign), report.recorded, report.what)).collect()
        };
        assert!(of(&earlier, one) == of(&PLAN, other), "{}", step.starts);
        assert_eq!(one.commands.len(), other.commands.len(), "{}", step.starts);
    }
}
