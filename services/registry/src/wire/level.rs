//! Levels of regions.

use kim_contract::registry::v1::RegionLevel as Proto;
use kim_territory::Level;

#[must_use]
pub fn to_proto(level: Level) -> Proto {
    match level {
        Level::Nation => Proto::Nation,
        Level::Province => Proto::Province,
        Level::Regency => Proto::Regency,
        Level::District => Proto::District,
        Level::Village => Proto::Village,
    }
}

/// `None` for "unspecified", and for a value that the contract of today does not have.
#[must_use]
pub fn from_proto(level: i32) -> Option<Level> {
    let levels = [Level::Nation, Level::Province, Level::Regency, Level::District, Level::Village];
    levels.into_iter().find(|&of| i32::from(to_proto(of)) == level)
}
