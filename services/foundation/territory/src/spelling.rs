//! Numbers and dates as Indonesian readers write them.

use std::fmt::Display;

use time::{Date, Month};

/// `Oktober`
#[must_use]
pub fn month(month: Month) -> &'static str {
    match month {
        Month::January => "Januari",
        Month::February => "Februari",
        Month::March => "Maret",
        Month::April => "April",
        Month::May => "Mei",
        Month::June => "Juni",
        Month::July => "Juli",
        Month::August => "Agustus",
        Month::September => "September",
        Month::October => "Oktober",
        Month::November => "November",
        Month::December => "Desember",
    }
}

/// `6 Oktober 2022`
#[must_use]
pub fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date.month()), date.year())
}

/// A whole number with points between thousands and a true minus: `4.900`, `−1.234`.
#[must_use]
pub fn grouped(number: impl Display) -> String {
    let written = number.to_string();
    let (sign, digits) = written.strip_prefix('-').map_or(("", written.as_str()), |digits| ("−", digits));
    let mut text = String::with_capacity(written.len() + written.len() / 3 + 2);
    text.push_str(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// One decimal: `80,5`.
#[must_use]
pub fn decimal(number: f64) -> String {
    format!("{number:.1}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn numbers_and_dates_are_written_the_indonesian_way() {
        for (number, text) in [(0, "0"), (999, "999"), (4_900, "4.900"), (-1_234_567, "−1.234.567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(decimal(1.25), "1,2");
        assert_eq!(day(date!(2022 - 10 - 06)), "6 Oktober 2022");
    }
}
