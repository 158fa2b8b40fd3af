//! What stands in the log, in the stream, on the way between them, and in a relay's memory.

use super::{Faults, Relay};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub log: Vec<Event>,
    /// The database's timeline: each restore begins a new one.
    pub timeline: u8,
    /// The timeline that the log last ran on. While it is another one, the log takes no events.
    pub home: u8,
    /// It was closed because it differs from the stream, or from what a process knows.
    pub is_closed: bool,
    /// What it must have again before it opens by itself.
    pub wanted: Option<Event>,
    /// An operator let it go on without events that the stream, or a process, has.
    pub was_kept: bool,
    pub stream: Option<Stream>,
    /// Who holds the lock of leadership.
    pub leader: Option<u8>,
    pub relays: [Publisher; 2],
    pub left: Faults,
}

/// An event is known by its position, the timeline that it was written on, and that of the event before it: as good as an id,
/// and it says which log it continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Event {
    pub position: u8,
    pub timeline: u8,
    pub after: u8,
}

impl Event {
    /// Somebody else's message.
    pub const STRANGE: Self = Self { position: 0, timeline: u8::MAX, after: u8::MAX };
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Stream {
    /// The sequence of the first message, if there is one.
    pub first: u8,
    pub messages: Vec<Event>,
}

impl Stream {
    /// The last sequence; of an empty stream, the one before its first.
    #[must_use]
    pub fn last(&self) -> u8 {
        self.first - 1 + u8::try_from(self.messages.len()).expect("a model is small")
    }

    #[must_use]
    pub fn at(&self, sequence: u8) -> Option<Event> {
        let n = sequence.checked_sub(self.first)?;
        self.messages.get(usize::from(n)).copied()
    }
}

/// A replica's relay.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Publisher {
    pub stage: Stage,
    /// What it read from the log and handed over, and the broker has not taken yet. It outlives what the relay knows of it.
    pub wire: Vec<Message>,
    /// The newest event that this process saw in the log.
    pub known: Option<Event>,
}

impl Publisher {
    pub const NEW: Self = Self { stage: Stage::Idle, wire: vec![], known: None };
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Waits for leadership.
    Idle,
    /// Knows the stream's last sequence.
    Asked {
        last: u8,
    },
    Running {
        sent: u8,
        window: Vec<Sent>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Message {
    pub event: Event,
    pub expected: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sent {
    pub position: u8,
    pub ack: Ack,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ack {
    Awaited,
    Taken(u8),
    Refused,
    /// It will not come.
    Lost,
}

impl State {
    pub(super) fn first(model: &Relay) -> Self {
        Self {
            log: vec![],
            timeline: 0,
            home: 0,
            is_closed: false,
            wanted: None,
            was_kept: false,
            stream: None,
            leader: None,
            relays: [Publisher::NEW; 2],
            left: model.faults,
        }
    }

    pub(super) fn head(&self) -> u8 {
        u8::try_from(self.log.len()).expect("a model is small")
    }

    pub(super) fn at(&self, position: u8) -> Option<Event> {
        self.log.get(usize::from(position.checked_sub(1)?)).copied()
    }

    pub(super) fn is_open(&self) -> bool {
        self.timeline == self.home && !self.is_closed
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.relays.iter().all(|relay| relay.wire.is_empty())
    }

    pub(super) fn has(&self, event: Event) -> bool {
        self.at(event.position) == Some(event)
    }

    /// The first event of its own that the stream has and the log has not.
    pub(super) fn lost(&self) -> Option<Event> {
        let stream = self.stream.as_ref()?;
        stream.messages.iter().copied().find(|event| *event != Event::STRANGE && !self.has(*event))
    }

    /// What a process knows and the log neither has nor waits for.
    pub(super) fn unsaid(&self, relay: usize) -> Option<Event> {
        let waits_for = self.wanted.map_or(0, |event| event.position);
        self.relays[relay].known.filter(|event| !self.has(*event) && event.position > waits_for)
    }
}
