//! What stands in the database, and what a replica has in memory.

use super::{Left, Switch};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// The newest position of the log.
    pub head: u8,
    /// By number, which is never given twice.
    pub generations: Vec<Generation>,
    pub next: u8,
    pub is_requested: bool,
    /// Who holds the lock of leadership.
    pub leader: Option<u8>,
    pub writers: [Writer; 2],
    pub reader: Reader,
    /// A generation has served. No table has it; the properties look at it, as at what follows.
    pub has_served: bool,
    /// Somebody asked for a rebuild, and no generation has begun to serve since.
    pub is_awaited: bool,
    pub left: Left,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation {
    pub number: u8,
    pub status: Status,
    pub has_schema: bool,
    /// Its checkpoint.
    pub position: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Building,
    Serving,
    Retired,
}

/// A replica that writes, or would.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Writer {
    pub step: Step,
    pub live: Option<Folding>,
    pub building: Option<Folding>,
    /// There is something to sweep, after the other replicas had the time to look.
    pub sweeps: bool,
}

/// A generation that is being folded, as far as its reader knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Folding {
    pub number: u8,
    pub position: u8,
}

/// What a writer does next. Each is one statement, or one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Step {
    #[default]
    Follow,
    /// Its term has begun: it looks what to sweep.
    List,
    /// It sweeps these, and then looks at what serves, or goes on.
    Drop {
        numbers: Vec<u8>,
        first: bool,
    },
    /// It looks at what serves.
    Start,
    Lead,
    /// The request is taken, and nothing begun for it yet.
    BeginAfterwards,
    /// A generation is begun, and the request is not taken yet.
    TakeAfterwards,
    /// The live generation is stopped; the other one must have come so far.
    Switch {
        goal: u8,
    },
    /// The old one is retired, and nothing serves.
    Serve,
}

/// A replica that answers questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Reader {
    pub generation: Option<u8>,
    /// The newest position that was on a page.
    pub shown: u8,
    pub went_back: bool,
}

impl State {
    pub(super) fn first(model: &Switch) -> Self {
        Self {
            head: 0,
            generations: vec![],
            next: 1,
            is_requested: false,
            leader: None,
            writers: [Writer::default(), Writer::default()],
            reader: Reader::default(),
            has_served: false,
            is_awaited: false,
            left: model.left,
        }
    }

    pub(super) fn serving(&self) -> Option<Generation> {
        self.generations.iter().copied().find(|generation| generation.status == Status::Serving)
    }

    pub(super) fn building(&self) -> Option<Generation> {
        self.generations.iter().copied().find(|generation| generation.status == Status::Building)
    }

    pub(super) fn generation(&mut self, number: u8) -> Option<&mut Generation> {
        self.generations.iter_mut().find(|generation| generation.number == number)
    }

    /// How far a generation has come; `None` when its tables are gone.
    pub(super) fn position(&self, number: u8) -> Option<u8> {
        let generation = self.generations.iter().find(|generation| generation.number == number)?;
        generation.has_schema.then_some(generation.position)
    }

    pub(super) fn leads(&self, w: usize) -> bool {
        self.leader.is_some_and(|leader| usize::from(leader) == w)
    }
}
