//! How each community stands at a stop of the clock, as far as the registry was told by then.

use kim_territory::RegionCode;
use time::{Date, Duration, OffsetDateTime};

use crate::sample::{
    change::{Amendment, Answer},
    command::Command,
    errand::Matter,
    month::months_after,
    partnership,
    plan::Plan,
    record::Base,
    tide::DORMANT_AFTER,
    training::{Training, Turn},
    zone,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Registered, and never heard of.
    Registered,
    Active,
    Dormant,
}

/// A community when something is told to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub status: Status,
    /// Came back after a bimtek.
    pub revived: bool,
}

/// What the registry is told of a community, as far as it says how it stands.
#[derive(Debug, Default)]
pub struct Known {
    registered: Option<Date>,
    /// The stop in whose morning it ends.
    pub ended: Option<Date>,
    /// When an activity was recorded, and the day that counts.
    deeds: Vec<(OffsetDateTime, Date)>,
    /// When it was known that a bimtek had brought it back.
    revived: Option<OffsetDateTime>,
    agreements: Vec<Agreement>,
    /// What it was built on, from the step of a stop on.
    bases: Vec<(Date, Base)>,
    /// What it has proposed to say instead.
    proposed: Option<Base>,
}

#[derive(Debug, Clone, Copy)]
struct Agreement {
    partnership: usize,
    office: RegionCode,
    /// The stop in whose morning it was signed.
    signed: Date,
    until: Date,
    /// The stop in whose morning it was ended before its time.
    terminated: Option<Date>,
}

/// All communities of the plan, in its order.
#[must_use]
pub fn known(plan: &Plan) -> Vec<Known> {
    let known = |base| Known { bases: vec![(Date::MIN, base)], ..Known::default() };
    let mut known: Vec<Known> = plan.kims.iter().map(|kim| known(kim.record.base)).collect();
    for step in &plan.steps {
        let day = step.starts.date();
        for (_, command) in &step.commands {
            match *command {
                Command::Register(kim) => known[kim].registered = Some(day),
                Command::Dissolve(kim) | Command::Merge(kim, _) => known[kim].ended = Some(day),
                Command::Agree(place, turn) => agree(&mut known, plan, place, turn, day),
                Command::Tell(kim, matter) => known[kim].change(matter, day),
                _ => {}
            }
        }
        for listed in &step.listed {
            known[listed.kim].registered = Some(day);
        }
        for report in &step.reports {
            let known = &mut known[report.kim];
            let counts = known.registered.map_or(report.deed.happened_on, |day| day.max(report.deed.happened_on));
            known.deeds.push((report.recorded, counts));
        }
    }
    for training in plan.trainings.iter().filter(|training| training.is_held()) {
        revive(&mut known, plan, training);
    }
    known
}

fn agree(known: &mut [Known], plan: &Plan, place: usize, turn: partnership::Turn, day: Date) {
    let (kim, agreement) = &plan.partnerships[place];
    let agreements = &mut known[*kim].agreements;
    let in_force = agreements.iter_mut().find(|agreement| agreement.partnership == place);
    match (turn, in_force) {
        (partnership::Turn::Signed, _) => agreements.push(Agreement {
            partnership: place,
            office: agreement.office,
            signed: day,
            until: agreement.until,
            terminated: None,
        }),
        (partnership::Turn::Renewed(until), Some(agreement)) => agreement.until = until,
        (partnership::Turn::Terminated(_), Some(agreement)) => agreement.terminated = Some(day),
        _ => {}
    }
}

/// Who was dormant when a training began, took part, and did something since.
fn revive(known: &mut [Known], plan: &Plan, Training { session, participants, turns, .. }: &Training) {
    debug_assert!(turns.iter().any(|(_, turn)| *turn == Turn::Held));
    for kim in participants.iter().filter_map(|number| plan.find(*number)) {
        let known = &mut known[kim];
        if known.revived.is_none() && known.status_at(session.from) == Some(Status::Dormant) {
            let after = known.deeds.iter().find(|(_, counts)| *counts >= session.from);
            known.revived = after.map(|(recorded, _)| *recorded);
        }
    }
}

impl Known {
    fn change(&mut self, matter: Matter, day: Date) {
        match matter {
            Matter::Corrected(Amendment::Base(base)) => self.bases.push((day, base)),
            Matter::Proposed(Amendment::Base(base)) => self.proposed = Some(base),
            Matter::Proposed(_) => self.proposed = None,
            Matter::Answered(Answer::Accepted) => self.bases.extend(self.proposed.take().map(|base| (day, base))),
            _ => {}
        }
    }

    /// In the morning of `stop`.
    #[must_use]
    pub fn base_at(&self, stop: Date) -> Base {
        let (_, base) = self.bases.iter().rfind(|(since, _)| *since < stop).expect("it was entered with one");
        *base
    }

    /// By what was told before the morning of `stop`; `None` when it is not registered, or no more.
    #[must_use]
    pub fn status_at(&self, stop: Date) -> Option<Status> {
        if self.registered.is_none_or(|registered| registered >= stop) || self.ended.is_some_and(|ended| ended < stop) {
            return None;
        }
        let midnight = zone::midnight(stop);
        let recorded = self.deeds.iter().take_while(|(recorded, _)| *recorded < midnight);
        let Some(last) = recorded.map(|(_, counts)| *counts).max() else { return Some(Status::Registered) };
        let last = last.replace_day(last.day().min(28)).expect("a day that each month has");
        Some(if months_after(last, DORMANT_AFTER) > stop { Status::Active } else { Status::Dormant })
    }

    #[must_use]
    pub fn standing_at(&self, stop: Date) -> Option<Standing> {
        let status = self.status_at(stop)?;
        let midnight = zone::midnight(stop);
        let revived = status == Status::Active && self.revived.is_some_and(|since| since < midnight);
        Some(Standing { status, revived })
    }

    /// Whether it has a partnership in force in the morning of `stop`, with that office if one is named.
    #[must_use]
    pub fn has_partner(&self, office: Option<RegionCode>, stop: Date) -> bool {
        self.agreements.iter().any(|agreement| {
            office.is_none_or(|office| office == agreement.office)
                && agreement.signed < stop
                && agreement.until >= stop
                && agreement.terminated.is_none_or(|on| on >= stop)
        })
    }

    /// The last day on which anything is told of it: whoever ends winds up before.
    #[must_use]
    pub fn tells_until(&self) -> Date {
        self.ended.map_or(Date::MAX, |ended| ended - Duration::DAY)
    }
}
