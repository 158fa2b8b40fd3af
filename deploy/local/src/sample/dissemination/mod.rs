//! What the sample nation is told, and what it answers: programmes and their materials, campaigns from the pandemic on, what becomes of
//! each at each community, and the questions that come back.
//!
//! All of it follows from the plan of the registry: who is in an audience, and how it stands, is known from what was told to the
//! registry before. Nothing here changes anything there.

pub mod answer;
pub mod audience;
pub mod campaign;
pub mod command;
pub mod ladder;
pub mod lesson;
pub mod local;
pub mod material;
pub mod national;
pub mod notice;
pub mod programme;
pub mod question;
pub mod report;
pub mod session;
pub mod standing;
pub mod verification;

use kim_territory::RegionCode;
use time::{Date, Duration, OffsetDateTime};

use self::{
    answer::Answering,
    campaign::Campaign,
    command::Command,
    material::Material,
    programme::Programme,
    question::Question,
    report::Report,
    standing::{Known, known},
};
use super::{
    month::{Month, STOPS},
    plan::Plan,
    territory,
    tide::PEAK,
    zone,
};

/// All that is told through dissemination, step by step of the plan.
#[derive(Default)]
pub struct Dissemination {
    pub programmes: Vec<Programme>,
    pub materials: Vec<Material>,
    pub campaigns: Vec<Campaign>,
    pub questions: Vec<Question>,
    /// As many as the plan has.
    pub steps: Vec<Step>,
}

/// What dissemination is told from one stop of the clock to the next: the offices' commands in its morning, then the reports.
#[derive(Default)]
pub struct Step {
    pub commands: Vec<(OffsetDateTime, Command)>,
    pub reports: Vec<Report>,
}

/// Dissemination begins with the pandemic: what was told before it is not known.
const BEGIN: Month = PEAK.plus(1);

/// The hour at which campaigns open in each zone.
pub const OPENS: Duration = Duration::hours(7);
/// Then they have opened in the last one: what falls due in the morning of a stop is carried out.
const OPENED: Duration = Duration::minutes(7 * 60 + 30);
/// The first office hour in Jakarta, in which commands are given; the reports of the day follow from noon on, wherever they are made.
const OFFICE_HOUR: Duration = Duration::hours(8);

impl Dissemination {
    /// What the offices and communities of `plan` tell, once all else of it is in order.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut told = Self { steps: plan.steps.iter().map(|_| Step::default()).collect(), ..Self::default() };
        let known = known(plan);
        told.plan_national(plan.until.year());
        for region in plan.offices.iter().map(|office| office.region).filter(|region| *region != RegionCode::NATION) {
            told.plan_local(region, plan, &known);
        }
        told.command(plan);
        for campaign in 0..told.campaigns.len() {
            told.answer(plan, &known, campaign);
        }
        told.put_in_order(plan);
        told
    }

    /// The moments at which the clock of dissemination stops with the step that begins on `day`.
    #[must_use]
    pub fn stops(day: Date) -> Vec<OffsetDateTime> {
        let midnight = zone::midnight(day);
        let mut stops = Vec::new();
        if Month::of(day) < BEGIN {
            return stops;
        }
        // What is over with a month is over when the loading ends with it.
        stops.extend((day.day() == STOPS[0]).then_some(midnight));
        stops.extend(STOPS.contains(&day.day()).then_some(midnight + OPENED));
        stops
    }

    /// What the offices do.
    fn command(&mut self, plan: &Plan) {
        let mut given: Vec<(Date, Command)> = Vec::new();
        for (place, programme) in self.programmes.iter().enumerate() {
            given.push((programme.established, Command::Establish(place)));
            given.extend(programme.closed.map(|on| (on, Command::Close(place))));
        }
        for (place, material) in self.materials.iter().enumerate() {
            given.extend(material.turns.iter().map(|(on, turn)| (*on, Command::Write(place, *turn))));
        }
        for (place, campaign) in self.campaigns.iter().enumerate() {
            given.extend(campaign.turns.iter().map(|(on, turn)| (*on, Command::Campaign(place, *turn))));
        }
        for (on, command) in given {
            self.give(plan, on, command);
        }
    }

    fn answer(&mut self, plan: &Plan, known: &[Known], place: usize) {
        let campaign = &self.campaigns[place];
        if campaign.from >= end(plan) || campaign.is_cancelled_before(campaign.from) {
            return;
        }
        let material = &self.materials[campaign.material];
        let mut answers = Vec::new();
        for (kim, known) in known.iter().enumerate() {
            let Some(standing) = campaign.audience.standing(&plan.kims[kim].record, known, campaign) else { continue };
            let community = (&plan.kims[kim], known, standing);
            answers.push((kim, Answering { campaign, material, community }.answer()));
        }
        for (kim, answer) in answers {
            for (recorded, what) in answer.reports {
                if recorded < plan.ends() {
                    let step = plan.step_on(recorded.to_offset(zone::midnight(end(plan)).offset()).date());
                    self.steps[step].reports.push(Report { campaign: place, kim, recorded, what });
                }
            }
            for (on, turn) in answer.turns {
                self.give(plan, on, Command::Settle { campaign: place, kim, turn });
            }
            if let Some(question) = answer.question {
                let at = self.questions.len();
                for (on, turn) in question.turns.clone() {
                    self.give(plan, on, Command::Ask(at, turn));
                }
                let answer::Question { session, asked, turns } = question;
                self.questions.push(Question { campaign: place, kim, session, asked, turns });
            }
        }
    }

    fn give(&mut self, plan: &Plan, on: Date, command: Command) {
        if on < end(plan) {
            let step = plan.step_on(on);
            self.steps[step].commands.push((plan.steps[step].starts, command));
        }
    }

    /// Each moment in its place.
    fn put_in_order(&mut self, plan: &Plan) {
        for (step, of_registry) in self.steps.iter_mut().zip(&plan.steps) {
            let mut at = of_registry.starts + OFFICE_HOUR;
            for (moment, _) in &mut step.commands {
                *moment = at;
                at += Duration::SECOND;
            }
            let number = |report: &Report| plan.kims[report.kim].number;
            step.reports.sort_by_key(|report| (report.recorded, number(report), report.campaign));
        }
    }
}

/// The first day on which nothing is told any more.
fn end(plan: &Plan) -> Date {
    plan.until.plus(1).day(1)
}

/// An office that was there from the beginning, and under a region of the same rank, has campaigns of its own.
fn is_lasting(office: RegionCode) -> bool {
    territory::since(office) == kim_territory::Decree::ALL[0]
}
