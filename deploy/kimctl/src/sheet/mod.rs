//! Lists of communities and activities as CSV and XLSX files, row by row: a bad row is named, and harms no other.
//!
//! Only what cannot be read at all is refused here; whether a row is right, the registry says.

mod activity;
mod cells;
mod columns;
mod community;
mod csv_file;
mod file;
mod listing;
mod naming;
mod reading;
mod seats;
mod workbook;

pub use activity::{ACTIVITY, activity_column, activity_row};
pub use cells::Problem;
pub use columns::{Column, Columns, HeaderError, template};
pub use community::{COMMUNITY, LISTED, community_column, community_row};
pub use file::{FileError, Numbered, Sheet};
pub use listing::{Listing, unplaced};
pub use naming::Naming;
pub use reading::{CommunityFile, Reading};
pub use seats::Seats;

#[cfg(test)]
mod tests;
