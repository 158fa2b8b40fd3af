//! The calendar of working days: Monday to Friday without national holidays and collective leave.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use time::format_description::well_known::Iso8601;
use time::{Date, Weekday};

/// A number of working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkingDays(u16);

impl WorkingDays {
    #[must_use]
    pub const fn new(days: u16) -> Self {
        Self(days)
    }

    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// Why a day is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HolidayKind {
    /// Libur nasional.
    National,
    /// Cuti bersama.
    CollectiveLeave,
}

/// A day free by the yearly joint decree of three ministers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holiday {
    pub kind: HolidayKind,
    /// Indonesian; `(perkiraan)` in it says that the day is an estimate.
    pub name: &'static str,
}

/// A day in a year that no calendar is known for. Whether it is a working day is never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Kalender hari kerja tahun {year} belum tersedia")]
pub struct NoCalendar {
    pub year: i32,
}

/// National holidays and collective leave by year. Days are days of the place that acts: see [`Zone`](crate::Zone).
#[derive(Debug)]
pub struct Calendar {
    years: BTreeSet<i32>,
    holidays: BTreeMap<Date, Holiday>,
}

impl Calendar {
    /// The calendar of the joint decrees, 2018 to 2027.
    #[must_use]
    pub fn official() -> &'static Self {
        static OFFICIAL: LazyLock<Calendar> = LazyLock::new(|| {
            let rows = include_str!("../data/holidays.csv").lines().skip(1);
            let holidays: BTreeMap<_, _> =
                rows.map(|row| holiday(row).expect("a row of holidays.csv is date,kind,name")).collect();
            Calendar { years: holidays.keys().map(|date| date.year()).collect(), holidays }
        });
        &OFFICIAL
    }

    /// The years that it knows, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.iter().copied()
    }

    /// What makes the day free, if anything but a weekend does.
    pub fn holiday(&self, date: Date) -> Result<Option<Holiday>, NoCalendar> {
        self.knows(date)?;
        Ok(self.holidays.get(&date).copied())
    }

    pub fn is_working_day(&self, date: Date) -> Result<bool, NoCalendar> {
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        Ok(self.holiday(date)?.is_none() && !weekend)
    }

    /// The last day of a deadline of so many working days: the day it starts on does not count, the last one does.
    /// None at all end on the day itself.
    pub fn add_working_days(&self, start: Date, days: WorkingDays) -> Result<Date, NoCalendar> {
        self.knows(start)?;
        let mut date = start;
        let mut left = days.get();
        while left > 0 {
            date = date.next_day().ok_or(NoCalendar { year: date.year() + 1 })?;
            left -= u16::from(self.is_working_day(date)?);
        }
        Ok(date)
    }

    /// The working days after `start` up to and with `end`, none when `end` is not later: as many as
    /// [`add_working_days`](Self::add_working_days) takes to come from the one to the other.
    pub fn working_days_between(&self, start: Date, end: Date) -> Result<WorkingDays, NoCalendar> {
        self.knows(start)?;
        self.knows(end)?;
        let mut days = 0;
        let mut date = start;
        while date < end {
            date = date.next_day().expect("a day before another has a next one");
            days += u16::from(self.is_working_day(date)?);
        }
        Ok(WorkingDays(days))
    }

    fn knows(&self, date: Date) -> Result<(), NoCalendar> {
        let year = date.year();
        if self.years.contains(&year) { Ok(()) } else { Err(NoCalendar { year }) }
    }
}

fn holiday(row: &'static str) -> Option<(Date, Holiday)> {
    let mut fields = row.splitn(3, ',');
    let date = Date::parse(fields.next()?, &Iso8601::DATE).ok()?;
    let kind = match fields.next()? {
        "libur_nasional" => HolidayKind::National,
        "cuti_bersama" => HolidayKind::CollectiveLeave,
        _ => return None,
    };
    Some((date, Holiday { kind, name: fields.next()? }))
}
