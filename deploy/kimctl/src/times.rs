//! Times the Indonesian way.

use kim_territory::{Zone, spelling::day};
use serde::{Serialize, Serializer};
use time::{Date, OffsetDateTime};

/// `6 Oktober 2022 10.41 WIB`, in the time of Jakarta.
#[must_use]
pub fn moment(time: OffsetDateTime) -> String {
    let zone = Zone::JAKARTA;
    let there = time.to_offset(zone.offset());
    format!("{} {:02}.{:02} {}", day(there.date()), there.hour(), there.minute(), zone.abbreviation())
}

/// Writes a day as programs read it: `2022-10-06`.
pub fn iso<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    date.map(|date| date.to_string()).serialize(serializer)
}

/// How long something takes, its two largest units: `29 hari 4 jam`, `2 menit`.
#[must_use]
pub fn span(seconds: u64) -> String {
    let units = [(86_400, "hari"), (3_600, "jam"), (60, "menit"), (1, "detik")];
    let first = units.iter().position(|(size, _)| seconds >= *size).unwrap_or(units.len() - 1);
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (size, name) in units.iter().skip(first).take(2) {
        let count = rest / size;
        rest %= size;
        if count > 0 || parts.is_empty() {
            parts.push(format!("{count} {name}"));
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn times_are_written_the_indonesian_way() {
        assert_eq!(moment(datetime!(2022-10-06 03:41 UTC)), "6 Oktober 2022 10.41 WIB");
        assert_eq!(moment(datetime!(2019-12-31 18:05 UTC)), "1 Januari 2020 01.05 WIB");
    }

    #[test]
    fn a_span_has_its_two_largest_units() {
        for (seconds, text) in [
            (0, "0 detik"),
            (59, "59 detik"),
            (60, "1 menit"),
            (61, "1 menit 1 detik"),
            (7_200, "2 jam"),
            (86_400 * 30 - 1, "29 hari 23 jam"),
            (86_400 + 59, "1 hari"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }
}
