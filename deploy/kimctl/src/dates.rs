//! Dates as they are typed and printed: `2026-03-14`.

use kim_contract::r#type::v1 as pbt;

/// A date that somebody typed.
pub fn parse(text: &str) -> Result<pbt::Date, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return Err(FORM.to_owned()) };
    let number = |digits: &str, length| digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !number(year, 4) || !number(month, 2) || !number(day, 2) {
        return Err(FORM.to_owned());
    }
    let part = |digits: &str| digits.parse().map_err(|_| FORM.to_owned());
    Ok(pbt::Date { year: part(year)?, month: part(month)?, day: part(day)? })
}

const FORM: &str = "tulis tahun-bulan-hari, misalnya 2026-03-14";

/// A date as text; empty when there is none.
#[must_use]
pub fn text(date: Option<&pbt::Date>) -> String {
    date.map(|date| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_printed_as_it_is_typed() {
        let date = parse("2026-03-14").unwrap();
        assert_eq!((date.year, date.month, date.day), (2026, 3, 14));
        assert_eq!(text(Some(&date)), "2026-03-14");
        for bad in ["", "2026", "14-03-2026", "2026-3-14", "2026-03-14-1", "2026/03/14"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
