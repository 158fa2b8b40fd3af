//! When a campaign runs.

use kim_territory::{Level, RegionCode, Zone};
use time::{Date, Duration, OffsetDateTime, Time};

/// The longest that a campaign runs, in days.
pub const MAX_DAYS: i64 = 366;

/// From `starts_at` on the first day to the end of the last one, in the zone of each region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: Date,
    pub until: Date,
    pub starts_at: MinuteOfDay,
}

/// Minutes after midnight, below 1,440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// `None` from 1,440 on.
    #[must_use]
    pub fn new(minute: u16) -> Option<Self> {
        (minute < 1_440).then_some(Self(minute))
    }

    #[must_use]
    pub fn minutes(self) -> u16 {
        self.0
    }

    fn time(self) -> Time {
        let hour = u8::try_from(self.0 / 60).expect("below 24");
        let minute = u8::try_from(self.0 % 60).expect("below 60");
        Time::from_hms(hour, minute, 0).expect("a time of the day")
    }
}

impl Window {
    /// The moment at which it opens in `zone`.
    #[must_use]
    pub fn opens(self, zone: Zone) -> OffsetDateTime {
        self.from.with_time(self.starts_at.time()).assume_offset(zone.offset())
    }

    /// The first moment after it in `zone`.
    #[must_use]
    pub fn closes(self, zone: Zone) -> OffsetDateTime {
        self.until.next_day().unwrap_or(self.until).midnight().assume_offset(zone.offset())
    }

    #[must_use]
    pub fn is_open(self, zone: Zone, now: OffsetDateTime) -> bool {
        (self.opens(zone)..self.closes(zone)).contains(&now)
    }

    /// The hour of its opening on each of its days in `zone`.
    pub fn hours(self, zone: Zone) -> impl Iterator<Item = OffsetDateTime> {
        (0..self.days()).map(move |day| self.opens(zone) + Duration::days(day))
    }

    /// Whether it is open, and the hour of its opening has come today.
    #[must_use]
    pub fn is_hour(self, zone: Zone, now: OffsetDateTime) -> bool {
        self.is_open(zone, now) && now.to_offset(zone.offset()).time() >= self.starts_at.time()
    }

    /// The moment at which it opens in the first of these regions.
    #[must_use]
    pub fn begins(self, regions: impl IntoIterator<Item = RegionCode>) -> OffsetDateTime {
        self.opens(each_zone(regions).max_by_key(|zone| zone.offset()).unwrap_or(Zone::JAKARTA))
    }

    /// The first moment after it in the last of these regions.
    #[must_use]
    pub fn ends(self, regions: impl IntoIterator<Item = RegionCode>) -> OffsetDateTime {
        self.closes(each_zone(regions).min_by_key(|zone| zone.offset()).unwrap_or(Zone::JAKARTA))
    }

    #[must_use]
    pub fn days(self) -> i64 {
        (self.until - self.from).whole_days() + 1
    }
}

/// The nation has all three.
fn each_zone(regions: impl IntoIterator<Item = RegionCode>) -> impl Iterator<Item = Zone> {
    const ALL: [Zone; 3] = [Zone::Wib, Zone::Wita, Zone::Wit];
    regions.into_iter().flat_map(|code| {
        let zone = Zone::of(&code);
        ALL.into_iter().filter(move |of| code.level() == Level::Nation || *of == zone)
    })
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    fn code(text: &str) -> RegionCode {
        text.parse().expect("a region's code")
    }

    #[test]
    fn it_opens_at_the_hour_of_each_zone_and_closes_with_its_last_day() {
        let starts_at = MinuteOfDay::new(480).expect("eight in the morning");
        let window = Window { from: date!(2026 - 01 - 05), until: date!(2026 - 01 - 11), starts_at };
        assert_eq!(window.opens(Zone::Wib), datetime!(2026-01-05 01:00 UTC));
        assert_eq!(window.opens(Zone::Wit), datetime!(2026-01-04 23:00 UTC));
        assert_eq!(window.closes(Zone::Wita), datetime!(2026-01-11 16:00 UTC));
        assert_eq!(window.days(), 7);
        let hours: Vec<_> = window.hours(Zone::Wib).collect();
        assert_eq!((hours.len(), hours[1]), (7, datetime!(2026-01-06 01:00 UTC)));
        for (now, is_open, is_hour) in [
            (datetime!(2026-01-05 00:59 UTC), false, false),
            (datetime!(2026-01-05 01:00 UTC), true, true),
            (datetime!(2026-01-05 17:00 UTC), true, false),
            (datetime!(2026-01-11 16:59 UTC), true, true),
            (datetime!(2026-01-11 17:00 UTC), false, false),
        ] {
            assert_eq!((window.is_open(Zone::Wib, now), window.is_hour(Zone::Wib, now)), (is_open, is_hour), "{now}");
        }
        for (regions, begins, ends) in [
            (vec!["00"], datetime!(2026-01-04 23:00 UTC), datetime!(2026-01-11 17:00 UTC)),
            (vec!["14", "14.01"], datetime!(2026-01-05 01:00 UTC), datetime!(2026-01-11 17:00 UTC)),
            (vec!["94"], datetime!(2026-01-04 23:00 UTC), datetime!(2026-01-11 15:00 UTC)),
            (vec!["51", "14"], datetime!(2026-01-05 00:00 UTC), datetime!(2026-01-11 17:00 UTC)),
        ] {
            let codes = || regions.iter().map(|text| code(text));
            assert_eq!(window.begins(codes()), begins, "{regions:?}");
            assert_eq!(window.ends(codes()), ends, "{regions:?}");
        }
    }

    #[test]
    fn a_day_has_1440_minutes() {
        assert_eq!(MinuteOfDay::new(1_440), None);
        assert_eq!(MinuteOfDay::new(1_439).map(MinuteOfDay::time), Time::from_hms(23, 59, 0).ok());
    }
}
