//! A month of the calendar, and the days on which the simulation's clock stops.

use time::{Date, Duration, Month as MonthOfYear};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// A silence that grows long enough for a reminder begins on one of these days of a month, so that timers fall due on them only,
/// and the clock need not stop on every day for all to happen in the order of its dates.
pub const SILENT_FROM: [u8; 3] = [8, 15, 22];

/// Days of a month on which a step begins: offices enter what they have to, in the morning.
pub const STOPS: [u8; 4] = [1, 8, 15, 22];

impl Month {
    /// `month` counts from 1.
    #[must_use]
    pub const fn new(year: i32, month: u8) -> Self {
        assert!(month >= 1 && month <= 12, "a month is within 1 to 12");
        Self(year * 12 + month as i32 - 1)
    }

    #[must_use]
    pub fn of(date: Date) -> Self {
        Self::new(date.year(), u8::from(date.month()))
    }

    #[must_use]
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0 + months)
    }

    /// Months from `earlier` to this one; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// From 1.
    #[must_use]
    pub fn number(self) -> u8 {
        u8::try_from(self.0.rem_euclid(12) + 1).expect("a remainder by 12")
    }

    /// `day` must be one that every month has: 1 to 28.
    #[must_use]
    pub fn day(self, day: u8) -> Date {
        let month = MonthOfYear::try_from(self.number()).expect("a month is within 1 to 12");
        Date::from_calendar_date(self.year(), month, day).expect("every month has the days 1 to 28")
    }

    #[must_use]
    pub fn last_day(self) -> Date {
        self.plus(1).day(1) - Duration::DAY
    }

    /// A number to key dice by.
    #[must_use]
    pub fn key(self) -> u64 {
        u64::try_from(self.0).expect("years are after the year 0")
    }

    /// All months from this one to `last`, both included.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (self.0..=last.0).map(Self)
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// The first stop of the clock after `date`.
#[must_use]
pub fn next_stop(date: Date) -> Date {
    let month = Month::of(date);
    STOPS.iter().map(|&day| month.day(day)).find(|stop| *stop > date).unwrap_or_else(|| month.plus(1).day(1))
}

/// The stop of the clock that lies `count` stops after `date`.
#[must_use]
pub fn stop_after(date: Date, count: u32) -> Date {
    (0..count).fold(date, |stop, _| next_stop(stop))
}

/// The stop of the clock that lies `count` stops before `date`, or before the stop that it is.
#[must_use]
pub fn stop_before(date: Date, count: u32) -> Date {
    let mut stop = date;
    for _ in 0..count {
        let month = Month::of(stop);
        stop = STOPS
            .iter()
            .rev()
            .map(|&day| month.day(day))
            .find(|earlier| *earlier < stop)
            .unwrap_or_else(|| month.plus(-1).day(STOPS[STOPS.len() - 1]));
    }
    stop
}

/// `months` calendar months after `date`, which must lie on a day from 1 to 28.
#[must_use]
pub fn months_after(date: Date, months: i32) -> Date {
    Month::of(date).plus(months).day(date.day())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn months_count_over_years() {
        let month = Month::new(2020, 2);
        assert_eq!(month.plus(31), Month::new(2022, 9));
        assert_eq!(Month::new(2022, 9).since(month), 31);
        assert_eq!(month.last_day(), date!(2020 - 02 - 29));
        assert_eq!(month.plus(-2).to_string(), "2019-12");
        assert_eq!(month.through(Month::new(2020, 4)).count(), 3);
    }

    #[test]
    fn the_clock_stops_four_times_a_month() {
        assert_eq!(next_stop(date!(2022 - 10 - 01)), date!(2022 - 10 - 08));
        assert_eq!(next_stop(date!(2022 - 10 - 08)), date!(2022 - 10 - 15));
        assert_eq!(next_stop(date!(2022 - 12 - 22)), date!(2023 - 01 - 01));
        assert_eq!(stop_after(date!(2022 - 12 - 22), 0), date!(2022 - 12 - 22));
        assert_eq!(stop_after(date!(2022 - 12 - 20), 3), date!(2023 - 01 - 08));
    }

    #[test]
    fn stops_are_counted_backwards() {
        assert_eq!(stop_before(date!(2023 - 03 - 10), 1), date!(2023 - 03 - 08));
        assert_eq!(stop_before(date!(2023 - 03 - 08), 1), date!(2023 - 03 - 01));
        assert_eq!(stop_before(date!(2023 - 03 - 08), 2), date!(2023 - 02 - 22));
        assert_eq!(stop_before(date!(2023 - 01 - 01), 0), date!(2023 - 01 - 01));
    }
}
