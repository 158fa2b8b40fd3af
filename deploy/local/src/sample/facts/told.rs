//! The nation as the log would have it when all is told.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use time::{Date, Duration, OffsetDateTime, macros::date};

use super::{beside::Beside, located::Located};
use crate::sample::{
    command::Command,
    life::Cause,
    month::{Month, months_after},
    plan::Plan,
    tide::{DORMANT_AFTER, REMINDED_AFTER},
    training::{Training, Turn},
    zone,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Status {
    Draft,
    Submitted,
    Returned,
    Registered,
    Active,
    Dormant,
    Dissolved,
    Merged,
}

/// A community as the log would have it.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub status: Option<Status>,
    registered_on: Option<Date>,
    last: Option<Date>,
    reminded: bool,
    dormant_from: Option<Date>,
    plans: Vec<(Date, Cause)>,
    /// When it came into which status, by the day on which it happened.
    pub history: Vec<(Date, Status)>,
}

#[derive(Default)]
pub(super) struct Told {
    pub known: Vec<Known>,
    pub events: BTreeMap<&'static str, usize>,
    pub by_year: BTreeMap<i32, usize>,
    due: BTreeMap<(Date, bool), BTreeSet<usize>>,
    /// (community, day, what preceded)
    pub returns: Vec<(usize, Date, Cause)>,
    pub corrected: usize,
    /// Dormant on the first day, by training.
    pub dormant_at: HashMap<usize, HashSet<usize>>,
    pub moments: Vec<OffsetDateTime>,
    pub beside: Beside,
    pub located: Located,
}

impl Told {
    pub fn of(plan: &Plan) -> Self {
        Self::watched(plan, |_, _| {})
    }

    /// Shows how it stands in the morning of each stop of the clock, before anything is told.
    pub fn watched(plan: &Plan, mut watch: impl FnMut(Date, &Self)) -> Self {
        let mut told = Self { known: vec![Known::default(); plan.kims.len()], ..Self::default() };
        for step in &plan.steps {
            told.fire(step.starts.date(), false);
            told.beside.fire(step.starts.date());
            watch(step.starts.date(), &told);
            for (moment, command) in &step.commands {
                told.moments.push(*moment);
                told.command(plan, *moment, *command);
            }
            for listed in &step.listed {
                told.moments.push(listed.recorded);
                let today = zone_day(plan, listed.kim, listed.recorded);
                assert!(listed.registered_on <= today);
                assert!(plan.kims[listed.kim].record.formed_on <= listed.registered_on);
                assert_eq!(told.known[listed.kim].status, None);
                told.draft(plan, listed.kim, today);
                told.enter(listed.kim, Status::Submitted, listed.registered_on, "submitted");
                told.enter(listed.kim, Status::Registered, listed.registered_on, "registered");
                told.known[listed.kim].registered_on = Some(listed.registered_on);
                told.beside.enter(listed.kim, &plan.kims[listed.kim].record.board, listed.registered_on);
            }
            for report in &step.reports {
                told.moments.push(report.recorded);
                let day = zone_day(plan, report.kim, report.recorded);
                assert_eq!(day, report.deed.recorded_on);
                told.report(plan, report.kim, report.deed.happened_on, day);
            }
        }
        told.fire(plan.ends().date(), true);
        for (event, day) in std::mem::take(&mut told.beside.happened) {
            told.count(event, day);
        }
        told
    }

    /// What is due by the clock. All of it falls due on the very day on which the clock stops: nothing is late.
    fn fire(&mut self, stop: Date, last: bool) {
        while let Some((&(day, dormancy), _)) = self.due.first_key_value() {
            if day > stop {
                break;
            }
            let all = self.due.remove(&(day, dormancy)).expect("the first");
            for kim in all {
                assert!(day == stop || last, "{day} falls between two stops of the clock, before {stop}: {kim}");
                if dormancy {
                    self.known[kim].dormant_from = Some(day);
                    self.known[kim].plans.clear();
                    self.enter(kim, Status::Dormant, day, "dormant");
                } else {
                    self.known[kim].reminded = true;
                    self.count("reminded", day);
                }
            }
        }
    }

