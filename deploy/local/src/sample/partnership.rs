//! Agreements of offices with communities: proposed, signed, renewed or left to expire, ended before their time, or taken back.
//!
//! An agreement runs to the end of a year, as an office's budget does. So it expires on a day on which the clock stops, and its
//! reminders fall due on the first of December and on [`REMINDER`].

use kim_territory::RegionCode;
use time::{Date, macros::date};

use super::{
    dice::{Dice, Topic},
    errand::Told,
    life::{Cause, Life},
    month::{Month, STOPS, stop_after, stop_before},
    places::key,
};

/// Month and day of the reminder 90 days before the end of a year.
pub const REMINDER: (u8, u8) = (10, 2);

/// An agreement, and what becomes of it in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partnership {
    /// Of a province or a regency.
    pub office: RegionCode,
    /// The first and the last day, as it is proposed.
    pub from: Date,
    pub until: Date,
    pub scopes: Scopes,
    pub turns: Vec<(Date, Turn)>,
}

/// What an agreement is for, beside the dissemination that every one is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    pub aspirations: bool,
    pub literacy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Proposed,
    Signed,
    /// Until that day.
    Renewed(Date),
    Terminated(TerminationReason),
    /// The office takes its proposal back.
    Withdrawn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminationReason {
    BothAgreed,
    NotKept,
}

/// How many of the offices have agreements with communities as a rule: DOMAIN names partnerships as what offices are to build, and no
/// source counts them. A third of the regencies' makes agreements with every seventh community, which is believable and not flattering.
const REGENCIES: f64 = 0.33;
const PROVINCES: f64 = 0.3;
/// How likely such an office proposes one to a community that does things, in a year without one.
const BY_REGENCY: f64 = 0.17;
const BY_PROVINCE: f64 = 0.012;
/// The first years: regencies began one after another when the platform was rolled out, provinces after them.
const SINCE: [i32; 4] = [2021, 2022, 2023, 2024];
const PROVINCES_SINCE: i32 = 2023;
/// How likely a proposal is taken back; and a signed one ended before its time, or renewed by a community that does things.
const TAKEN_BACK: f64 = 0.07;
const TERMINATED: f64 = 0.05;
const RENEWED: f64 = 0.55;

/// All agreements of a community.
#[must_use]
pub fn partnerships(life: &Life, told: Told) -> Vec<Partnership> {
    let regency = life.seat.regency().expect("a seat lies in a regency");
    let province = life.seat.province().expect("a seat lies in a province");
    let mut partnerships = with(life, told, regency, begun_by_regency(life, told, regency));
    partnerships.extend(with(life, told, province, begun_by_province(life, told, province)));
    partnerships
}

/// The days on which the regency's office proposes one: to wake the community up, and as a rule.
fn begun_by_regency(life: &Life, told: Told, regency: RegionCode) -> Vec<Date> {
    let to_wake = life.returns.iter().filter(|back| back.after == Cause::Partnership);
    let mut begun: Vec<Date> = to_wake.map(|back| stop_before(back.on, 5)).collect();
    let mut office = Dice::of(Topic::Partnership, key(&regency), 0);
    if office.chance(REGENCIES) {
        let since = *office.pick(&SINCE);
        begun.extend(
            told.years().filter(|year| *year >= since).filter_map(|year| as_a_rule(life, told, year, BY_REGENCY)),
        );
    }
    begun.sort_unstable();
    begun
}

fn begun_by_province(life: &Life, told: Told, province: RegionCode) -> Vec<Date> {
    if !Dice::of(Topic::Partnership, key(&province), 0).chance(PROVINCES) {
        return Vec::new();
    }
    let years = told.years().filter(|year| *year >= PROVINCES_SINCE);
    years.filter_map(|year| as_a_rule(life, told, year, BY_PROVINCE)).collect()
}

/// In the first half of a year, when its budget is known.
fn as_a_rule(life: &Life, told: Told, year: i32, chance: f64) -> Option<Date> {
    let mut dice = Dice::of(Topic::Partnership, u64::from(life.number), u64::from(year.unsigned_abs()));
    let month = u8::try_from(dice.between(2, 5)).expect("a month");
    let on = Month::new(year, month).day(*dice.pick(&STOPS));
    (dice.chance(chance) && told.is_lively(life, on)).then_some(on)
}

