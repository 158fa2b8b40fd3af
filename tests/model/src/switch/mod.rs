//! The switch of generations of a read model: two replicas that write it when they lead, and one that reads it.
//!
//! Leadership saves work, and nothing exact rests on it: a replica whose session ended goes on for a while beside the next leader.
//!
//! | step | in the code |
//! |---|---|
//! | [`Action::Win`], [`Action::End`] | `Leadership::win` and `Leadership::hold`; `Writer::look` finds what it folds gone |
//! | [`Action::ListWhatIsLeft`], [`Action::DropNext`] | `Generations::sweep`: the list, and a transaction for each |
//! | [`Action::LookWhatServes`] | `Generations::serving` at the beginning of `Writer::lead`; without any, `Generations::begin` |
//! | [`Action::Begin`] | `Generations::begin`, because a rebuild is asked for |
//! | [`Action::StopLive`] | `Writer::caught_up`, and the beginning of `Writer::switch` |
//! | [`Action::Switch`] | `Generations::switch`, a transaction |
//! | [`Action::FoldLive`], [`Action::FoldBuilding`] | a batch of `Subscriber`, fenced by the checkpoint; the folding tasks of a replica go on until its term is ended |
//! | [`Action::Look`], [`Action::Page`] | `Store::look`, and `Store::snapshot` with its `Standing` |
//!
//! Left out: what is in the rows, which [`crate::subscriber`] looks at; a log that was restored, of which a new generation may be
//! older; a crash of the database, after which a page may be older by the last tenths of a second, because a read model's
//! commits are not flushed one by one.

mod lead;
mod property;
mod state;
mod step;
#[cfg(test)]
mod tests;

pub use state::{Folding, Generation, Reader, State, Status, Step, Writer};
pub use step::Action;

/// How often each thing goes wrong, or is asked for, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Left {
    /// A writer's session with the database ends; the writer does not know it yet.
    pub sessions: u8,
    /// A writer is killed.
    pub kills: u8,
    /// Somebody asks for a rebuild.
    pub requests: u8,
}

/// When a request for a rebuild is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Before a generation is begun for it.
    Before,
    /// After a generation was begun for it.
    After,
    /// In the transaction in which a generation begins to serve.
    Served,
}

/// What keeps the properties. [`Guards::ALL`] is the code; each other value lacks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Guards {
    /// A generation serves only when it has all that the live one has.
    pub catches_up: bool,
    /// The live generation is not folded any more when the other one begins to serve.
    pub stops_live: bool,
    /// The old one is retired and the new one serves in one transaction.
    pub one_transaction: bool,
    /// The transaction of the switch looks whether the new generation is still there.
    pub switch_checks: bool,
    /// It looks whether the new one has all that the old one has, and holds the old one's checkpoint meanwhile: another replica
    /// may still fold it.
    pub compares_checkpoints: bool,
    /// The transaction that drops a generation looks whether it serves by now.
    pub sweep_checks: bool,
    /// In the midst of a term a writer does not sweep what it builds itself.
    pub spares_building: bool,
    /// A writer looks from time to time whether what it folds is still what it takes it for.
    pub leader_looks: bool,
    /// A page's own snapshot says that what it shows serves.
    pub pages_look: bool,
    pub taken: Taken,
}

impl Guards {
    pub const ALL: Self = Self {
        catches_up: true,
        stops_live: true,
        one_transaction: true,
        switch_checks: true,
        compares_checkpoints: true,
        sweep_checks: true,
        spares_building: true,
        leader_looks: true,
        pages_look: true,
        taken: Taken::Served,
    };
}

/// The model: the generations of a read model, two replicas that may write it, and one that reads it.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// How many events the log comes to have.
    pub events: u8,
    pub left: Left,
    pub guards: Guards,
}
