//! Lists of communities, activities and participants as CSV files, row by row: a bad row is named, and harms no other. And lists
//! that are taken as a whole: codes, criteria.
//!
//! Only what cannot be read at all is refused here; whether a row is right, the registry says.

mod activity;
mod cells;
mod code;
mod columns;
mod community;
mod criterion;
mod file;
mod participant;
mod whole;

pub use activity::{ACTIVITY, activity_column, activity_row};
pub use cells::{Cells, Problem};
pub use code::{CODE, code_row};
pub use columns::{Column, Columns, HeaderError, template};
pub use community::{COMMUNITY, community_column, community_row};
pub use criterion::{CRITERION, criterion_row};
pub use file::{CsvFile, FileError, Numbered};
pub use participant::{PARTICIPANT, participant_row};
pub use whole::{Unreadable, whole};

#[cfg(test)]
mod tests;
