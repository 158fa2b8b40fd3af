//! The channels out: what a community is told goes to its endpoints, too. A subscriber of the service's own log puts messages into the queue, a
//! worker sends them, and what came of them goes back into the log as receipts.

mod fold;
mod message;
mod schema;

pub use message::{Kind, Notification};

/// Where the channels' tables are in the service's database.
pub const SCHEMA: &str = "channel";
