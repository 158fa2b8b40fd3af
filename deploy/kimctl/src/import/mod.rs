//! `kimctl import`: a file's rows to the registry, and what became of each.

mod report;
mod send;

pub use report::{BadRow, Outcome};
pub use send::{activities, communities};

use crate::{
    cli::List,
    csv_rows::{ACTIVITY, COMMUNITY, template},
};

/// A file to fill in.
#[must_use]
pub fn template_of(list: List) -> String {
    match list {
        List::Communities => template(&COMMUNITY),
        List::Activities => template(&ACTIVITY),
    }
}
