//! Calendar dates.

use kim_contract::r#type::v1 as pb;
use time::{Date, Month};

#[must_use]
pub fn to_proto(date: Date) -> pb::Date {
    pb::Date { year: date.year(), month: i32::from(u8::from(date.month())), day: i32::from(date.day()) }
}

/// `None` when the calendar has no such day.
#[must_use]
pub fn from_proto(date: &pb::Date) -> Option<Date> {
    let month = Month::try_from(u8::try_from(date.month).ok()?).ok()?;
    let day = u8::try_from(date.day).ok()?;
    (1..=9999).contains(&date.year).then(|| Date::from_calendar_date(date.year, month, day).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_not_in_the_calendar_is_none() {
        let date = |year, month, day| from_proto(&pb::Date { year, month, day });
        assert_eq!(date(2020, 2, 29).map(to_proto), Some(pb::Date { year: 2020, month: 2, day: 29 }));
        for (year, month, day) in [(2021, 2, 29), (2021, 13, 1), (2021, 0, 1), (0, 1, 1), (20_210, 1, 1), (2021, 1, -1)]
        {
            assert_eq!(date(year, month, day), None, "{year}-{month}-{day}");
        }
    }
}