    fn command(&mut self, plan: &Plan, moment: OffsetDateTime, command: Command) {
        let day = moment.date();
        match command {
            Command::AdoptTerritory(decree) => {
                for event in self.located.adopt(decree) {
                    self.count(event, day);
                }
            }
            Command::SetFormationRule
            | Command::SetDormancyRule
            | Command::SetBaseline
            | Command::SetActivityKinds
            | Command::SetTopics(_)
            | Command::SetRubric => self.count("master", day),
            Command::Establish(office) => {
                self.located.establish(plan.offices[office].region, day);
                self.count("office", day);
            }
            Command::Train(training, turn) => self.train(plan, training, turn, day),
            Command::Plan(kim, cause) => {
                assert_eq!(self.known[kim].status, Some(Status::Dormant), "{kim}");
                assert!(self.known[kim].plans.iter().all(|plan| plan.1 != cause));
                self.known[kim].plans.push((day, cause));
                self.count("planned", day);
            }
            Command::Merge(kim, into) => {
                let seat = |kim: usize| plan.kims[kim].record.seat;
                assert_eq!(seat(kim).regency(), seat(into).regency());
                assert!(self.lives(kim) && self.lives(into), "{kim} into {into}");
                self.silence(kim, None);
                self.beside.end(kim);
                self.enter(kim, Status::Merged, day, "merged");
            }
            Command::Tell(kim, matter) => {
                assert!(self.lives(kim), "{matter:?} of {kim}: {:?}", self.known[kim]);
                self.beside.tell(plan, kim, matter, day);
            }
            Command::Agree(partnership, turn) => {
                let (kim, agreement) = &plan.partnerships[partnership];
                assert!(self.located.has_office(agreement.office), "{agreement:?}");
                self.beside.agree(plan, partnership, turn, (day, self.lives(*kim)));
            }
            Command::Assess(assessment, turn) => {
                let (kim, _) = plan.assessments[assessment];
                let regency = plan.kims[kim].record.seat.regency().expect("a seat lies in a regency");
                assert!(self.located.has_office(regency), "{regency}");
                self.beside.assess(plan, assessment, turn, (day, self.lives(kim)));
            }
            Command::Dissolve(kim) => {
                let known = &self.known[kim];
                assert!(matches!(known.status, Some(Status::Active | Status::Dormant)), "{known:?}");
                self.silence(kim, None);
                self.beside.end(kim);
                self.enter(kim, Status::Dissolved, day, "dissolved");
            }
            Command::Draft(kim) => {
                assert_eq!(self.known[kim].status, None);
                assert!(plan.kims[kim].record.formed_on <= day && plan.kims[kim].record.decree_on <= day);
                self.draft(plan, kim, day);
                self.beside.enter(kim, &plan.kims[kim].record.board, day);
            }
            Command::Submit(kim) => {
                assert!(matches!(self.known[kim].status, Some(Status::Draft | Status::Returned)));
                self.enter(kim, Status::Submitted, day, "submitted");
            }
            Command::Return(kim) => {
                assert_eq!(self.known[kim].status, Some(Status::Submitted));
                self.enter(kim, Status::Returned, day, "returned");
            }
            Command::Register(kim) => {
                assert_eq!(self.known[kim].status, Some(Status::Submitted));
                self.beside.has_heads(kim);
                self.known[kim].registered_on = Some(day);
                self.enter(kim, Status::Registered, day, "registered");
            }
        }
    }

    fn train(&mut self, plan: &Plan, place: usize, turn: Turn, day: Date) {
        let Training { session, invited, participants, .. } = &plan.trainings[place];
        assert!(self.located.has_office(session.region), "{session:?}");
        self.beside.train(plan, place, turn, day);
        if turn == Turn::Invited {
            for number in invited {
                let kim = plan.find(*number).expect("it is known by then");
                assert!(self.known[kim].status.is_some(), "{number} is invited and not known");
            }
        }
        if turn != Turn::Held {
            return;
        }
        assert!(session.to <= day);
        for number in participants {
            let kim = plan.find(*number).expect("it is known by then");
            let known = &mut self.known[kim];
            match (known.status, known.dormant_from) {
                (Some(Status::Dormant), Some(from)) => {
                    known.plans.push((session.from.max(from), Cause::Training(place)));
                    self.dormant_at.entry(place).or_default().insert(kim);
                    self.count("planned", day);
                }
                (Some(_), _) => {}
                (None, _) => panic!("{number} takes part and is not known"),
            }
        }
    }

