//! The trainings (bimtek) of the nation: when, for which region.

use kim_territory::{RegionCode, Territory, spelling};
use time::{Date, Duration, Weekday, macros::date};

use super::{
    dice::{Dice, Topic},
    month::{Month, STOPS, stop_after},
    places::{PROVINCES, code, key},
};

/// A training before it is known who takes part: where it takes place, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    pub region: RegionCode,
    pub from: Date,
    pub to: Date,
    pub office_staff: u32,
}

/// A training and who takes part, by the communities' numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    pub session: Session,
    pub invited: Vec<u32>,
    pub participants: Vec<u32>,
    /// What is told of it, in its order.
    pub turns: Vec<(Date, Turn)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// To begin on that day.
    Planned(Date),
    /// To the day on which it begins.
    Moved,
    Invited,
    Held,
    Reported,
    Cancelled(CancellationReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancellationReason {
    NoBudget,
    TooFewParticipants,
    HostUnavailable,
    Disaster,
}

impl Training {
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.turns.iter().any(|(_, turn)| *turn == Turn::Held)
    }
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

/// How likely the days of a training are moved after it was planned, and how likely the host reports on one that was held: not all do.
const MOVED: f64 = 0.2;
const REPORTED: f64 = 0.88;
/// Of communities that were not chosen by lot to come, how many were invited: about three of four who are invited come.
pub const INVITED_IN_VAIN: f64 = 0.35;

impl Session {
    /// Its public name, which no other has.
    #[must_use]
    pub fn title(&self) -> String {
        let place = Territory::current().get(&self.region).expect("trainings are for today's regions").title();
        format!("Bimtek platform KIM {place}, {} {}", spelling::month(self.from.month()), self.from.year())
    }

    /// All that is told of it: planned one or two months before, the invitations on the first of its month, held, and reported.
    #[must_use]
    pub fn turns(&self) -> Vec<(Date, Turn)> {
        let mut dice = self.dice();
        let month = Month::of(self.from);
        let on = month.plus(-1 - i32::from(dice.chance(0.5))).day(*dice.pick(&[8, 15]));
        let mut turns = Vec::with_capacity(5);
        if dice.chance(MOVED) {
            let at_first = self.from + Duration::WEEK;
            turns.extend([(on, Turn::Planned(at_first)), (month.plus(-1).day(22), Turn::Moved)]);
        } else {
            turns.push((on, Turn::Planned(self.from)));
        }
        turns.extend([(month.day(1), Turn::Invited), (self.entered_on(), Turn::Held)]);
        if dice.chance(REPORTED) {
            turns.push((stop_after(self.entered_on(), dice.between(1, 6)), Turn::Reported));
        }
        turns
    }

    /// All that is told of one that comes to nothing; some before anybody was invited.
    #[must_use]
    pub fn turns_to_nothing(&self) -> Vec<(Date, Turn)> {
        let mut dice = self.dice();
        let month = Month::of(self.from);
        let reason = *dice.pick(&[
            CancellationReason::NoBudget,
            CancellationReason::NoBudget,
            CancellationReason::TooFewParticipants,
            CancellationReason::HostUnavailable,
            CancellationReason::Disaster,
        ]);
        let planned = (month.plus(-2).day(*dice.pick(&STOPS)), Turn::Planned(self.from));
        let invited = (month.plus(-1).day(15), Turn::Invited);
        let cancelled = (month.day(1), Turn::Cancelled(reason));
        if dice.chance(0.6) { vec![planned, invited, cancelled] } else { vec![planned, cancelled] }
    }

    fn dice(&self) -> Dice {
        Dice::of(Topic::Training, key(&self.region), 1_000_000 + Month::of(self.from).key())
    }
}

/// The training that was to begin in `month`, and does not: the year's ends and middles have no other.
#[must_use]
pub fn cancelled(month: Month) -> Option<Session> {
    (month >= EVERYWHERE && matches!(month.number(), 7 | 12)).then(|| {
        let ordinal = Dice::of(Topic::Training, month.key(), 2_000).below(1_000);
        session(month, ordinal, 0)
    })
}

/// The trainings that begin in `month` and are held.
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
