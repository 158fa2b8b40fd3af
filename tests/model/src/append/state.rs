//! What stands in the database, and what is only in memory.

use super::Append;

/// The service's database, its replicas, and who asks them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// What is committed, in the order of commits.
    pub log: Vec<Event>,
    /// Bits of the commands whose request key is there.
    pub keys: u8,
    /// By name: the aggregate that holds it.
    pub claims: [Option<u8>; 2],
    /// The database sequence of [`super::Positions::Sequence`].
    pub sequence: u8,
    /// Sorted: it does not matter which came first.
    pub sessions: Vec<Session>,
    pub replicas: Vec<Replica>,
    pub clients: Vec<Client>,
    /// A reader's last position.
    pub read: u8,
    /// Bits of the positions in commit order that it was given.
    pub was_given: u16,
    pub crashes: u8,
    pub cuts: u8,
    pub patience: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Event {
    pub position: u8,
    pub aggregate: u8,
    pub version: u8,
    pub command: u8,
}

/// A command on its way into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Member {
    pub command: u8,
    /// Which of the client's attempts it is: an answer to an older one finds nobody.
    pub attempt: u8,
    pub expected: u8,
}

/// A backend of the database that carries out a group. It may outlive the connection to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Session {
    /// The replica that waits for the outcome.
    pub writer: Option<u8>,
    pub group: Vec<Member>,
    /// Those who stood in the way of the others, who came again without them. They are not answered yet.
    pub refused: Vec<(Member, Outcome)>,
    pub stage: Stage,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// For the lock. With a snapshot, if it was taken before.
    Waiting(Option<Seen>),
    /// It has the lock, and has read the head of the log.
    Numbered(u8, Option<Seen>),
    /// All is written, and nobody else sees it.
    Inserted { events: Vec<Event>, keys: u8, claims: Vec<(u8, u8)> },
    /// The writer was not told yet.
    Committed,
}

/// What a statement sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seen {
    pub events: usize,
    pub keys: u8,
    pub claims: [Option<u8>; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    Appended,
    Repeated,
    Conflict,
    Claimed,
}

/// A replica's writer task.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Replica {
    pub held: Vec<Member>,
    /// Halves of a refused group, the next one last.
    pub todo: Vec<Vec<Member>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Client {
    pub standing: Standing,
    pub attempt: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// About to ask, for the first time or again.
    Asking,
    Waiting {
        replica: u8,
    },
    Done(Answer),
    /// It gave up: whether it was done is not known to it.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Appended,
    Repeated,
    Claimed,
    Poisoned,
    /// By the domain.
    Refused,
}

impl State {
    pub(super) fn first(model: &Append) -> Self {
        let client = Client { standing: Standing::Asking, attempt: 0 };
        Self {
            log: vec![],
            keys: 0,
            claims: [None; 2],
            sequence: 0,
            sessions: vec![],
            replicas: vec![Replica::default(); model.replicas.into()],
            clients: vec![client; model.commands.len()],
            read: 0,
            was_given: 0,
            crashes: model.crashes,
            cuts: model.cuts,
            patience: model.patience,
        }
    }

    pub(super) fn now(&self) -> Seen {
        Seen { events: self.log.len(), keys: self.keys, claims: self.claims }
    }

    /// How many events an aggregate has, as far as a statement sees.
    pub(super) fn version(&self, aggregate: u8, seen: Seen) -> u8 {
        self.log[..seen.events]
            .iter()
            .filter(|event| event.aggregate == aggregate)
            .map(|event| event.version)
            .max()
            .unwrap_or(0)
    }

    pub(super) fn events_of(&self, command: usize) -> usize {
        self.log.iter().filter(|event| usize::from(event.command) == command).count()
    }

    /// The session that a replica waits for.
    pub(super) fn session_of(&self, replica: u8) -> Option<usize> {
        self.sessions.iter().position(|session| session.writer == Some(replica))
    }
}
