//! A month, a quarter or a year of the calendar.

use std::fmt;

use time::{Date, Month, util::days_in_month};

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodKind {
    Month,
    Quarter,
    Year,
}

/// Ordered by kind, then by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodKind,
    year: i32,
    /// A month's 1 to 12, a quarter's 1 to 4; 0 for a year.
    number: u8,
}

impl Period {
    /// `None` for what is no period from the year 1945 to 9999.
    #[must_use]
    pub fn new(kind: PeriodKind, year: i32, number: u8) -> Option<Self> {
        let numbers = match kind {
            PeriodKind::Month => 1..=12,
            PeriodKind::Quarter => 1..=4,
            PeriodKind::Year => 0..=0,
        };
        ((1945..=9999).contains(&year) && numbers.contains(&number)).then_some(Self { kind, year, number })
    }

    #[must_use]
    pub fn kind(self) -> PeriodKind {
        self.kind
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    #[must_use]
    pub fn number(self) -> u8 {
        self.number
    }

    #[must_use]
    pub fn first_day(self) -> Date {
        let month = match self.kind {
            PeriodKind::Month => self.number,
            PeriodKind::Quarter => self.number * 3 - 2,
            PeriodKind::Year => 1,
        };
        Date::from_calendar_date(self.year, numbered(month), 1).expect("each month has a first day")
    }

    #[must_use]
    pub fn last_day(self) -> Date {
        let month = numbered(match self.kind {
            PeriodKind::Month => self.number,
            PeriodKind::Quarter => self.number * 3,
            PeriodKind::Year => 12,
        });
        let day = days_in_month(month, self.year);
        Date::from_calendar_date(self.year, month, day).expect("each month has its last day")
    }
}

fn numbered(month: u8) -> Month {
    Month::try_from(month).expect("a period's months are 1 to 12")
}

/// `2026-03`, `2026-Q1`, `2026`: never another way, for aggregates are found by it.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PeriodKind::Month => write!(f, "{}-{:02}", self.year, self.number),
            PeriodKind::Quarter => write!(f, "{}-Q{}", self.year, self.number),
            PeriodKind::Year => write!(f, "{}", self.year),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_period_has_its_first_and_its_last_day() {
        for (kind, number, text, first, last) in [
            (PeriodKind::Month, 2, "2024-02", date!(2024 - 02 - 01), date!(2024 - 02 - 29)),
            (PeriodKind::Month, 12, "2024-12", date!(2024 - 12 - 01), date!(2024 - 12 - 31)),
            (PeriodKind::Quarter, 1, "2024-Q1", date!(2024 - 01 - 01), date!(2024 - 03 - 31)),
            (PeriodKind::Quarter, 4, "2024-Q4", date!(2024 - 10 - 01), date!(2024 - 12 - 31)),
            (PeriodKind::Year, 0, "2024", date!(2024 - 01 - 01), date!(2024 - 12 - 31)),
        ] {
            let period = Period::new(kind, 2024, number).expect("a period");
            assert_eq!((period.to_string().as_str(), period.first_day(), period.last_day()), (text, first, last));
        }
    }

    #[test]
    fn what_the_calendar_does_not_have_is_no_period() {
        for (kind, year, number) in [
            (PeriodKind::Month, 2024, 0),
            (PeriodKind::Month, 2024, 13),
            (PeriodKind::Quarter, 2024, 5),
            (PeriodKind::Year, 2024, 1),
            (PeriodKind::Year, 24, 0),
        ] {
            assert_eq!(Period::new(kind, year, number), None, "{kind:?} {year} {number}");
        }
    }
}
