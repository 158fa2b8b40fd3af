//! The append-only log on PostgreSQL, its relay to `JetStream`, and the checkpointed subscriber.
//!
//! Data goes one way: [`Repository::execute`] decides and appends to the [`Log`]; the relay publishes what is committed to the
//! stream, whose sequence is the log's position; a subscriber folds the stream into a read model, with its checkpoint in the
//! read model's own transaction.

mod append;
mod attached;
mod bearer;
mod checkpoint;
mod cipher;
mod comparison;
mod consumer;
mod erasure;
mod event;
mod feed;
mod gate;
mod gauges;
mod group;
mod guard;
mod leader;
mod ledger;
mod log;
mod message;
mod metrics;
mod part;
mod part_reader;
mod patience;
mod position;
mod progress;
mod reconcile;
mod relay;
mod relay_lag;
mod remote;
mod repository;
mod request;
mod service;
mod snapshot;
mod stream;
mod subscriber;
mod tail;
mod tally;
mod turns;
mod vault;
mod whole;

pub use append::{AppendError, Appended, Claim, Member};
pub use attached::Seal;
pub use bearer::{Bearer, BearerError};
pub use checkpoint::{Checkpoint, Checkpoints, Parked, Partition};
pub use erasure::{Erasures, NoErasures};
pub use event::{MAX_PAYLOAD, NewEvent, Place, Recorded, subject};
pub use feed::{Feed, FeedError};
pub use gate::{Closed, Gate, Reason};
pub use guard::{Guard, GuardError, Prepare, PrepareError, Restoring};
pub use leader::Leadership;
pub use log::{Filter, Log, OpenError, OpenOptions};
pub use message::{MessageError, recorded, stream_name, stream_subjects};
pub use metrics::Metrics;
pub use part::{Part, PartError};
pub use patience::{answered, in_time};
pub use position::{LogId, Position, Version, raise};
pub use progress::{Agreement, Progress, ReaderState, reached};
pub use reconcile::{Choice, Decision, Plan, ReconcileError, Relation, Wish};
pub use relay::{Alarm, Relay, RelayStatus, Retention};
pub use relay_lag::measure_relay;
pub use remote::{LogHead, RemoteLog, RemoteLogError, from_proto, instant, timestamp};
pub use repository::{Aggregate, Done, Envelope, ExecuteError, Proposal, Repository, Snapshot};
pub use request::{MAX_REQUEST_AGE, RequestIdError, RequestKey, RequestKeys};
pub use service::{Authorise, AuthoriseDecision, Explain, LogService, Reconciling};
pub use subscriber::{Fold, FoldError, Subscriber};
pub use tally::Tally;
pub use turns::InTurn;
pub use vault::{Opened, Sealed, Vault, VaultError};
