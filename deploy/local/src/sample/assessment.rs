//! Assessments of communities by the sample rubric: by offices that make a habit of it, year after year, and by a few each quarter.

use time::Date;

use super::{
    codes::{RUBRIC_FROM, RUBRIC_SCALE},
    dice::{Dice, Topic},
    errand::Told,
    life::Life,
    month::{Month, STOPS, stop_after},
    places::key,
};

/// Criteria of the sample rubric.
pub const CRITERIA: usize = 6;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    pub period: Period,
    /// By criterion, in the rubric's order.
    pub scores: [u8; CRITERIA],
    /// After a revision.
    pub revised: [u8; CRITERIA],
    pub turns: Vec<(Date, Turn)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub year: i32,
    /// From 1; `None` for the whole year.
    pub quarter: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Assessed,
    Revised(RevisionReason),
    Withdrawn(WithdrawalReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionReason {
    EvidenceAdded,
    Objection,
    ScoredWrongly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalReason {
    WithoutEvidence,
    WrongPeriod,
}

/// How many of the regencies' offices assess: no national scale was found (DOMAIN), so it is a habit of some, and of very few more
/// than once a year.
const YEARLY: f64 = 0.18;
const QUARTERLY: f64 = 0.03;
/// The first year of which the quarters are assessed.
const QUARTERS_SINCE: i32 = 2026;
/// How likely they assess a community: one that does things, or another.
const ASSESSED: [f64; 2] = [0.95, 0.2];
const REVISED: f64 = 0.05;
const WITHDRAWN: f64 = 0.015;

#[must_use]
pub fn assessments(life: &Life, told: Told) -> Vec<Assessment> {
    let regency = life.seat.regency().expect("a seat lies in a regency");
    let mut office = Dice::of(Topic::Assessment, key(&regency), 0);
    let (yearly, quarterly) = (office.chance(YEARLY), office.chance(QUARTERLY));
    // An office goes through its communities in one week.
    let (month, day) = (u8::try_from(office.between(2, 4)).expect("a month"), *office.pick(&STOPS));
    let years = RUBRIC_FROM.year()..told.before.year() + 1;
    let yearly = years.clone().filter(|_| yearly);
    let yearly = yearly.map(|year| (Period { year, quarter: None }, Month::new(year + 1, month).day(day)));
    let quarters =
        years.filter(|year| quarterly && *year >= QUARTERS_SINCE).flat_map(|year| (1..=4).map(move |q| (year, q)));
    let quarterly = quarters.map(|(year, quarter)| {
        let next = Month::new(year, quarter * 3).plus(1);
        (Period { year, quarter: Some(quarter) }, next.day(day))
    });
    yearly.chain(quarterly).filter_map(|(period, on)| assessment(life, told, period, on)).collect()
}

fn assessment(life: &Life, told: Told, period: Period, on: Date) -> Option<Assessment> {
    let which = period.year.unsigned_abs() * 10 + u32::from(period.quarter.unwrap_or_default());
    let mut dice = Dice::of(Topic::Assessment, u64::from(life.number), which.into());
    let is_lively = told.is_lively(life, on);
    let [lively, other] = ASSESSED;
    if !told.contains(on) || !dice.chance(if is_lively { lively } else { other }) {
        return None;
    }
    let scores = scores(life, period, is_lively, &mut dice);
    let mut revised = scores;
    let mut turns = vec![(on, Turn::Assessed)];
    let later = stop_after(on, dice.between(2, 7));
    if dice.chance(REVISED) {
        let reason = revise(&mut revised, &mut dice);
        turns.push((later, Turn::Revised(reason)));
    } else if dice.chance(WITHDRAWN) {
        let reason = if dice.chance(0.6) { WithdrawalReason::WithoutEvidence } else { WithdrawalReason::WrongPeriod };
        turns.push((later, Turn::Withdrawn(reason)));
    }
    turns.retain(|(on, _)| told.contains(*on));
    Some(Assessment { period, scores, revised, turns })
}

/// More for what was least, or less for what was most.
fn revise(scores: &mut [u8; CRITERIA], dice: &mut Dice) -> RevisionReason {
    let least = scores.iter_mut().min().expect("a rubric has criteria");
    match dice.below(10) {
        throw @ ..8 if *least < RUBRIC_SCALE => {
            *least += 1;
            if throw < 5 { RevisionReason::EvidenceAdded } else { RevisionReason::Objection }
        }
        _ => {
            let most = scores.iter_mut().max().expect("a rubric has criteria");
            *most = if *most == 0 { 1 } else { *most - 1 };
            RevisionReason::ScoredWrongly
        }
    }
}

/// By how much the community does, a little more from year to year; aspirations and partners are what most lack.
fn scores(life: &Life, period: Period, is_lively: bool, dice: &mut Dice) -> [u8; CRITERIA] {
    let grown = f64::from(period.year - RUBRIC_FROM.year()) * 0.25;
    let usual = if is_lively { 1.6 + life.vigour + grown } else { 0.6 };
    let lacking = [0.0, 0.0, 0.2, 0.9, 0.4, 1.0];
    lacking.map(|lacking| {
        let score = usual - lacking + 1.6 * (dice.unit() - 0.5);
        u8::try_from(super::tide::rounded(score.max(0.0))).unwrap_or(RUBRIC_SCALE).min(RUBRIC_SCALE)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::codes;

    #[test]
    fn each_criterion_has_its_score() {
        assert_eq!(codes::criteria().len(), CRITERIA);
    }
}
