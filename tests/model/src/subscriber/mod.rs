//! The subscriber: two writers of one read model, of which each believes to be the one.
//!
//! | step | in the code |
//! |---|---|
//! | [`Action::Open`] | the beginning of `Subscriber::follow`: checkpoint and parked aggregates are read, the fold is reset, the feed opened |
//! | [`Action::Deliver`] | a batch of the feed; the hole check, and the comparison with the checkpoint |
//! | [`Action::Stage`] | `Subscriber::try_batch` up to its commit: the fence (`Checkpoints::advance`), the fold, what is parked; or `Subscriber::fold_batch` parks or halves |
//! | [`Action::Commit`] | the commit |
//! | [`Action::Look`] | nothing comes, and the feed asks whether the stream is still the same: if not, the reader compares |
//! | [`Action::Notice`] | `Leadership::hold` finds its session gone, and the writer begins anew |
//! | [`Action::Retry`] | `STOPPED_RETRY` |
//! | [`Action::Skip`], [`Action::Repeat`] | a consumer that passes over a message, or delivers one again |
//! | [`Action::Crash`] | the read model's database loses what it had not flushed (`synchronous_commit = off`) |
//! | [`Action::Restore`] | the log is set back, an operator lets it go on, and the stream is made anew |
//!
//! A fold is a count by aggregate, and writes what it has in memory, as the real one does. Left out: partitions, which share
//! nothing but a table of parked aggregates; readers of a part of a stream; the relay, so the stream has all that the log has.

mod fold;
mod property;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use state::{Event, Feed, Parked, ReadModel, Staged, State, Writer};
pub use step::Action;

/// How an event of the log can be folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Sound,
    /// The fold says which event it cannot fold.
    Poisonous,
    /// The database refuses the whole batch for its data.
    Refused,
}

/// What stands at a position, whichever timeline it was written on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub aggregate: u8,
    pub content: Content,
}

/// How often each thing goes wrong, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Faults {
    /// A writer is killed.
    pub kills: u8,
    /// A transaction fails, and the writer lives on.
    pub failures: u8,
    /// The feed passes over an event, or repeats one.
    pub slips: u8,
    /// The read model's database crashes, and loses a tail that was not flushed.
    pub crashes: u8,
    /// The log is set back and goes on otherwise; its stream is made anew.
    pub restores: u8,
}

/// What keeps the properties. [`Guards::ALL`] is the design; each other value lacks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Guards {
    /// Checkpoint and rows are committed together.
    pub one_transaction: bool,
    /// The checkpoint is moved only from where this writer left it.
    pub fence: bool,
    /// The event that comes must be the next one.
    pub hole_check: bool,
    /// A reader starts at its checkpoint and compares, not after it.
    pub compares_at_start: bool,
    /// A feed that was broken off is opened again at the checkpoint, not after it.
    pub compares_on_resumption: bool,
    /// A reader to which nothing comes compares from time to time.
    pub compares_when_idle: bool,
    /// With an event its whole aggregate is parked.
    pub parks_aggregate: bool,
    /// What the fold keeps in memory is void when a transaction was not committed.
    pub resets: bool,
    /// A writer whose session with the read model's database ended begins again.
    pub notices_crash: bool,
}

impl Guards {
    pub const ALL: Self = Self {
        one_transaction: true,
        fence: true,
        hole_check: true,
        compares_at_start: true,
        compares_on_resumption: true,
        compares_when_idle: true,
        parks_aggregate: true,
        resets: true,
        notices_crash: true,
    };
}

/// The model: a log, one read model, and two writers of it.
#[derive(Debug, Clone)]
pub struct Subscriber {
    pub events: Vec<Written>,
    /// The most events in a batch.
    pub batch: u8,
    pub faults: Faults,
    pub guards: Guards,
}
