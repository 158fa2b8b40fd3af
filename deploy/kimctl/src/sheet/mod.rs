//! Lists of communities and activities as CSV files, row by row: a bad row is named, and harms no other.
//!
//! Only what cannot be read at all is refused here; whether a row is right, the registry says.

mod activity;
mod cells;
mod columns;
mod community;
mod file;

pub use activity::{ACTIVITY, activity_column, activity_row};
pub use cells::Problem;
pub use columns::{Column, Columns, HeaderError, template};
pub use community::{COMMUNITY, community_column, community_row};
pub use file::{CsvFile, FileError, Numbered};

#[cfg(test)]
mod tests;
