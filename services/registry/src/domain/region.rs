//! A region as its code under a decree, and the seat of a community.

use kim_territory::{Decree, Level, RegionCode, RegionCodeError, Territory, UnknownDecree, UnknownRegion, Zone};
use time::{Date, OffsetDateTime};

/// A region's code and the decree that gave it. A code means nothing without its decree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region {
    pub code: RegionCode,
    pub decree: Decree,
}

/// Why a code is no region of today. The territory's own errors are in Indonesian, for officers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    #[error("the region's code is missing")]
    Missing,
    #[error("the region's code is malformed: {0}")]
    Malformed(#[from] RegionCodeError),
    #[error("no territory is called so: {0}")]
    DecreeUnknown(#[from] UnknownDecree),
    #[error("no such region: {0}")]
    Unknown(UnknownRegion),
    #[error("the code {code} belongs to the territory of {decree}, not to today's")]
    OfOtherDecree {
        code: RegionCode,
        decree: Decree,
        /// Today's code of the same place, where one can be told.
        today: Option<RegionCode>,
    },
    #[error("a community has its seat in a village, a district or a regency, not in {0}")]
    NoSeat(RegionCode),
}

impl Region {
    /// The nation, by today's decree.
    #[must_use]
    pub fn nation() -> Self {
        Self { code: RegionCode::NATION, decree: Decree::CURRENT }
    }

    /// A region of today's territory. An empty decree means today's; another one is accepted where the code still names the same place.
    pub fn parse(code: &str, decree: &str) -> Result<Self, RegionError> {
        if code.trim().is_empty() {
            return Err(RegionError::Missing);
        }
        let code: RegionCode = code.parse()?;
        let decree = if decree.trim().is_empty() { Decree::CURRENT } else { decree.parse()? };
        let today = Territory::current();
        if decree != Decree::CURRENT {
            Territory::of(decree).require(&code).map_err(RegionError::Unknown)?;
            let now = today.moved(&code, decree);
            if now != Some(code) {
                return Err(RegionError::OfOtherDecree { code, decree, today: now });
            }
        } else if let Err(unknown) = today.require(&code) {
            return Err(match today.elsewhere(&code).pop() {
                Some(decree) => RegionError::OfOtherDecree { code, decree, today: today.moved(&code, decree) },
                None => RegionError::Unknown(unknown),
            });
        }
        Ok(Self { code, decree: Decree::CURRENT })
    }

    /// A region that a community may have its seat in: a village, a district or a regency.
    pub fn parse_seat(code: &str, decree: &str) -> Result<Self, RegionError> {
        let region = Self::parse(code, decree)?;
        match region.code.level() {
            Level::Village | Level::District | Level::Regency => Ok(region),
            Level::Nation | Level::Province => Err(RegionError::NoSeat(region.code)),
        }
    }

    #[must_use]
    pub fn zone(self) -> Zone {
        Zone::of(&self.code)
    }

    /// The day that it is there at `now`.
    #[must_use]
    pub fn today(self, now: OffsetDateTime) -> Date {
        self.zone().date_of(now)
    }

    /// The first moment of `day` there.
    #[must_use]
    pub fn midnight(self, day: Date) -> OffsetDateTime {
        day.midnight().assume_offset(self.zone().offset())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_a_place_of_todays_territory() {
        for code in ["14.01", "14.01.01", "14.01.01.2009", "1401012009", " 14.01 "] {
            assert!(Region::parse_seat(code, "").is_ok(), "{code}");
        }
        assert!(Region::parse_seat("14.01.01.2009", "2022").is_ok(), "the same place then and now");
        let code = |text: &str| text.parse::<RegionCode>().expect("a region's code");
        assert_eq!(Region::parse_seat("", ""), Err(RegionError::Missing));
        assert!(matches!(Region::parse_seat("14.1", ""), Err(RegionError::Malformed(_))));
        assert!(matches!(Region::parse_seat("14.01", "1945"), Err(RegionError::DecreeUnknown(_))));
        assert!(matches!(Region::parse_seat("14.01.01.9999", ""), Err(RegionError::Unknown(_))));
        assert_eq!(Region::parse_seat("14", ""), Err(RegionError::NoSeat(code("14"))));
        assert_eq!(Region::parse_seat("00", ""), Err(RegionError::NoSeat(code("00"))));
        // Sorong became the capital of a province of its own.
        assert_eq!(
            Region::parse_seat("92.71", ""),
            Err(RegionError::OfOtherDecree { code: code("92.71"), decree: Decree::D2022, today: Some(code("96.71")) })
        );
        assert!(Region::parse("14", "").is_ok());
        assert!(Region::parse("00", "").is_ok());
    }
}
