//! What every context's domain is made of: public texts, regions, codes, periods, hashes, opaque ids. Each is valid or does not exist.
//!
//! ```
//! use kim_values::{PublicName, Region, TextError};
//!
//! let region = Region::parse("14.01", "", &kim_territory::Adopted::default())?;
//! assert_eq!(region.zone().abbreviation(), "WIB");
//! assert_eq!(PublicName::parse("0812-3456-789"), Err(TextError::NoLetter));
//! # Ok::<(), kim_values::RegionError>(())
//! ```

mod by_date;
mod code;
mod edition;
mod hash;
mod id;
mod link;
mod months;
mod name;
mod period;
mod region;
mod text;

pub use by_date::ByDate;
pub use code::{Code, is_code};
pub use edition::{Edition, Editions};
pub use hash::DocumentHash;
pub use id::VaultRef;
pub use link::{Link, LinkError};
pub use months::{is_far_ahead, months_after};
pub use name::PublicName;
pub use period::{Period, PeriodKind};
pub use region::{Region, RegionError};
pub use text::{TextError, prose, public_text};
