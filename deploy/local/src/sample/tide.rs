//! What happened to the nation's communities month by month, in numbers: how many began, fell silent, came back, ended.
//!
//! Until the end of 2022 the numbers are set, so that the facts come out to the community; after it they follow from what is there.

use super::{
    dice::{Dice, Topic},
    month::Month,
    places::apportion,
};

/// Records begin here.
pub const BEGIN: Month = Month::new(2018, 1);
/// The last month before the pandemic.
pub const PEAK: Month = Month::new(2020, 2);
/// Active communities at its end.
pub const ACTIVE_AT_PEAK: u32 = 4_900;
/// The month at whose end the fewest were active.
pub const TROUGH: Month = Month::new(2022, 9);
/// Active communities at its end.
pub const ACTIVE_AT_TROUGH: u32 = 2_450;

/// Months without an activity until a community is dormant; the rule that the nation sets.
pub const DORMANT_AFTER: i32 = 12;
/// Months without an activity until it is reminded.
pub const REMINDED_AFTER: i32 = 9;

/// Communities in a month of the tide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tide {
    /// Registered, and active in this month for the first time.
    pub new: u32,
    /// Did what was their last activity before a silence that makes them dormant.
    pub silenced: u32,
    /// Come back after a visit or a partnership.
    pub visited: u32,
    /// Dissolved while active.
    pub ended: u32,
    /// Dissolved while dormant.
    pub ended_dormant: u32,
    /// Active, but for a time taken for dormant, because a report came late.
    pub belated: u32,
    /// Registered, and never heard of.
    pub mute: u32,
}

/// From January 2018 to February 2020.
const NEW: [u32; 26] = [
    180, 290, 420, 520, 560, 470, 430, 480, 440, 380, 320, 210, // 2018
    18, 22, 26, 30, 32, 30, 28, 24, 30, 30, 27, 20, // 2019
    16, 20,
];
const FIRST_SILENCED: Month = Month::new(2018, 3);
/// From March 2018 to February 2020; whoever falls silent is dormant a year later.
const SILENCED: [u32; 24] = [4, 6, 8, 10, 12, 14, 15, 16, 17, 17, 17, 16, 10, 9, 9, 8, 8, 8, 8, 8, 9, 10, 14, 45];
/// Weights from March 2020 to September 2021: activities stop, at once in half of the places, then one after another.
const SILENCED_BY_PANDEMIC: [u64; 19] =
    [440, 255, 235, 215, 195, 175, 155, 140, 125, 112, 100, 88, 78, 70, 63, 57, 52, 48, 46];

/// Of the communities of a training of 2022, how many came back in which month, all within 90 days.
pub const WAVES: [(&str, &[(Month, u32)]); 4] = [
    (
        "35.73",
        &[(Month::new(2022, 5), 3), (Month::new(2022, 6), 9), (Month::new(2022, 7), 5), (Month::new(2022, 8), 2)],
    ),
    (
        "16.71",
        &[(Month::new(2022, 7), 2), (Month::new(2022, 8), 8), (Month::new(2022, 9), 4), (Month::new(2022, 10), 2)],
    ),
    (
        "61",
        &[(Month::new(2022, 8), 1), (Month::new(2022, 9), 11), (Month::new(2022, 10), 16), (Month::new(2022, 11), 8)],
    ),
    (
        "14",
        &[(Month::new(2022, 10), 13), (Month::new(2022, 11), 19), (Month::new(2022, 12), 12), (Month::new(2023, 1), 1)],
    ),
];

/// What is counted when a month begins.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    pub active: u32,
    pub dormant: u32,
}

/// The numbers of `month`.
#[must_use]
pub fn tide(month: Month, before: Before) -> Tide {
    if month <= LAST_SET { set(month) } else { following(month, before) }
}

/// The last month of which the numbers are set.
const LAST_SET: Month = Month::new(2022, 12);

