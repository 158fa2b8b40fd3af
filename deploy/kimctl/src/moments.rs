//! Moments as people type them.

use kim_territory::Zone;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset, format_description::well_known::Rfc3339};

use crate::dates::{self, BadDate};

/// What a person is told to type.
pub const FORM: &str = "tulis tanggal dengan jamnya, misalnya 14/03/2026 08.30 atau 2026-03-14 08:30; waktu Jakarta bila tidak diikuti WIB, WITA, atau WIT";

const ZONES: [Zone; 3] = [Zone::Wib, Zone::Wita, Zone::Wit];

/// `2026-03-14 08:30`, `14/03/2026 08.30 WITA`, `2026-03-14T08:30:00+07:00`. A date alone is the end of that day, or `now` when the
/// day is not over: what was reported of a day is never before what happened on it, and never in the future.
pub fn parse(text: &str, now: OffsetDateTime) -> Result<OffsetDateTime, BadDate> {
    let text = text.trim();
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(moment);
    }
    let (text, offset) = zone(text);
    if let Some((day, clock)) = text.split_once([' ', 'T']) {
        return Ok(at(dates::parse(day)?, time_of_day(clock.trim()).ok_or(BadDate::Form)?, offset));
    }
    let day = dates::parse(text)?;
    let begin = at(day, Time::MIDNIGHT, offset);
    let end = begin + Duration::DAY - Duration::SECOND;
    Ok(if begin <= now { end.min(now) } else { end })
}

fn at(day: Date, time: Time, offset: UtcOffset) -> OffsetDateTime {
    day.with_time(time).assume_offset(offset)
}

/// The text without its zone, and the zone's offset.
fn zone(text: &str) -> (&str, UtcOffset) {
    let named = ZONES.into_iter().find_map(|zone| {
        let rest = text.strip_suffix(zone.abbreviation())?;
        Some((rest.trim_end(), zone.offset()))
    });
    named.unwrap_or((text, Zone::JAKARTA.offset()))
}

/// `08.30`, `8:30`, `08:30:15`.
#[must_use]
pub fn time_of_day(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split([':', '.']).collect();
    let is_number = |part: &&str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(parts.len(), 2 | 3) || !parts.iter().all(is_number) {
        return None;
    }
    let number = |place: usize| parts.get(place).map_or(Ok(0), |part| part.parse::<u8>());
    Time::from_hms(number(0).ok()?, number(1).ok()?, number(2).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now = datetime!(2026-03-14 10:00 UTC);
        for (text, moment) in [
            ("2026-03-14 08:30", datetime!(2026-03-14 01:30 UTC)),
            ("14/03/2026 8.30", datetime!(2026-03-14 01:30 UTC)),
            ("14-03-2026 08.30 WITA", datetime!(2026-03-14 00:30 UTC)),
            ("14/03/2026 08:30:15 WIT", datetime!(2026-03-13 23:30:15 UTC)),
            ("2026-03-14T08:30:00+07:00", datetime!(2026-03-14 01:30 UTC)),
            ("2026-03-14T08:30", datetime!(2026-03-14 01:30 UTC)),
        ] {
            assert_eq!(parse(text, now), Ok(moment), "{text}");
        }
        for (text, why) in [
            ("kemarin", BadDate::Form),
            ("2026-03-14 8", BadDate::Form),
            ("2026-03-14 25.00", BadDate::Form),
            ("2026-02-30 08.00", BadDate::Calendar),
        ] {
            assert_eq!(parse(text, now), Err(why), "{text}");
        }
    }

    #[test]
    fn a_date_alone_is_the_end_of_that_day_and_never_in_the_future() {
        let now = datetime!(2026-03-14 10:00 UTC);
        assert_eq!(parse("2026-03-13", now), Ok(datetime!(2026-03-13 23:59:59 +7)));
        assert_eq!(parse("2026-03-14", now), Ok(now));
        assert_eq!(
            parse("2026-03-20", now),
            Ok(datetime!(2026-03-20 23:59:59 +7)),
            "the service says that it is ahead"
        );
    }
}
