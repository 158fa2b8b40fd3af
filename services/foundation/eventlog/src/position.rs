//! The numbers and ids that a log is addressed by.

use std::fmt;

use tokio::sync::watch;
use uuid::Uuid;

/// A place in a log: the first event has 1, and there are no holes. 0 stands before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(i64);

impl Position {
    pub const START: Self = Self(0);

    /// `None` when negative.
    #[must_use]
    pub fn new(value: i64) -> Option<Self> {
        (value >= 0).then_some(Self(value))
    }

    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The position before; 0 has none, and stays.
    #[must_use]
    pub fn before(self) -> Self {
        Self((self.0 - 1).max(0))
    }

    /// As a JetStream sequence, which is the same number.
    #[must_use]
    pub fn sequence(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// The position of a JetStream sequence. `None` beyond what a log can hold.
    #[must_use]
    pub fn from_sequence(sequence: u64) -> Option<Self> {
        i64::try_from(sequence).ok().map(Self)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Says that a position was reached, to those who wait for it; one that lies behind changes nothing.
pub fn raise(reached: &watch::Sender<Position>, to: Position) {
    reached.send_if_modified(|at| {
        let newer = to > *at;
        *at = to.max(*at);
        newer
    });
}

/// How many events an aggregate has. 0 means that there is no such aggregate yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(i64);

impl Version {
    pub const NONE: Self = Self(0);

    /// `None` when negative.
    #[must_use]
    pub fn new(value: i64) -> Option<Self> {
        (value >= 0).then_some(Self(value))
    }

    #[must_use]
    pub fn get(self) -> i64 {
        self.0
    }

    /// The version after `events` more.
    #[must_use]
    pub fn after(self, events: usize) -> Self {
        Self(self.0 + i64::try_from(events).expect("a member has far fewer events than 2^63"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A log's identity, made once with the log: a position means nothing without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogId(pub Uuid);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
