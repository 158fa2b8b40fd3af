//! The nation, simulated month by month: who begins, who reports, who falls silent, who comes back.
//!
//! Only months count here; days are chosen in [`super::diary`]. What happens in a month depends on the months before it and on
//! dice of that month, so that a later `until` adds months and changes none.

mod train;

use kim_territory::RegionCode;

use super::{
    dice::{Dice, Topic},
    life::{Beat, Cause, Entry, Life, Return, Standing},
    month::Month,
    places::{Places, staying},
    tide::{BEGIN, Before, DORMANT_AFTER, PEAK, Tide, rounded, tide},
    training::Training,
};

/// How far the simulation looks beyond the last month wanted: whether a silence begins shows only after it.
const LOOKAHEAD: i32 = DORMANT_AFTER + 2;

/// Since the platform shows who is beside whom, some that end are merged into a neighbour: one in six.
const MERGED_SINCE: Month = Month::new(2022, 10);
const MERGED: f64 = 0.17;

pub struct Nation {
    pub lives: Vec<Life>,
    pub trainings: Vec<Training>,
}

struct Simulation {
    lives: Vec<Life>,
    trainings: Vec<Training>,
    founders: Vec<RegionCode>,
    places: Places,
}

impl Nation {
    /// The nation through `until`, and the months after it that tell whether a silence begins.
    #[must_use]
    pub fn simulate(until: Month) -> Self {
        let mut places = Places::default();
        let founders = BEGIN.through(PEAK).map(|month| tide(month, Before { active: 0, dormant: 0 }));
        let founders = places.founders(founders.map(|tide| (tide.new + tide.mute) as usize).sum());
        let mut simulation = Simulation { lives: Vec::new(), trainings: Vec::new(), founders, places };
        for month in BEGIN.through(until.plus(LOOKAHEAD)) {
            simulation.live(month);
        }
        Self { lives: simulation.lives, trainings: simulation.trainings }
    }
}

impl Simulation {
    fn live(&mut self, month: Month) {
        let counted = self.counted();
        let tide = tide(month, counted);
        self.fall_dormant(month);
        self.enter(month, &tide);
        self.train(month);
        self.visit(month, tide.visited);
        self.come_back(month);
        self.fall_silent(month, tide.silenced);
        self.end(month, &tide);
        self.be_belated(month, tide.belated);
        self.go_on(month);
    }

    fn counted(&self) -> Before {
        let count = |is: fn(&Standing) -> bool| {
            u32::try_from(self.lives.iter().filter(|life| is(&life.standing)).count()).expect("a few thousand")
        };
        Before {
            active: count(|standing| matches!(standing, Standing::Active { .. })),
            dormant: count(|standing| matches!(standing, Standing::Dormant { .. })),
        }
    }

    fn fall_dormant(&mut self, month: Month) {
        for life in &mut self.lives {
            if let Standing::Active { last, silent: true, .. } = life.standing
                && last.plus(DORMANT_AFTER) == month
            {
                life.standing = Standing::Dormant { since: month, returns: None };
            }
        }
    }

    fn enter(&mut self, month: Month, tide: &Tide) {
        for _ in 0..tide.new {
            self.add(month, true);
        }
        for _ in 0..tide.mute {
            self.add(month, false);
        }
        // Since the platform there are applications that nobody follows up.
        if month >= Month::new(2024, 1) {
            for _ in 0..=Dice::of(Topic::Applicant, month.key(), 0).below(2) {
                if let Some(life) = self.add(month, false) {
                    life.entry = Entry::Stuck;
                }
            }
        }
    }

    fn add(&mut self, month: Month, heard_of: bool) -> Option<&mut Life> {
        let number = u32::try_from(self.lives.len()).expect("a few thousand") + 1;
        let seat = match self.founders.get(self.lives.len()) {
            Some(seat) => *seat,
            None => self.places.newcomer(number)?,
        };
        let mut dice = Dice::of(Topic::Vigour, u64::from(number), 0);
        let (one, other) = (dice.unit(), dice.unit());
        let applied = month >= Month::new(2023, 2) && dice.chance(0.5);
        let standing =
            if heard_of { Standing::Active { last: month, silent: false, busy_until: month } } else { Standing::Mute };
        self.lives.push(Life {
            number,
            seat,
            entered: month,
            entry: if applied { Entry::Applied } else { Entry::Listed },
            beats: if heard_of { vec![Beat { month, count: 1, belated: false }] } else { Vec::new() },
            returns: Vec::new(),
            dissolved: None,
            merged_into: None,
            vigour: 0.15 + 1.5 * one * other,
            standing,
        });
        self.lives.last_mut()
    }

    fn visit(&mut self, month: Month, count: u32) {
        let candidates = self.which(
            |life| matches!(life.standing, Standing::Dormant { since, returns: None } if since < month.plus(-1)),
        );
        for i in self.chosen(candidates, count, Topic::Return, month, staying_first) {
            let life = &mut self.lives[i];
            let mut dice = Dice::of(Topic::Return, u64::from(life.number), month.key() + 1_000_000);
            let after = if dice.chance(0.55) { Cause::Visit } else { Cause::Partnership };
            let day = u8::try_from(dice.between(1, 28)).expect("a day of a month");
            life.plan(Return { on: month.day(day), after });
        }
    }

    fn come_back(&mut self, month: Month) {
        for life in &mut self.lives {
            if let Standing::Dormant { returns: Some(planned), .. } = life.standing
                && Month::of(planned.on) == month
            {
                life.returns.push(planned);
                life.beat(month, 1, false);
                life.standing = Standing::Active { last: month, silent: false, busy_until: month };
            }
        }
    }

