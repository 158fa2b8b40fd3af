//! The sample nation as a list of steps: what is told to the registry, in the order in which it was written down.

use kim_territory::{Decree, RegionCode};
use time::{Date, Duration, OffsetDateTime};

use super::{
    assessment::{Assessment, assessments},
    board, change,
    codes::{self, RUBRIC_FROM},
    command::Command,
    diary::{Deed, Diary, Entered, What, diary},
    dice::{Dice, Topic},
    dissemination::Dissemination,
    errand::Told,
    life::Life,
    month::{Month, STOPS, next_stop},
    nation::Nation,
    office::{Office, offices},
    partnership::{self, Partnership, partnerships},
    record::{Record, record},
    survey,
    territory::{self, adopted_on},
    tide::BEGIN,
    training::{self, Training, sessions},
    waiting::{Waiting, fit},
    zone,
};

/// All that the sample nation is, through `until`.
pub struct Plan {
    pub until: Month,
    /// By number, from 1, with gaps in a part of the nation.
    pub kims: Vec<Kim>,
    pub trainings: Vec<Training>,
    /// Each with the place of its community.
    pub partnerships: Vec<(usize, Partnership)>,
    pub assessments: Vec<(usize, Assessment)>,
    pub offices: Vec<Office>,
    pub steps: Vec<Step>,
    pub dissemination: Dissemination,
}

/// A community as far as it does not change.
pub struct Kim {
    pub number: u32,
    pub record: Record,
}

/// From one stop of the clock to the next. First the clock moves to `starts`, and all that is due by then happens; then, in
/// order, the offices' commands, the lists of communities, and the activities that are reported until the next step.
pub struct Step {
    /// Midnight in Jakarta. Nowhere is anything written down in the hours around it.
    pub starts: OffsetDateTime,
    pub commands: Vec<(OffsetDateTime, Command)>,
    pub listed: Vec<Listed>,
    pub reports: Vec<Report>,
}

/// A community in an office's list.
pub struct Listed {
    pub kim: usize,
    pub registered_on: Date,
    pub recorded: OffsetDateTime,
}

/// A report of an activity.
pub struct Report {
    pub kim: usize,
    pub deed: Deed,
    pub recorded: OffsetDateTime,
}

/// The first office hour in Jakarta after a step's beginning, in which commands are given; lists follow half an hour later.
const OFFICE_HOUR: Duration = Duration::hours(8);
const LISTS: Duration = Duration::minutes(8 * 60 + 30);

impl Plan {
    /// The whole nation through the month `until`.
    #[must_use]
    pub fn nation(until: Month) -> Self {
        Self::of(until, RegionCode::NATION)
    }

    /// What of the nation lies in `region`.
    #[must_use]
    pub fn of(until: Month, region: RegionCode) -> Self {
        let nation = Nation::simulate(until);
        let end = until.plus(1).day(1);
        let mut plan = Self::empty(until);
        let mut entered: Vec<(Entered, usize)> = Vec::new();
        let mut waiting: Vec<Waiting> = Vec::new();
        for life in nation.lives.iter().filter(|life| region.contains(&life.seat)) {
            let diary = diary(life);
            let Some(first) = diary.entered.iter().map(|entered| entered.on).min().filter(|first| *first < end) else {
                continue;
            };
            let kim = plan.kims.len();
            plan.kims.push(Kim { number: life.number, record: record(life, first) });
            waiting.extend(plan.beside(kim, life, &diary, end));
            entered.extend(diary.entered.into_iter().filter(|entered| entered.on < end).map(|entered| (entered, kim)));
            for deed in diary.deeds {
                if deed.recorded_on < end {
                    plan.report(kim, life.number, deed);
                }
            }
        }
        plan.trainings = nation.trainings;
        for training in &mut plan.trainings {
            training.turns.retain(|(on, _)| *on < end);
        }
        plan.trainings.retain(|training| region.contains(&training.session.region) && !training.turns.is_empty());
        plan.offices = offices(region);
        plan.found();
        plan.command(entered);
        fit(&mut plan, waiting);
        plan.put_in_order();
        plan.dissemination = Dissemination::of(&plan);
        plan
    }

    /// What is told of a community beside what its life needs.
    fn beside(&mut self, kim: usize, life: &Life, diary: &Diary, end: Date) -> Vec<Waiting> {
        let Some(registered) = diary.registered else { return Vec::new() };
        let told = Told::of(life, registered, end);
        let record = &self.kims[kim].record;
        let mut errands = board::errands(life, &record.board, told);
        errands.extend(survey::errands(life, record.members, told));
        errands.extend(change::errands(life, record, told));
        let mut waiting: Vec<Waiting> =
            errands.into_iter().map(|errand| Waiting::new(errand.on, kim, Command::Tell(kim, errand.matter))).collect();
        for partnership in partnerships(life, told) {
            let turns = partnership.turns.iter().filter(|(on, _)| *on < end);
            let place = self.partnerships.len();
            waiting.extend(turns.map(|&(on, turn)| Waiting::new(on, kim, Command::Agree(place, turn))));
            self.partnerships.push((kim, partnership));
        }
        for assessment in assessments(life, told) {
            let place = self.assessments.len();
            let turns = assessment.turns.iter();
            waiting.extend(turns.map(|&(on, turn)| Waiting::new(on, kim, Command::Assess(place, turn))));
            self.assessments.push((kim, assessment));
        }
        waiting
    }

    /// Months of the plan, from the first to the last.
    #[must_use]
    pub fn months(&self) -> i32 {
        self.until.since(BEGIN) + 1
    }

    #[must_use]
    pub fn ends(&self) -> OffsetDateTime {
        zone::midnight(self.until.plus(1).day(1))
    }

