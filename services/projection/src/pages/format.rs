//! Numbers and dates as people write them, the Indonesian way and the English way.

use std::time::Duration;

use kim_territory::Zone;
use time::{Date, OffsetDateTime};

use super::{language::Language, model::Month};

/// The sign of negative numbers: a minus, not a hyphen.
const MINUS: char = '\u{2212}';
/// Stands where there is no figure.
pub const NONE: &str = "–";

const MONTHS: [[&str; 2]; 12] = [
    ["Januari", "January"],
    ["Februari", "February"],
    ["Maret", "March"],
    ["April", "April"],
    ["Mei", "May"],
    ["Juni", "June"],
    ["Juli", "July"],
    ["Agustus", "August"],
    ["September", "September"],
    ["Oktober", "October"],
    ["November", "November"],
    ["Desember", "December"],
];
const SHORT_MONTHS: [[&str; 2]; 12] = [
    ["Jan", "Jan"],
    ["Feb", "Feb"],
    ["Mar", "Mar"],
    ["Apr", "Apr"],
    ["Mei", "May"],
    ["Jun", "Jun"],
    ["Jul", "Jul"],
    ["Agu", "Aug"],
    ["Sep", "Sep"],
    ["Okt", "Oct"],
    ["Nov", "Nov"],
    ["Des", "Dec"],
];

/// `4.900`, `−187`; English `4,900`.
#[must_use]
pub fn number(language: Language, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    if value < 0 {
        text.push(MINUS);
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(language.say('.', ','));
        }
        text.push(digit);
    }
    text
}

/// A count of people. Fewer than five are not told apart in public: `<5`.
#[must_use]
pub fn people(language: Language, count: i64) -> String {
    match told_people(count) {
        Some(count) => number(language, count),
        None => format!("<{FEWEST_PEOPLE}"),
    }
}

/// `None` for a count of people that is too small to be public.
#[must_use]
pub fn told_people(count: i64) -> Option<i64> {
    (!(1..FEWEST_PEOPLE).contains(&count)).then_some(count)
}

const FEWEST_PEOPLE: i64 = 5;

/// A change: `+214`, `−187`, `±0`.
#[must_use]
pub fn change(language: Language, value: i64) -> String {
    match value {
        0 => "±0".to_owned(),
        1.. => format!("+{}", number(language, value)),
        _ => number(language, value),
    }
}

/// `80,5%`. What is not all never reads as 100,0%, what is not nothing never as 0,0%. `–` of nothing.
#[must_use]
pub fn percent(language: Language, part: i64, whole: i64) -> String {
    if whole <= 0 {
        return NONE.to_owned();
    }
    let mut tenths = rounded(part, whole, 1000);
    if part > 0 && tenths == 0 {
        tenths = 1;
    }
    if part < whole && tenths >= 1000 {
        tenths = 999;
    }
    let (sign, tenths) = if tenths < 0 { (MINUS.to_string(), -tenths) } else { (String::new(), tenths) };
    if tenths % 10 == 0 && (tenths == 0 || tenths == 1000) {
        return format!("{sign}{}%", tenths / 10);
    }
    format!("{sign}{}{}{}%", number(language, tenths / 10), language.say(',', '.'), tenths % 10)
}

/// `41%`, for places where a decimal has no room.
#[must_use]
pub fn whole_percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return NONE.to_owned();
    }
    let mut hundredths = rounded(part, whole, 100);
    if part < whole && hundredths >= 100 {
        hundredths = 99;
    }
    if part > 0 && hundredths == 0 { "<1%".to_owned() } else { format!("{hundredths}%") }
}

/// `part / whole × scale`, rounded half away from zero.
fn rounded(part: i64, whole: i64, scale: i64) -> i64 {
    let scaled = i128::from(part) * i128::from(scale) * 2 + i128::from(whole) * i128::from(part.signum());
    i64::try_from(scaled / (i128::from(whole) * 2)).unwrap_or(i64::MAX)
}

/// `6 Oktober 2022`.
#[must_use]
pub fn date(language: Language, date: Date) -> String {
    format!("{} {}", date.day(), month(language, Month::of(date)))
}

/// `5–7 Oktober 2022`, or two whole dates where the months differ.
#[must_use]
pub fn days(language: Language, from: Date, to: Date) -> String {
    if from == to {
        date(language, from)
    } else if Month::of(from) == Month::of(to) {
        format!("{}–{}", from.day(), date(language, to))
    } else {
        format!("{} – {}", date(language, from), date(language, to))
    }
}

/// `Oktober 2026`.
#[must_use]
pub fn month(language: Language, month: Month) -> String {
    format!("{} {}", month_name(language, month), month.year())
}

/// `Oktober`.
#[must_use]
pub fn month_name(language: Language, month: Month) -> &'static str {
    let [id, en] = MONTHS[usize::from(month.number()) - 1];
    language.say(id, en)
}

/// `Okt 2026`.
#[must_use]
pub fn short_month(language: Language, month: Month) -> String {
    let [id, en] = SHORT_MONTHS[usize::from(month.number()) - 1];
    format!("{} {}", language.say(id, en), month.year())
}

/// `10.41 WIB`; English `10:41 WIB`.
#[must_use]
pub fn time_of_day(language: Language, at: OffsetDateTime, zone: Zone) -> String {
    let local = at.to_offset(zone.offset());
    let separator = language.say('.', ':');
    format!("{:02}{separator}{:02} {}", local.hour(), local.minute(), zone.abbreviation())
}