    fn fall_silent(&mut self, month: Month, count: u32) {
        let candidates = self.which(|life| life.is_free(month));
        for i in self.chosen(candidates, count, Topic::Lapse, month, |life| staying(&life.seat) * (0.35 + life.vigour))
        {
            let life = &mut self.lives[i];
            life.beat(month, 1, false);
            life.standing = Standing::Active { last: month, silent: true, busy_until: month };
        }
    }

    fn end(&mut self, month: Month, tide: &Tide) {
        let active = self.which(|life| {
            let lately = |last: Month| (1..=5).contains(&month.since(last));
            life.is_free(month)
                && life.entered < month.plus(-6)
                && matches!(life.standing, Standing::Active { last, .. } if lately(last))
        });
        let dormant = self.which(
            |life| matches!(life.standing, Standing::Dormant { since, returns: None } if since < month.plus(-6)),
        );
        let active = self.chosen(active, tide.ended, Topic::Dissolve, month, |_| 1.0);
        let dormant = self.chosen(dormant, tide.ended_dormant, Topic::Dissolve, month, |life| staying(&life.seat));
        for &i in active.iter().chain(&dormant) {
            self.lives[i].dissolved = Some(month);
            self.lives[i].standing = Standing::Gone;
        }
        for i in active.into_iter().chain(dormant) {
            self.lives[i].merged_into = self.neighbour(i, month);
        }
    }

    /// A community of the same regency that goes on, for some of those that end: two of a district rather than two far apart.
    fn neighbour(&self, i: usize, month: Month) -> Option<u32> {
        let ends = &self.lives[i];
        let mut dice = Dice::of(Topic::Merger, u64::from(ends.number), 0);
        if month < MERGED_SINCE || !dice.chance(MERGED) {
            return None;
        }
        let goes_on = |life: &&Life| life.is_registered() && life.entered < month.plus(-6) && life.dissolved.is_none();
        let of_regency = self.lives.iter().filter(|life| life.seat.regency() == ends.seat.regency()).filter(goes_on);
        of_regency
            .min_by_key(|life| (life.seat.district() != ends.seat.district(), life.number))
            .map(|life| life.number)
    }

    /// Their last report before a silence is of this month; the next, ten months later, comes in when they are dormant.
    fn be_belated(&mut self, month: Month, count: u32) {
        let candidates = self.which(|life| life.is_free(month) && life.entered < month.plus(-12));
        for i in self.chosen(candidates, count, Topic::Correct, month, |_| 1.0) {
            let life = &mut self.lives[i];
            life.beat(month, 1, false);
            life.beat(month.plus(10), 1, true);
            life.beat(month.plus(14), 1, false);
            let again = month.plus(14);
            life.standing = Standing::Active { last: again, silent: false, busy_until: again };
        }
    }

    /// All others do what they usually do.
    fn go_on(&mut self, month: Month) {
        let mood = mood(month);
        for life in &mut self.lives {
            let Standing::Active { last, silent: false, busy_until } = life.standing else { continue };
            if busy_until > month {
                continue;
            }
            let mut dice = Dice::of(Topic::Beat, u64::from(life.number), month.key());
            let quiet = month.since(last);
            let back = life.returns.last().is_some_and(|back| month.since(Month::of(back.on)) <= 3);
            let must = match quiet {
                ..2 => false,
                2..7 => back,
                7 => dice.chance(0.3),
                8 | 9 => dice.chance(0.55),
                _ => true,
            };
            let mut count = rounded((life.vigour * mood + dice.unit() - 0.5).max(0.0));
            if must {
                count = count.max(1);
            }
            if busy_until == month && quiet == 0 {
                // It entered or came back in this month, and did so with one activity.
                count = count.min(1);
            }
            if count > 0 {
                life.beat(month, count, false);
                life.standing = Standing::Active { last: month, silent: false, busy_until };
            }
        }
    }

    fn which(&self, is: impl Fn(&Life) -> bool) -> Vec<usize> {
        (0..self.lives.len()).filter(|&i| is(&self.lives[i])).collect()
    }

    /// `count` of the candidates, by lot: the smaller the weight the likelier.
    fn chosen(
        &self,
        candidates: Vec<usize>,
        count: u32,
        topic: Topic,
        month: Month,
        weight: impl Fn(&Life) -> f64,
    ) -> Vec<usize> {
        let mut lots: Vec<(f64, usize)> = candidates
            .into_iter()
            .map(|i| {
                let life = &self.lives[i];
                let throw = Dice::of(topic, u64::from(life.number), month.key()).unit();
                (throw * weight(life), i)
            })
            .collect();
        lots.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        lots.truncate(count as usize);
        lots.into_iter().map(|(_, i)| i).collect()
    }
}

/// Those who stay on come back first.
fn staying_first(life: &Life) -> f64 {
    1.0 / staying(&life.seat)
}

/// How much is done in a month, against an ordinary one.
fn mood(month: Month) -> f64 {
    let year = match month.year() {
        2020 if month > PEAK => 0.45,
        2021 => 0.5,
        2022 => 0.65,
        2023 => 0.85,
        _ => 1.0,
    };
    let season = match month.number() {
        8 => 1.35,
        10 | 11 => 1.15,
        1 => 0.8,
        _ => 1.0,
    };
    year * season
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_end_changes_no_month_before() {
        let (short, long) = (Nation::simulate(Month::new(2021, 3)), Nation::simulate(Month::new(2021, 9)));
        let until = Month::new(2021, 3);
        for (one, other) in short.lives.iter().zip(&long.lives) {
            assert_eq!(
                (one.number, one.seat, one.entered, one.entry),
                (other.number, other.seat, other.entered, other.entry)
            );
            let beats = |life: &Life| life.beats.iter().filter(|b| b.month <= until).copied().collect::<Vec<_>>();
            assert_eq!(beats(one), beats(other));
        }
    }
}
