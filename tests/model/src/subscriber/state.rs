//! What stands in the log and in the read model, and what a writer has in memory.

use super::{Content, Faults, Subscriber};

pub const AGGREGATES: usize = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub log: Vec<Event>,
    /// Each restore of the log begins a new one.
    pub timeline: u8,
    pub read_model: ReadModel,
    /// How often the read model's database crashed.
    pub crashed: u8,
    pub writers: [Writer; 2],
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

#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ReadModel {
    pub checkpoint: Option<Event>,
    /// A figure by aggregate: how many events were folded.
    pub counts: [u8; AGGREGATES],
    pub parked: [Option<Parked>; AGGREGATES],
    /// What has had its effect on the rows, held back or folded, in this order. No table has it; the properties look at it.
    pub history: Vec<Event>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Parked {
    pub position: u8,
    pub events: u8,
}

/// A replica's reader.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Writer {
    /// `None` before it begins, and after anything went wrong.
    pub feed: Option<Feed>,
    /// A person must decide.
    pub is_stopped: bool,
    /// Where it left the checkpoint.
    pub checkpoint: Option<Event>,
    /// Bits of the aggregates that it knows to be parked.
    pub parked: u8,
    /// What the fold keeps in memory; it is read when it is needed.
    pub counts: Option<[u8; AGGREGATES]>,
    /// Batches that were delivered, the next one last.
    pub batches: Vec<Vec<Event>>,
    /// Bits of the positions in these that cannot be folded.
    pub parking: u8,
    pub staged: Option<Staged>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Feed {
    pub next: u8,
    /// The event at the checkpoint comes first, and must be the same.
    pub must_match: bool,
    /// The stream that it reads: a restored log has another one.
    pub timeline: u8,
    /// The session with the read model's database.
    pub session: u8,
}

/// A transaction that is not committed yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Staged {
    pub to: ReadModel,
    pub parked: u8,
    /// Without [`super::Guards::one_transaction`]: the checkpoint was committed, the rows were not.
    pub half: bool,
}

impl State {
    pub(super) fn first(model: &Subscriber) -> Self {
        Self {
            log: vec![],
            timeline: 0,
            read_model: ReadModel::default(),
            crashed: 0,
            writers: [Writer::default(), Writer::default()],
            left: model.faults,
        }
    }

    pub(super) fn at(&self, position: u8) -> Option<Event> {
        self.log.get(usize::from(position.checked_sub(1)?)).copied()
    }
}

impl Subscriber {
    pub(super) fn aggregate(&self, event: Event) -> usize {
        self.events[usize::from(event.position) - 1].aggregate.into()
    }

    pub(super) fn content(&self, event: Event) -> Content {
        self.events[usize::from(event.position) - 1].content
    }

    /// What a read model must be that has seen these events: the fold as it is meant.
    pub(super) fn meant(&self, history: &[Event]) -> ReadModel {
        let mut meant = ReadModel { checkpoint: history.last().copied(), ..ReadModel::default() };
        meant.history = history.to_vec();
        for event in history {
            let aggregate = self.aggregate(*event);
            match &mut meant.parked[aggregate] {
                Some(parked) => parked.events += 1,
                None if self.content(*event) == Content::Sound => meant.counts[aggregate] += 1,
                parked => *parked = Some(Parked { position: event.position, events: 1 }),
            }
        }
        meant
    }
}
