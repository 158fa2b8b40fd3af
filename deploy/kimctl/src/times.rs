//! Times the Indonesian way.

use kim_territory::{Zone, spelling::day};
use prost_types::Timestamp;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// `6 Oktober 2022 10.41 WIB`, in the time of Jakarta.
#[must_use]
pub fn moment(time: OffsetDateTime) -> String {
    let zone = Zone::JAKARTA;
    let there = time.to_offset(zone.offset());
    format!("{} {:02}.{:02} {}", day(there.date()), there.hour(), there.minute(), zone.abbreviation())
}

#[must_use]
pub fn to_proto(time: OffsetDateTime) -> Timestamp {
    let nanos = i32::try_from(time.nanosecond()).expect("less than a second");
    Timestamp { seconds: time.unix_timestamp(), nanos }
}

/// `2022-10-06T03:41:00Z`; `None` when there is no moment.
#[must_use]
pub fn rfc3339(time: Option<&Timestamp>) -> Option<String> {
    let time = OffsetDateTime::from_unix_timestamp(time?.seconds).ok()?;
    time.format(&Rfc3339).ok()
}

/// [`moment`], from how it stands in JSON; empty when there is none.
#[must_use]
pub fn spelled(rfc3339: Option<&str>) -> String {
    rfc3339.and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok()).map(moment).unwrap_or_default()
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
    fn a_moment_is_shown_in_words_and_kept_in_figures() {
        let kept = rfc3339(Some(&to_proto(datetime!(2022-10-06 10:41 +7))));
        assert_eq!(kept.as_deref(), Some("2022-10-06T03:41:00Z"));
        assert_eq!(spelled(kept.as_deref()), "6 Oktober 2022 10.41 WIB");
        assert_eq!((rfc3339(None), spelled(None)), (None, String::new()));
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
