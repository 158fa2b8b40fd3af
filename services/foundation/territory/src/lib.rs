//! Regions by decree, time zones, and the working-day calendar.

mod decree;
mod region;
mod zone;

pub use decree::{Decree, UnknownDecree};
pub use region::{Kind, Level, RegionCode, RegionCodeError};
pub use zone::Zone;
