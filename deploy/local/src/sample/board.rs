//! A community's board: who sits on which chair, until when, and who follows. Chairs have numbers; nobody is named.

use time::Date;

use super::{
    dice::{Dice, Topic},
    errand::{Errand, Matter, Told},
    life::Life,
    month::{Month, STOPS, next_stop},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Ketua,
    Sekretaris,
    Bendahara,
    Collecting,
    Managing,
    Spreading,
}

/// The chairs that every board has.
pub const HEADS: [Role; 3] = [Role::Ketua, Role::Sekretaris, Role::Bendahara];
/// The three sections of a fuller board.
pub const SECTIONS: [Role; 3] = [Role::Collecting, Role::Managing, Role::Spreading];

/// A board as the record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The chairs and who sits there: places, not people, `Ketua 0417`.
    pub officers: Vec<(Role, String)>,
    pub term: Option<Term>,
}

/// Ends with a month, so that it is over on a day on which the clock stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// A whole new board, after the term of the one before is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Election {
    /// Which board it is, from 2.
    pub ordinal: u32,
    pub until: Date,
}

/// Somebody takes a chair from whoever sits there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    pub role: Role,
    /// The how manieth on that chair, from 2.
    pub ordinal: u32,
}

/// How many boards have sections. Of the rosters that offices have, most name the three heads alone.
const WITH_SECTIONS: f64 = 0.2;
/// How many have a term. It stands in the decree, and no roster has it: the register knows it where an office typed it in. Each chair's
/// term that ends and each election are commands of their own, so that more of them would make the loading longer than they are worth.
const WITH_TERM: f64 = 0.08;
/// A board is elected for three years or for five, as statutes usually have it.
const YEARS: [i32; 2] = [3, 5];
/// How likely a community that does things elects a new board when half a year has passed without one.
const ELECTS: f64 = 0.85;
/// How likely one of the chairs of a board without a term is handed over in a year: once in some thirty years for a community, as
/// much as offices learn of.
const HANDS_OVER: f64 = 0.03;

/// The board with which a community is entered in `entered`.
#[must_use]
pub fn first(life: &Life, formed_on: Date) -> Board {
    let mut dice = Dice::of(Topic::Board, u64::from(life.number), 0);
    let sections: &[Role] = if dice.chance(WITH_SECTIONS) { &SECTIONS } else { &[] };
    let officers = HEADS.iter().chain(sections).map(|&role| (role, officer(role, life.number, 1)));
    let term = dice.chance(WITH_TERM).then(|| {
        // It began half a year before the community is registered at the latest, and is not over soon after.
        let months = 12 * dice.pick(&YEARS);
        let last = u32::try_from(months - 6).expect("years of a term are positive");
        let ends = life.entered.plus(i32::try_from(dice.between(3, last)).expect("a few dozen"));
        Term { from: formed_on.max(ends.plus(1 - months).day(1)), until: ends.last_day() }
    });
    Board { officers: officers.collect(), term }
}

/// Who sits on a chair, as the how manieth.
#[must_use]
pub fn officer(role: Role, number: u32, ordinal: u32) -> String {
    let word = match role {
        Role::Ketua => "Ketua",
        Role::Sekretaris => "Sekretaris",
        Role::Bendahara => "Bendahara",
        Role::Collecting => "Seksi pengumpulan informasi",
        Role::Managing => "Seksi pengelolaan informasi",
        Role::Spreading => "Seksi penyebaran informasi",
    };
    match ordinal {
        1 => format!("{word} {number:04}"),
        _ => format!("{word} {number:04}-{ordinal}"),
    }
}

/// All that becomes of the board after the registration.
#[must_use]
pub fn errands(life: &Life, board: &Board, told: Told) -> Vec<Errand> {
    match board.term {
        Some(term) => elections(life, term, told),
        None => hand_overs(life, board, told),
    }
}

/// A board whose term is over is followed by another while the community does something; else its chairs stay empty.
fn elections(life: &Life, term: Term, told: Told) -> Vec<Errand> {
    let mut errands = Vec::new();
    let mut over = next_stop(term.until);
    let mut ordinal = 2;
    while over < told.before {
        let mut dice = Dice::of(Topic::Board, u64::from(life.number), Month::of(over).key());
        let on = Month::of(over).plus(i32::try_from(dice.below(4)).expect("four at most")).day(*dice.pick(&STOPS));
        if told.is_lively(life, on) && dice.chance(ELECTS) {
            let until = Month::of(on).plus(12 * dice.pick(&YEARS) - 1).last_day();
            errands.push(Errand { on, matter: Matter::Elected(Election { ordinal, until }) });
            ordinal += 1;
            over = next_stop(until);
        } else {
            over = Month::of(over).plus(6).day(1);
        }
    }
    errands
}

fn hand_overs(life: &Life, board: &Board, told: Told) -> Vec<Errand> {
    let mut ordinals = vec![1; board.officers.len()];
    let mut errands = Vec::new();
    for year in told.years() {
        let mut dice = Dice::of(Topic::Board, u64::from(life.number), u64::from(year.unsigned_abs()));
        let month = u8::try_from(dice.between(1, 12)).expect("a month");
        let on = Month::new(year, month).day(*dice.pick(&STOPS));
        if dice.chance(HANDS_OVER) && told.is_lively(life, on) {
            let chair = dice.below(u32::try_from(board.officers.len()).expect("six at most")) as usize;
            ordinals[chair] += 1;
            let matter = Matter::HandedOver(HandOver { role: board.officers[chair].0, ordinal: ordinals[chair] });
            errands.push(Errand { on, matter });
        }
    }
    errands
}
