//! `kimctl import`: a file's rows to the service that takes them, and what became of each.

mod check;
mod report;
mod send;

pub use check::{Check, check};
pub use report::{BadRow, Outcome};
pub(crate) use report::{bad_rows, table};
pub use send::{activities, communities, reports};

use crate::{
    cli::List,
    sheet::{ACTIVITY, COMMUNITY, REPORT, template},
};

/// A file to fill in.
#[must_use]
pub fn template_of(list: List) -> String {
    match list {
        List::Communities => template(&COMMUNITY),
        List::Activities => template(&ACTIVITY),
        List::Reports => template(&REPORT),
    }
}
