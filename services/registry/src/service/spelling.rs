//! Numbers and dates as Indonesian readers write them.

use time::Date;

const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

/// `6 Oktober 2022`
#[must_use]
pub fn day(date: Date) -> String {
    format!("{} {} {}", date.day(), MONTHS[usize::from(u8::from(date.month())) - 1], date.year())
}

/// A whole number with dots between thousands: `4.900`
#[must_use]
pub fn number(number: impl std::fmt::Display) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn numbers_and_dates_are_written_the_indonesian_way() {
        assert_eq!(number(4_900), "4.900");
        assert_eq!(number(12), "12");
        assert_eq!(number(1_234_567), "1.234.567");
        assert_eq!(day(date!(2022 - 10 - 06)), "6 Oktober 2022");
    }
}
