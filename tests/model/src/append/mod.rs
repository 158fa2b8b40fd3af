//! Appends in groups: `append.rs` and `group.rs` of the event log, and `log.append` in its migrations.
//!
//! | step | in the code |
//! |---|---|
//! | [`Action::Ask`] | `Repository::execute` decides on what is committed, and `Appender::append` queues the member |
//! | [`Action::Impatient`] | the caller's deadline; what it queued goes on, and the caller asks again with the same request id |
//! | [`Action::Group`] | `Writer::next_group`, or a half of a group that `Writer::commit` has split |
//! | [`Action::Lock`] | `pg_advisory_xact_lock`, and the statement after it that reads the head |
//! | [`Action::Insert`] | the rest of `log.append`: key, version, claims, then rows; or somebody stands in the way, and `append_group` comes again; or the database's refusal, and `is_guilt` |
//! | [`Action::Commit`] | the end of the implicit transaction: rows are seen and the lock is free |
//! | [`Action::Reply`] | `Writer::commit` answers |
//! | [`Action::Cut`], [`Action::Abort`] | the connection breaks: the writer says "unavailable", and the backend goes on, or not |
//! | [`Action::Crash`] | the replica is killed: queue and halves are gone, its backend goes on, or not |
//! | [`Action::Read`] | `Log::read` after a position |
//!
//! Left out: vault rows, which stand and fall with the events; the bound of the queue, beyond which nothing is tried; names that
//! are given back; the database's own crash, which is an [`Action::Abort`] of every session.

mod group;
mod property;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use state::{Answer, Client, Event, Member, Outcome, Replica, Seen, Session, Stage, Standing, State};
pub use step::Action;

/// What a client wants to be done: one aggregate's events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    pub aggregate: u8,
    pub events: u8,
    /// A name that the aggregate is to hold.
    pub claim: Option<u8>,
    /// The database refuses its events for their data.
    pub poisoned: bool,
    /// The domain refuses it unless the aggregate is new.
    pub first_only: bool,
}

impl Command {
    #[must_use]
    pub fn on(aggregate: u8) -> Self {
        Self { aggregate, events: 1, claim: None, poisoned: false, first_only: false }
    }
}

/// How positions are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// `max(position) + 1…`, read in a statement of its own.
    Counted,
    /// From a database sequence, which no abort sets back.
    Sequence,
}

/// What keeps the properties. [`Guards::ALL`] is the code; each other value lacks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Guards {
    pub lock: bool,
    /// Each statement sees what was committed before it, not before the lock.
    pub snapshot_after_lock: bool,
    pub version_check: bool,
    pub key_check: bool,
    /// The primary keys and unique constraints of the tables.
    pub constraints: bool,
    pub positions: Positions,
    /// Members that share a claim do not share a group.
    pub clashes: bool,
    /// A refused group is halved until only the guilty member fails.
    pub split: bool,
    pub reply_after_commit: bool,
    /// A refusal is given only after a look whether the request was carried out before.
    pub asks_before_refusing: bool,
}

impl Guards {
    pub const ALL: Self = Self {
        lock: true,
        snapshot_after_lock: true,
        version_check: true,
        key_check: true,
        constraints: true,
        positions: Positions::Counted,
        clashes: true,
        split: true,
        reply_after_commit: true,
        asks_before_refusing: true,
    };
}

/// The model: replicas of a service, their sessions, and clients that each want one command done once.
#[derive(Debug, Clone)]
pub struct Append {
    /// One a client.
    pub commands: Vec<Command>,
    pub replicas: u8,
    /// How often a replica is killed.
    pub crashes: u8,
    /// How often the connection to a session breaks.
    pub cuts: u8,
    /// How often a client asks again without an answer.
    pub patience: u8,
    pub guards: Guards,
}