    /// The community with that number.
    #[must_use]
    pub fn find(&self, number: u32) -> Option<usize> {
        self.kims.binary_search_by_key(&number, |kim| kim.number).ok()
    }

    fn empty(until: Month) -> Self {
        let steps = BEGIN.through(until).flat_map(stops).map(|day| Step {
            starts: zone::midnight(day),
            commands: Vec::new(),
            listed: Vec::new(),
            reports: Vec::new(),
        });
        let steps = steps.collect();
        Self {
            until,
            kims: Vec::new(),
            trainings: Vec::new(),
            partnerships: Vec::new(),
            assessments: Vec::new(),
            offices: Vec::new(),
            steps,
            dissemination: Dissemination::default(),
        }
    }

    /// The step in which something is written down on `day`.
    pub(super) fn step_on(&self, day: Date) -> usize {
        let midnight = zone::midnight(day);
        let after = self.steps.partition_point(|step| step.starts <= midnight);
        after.checked_sub(1).expect("nothing is written down before the records begin")
    }

    fn step(&mut self, day: Date) -> &mut Step {
        let step = self.step_on(day);
        &mut self.steps[step]
    }

    fn report(&mut self, kim: usize, number: u32, deed: Deed) {
        let mut dice =
            Dice::of(Topic::Diary, u64::from(number), u64::from(deed.recorded_on.to_julian_day().unsigned_abs()));
        // From eleven in the morning to nine at night there.
        let second = Duration::seconds(i64::from(11 * 3_600 + dice.below(10 * 3_600)));
        let seat = self.kims[kim].record.seat;
        let recorded = zone::at(&seat, deed.recorded_on) + second;
        self.step(deed.recorded_on).reports.push(Report { kim, deed, recorded });
    }

    /// The master data, before anything else.
    fn found(&mut self) {
        let offices: Vec<RegionCode> = self.offices.iter().map(|office| office.region).collect();
        let first = &mut self.steps[0];
        let mut give = |command| first.commands.push((first.starts, command));
        give(Command::AdoptTerritory(Decree::ALL[0]));
        give(Command::SetFormationRule);
        give(Command::SetDormancyRule);
        give(Command::SetActivityKinds);
        give(Command::SetTopics(BEGIN.year()));
        let (first, later): (Vec<usize>, Vec<usize>) =
            (0..offices.len()).partition(|office| territory::since(offices[*office]) == Decree::ALL[0]);
        for office in first {
            give(Command::Establish(office));
        }
        let adopted = Decree::ALL[1..].iter().map(|decree| (adopted_on(*decree), Command::AdoptTerritory(*decree)));
        // A new province has an office of its own a week after it is there.
        let established = later.into_iter().map(|office| {
            let there = adopted_on(territory::since(offices[office]));
            (next_stop(there), Command::Establish(office))
        });
        let grew = codes::topics_grew().into_iter().map(|year| (Month::new(year, 1).day(1), Command::SetTopics(year)));
        let rubric = (RUBRIC_FROM.day(1), Command::SetRubric);
        let until = self.until;
        for (day, command) in adopted.chain(established).chain(grew).chain([rubric]) {
            if Month::of(day) <= until {
                let step = self.step(day);
                step.commands.push((step.starts, command));
            }
        }
    }

    fn command(&mut self, mut entered: Vec<(Entered, usize)>) {
        let mut baseline_is_set = false;
        for i in 0..self.trainings.len() {
            for (on, turn) in self.trainings[i].turns.clone() {
                let step = self.step(on);
                if !baseline_is_set && turn == training::Turn::Held {
                    // What the ministry said when it began to roll the platform out.
                    step.commands.push((step.starts, Command::SetBaseline));
                    baseline_is_set = true;
                }
                step.commands.push((step.starts, Command::Train(i, turn)));
            }
        }
        entered.sort_by_key(|(entered, kim)| (entered.on, *kim));
        for (entered, kim) in entered {
            let command = match entered.what {
                What::Listed { registered_on } => {
                    let step = self.step(entered.on);
                    step.listed.push(Listed { kim, registered_on, recorded: step.starts });
                    continue;
                }
                What::Drafted => Command::Draft(kim),
                What::Submitted => Command::Submit(kim),
                What::Returned => Command::Return(kim),
                What::Registered => Command::Register(kim),
                What::Planned(cause) => Command::Plan(kim, cause),
                What::Dissolved => Command::Dissolve(kim),
                What::Merged(into) => {
                    Command::Merge(kim, self.find(into).expect("it is known, and in the same regency"))
                }
            };
            let step = self.step(entered.on);
            step.commands.push((step.starts, command));
        }
    }

    /// Each moment in its place, and each list in the order of its moments.
    fn put_in_order(&mut self) {
        let kims = &self.kims;
        for step in &mut self.steps {
            let mut at = step.starts + OFFICE_HOUR;
            for (moment, _) in &mut step.commands {
                *moment = at;
                at += Duration::seconds(2);
            }
            let mut at = step.starts + LISTS;
            for listed in &mut step.listed {
                listed.recorded = at;
                at += Duration::seconds(5);
            }
            step.reports.sort_by_key(|report| (report.recorded, kims[report.kim].number, report.deed.happened_on));
        }
    }
}

/// The days on which the clock stops in `month`.
fn stops(month: Month) -> Vec<Date> {
    let mut stops: Vec<Date> = STOPS.iter().map(|&day| month.day(day)).collect();
    stops.extend(sessions(month).iter().map(training::Session::entered_on));
    let (reminding, day) = partnership::REMINDER;
    stops.extend((month.number() == reminding).then(|| month.day(day)));
    stops.sort_unstable();
    stops.dedup();
    stops
}
