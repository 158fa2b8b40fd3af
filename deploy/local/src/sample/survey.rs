//! Members, as the offices that ask every year are told.

use super::{
    dice::{Dice, Topic},
    errand::{Errand, Matter, Told},
    life::Life,
    month::{Month, STOPS},
    places::key,
};

/// The first year in which they ask, with the platform's form.
const SINCE: i32 = 2023;
/// How many of the regencies' offices ask. Most never do: in the register the number of the registration stands for good.
const ASKING: f64 = 0.17;

#[must_use]
pub fn errands(life: &Life, members: u32, told: Told) -> Vec<Errand> {
    let regency = life.seat.regency().expect("a seat lies in a regency");
    let mut office = Dice::of(Topic::Survey, key(&regency), 0);
    if !office.chance(ASKING) {
        return Vec::new();
    }
    // Each office asks in a month and week of its own, at the beginning of the year.
    let (month, day) = (u8::try_from(office.between(1, 3)).expect("a month"), *office.pick(&STOPS));
    let mut members = members;
    let mut errands = Vec::new();
    for year in told.years().filter(|year| *year >= SINCE) {
        let on = Month::new(year, month).day(day);
        let mut dice = Dice::of(Topic::Survey, u64::from(life.number), u64::from(year.unsigned_abs()));
        // Not all answer.
        if told.is_lively(life, on) && dice.chance(0.9) {
            members = (members + dice.below(8)).saturating_sub(3).max(5);
            errands.push(Errand { on, matter: Matter::Counted(members) });
        }
    }
    errands
}
