//! Dates as people type them, and as messages have them.

use kim_contract::r#type::v1 as pbt;
use kim_territory::spelling::day;
use time::{Date, Month, macros::date};

const SERIAL_ZERO: Date = date!(1899 - 12 - 30);

/// Why a text is no date: it is written otherwise, or the calendar has no such day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadDate {
    Form,
    Calendar,
}

/// `2019-03-14`, `14/03/2019` or `14-03-2019`.
pub fn parse(text: &str) -> Result<Date, BadDate> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let digits = |part: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if separator == '-' && digits(year, 4..=4) => (*year, *month, *day),
        [day, month, year] if digits(year, 4..=4) => (*year, *month, *day),
        _ => return Err(BadDate::Form),
    };
    if !digits(month, 1..=2) || !digits(day, 1..=2) {
        return Err(BadDate::Form);
    }
    let month: u8 = month.parse().map_err(|_| BadDate::Form)?;
    let month = Month::try_from(month).map_err(|_| BadDate::Calendar)?;
    let year = year.parse().map_err(|_| BadDate::Form)?;
    let day = day.parse().map_err(|_| BadDate::Form)?;
    Date::from_calendar_date(year, month, day).map_err(|_| BadDate::Calendar)
}

/// A day as spreadsheets count it, the 30th of December 1899 being 0: `43538`. Five digits, until 2100.
#[must_use]
pub fn serial(text: &str) -> Option<Date> {
    let days = text.parse::<i32>().ok().filter(|days| text.len() == 5 && (10_000..=73_415).contains(days))?;
    Date::from_julian_day(SERIAL_ZERO.to_julian_day() + days).ok()
}

#[must_use]
pub fn to_proto(date: Date) -> pbt::Date {
    pbt::Date { year: date.year(), month: u8::from(date.month()).into(), day: date.day().into() }
}

/// `2019-03-14`; `None` when there is no date.
#[must_use]
pub fn iso(date: Option<&pbt::Date>) -> Option<String> {
    date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day))
}

/// `14 Maret 2019`, from how it stands in JSON; empty when there is no date.
#[must_use]
pub fn spelled(iso: Option<&str>) -> String {
    iso.and_then(|text| parse(text).ok()).map(day).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in ["2019-03-14", "14/03/2019", "14-03-2019", "14/3/2019", "2019-3-14"] {
            assert_eq!(parse(text), Ok(date!(2019 - 03 - 14)), "{text}");
        }
        for (text, why) in [
            ("14 Maret 2019", BadDate::Form),
            ("14/03/19", BadDate::Form),
            ("2019", BadDate::Form),
            ("43538", BadDate::Form),
            ("2019/03/14", BadDate::Form),
            ("31/02/2019", BadDate::Calendar),
            ("2019-13-01", BadDate::Calendar),
            ("0/1/2019", BadDate::Calendar),
        ] {
            assert_eq!(parse(text), Err(why), "{text}");
        }
    }

    #[test]
    fn days_are_counted_as_spreadsheets_count_them() {
        assert_eq!(serial("43538"), Some(date!(2019 - 03 - 14)));
        assert_eq!(serial("43466"), Some(date!(2019 - 01 - 01)));
        for text in ["2019", "435380", "4353a", "+4353", "99999", ""] {
            assert_eq!(serial(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_shown_in_words_and_kept_in_figures() {
        let kept = iso(Some(&to_proto(date!(2019 - 03 - 04))));
        assert_eq!(kept.as_deref(), Some("2019-03-04"));
        assert_eq!(spelled(kept.as_deref()), "4 Maret 2019");
        assert_eq!((iso(None), spelled(None)), (None, String::new()));
    }
}
