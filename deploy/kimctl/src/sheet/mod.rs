//! Lists as CSV and XLSX files, row by row: a bad row is named, and harms no other. And lists that are taken as a whole: codes,
//! criteria, participants.
//!
//! Only what cannot be read at all is refused here; whether a row is right, the registry says.

mod activity;
mod cells;
mod code;
mod columns;
mod community;
mod community_id;
mod criterion;
mod csv_file;
mod file;
mod listing;
mod naming;
mod participant;
mod reading;
mod report;
mod seats;
mod whole;
mod workbook;

pub use activity::{ACTIVITY, activity_column, activity_row};
pub use cells::{Cells, Problem};
pub use code::{CODE, code_row};
pub use columns::{Column, Columns, HeaderError, template};
pub use community::{COMMUNITY, LISTED, community_column, community_row};
pub use community_id::{COMMUNITY_ID, community_id_row};
pub use criterion::{CRITERION, criterion_row};
pub use file::{FileError, Numbered, Sheet};
pub use listing::{Listing, unplaced};
pub use naming::Naming;
pub use participant::{PARTICIPANT, participant_row};
pub use reading::{CommunityFile, Reading};
pub use report::{REPORT, report_column, report_row};
pub use seats::Seats;
pub use whole::{Unreadable, whole};

#[cfg(test)]
mod tests;
