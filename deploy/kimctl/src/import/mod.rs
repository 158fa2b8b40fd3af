//! `kimctl import`: a file's rows to the registry, and what became of each.

mod check;
mod report;
mod send;

pub use check::{Check, check};
pub use report::{BadRow, Outcome};
pub(crate) use report::{bad_rows, table};
pub use send::{activities, communities};

use crate::{
    cli::List,
    sheet::{ACTIVITY, COMMUNITY, template},
};

/// A file to fill in.
#[must_use]
pub fn template_of(list: List) -> String {
    match list {
        List::Communities => template(&COMMUNITY),
        List::Activities => template(&ACTIVITY),
    }
}
