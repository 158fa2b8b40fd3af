//! Calendar months after a date.

use time::{Date, Month, util::days_in_month};

/// `months` calendar months after `date`; a day that the month does not have becomes its last one: a month after 31 January is
/// 28 or 29 February. Beyond the calendar's end it is the calendar's last day.
#[must_use]
pub fn months_after(date: Date, months: u16) -> Date {
    let months = u32::from(u8::from(date.month())) - 1 + u32::from(months);
    let year = date.year() + i32::try_from(months / 12).expect("a u16 of months is a small number of years");
    let month = Month::January.nth_next(u8::try_from(months % 12).expect("a remainder by 12"));
    Date::from_calendar_date(year, month, date.day().min(days_in_month(month, year))).unwrap_or(Date::MAX)
}

/// Whether a day lies further ahead than anything is arranged for: ten years. A year with a wrong digit does.
#[must_use]
pub fn is_far_ahead(day: Date, today: Date) -> bool {
    day > months_after(today, 120)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_day_that_the_month_does_not_have_becomes_its_last() {
        for (from, months, to) in [
            (date!(2019 - 03 - 15), 12, date!(2020 - 03 - 15)),
            (date!(2020 - 02 - 29), 12, date!(2021 - 02 - 28)),
            (date!(2019 - 02 - 28), 12, date!(2020 - 02 - 28)),
            (date!(2020 - 01 - 31), 1, date!(2020 - 02 - 29)),
            (date!(2021 - 05 - 31), 9, date!(2022 - 02 - 28)),
            (date!(2021 - 12 - 31), 0, date!(2021 - 12 - 31)),
            (date!(2021 - 12 - 31), 1, date!(2022 - 01 - 31)),
        ] {
            assert_eq!(months_after(from, months), to, "{months} months after {from}");
        }
    }
}
