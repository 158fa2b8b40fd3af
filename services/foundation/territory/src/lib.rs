//! Regions by decree, time zones, the working-day calendar, and how dates and numbers are written.
//!
//! ```
//! use kim_territory::{RegionCode, Territory, Zone};
//!
//! let code: RegionCode = "14.01.01.2009".parse()?;
//! let region = Territory::current().require(&code)?;
//! assert_eq!(region.full_name(), "Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar");
//! assert_eq!(Zone::of(&code).abbreviation(), "WIB");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adopted;
mod calendar;
mod changes;
mod decree;
mod list;
mod named;
mod region;
mod search;
pub mod spelling;
mod succession;
mod territory;
mod tile;
#[cfg(test)]
mod title_case;
mod zone;

pub use adopted::{Adopted, RegionStep, Step};
pub use calendar::{Calendar, Holiday, HolidayKind, NoCalendar, WorkingDays};
pub use changes::{Act, ActKind, Change, Changes, Fate, Ruling, RulingError, Rulings, likeliest};
pub use decree::{Decree, UnknownDecree};
pub use list::{ListError, RegionList};
pub use named::Region;
pub use region::{Kind, Level, RegionCode, RegionCodeError};
pub use succession::{Hint, Succession, UnknownRegion};
pub use territory::Territory;
pub use tile::{Tile, tiles};
pub use zone::Zone;

/// To be shown wherever names or codes of regions are shown or exported: the licence of the lists asks for it.
pub const NOTICE: &str = "Contains data of idn-area-data, made available under the Open Database License (ODbL)";
