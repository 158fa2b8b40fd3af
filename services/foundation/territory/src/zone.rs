//! Indonesia's three time zones, by province.

use crate::{Level, RegionCode};
use time::{Date, OffsetDateTime, UtcOffset};

/// The time zone of an office: a day is a day in the zone of whoever has to act. No zone has summer time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Western, UTC+7.
    Wib,
    /// Central, UTC+8.
    Wita,
    /// Eastern, UTC+9.
    Wit,
}

impl Zone {
    /// The zone of national offices.
    pub const JAKARTA: Self = Self::Wib;

    /// The zone of the province that the code lies in; the nation's is Jakarta's.
    ///
    /// Codes begin with their island group (1 and 2 Sumatera, 3 Jawa, 5 Bali and Nusa Tenggara, 6 Kalimantan, 7 Sulawesi,
    /// 8 Maluku, 9 Papua), and zones follow those groups but in Kalimantan.
    #[must_use]
    pub fn of(code: &RegionCode) -> Self {
        if code.level() == Level::Nation {
            return Self::JAKARTA;
        }
        match code.province_number() {
            61 | 62 => Self::Wib,
            50..=79 => Self::Wita,
            80.. => Self::Wit,
            _ => Self::Wib,
        }
    }

    #[must_use]
    pub fn offset(self) -> UtcOffset {
        let hours = match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        };
        UtcOffset::from_hms(hours, 0, 0).expect("whole hours below 26 are an offset")
    }

    /// `WIB`, `WITA` or `WIT`.
    #[must_use]
    pub const fn abbreviation(self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    /// The calendar day that an instant falls on in this zone.
    #[must_use]
    pub fn date_of(self, instant: OffsetDateTime) -> Date {
        instant.to_offset(self.offset()).date()
    }
}
