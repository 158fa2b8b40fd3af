//! Days and moments: the clock stops at Jakarta's midnights, and people write in their own zone.

use kim_territory::{RegionCode, Zone};
use time::{Date, OffsetDateTime};

/// Midnight in Jakarta, with which `day` begins: two hours after it began in the east.
#[must_use]
pub fn midnight(day: Date) -> OffsetDateTime {
    day.midnight().assume_offset(Zone::JAKARTA.offset())
}

/// Midnight at `place`, with which `day` begins.
#[must_use]
pub fn at(place: &RegionCode, day: Date) -> OffsetDateTime {
    day.midnight().assume_offset(Zone::of(place).offset())
}
