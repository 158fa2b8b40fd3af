//! The relay: a log, its stream, and what keeps them equal when the broker, the network or the database goes wrong.
//!
//! | step | in the code |
//! |---|---|
//! | [`Action::Append`] | an append, which the gate lets through (the trigger `log.keep_home`) |
//! | [`Action::Ask`] | `Leadership::win`, and the stream is found, or made with `first_sequence` at the retention floor |
//! | [`Action::Compare`] | `Relay::agree`: goes on, makes a spoilt stream anew, or closes the log |
//! | [`Action::Publish`] | `Relay::publish` reads the next event, from the log or from what the process has in hand (a batch ahead, too), and hands it over |
//! | [`Action::Take`] | the broker compares `Nats-Expected-Last-Sequence`, and takes the message or refuses it |
//! | [`Action::Settle`] | `Relay::answered` |
//! | [`Action::Look`] | `Watch::look`: something is not as it was left, and the relay begins again |
//! | [`Action::Notice`] | `Leadership::hold` finds its session gone |
//! | [`Action::Remember`] | `Gate::look`: the log lacks what this process knows |
//! | [`Action::Open`] | `Guard::settle`: the log has all that the stream has, and all that was said to be missing |
//! | [`Action::TakeBack`], [`Action::KeepLog`] | `Guard::reconcile`, by an operator's decision |
//!
//! What was handed over and not taken outlives the relay that did it: it stands for batches in memory, for the client's buffer and
//! for the network. A message is an event with its position; an event knows which one it follows, so that a mixture of two logs shows.
//!
//! Left out: retention, which takes messages from the stream's beginning; the settings of a stream; erasures and request keys that
//! come back with a tail; how often a stream is made anew before a person is called. Two things that go wrong at once and in the
//! same place are beyond what sequences can tell, a stranger's message where a lost tail was for instance: only a walk through the
//! stream ([`Compares::All`]) finds that.

mod property;
mod publish;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use state::{Ack, Event, Message, Publisher, Sent, Stage, State, Stream};
pub use step::Action;

/// How often each thing goes wrong, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Faults {
    /// A relay's session with the database ends; the relay does not know it yet.
    pub sessions: u8,
    /// A replica is killed and started again: what it knew and what it had not sent yet is gone.
    pub restarts: u8,
    /// A message is lost on its way.
    pub messages: u8,
    /// An acknowledgement is lost, or comes too late.
    pub acks: u8,
    /// The broker loses a tail that it acknowledged.
    pub tails: u8,
    /// Somebody deletes the stream.
    pub deletions: u8,
    /// Somebody makes it anew, empty.
    pub remakes: u8,
    /// Somebody else publishes on its subjects.
    pub strangers: u8,
    /// The database is set back to an earlier backup.
    pub restores: u8,
}

/// What a relay compares before it publishes on, besides the stream's first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compares {
    Nothing,
    /// The event at the stream's end.
    Last,
    /// As many events as may be on their way at a time: behind a message that is not ours, what was on its way fits again.
    Window,
    /// All, as the walk of a relay that goes on looking does in the end.
    All,
}

/// What keeps the properties. [`Guards::ALL`] is the design; each other value lacks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Guards {
    /// Each message says which sequence it expects before it.
    pub expected_sequence: bool,
    /// Messages reach the broker in the order in which a relay publishes them.
    pub in_order: bool,
    pub compares: Compares,
    /// A relay that is refused asks the stream where it stands.
    pub begins_again: bool,
    /// A relay that has nothing to publish asks the stream from time to time whether it still has all.
    pub looks_when_idle: bool,
    /// After a restore no append is taken until the log was compared with the stream.
    pub gate: bool,
    /// A log is not opened while only the stream has some of its events.
    pub takes_back: bool,
    /// A process that knows an event that the log lacks says so, and the log is not opened without it.
    pub remembers: bool,
    /// A log is opened only after each living process had the time to say so.
    pub hears_all: bool,
}

impl Guards {
    pub const ALL: Self = Self {
        expected_sequence: true,
        in_order: true,
        compares: Compares::Window,
        begins_again: true,
        looks_when_idle: true,
        gate: true,
        takes_back: true,
        remembers: true,
        hears_all: true,
    };
}

/// The model: a log, its stream, and two replicas' relays.
#[derive(Debug, Clone, Copy)]
pub struct Relay {
    /// How many events the log comes to have.
    pub events: u8,
    /// The first position that the broker is to keep.
    pub floor: u8,
    /// How many messages a relay has on their way at a time.
    pub window: usize,
    pub faults: Faults,
    pub guards: Guards,
}
