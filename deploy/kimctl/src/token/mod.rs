//! `kimctl token`: issued with the local nation's key, and read.

mod claims;
mod issue;
mod show;

pub use claims::Claims;
pub use issue::{Issued, issue};
pub use show::{Shown, show};
