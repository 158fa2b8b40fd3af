//! Between the domain and the contract: how events are written and read, and how an answer says what the domain knows.

pub mod assessment;
pub mod community;
pub mod date;
pub mod happened;
pub mod master;
pub mod pairs;
pub mod partnership;
pub mod period;
pub mod region;
mod stored;
pub mod training;

pub use happened::Happened;
pub use stored::or_empty;
