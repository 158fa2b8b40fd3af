//! Between a domain and the contract: what stands in fields of many messages, and what the log asks beside an event.

pub mod date;
mod happened;
mod pairs;
pub mod period;
pub mod region;
pub mod stored;
pub mod territory;

pub use happened::Happened;
pub use pairs::{Paired, to_columns};