/// All but `silenced`.
fn besides(month: Month) -> Tide {
    let (year, odd) = (month.year(), month.number() % 2 == 1);
    let new = NEW.get(at(month, BEGIN)).copied().unwrap_or(match year {
        2020 => 4,
        2021 => 3,
        _ => 5,
    });
    let visited = match year {
        2019 => u32::from(month.number() > 8 && odd) * 2,
        2020 => u32::from(month > PEAK && odd),
        2021 => 1 + u32::from(odd),
        2022 if month <= TROUGH => 3,
        2022 => 8,
        _ => 0,
    };
    Tide {
        new,
        silenced: 0,
        visited,
        ended: u32::from(year > 2018 && month.number() % 3 == 1),
        ended_dormant: u32::from(year > 2019) + u32::from(year > 2020),
        belated: u32::from(year > 2020) + u32::from(year == 2022 && odd),
        mute: u32::from(odd) + u32::from(year == 2018),
    }
}

fn set(month: Month) -> Tide {
    let silenced = if month < FIRST_SILENCED {
        0
    } else if month <= PEAK {
        SILENCED[at(month, FIRST_SILENCED)]
    } else if month.plus(DORMANT_AFTER) <= TROUGH {
        by_pandemic()[at(month, PEAK.plus(1))]
    } else if month.year() == 2021 {
        [22, 20, 18][at(month, Month::new(2021, 10))]
    } else {
        14
    };
    Tide { silenced, ..besides(month) }
}

fn at(month: Month, first: Month) -> usize {
    usize::try_from(month.since(first)).expect("a month of the table")
}

/// How many fell silent in each month from March 2020 on, so that as many are active at the trough as there were.
fn by_pandemic() -> [u32; 19] {
    let back: u32 =
        WAVES.iter().flat_map(|(_, wave)| *wave).filter(|(month, _)| *month <= TROUGH).map(|(_, count)| count).sum();
    let (mut more, mut fewer) = (back, 0);
    for month in PEAK.plus(1).through(TROUGH) {
        let tide = besides(month);
        more += tide.new + tide.visited;
        fewer += tide.ended;
        if month.plus(-DORMANT_AFTER) <= PEAK {
            fewer += SILENCED[at(month.plus(-DORMANT_AFTER), FIRST_SILENCED)];
        }
    }
    let total = ACTIVE_AT_PEAK + more - fewer - ACTIVE_AT_TROUGH;
    let shares = apportion(total as usize, &SILENCED_BY_PANDEMIC);
    std::array::from_fn(|i| u32::try_from(shares[i]).expect("a few thousand"))
}

/// Recovery: shares of what is there, so that it levels off by itself.
fn following(month: Month, before: Before) -> Tide {
    let mut dice = Dice::of(Topic::Tide, month.key(), 0);
    let mut about = |count: f64| {
        let spread = 0.8 + 0.4 * dice.unit();
        rounded(count * spread)
    };
    let (active, dormant) = (f64::from(before.active), f64::from(before.dormant));
    Tide {
        new: about(11.0),
        silenced: about(active * 0.0045),
        visited: about(dormant * 0.0045),
        ended: u32::from(month.number().is_multiple_of(2)),
        ended_dormant: about(dormant * 0.0012),
        belated: 1,
        mute: u32::from(month.number() % 4 == 1),
    }
}

/// The nearest whole number of something that is not negative.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts, not negative")]
pub fn rounded(count: f64) -> u32 {
    (count + 0.5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_lead_to_the_peak_and_to_the_trough() {
        let none = Before { active: 0, dormant: 0 };
        let mut active = 0_i64;
        let mut lowest = (i64::MAX, BEGIN);
        for month in BEGIN.through(LAST_SET) {
            let tide = tide(month, none);
            let waves: u32 = WAVES.iter().flat_map(|(_, wave)| *wave).filter(|w| w.0 == month).map(|w| w.1).sum();
            active += i64::from(tide.new + tide.visited + waves) - i64::from(tide.ended);
            if month.plus(-DORMANT_AFTER) >= BEGIN {
                active -= i64::from(super::tide(month.plus(-DORMANT_AFTER), none).silenced);
            }
            if month == PEAK {
                assert_eq!(active, i64::from(ACTIVE_AT_PEAK));
            }
            if month > PEAK {
                lowest = lowest.min((active, month));
            }
        }
        assert_eq!(lowest, (i64::from(ACTIVE_AT_TROUGH), TROUGH));
    }
}
