//! `kimctl status`: where everything stands, in one screen, whatever part of it is down.

mod ask;
mod figures;
mod http;
mod metrics;
mod screen;
mod verdict;

use serde::Serialize;

use crate::log::{LogContext, closure::Decided};

pub use ask::report;
pub use figures::{Appends, IndexState, Load, Outcomes, Pool, ReaderState, RelayState};

/// Where everything stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Each write service with its log: the registry, which the others follow, first.
    pub logs: Vec<WriteService>,
    pub projection: Service,
    pub nats: Broker,
    /// `None` when the projection did not say.
    pub read_model: Option<ReadModelState>,
    /// `None` when it is another replica that folds, or the projection's measurements could not be read.
    pub reader: Option<ReaderState>,
    /// What is wrong, and what to do; empty when all is well.
    pub problems: Vec<Problem>,
}

/// A write service, its log, and the stream that has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WriteService {
    pub context: LogContext,
    pub service: Service,
    /// `None` when the service did not say.
    pub log: Option<LogState>,
    /// `None` when the broker did not say, or has no such stream.
    pub stream: Option<StreamState>,
    /// How appends go; `None` when the service's measurements could not be read.
    pub appends: Option<Appends>,
    /// `None` when it is another replica that publishes, or the measurements could not be read.
    pub relay: Option<RelayState>,
    /// `None` when the measurements could not be read.
    pub index: Option<IndexState>,
    /// Its copy of the registry; `None` for a service that has none, when another replica keeps it, or when the measurements could not be
    /// read.
    pub copy: Option<ReaderState>,
}

/// A service and its health.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Service {
    pub address: String,
    /// What gRPC health says.
    pub health: Health,
    /// What `/readyz` says; `None` where it was not asked, or did not answer.
    pub readiness: Option<Readiness>,
    /// Its calls and connections, since it was started; `None` where its measurements could not be read.
    pub load: Option<Load>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    Serving,
    NotServing,
    Silent,
}

/// Ready, or the conditions that are not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    pub ready: bool,
    /// The service's own words.
    pub said: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broker {
    pub address: String,
    /// Why it cannot be asked; `None` when it answers.
    pub trouble: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogState {
    pub log_id: String,
    pub position: i64,
    pub simulated: bool,
    /// When the newest event was recorded, in seconds since 1970.
    pub recorded: Option<i64>,
    /// Why it takes no events; `None` while it takes them.
    pub closed: Option<String>,
    /// The last decision about it after a restore.
    pub decided: Option<Decided>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StreamState {
    pub name: String,
    /// The oldest and the newest sequence that the broker has.
    pub first: i64,
    pub position: i64,
    pub bytes: u64,
    /// Behind the log, but going on while it was looked at.
    pub catching_up: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadModelState {
    /// How far each log is folded that was heard of.
    pub logs: Vec<FoldedLog>,
    pub lag_ms: i64,
    pub generation: i64,
    pub decree: String,
    /// How many aggregates are parked; the first of them are listed.
    pub parked_aggregates: i64,
    pub parked: Vec<ParkedState>,
}

/// How far the read model has come in one log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoldedLog {
    pub context: LogContext,
    pub position: i64,
    /// Behind the log, but going on while it was looked at.
    pub catching_up: bool,
}

impl ReadModelState {
    /// How far it has come in a log; `None` when it never heard of it.
    #[must_use]
    pub fn folded(&self, context: LogContext) -> Option<&FoldedLog> {
        self.logs.iter().find(|log| log.context == context)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParkedState {
    pub aggregate_id: String,
    pub position: i64,
    pub r#type: String,
    pub reason: String,
    /// Events held back since.
    pub events: i64,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub what: String,
    /// What to do.
    pub remedy: String,
}
