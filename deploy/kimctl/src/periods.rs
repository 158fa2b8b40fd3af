//! Periods as they are typed and printed: `2026`, `2026-03`, `2026-Q1`.

use kim_contract::r#type::v1::{Period, PeriodKind};
use kim_territory::spelling;
use time::Month;

/// A period that somebody typed: `2026`, `2026-03`, `2026-Q1` or `2026-TW1`.
pub fn parse(text: &str) -> Result<Period, String> {
    const FORM: &str = "tulis tahun 2026, bulan 2026-03, atau triwulan 2026-Q1";
    let digits = |digits: &str, length| digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    let upper = text.to_uppercase();
    let (kind, year, number) = match upper.split_once('-') {
        None => (PeriodKind::Year, upper.as_str(), "0"),
        Some((year, rest)) => match rest.strip_prefix('Q').or_else(|| rest.strip_prefix("TW")) {
            Some(quarter) if digits(quarter, 1) => (PeriodKind::Quarter, year, quarter),
            None if digits(rest, 2) => (PeriodKind::Month, year, rest),
            _ => return Err(FORM.to_owned()),
        },
    };
    if !digits(year, 4) {
        return Err(FORM.to_owned());
    }
    let part = |digits: &str| digits.parse().map_err(|_| FORM.to_owned());
    Ok(Period { kind: kind.into(), year: part(year)?, number: part(number)? })
}

/// As it is typed; empty when there is none.
#[must_use]
pub fn code(period: Option<&Period>) -> String {
    let Some(period) = period else { return String::new() };
    match period.kind() {
        PeriodKind::Month => format!("{}-{:02}", period.year, period.number),
        PeriodKind::Quarter => format!("{}-Q{}", period.year, period.number),
        PeriodKind::Year => period.year.to_string(),
        PeriodKind::Unspecified => String::new(),
    }
}

/// As it is read: `Maret 2026`, `triwulan I 2026`, `2026`.
#[must_use]
pub fn words(period: Option<&Period>) -> String {
    let Some(period) = period else { return String::new() };
    let month = u8::try_from(period.number).ok().and_then(|number| Month::try_from(number).ok());
    match (period.kind(), month) {
        (PeriodKind::Month, Some(month)) => format!("{} {}", spelling::month(month), period.year),
        (PeriodKind::Quarter, _) => {
            let numeral = usize::try_from(period.number - 1).ok().and_then(|i| ["I", "II", "III", "IV"].get(i));
            format!("triwulan {} {}", numeral.unwrap_or(&"?"), period.year)
        }
        _ => code(Some(period)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_typed_and_read() {
        for (typed, printed, read) in [
            ("2026", "2026", "2026"),
            ("2026-03", "2026-03", "Maret 2026"),
            ("2026-Q1", "2026-Q1", "triwulan I 2026"),
            ("2026-tw4", "2026-Q4", "triwulan IV 2026"),
        ] {
            let period = parse(typed).unwrap();
            assert_eq!((code(Some(&period)).as_str(), words(Some(&period)).as_str()), (printed, read));
        }
        for bad in ["", "26", "2026-3", "2026-", "2026-Q", "2026-Q12", "2026-03-01", "Maret 2026"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
