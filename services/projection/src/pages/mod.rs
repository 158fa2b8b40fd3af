//! The pages: everything between a plain view model and HTML.

mod address;
mod finding;
mod format;
mod language;
mod model;

pub use model::*;