    fn report(&mut self, plan: &Plan, kim: usize, day: Date, today: Date) {
        assert!(day <= today, "an activity lies in the future");
        assert!(day >= plan.kims[kim].record.formed_on);
        self.count("activity", today);
        let known = &mut self.known[kim];
        match known.status.expect("it is in the register") {
            Status::Registered => {
                let from = day.max(known.registered_on.expect("registered"));
                self.enter(kim, Status::Active, from, "activated");
                self.silence(kim, Some(from));
            }
            Status::Active => {
                if known.last.is_none_or(|last| day > last) {
                    self.silence(kim, Some(day));
                }
            }
            Status::Dormant => {
                let (last, from) = (known.last.expect("was active"), known.dormant_from.expect("is dormant"));
                if day > last && day < from {
                    // It never was dormant.
                    let taken_back = known.history.pop();
                    assert_eq!(taken_back, Some((from, Status::Dormant)));
                    known.status = Some(Status::Active);
                    self.corrected += 1;
                    self.count("corrected", today);
                    self.silence(kim, Some(day));
                } else if let Some(&(_, cause)) =
                    known.plans.iter().filter(|plan| day >= plan.0).max_by_key(|plan| plan.0)
                {
                    self.returns.push((kim, day, cause));
                    self.enter(kim, Status::Active, day, "revitalised");
                    self.silence(kim, Some(day));
                } else {
                    panic!("{} reports on {day} and was dormant without a plan: {known:?}", plan.kims[kim].number);
                }
            }
            Status::Dissolved | Status::Merged => assert!(day <= known.history.last().expect("dissolved on a day").0),
            status => panic!("{status:?} reports"),
        }
    }

    /// Registered, and not at its end.
    fn lives(&self, kim: usize) -> bool {
        matches!(self.known[kim].status, Some(Status::Registered | Status::Active | Status::Dormant))
    }

    fn silence(&mut self, kim: usize, since: Option<Date>) {
        if let Some(last) = self.known[kim].last {
            for key in [(later(last, REMINDED_AFTER), false), (later(last, DORMANT_AFTER), true)] {
                if let Some(due) = self.due.get_mut(&key) {
                    due.remove(&kim);
                    if due.is_empty() {
                        self.due.remove(&key);
                    }
                }
            }
        }
        if let Some(since) = since {
            self.known[kim].last = Some(since);
            self.known[kim].reminded = false;
            self.due.entry((later(since, REMINDED_AFTER), false)).or_default().insert(kim);
            self.due.entry((later(since, DORMANT_AFTER), true)).or_default().insert(kim);
        }
    }

    fn draft(&mut self, plan: &Plan, kim: usize, day: Date) {
        self.located.seat(kim, plan.kims[kim].record.seat, day);
        self.enter(kim, Status::Draft, day, "drafted");
    }

    fn enter(&mut self, kim: usize, status: Status, day: Date, event: &'static str) {
        self.known[kim].status = Some(status);
        self.known[kim].history.push((day, status));
        self.count(event, day);
    }

    fn count(&mut self, event: &'static str, day: Date) {
        *self.events.entry(event).or_default() += 1;
        *self.by_year.entry(day.year()).or_default() += 1;
    }
}

/// As the rule counts: a day that the month does not have becomes its last one.
fn later(day: Date, months: i32) -> Date {
    let first = months_after(day.replace_day(1).expect("every month has a first"), months);
    let last = Month::of(first).last_day();
    first + Duration::days(i64::from(day.day().min(last.day())) - 1)
}

fn zone_day(plan: &Plan, kim: usize, moment: OffsetDateTime) -> Date {
    let midnight = zone::at(&plan.kims[kim].record.seat, date!(2020 - 01 - 01));
    moment.to_offset(midnight.offset()).date()
}