/// One after another: an office and a community have one agreement at a time.
fn with(life: &Life, told: Told, office: RegionCode, begun: Vec<Date>) -> Vec<Partnership> {
    let mut free = told.from;
    let mut partnerships = Vec::new();
    for on in begun {
        if on >= free && told.contains(on) {
            let (partnership, over) = agreement(life, told, office, on);
            partnerships.push(partnership);
            free = over;
        }
    }
    partnerships
}

/// The agreement that is proposed on `from`, and the day from which on there may be another one.
fn agreement(life: &Life, told: Told, office: RegionCode, from: Date) -> (Partnership, Date) {
    let day = u64::from(from.to_julian_day().unsigned_abs());
    let mut dice = Dice::of(Topic::Partnership, u64::from(life.number), day * 10_000 + key(&office) % 10_000);
    let scopes = Scopes { aspirations: dice.chance(0.6), literacy: dice.chance(0.35) };
    // What is begun late in a year runs through the next one at least.
    let years =
        i32::from(from > date_in(from.year(), date!(2000 - 07 - 01))) + i32::try_from(dice.below(3)).expect("two");
    let first_until = end_of(from.year() + years);
    let mut turns = vec![(from, Turn::Proposed)];
    let signed = stop_after(from, dice.between(1, 3));
    let over = if dice.chance(TAKEN_BACK) {
        let on = stop_after(from, dice.between(2, 6));
        let on = if told.contains(on) { Some(on) } else { wound_up(life) };
        turns.extend(on.map(|on| (on, Turn::Withdrawn)));
        on.map_or(told.before, |on| stop_after(on, 2))
    } else if told.contains(signed) {
        turns.push((signed, Turn::Signed));
        in_force(life, told, (signed, first_until), &mut turns, &mut dice)
    } else {
        turns.extend(wound_up(life).map(|on| (on, Turn::Withdrawn)));
        told.before
    };
    (Partnership { office, from, until: first_until, scopes, turns }, over)
}

/// From the signature to the end: the first day on which it is not in force any more.
fn in_force(
    life: &Life,
    told: Told,
    (signed, first_until): (Date, Date),
    turns: &mut Vec<(Date, Turn)>,
    dice: &mut Dice,
) -> Date {
    if dice.chance(TERMINATED) {
        let months = Month::of(first_until).since(Month::of(signed));
        if months > 4 {
            let after = dice.between(3, u32::try_from(months - 1).expect("more than four"));
            let on = Month::of(signed).plus(i32::try_from(after).expect("a few dozen")).day(15);
            let reason = if dice.chance(0.7) { TerminationReason::BothAgreed } else { TerminationReason::NotKept };
            if on < told.before {
                turns.push((on, Turn::Terminated(reason)));
                return on;
            }
        }
    }
    let mut until = first_until;
    loop {
        let expires = until.next_day().expect("a year follows");
        if let Some(ends) = wound_up(life).filter(|ends| *ends < expires) {
            turns.push((ends, Turn::Terminated(TerminationReason::BothAgreed)));
            return ends;
        }
        let on = Month::new(until.year(), 11).day(*dice.pick(&STOPS));
        if !(dice.chance(RENEWED) && told.is_lively(life, on)) {
            return expires;
        }
        until = end_of(until.year() + 1 + i32::try_from(dice.below(2)).expect("one"));
        turns.push((on, Turn::Renewed(until)));
    }
}

/// The day on which a community that is about to end has no agreement any more: what it left would be ended by the registry.
fn wound_up(life: &Life) -> Option<Date> {
    life.dissolved.map(|month| month.plus(-1).day(15))
}

fn end_of(year: i32) -> Date {
    date_in(year, date!(2000 - 12 - 31))
}

fn date_in(year: i32, day: Date) -> Date {
    day.replace_year(year).expect("a day that each year has")
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    #[test]
    fn reminders_and_expiry_fall_on_days_on_which_the_clock_stops() {
        for year in 2018..2100 {
            let until = end_of(year);
            let first = until - Duration::days(90);
            assert_eq!((u8::from(first.month()), first.day()), REMINDER);
            let last = until - Duration::days(30);
            assert_eq!((u8::from(last.month()), last.day()), (12, 1));
        }
    }
}
