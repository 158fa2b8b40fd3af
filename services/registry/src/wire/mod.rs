//! Between the domain and the contract: how events are written and read, and how an answer says what the domain knows.

pub mod assessment;
pub mod community;
pub mod level;
pub mod master;
mod pairs;
pub mod partnership;
pub mod rule_version;
pub mod training;
