//! The trainings (bimtek) of the nation: when, for which region.

use kim_territory::{RegionCode, Territory};
use time::{Date, Duration, Weekday, macros::date};

use super::{
    dice::{Dice, Topic},
    month::Month,
    places::{PROVINCES, code},
};

/// A training before it is known who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub region: RegionCode,
    pub from: Date,
    pub to: Date,
    pub office_staff: u32,
}

/// A training that was held, and the numbers of the communities that took part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub session: Session,
    pub participants: Vec<u32>,
}

/// The platform's first ones, and the staff of offices who took part.
const FIRST: [(&str, Date, Date, u32); 4] = [
    ("35.73", date!(2022 - 05 - 18), date!(2022 - 05 - 19), 24),
    ("16.71", date!(2022 - 07 - 19), date!(2022 - 07 - 20), 18),
    ("61", date!(2022 - 08 - 24), date!(2022 - 08 - 25), 31),
    ("14", date!(2022 - 10 - 06), date!(2022 - 10 - 06), 37),
];

/// The month from which on they are held everywhere, province after province.
const EVERYWHERE: Month = Month::new(2023, 2);

impl Session {
    /// The morning after: the office enters it, and who took part.
    #[must_use]
    pub fn entered_on(&self) -> Date {
        self.to + Duration::DAY
    }
}

/// The trainings that begin in `month`.
#[must_use]
pub fn sessions(month: Month) -> Vec<Session> {
    if month < EVERYWHERE {
        return FIRST
            .iter()
            .filter(|(_, from, ..)| Month::of(*from) == month)
            .map(|&(region, from, to, office_staff)| Session { region: code(region), from, to, office_staff })
            .collect();
    }
    let before = held_by(month.plus(-1));
    (before..held_by(month)).map(|ordinal| session(month, ordinal, ordinal - before)).collect()
}

/// How many were held from [`EVERYWHERE`] to the end of `month`: none in January, July and December, else one or two.
fn held_by(month: Month) -> u32 {
    EVERYWHERE
        .through(month)
        .map(|month| match month.number() {
            1 | 7 | 12 => 0,
            number => 1 + u32::from(number % 2),
        })
        .sum()
}

fn session(month: Month, ordinal: u32, in_month: u32) -> Session {
    let provinces = u32::try_from(PROVINCES.len()).expect("38 provinces");
    let round = u64::from(ordinal / provinces);
    let mut order: Vec<&str> = PROVINCES.iter().map(|province| province.code).collect();
    order.sort_by_cached_key(|province| {
        Dice::of(Topic::Training, round, province.parse().expect("a province's code is a number")).below(u32::MAX)
    });
    let region = code(order[(ordinal % provinces) as usize]);
    let mut dice = Dice::of(Topic::Training, month.key(), 1_000 + u64::from(in_month));
    let day = u8::try_from(dice.between(3, 9) + in_month * 12).expect("a day of a month");
    let mut from = month.day(day);
    while matches!(from.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday) {
        from += Duration::DAY;
    }
    let regencies = Territory::current().children(&region).len();
    let regencies = u32::try_from(regencies).expect("a province has few regencies");
    Session { region, from, to: from + Duration::days(i64::from(dice.below(2))), office_staff: 6 + regencies * 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_four_are_those_of_2022() {
        let held: Vec<(String, Date)> = Month::new(2018, 1)
            .through(Month::new(2022, 12))
            .flat_map(sessions)
            .map(|session| (session.region.to_string(), session.from))
            .collect();
        let expected = FIRST.map(|(region, from, ..)| (region.to_owned(), from));
        assert_eq!(held, expected);
    }

    #[test]
    fn each_province_has_one_before_any_has_two() {
        let regions: Vec<RegionCode> =
            EVERYWHERE.through(Month::new(2025, 12)).flat_map(sessions).map(|session| session.region).collect();
        let first: std::collections::HashSet<_> = regions.iter().take(38).collect();
        assert_eq!(first.len(), 38);
    }

    #[test]
    fn a_training_is_held_on_working_days_within_its_month() {
        for month in EVERYWHERE.through(Month::new(2030, 12)) {
            for session in sessions(month) {
                assert_eq!(Month::of(session.to), month);
                assert!(session.to <= month.day(28), "its last day leaves time to enter it: {session:?}");
                assert!(!matches!(session.to.weekday(), Weekday::Saturday | Weekday::Sunday), "{session:?}");
            }
        }
    }
}
