//! Where a community has its seat.

use kim_territory::{Adopted, Level, RegionCode};
use kim_values::{Region, RegionError};

/// Why a region is no seat.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeatError {
    #[error(transparent)]
    Region(#[from] RegionError),
    #[error("a community has its seat in a village, a district or a regency, not in {0}")]
    TooWide(RegionCode),
}

/// A region that a community may have its seat in: a village, a district or a regency.
pub fn parse(code: &str, decree: &str, adopted: &Adopted) -> Result<Region, SeatError> {
    let region = Region::parse(code, decree, adopted)?;
    match region.code.level() {
        Level::Village | Level::District | Level::Regency => Ok(region),
        Level::Nation | Level::Province => Err(SeatError::TooWide(region.code)),
    }
}

#[cfg(test)]
mod tests {
    use kim_territory::Decree;

    use super::*;

    #[test]
    fn a_seat_is_a_place_of_the_territory_in_force() {
        let newest = Adopted::default();
        let seat = |code: &str, decree: &str| parse(code, decree, &newest);
        for code in ["14.01", "14.01.01", "14.01.01.2009", "1401012009", " 14.01 "] {
            assert!(seat(code, "").is_ok(), "{code}");
        }
        assert!(seat("14.01.01.2009", "2022").is_ok(), "the same place then and now");
        let code = |text: &str| text.parse::<RegionCode>().expect("a region's code");
        assert_eq!(seat("", ""), Err(RegionError::Missing.into()));
        assert!(matches!(seat("14.1", ""), Err(SeatError::Region(RegionError::Malformed(_)))));
        assert!(matches!(seat("14.01", "1945"), Err(SeatError::Region(RegionError::DecreeUnknown(_)))));
        assert!(matches!(seat("14.01.01.9999", ""), Err(SeatError::Region(RegionError::Unknown(_)))));
        assert_eq!(seat("14", ""), Err(SeatError::TooWide(code("14"))));
        assert_eq!(seat("00", ""), Err(SeatError::TooWide(code("00"))));
        // Sorong became the capital of a province of its own.
        let of_other =
            RegionError::OfOtherDecree { code: code("92.71"), decree: Decree::D2022, today: Some(code("96.71")) };
        assert_eq!(seat("92.71", ""), Err(of_other.into()));
    }
}