/// `6 Oktober 2022 10.41 WIB`.
#[must_use]
pub fn moment(language: Language, at: OffsetDateTime, zone: Zone) -> String {
    format!("{} {}", date(language, at.to_offset(zone.offset()).date()), time_of_day(language, at, zone))
}

/// A time between two reports: `40 menit`, `5,5 jam`, `3,2 hari`; English `3.2 days`.
#[must_use]
pub fn duration(language: Language, hours: f64) -> String {
    let sign = if hours < 0.0 { MINUS.to_string() } else { String::new() };
    let hours = hours.abs();
    if hours < 1.0 {
        return format!("{sign}{} {}", whole(hours * 60.0), language.say("menit", "minutes"));
    }
    let (value, unit) =
        if hours < 48.0 { (hours, language.say("jam", "hours")) } else { (hours / 24.0, language.say("hari", "days")) };
    let tenths = whole(value * 10.0);
    let digits = number(language, tenths / 10);
    match tenths % 10 {
        0 => format!("{sign}{digits} {unit}"),
        tenth => format!("{sign}{digits}{}{tenth} {unit}", language.say(',', '.')),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a time between reports is far below 2^52")]
fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// `0,2 detik`, `45 detik`, `3 menit`, `2 jam`.
#[must_use]
pub fn lag(language: Language, lag: Duration) -> String {
    let seconds = lag.as_secs();
    match seconds {
        0..10 => {
            let tenths = lag.as_millis() / 100;
            format!("{}{}{} {}", tenths / 10, language.say(',', '.'), tenths % 10, language.say("detik", "seconds"))
        }
        10..120 => format!("{seconds} {}", language.say("detik", "seconds")),
        120..7200 => format!("{} {}", seconds / 60, language.say("menit", "minutes")),
        _ => format!("{} {}", seconds / 3600, language.say("jam", "hours")),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::{Language::*, *};

    #[test]
    fn numbers_are_grouped_by_thousands_in_the_way_of_the_language() {
        for (value, id, en) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (4900, "4.900", "4,900"),
            (-187, "−187", "−187"),
            (1_234_567, "1.234.567", "1,234,567"),
            (-12_345, "−12.345", "−12,345"),
        ] {
            assert_eq!((number(Indonesian, value), number(English, value)), (id.to_owned(), en.to_owned()));
        }
    }

    #[test]
    fn a_change_carries_its_sign() {
        assert_eq!(change(Indonesian, 1214), "+1.214");
        assert_eq!(change(Indonesian, -187), "−187");
        assert_eq!(change(Indonesian, 0), "±0");
    }

    #[test]
    fn percentages_have_one_decimal_and_do_not_round_to_all_or_nothing() {
        for (part, whole, text) in [
            (3943, 4900, "80,5%"),
            (2118, 7285, "29,1%"),
            (0, 10, "0%"),
            (10, 10, "100%"),
            (7284, 7285, "99,9%"),
            (1, 7285, "0,1%"),
            (3, 2, "150,0%"),
            (5, 0, "–"),
            (1, 8, "12,5%"),
        ] {
            assert_eq!(percent(Indonesian, part, whole), text, "{part} of {whole}");
        }
        assert_eq!(percent(English, 3943, 4900), "80.5%");
        assert_eq!(whole_percent(41, 100), "41%");
        assert_eq!(whole_percent(1, 400), "<1%");
        assert_eq!(whole_percent(399, 400), "99%");
    }

    #[test]
    fn dates_and_times_name_month_and_zone() {
        let day = date!(2022 - 10 - 06);
        assert_eq!(super::date(Indonesian, day), "6 Oktober 2022");
        assert_eq!(super::date(English, day), "6 October 2022");
        assert_eq!(days(Indonesian, day, date!(2022 - 10 - 08)), "6–8 Oktober 2022");
        assert_eq!(days(Indonesian, date!(2022 - 09 - 30), day), "30 September 2022 – 6 Oktober 2022");
        assert_eq!(short_month(Indonesian, Month::of(date!(2022 - 08 - 01))), "Agu 2022");
        let at = datetime!(2022-10-06 03:41 UTC);
        assert_eq!(time_of_day(Indonesian, at, Zone::JAKARTA), "10.41 WIB");
        assert_eq!(time_of_day(English, at, Zone::JAKARTA), "10:41 WIB");
    }

    #[test]
    fn a_time_between_reports_is_said_in_the_unit_that_fits() {
        for (hours, id, en) in [
            (0.0, "0 menit", "0 minutes"),
            (0.5, "30 menit", "30 minutes"),
            (5.46, "5,5 jam", "5.5 hours"),
            (47.0, "47 jam", "47 hours"),
            (72.0, "3 hari", "3 days"),
            (77.0, "3,2 hari", "3.2 days"),
            (-24.0, "−24 jam", "−24 hours"),
        ] {
            assert_eq!((duration(Indonesian, hours), duration(English, hours)), (id.to_owned(), en.to_owned()));
        }
    }

    #[test]
    fn a_few_people_are_not_told_apart() {
        let said = |count| people(Indonesian, count);
        assert_eq!([0, 1, 4, 5, 1200].map(said), ["0", "<5", "<5", "5", "1.200"]);
        assert_eq!([0, 4, 5].map(told_people), [Some(0), None, Some(5)]);
    }

    #[test]
    fn a_lag_is_said_in_the_unit_that_fits() {
        assert_eq!(lag(Indonesian, Duration::from_millis(240)), "0,2 detik");
        assert_eq!(lag(Indonesian, Duration::from_secs(45)), "45 detik");
        assert_eq!(lag(English, Duration::from_mins(10)), "10 minutes");
        assert_eq!(lag(Indonesian, Duration::from_hours(3)), "3 jam");
    }
}
