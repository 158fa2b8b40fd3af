//! The append-only log on PostgreSQL, its relay to `JetStream`, and the checkpointed subscriber.
//!
//! Data goes one way: [`Repository::execute`] decides and appends to the [`Log`]; the relay publishes what is committed to the
//! stream, whose sequence is the log's position; a subscriber folds the stream into a read model, with its checkpoint in the
//! read model's own transaction.

mod append;
mod event;
mod log;
mod metrics;
mod position;
mod repository;
mod request;
mod vault;

pub use append::{AppendError, Appended, Claim, Member};
pub use event::{MAX_PAYLOAD, NewEvent, Place, Recorded, subject};
pub use log::{Filter, Log, OpenError, OpenOptions};
pub use metrics::Metrics;
pub use position::{LogId, Position, Version};
pub use repository::{Aggregate, Done, Envelope, ExecuteError, Proposal, Repository, Snapshot};
pub use request::{MAX_REQUEST_AGE, RequestIdError, RequestKey, RequestKeys};
pub use vault::{Opened, Sealed, Vault, VaultError};
