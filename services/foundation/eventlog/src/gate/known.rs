//! What this process knows of its log: enough to notice that the database was set back under it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::{Standing, Wanted};
use crate::Position;

/// Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known(Arc<Mutex<Memory>>);

#[derive(Debug, Default)]
struct Memory {
    /// The newest event that was seen in the log, or committed to it.
    newest: Option<(Position, Uuid)>,
    /// Decisions to let the log go on without events.
    decisions: HashSet<Uuid>,
    outdated: bool,
}

/// What was known before a look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    newest: Option<(Position, Uuid)>,
    head: Position,
}

/// What a look says of what was known before it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// All of it is still there.
    Same,
    /// The log lacks this event, and nobody decided so.
    SetBack(Wanted),
    /// The log lacks it because somebody decided so.
    Outdated,
}

impl Before {
    /// The position to ask for.
    pub fn witness(&self) -> Position {
        self.newest.map(|(position, _)| position).unwrap_or_default()
    }
}

impl Known {
    /// Decisions that were made before this process.
    pub fn with(decisions: Vec<Uuid>) -> Self {
        Self(Arc::new(Mutex::new(Memory { decisions: decisions.into_iter().collect(), ..Memory::default() })))
    }

    /// To be called before a look: what is committed meanwhile is no sign of anything. `head` is the newest position known.
    pub fn before(&self, head: Position) -> Before {
        Before { newest: self.memory().newest, head }
    }

    /// Notes what this process committed: if another event ever stands there, the log was set back, however late that is seen.
    pub fn committed(&self, position: Position, event: Uuid) {
        let mut memory = self.memory();
        if memory.newest.is_none_or(|(newest, _)| newest < position) {
            memory.newest = Some((position, event));
        }
    }

    /// Judges a look, which asked for [`Before::witness`].
    pub fn judge(&self, before: Before, standing: &Standing) -> Verdict {
        let missing = match before.newest {
            Some((position, event)) if standing.witness() != Some(event) => {
                Some(Wanted { position, event: Some(event) })
            }
            _ => (standing.head() < before.head).then_some(Wanted { position: before.head, event: None }),
        };
        let mut memory = self.memory();
        let decided = standing.kept().is_some_and(|decision| memory.decisions.insert(decision));
        memory.outdated |= decided && missing.is_some();
        if memory.outdated {
            return Verdict::Outdated;
        }
        match missing {
            None => {
                if let Some(event) = standing.head_event()
                    && memory.newest.is_none_or(|(position, _)| position <= standing.head())
                {
                    memory.newest = Some((standing.head(), event));
                }
                Verdict::Same
            }
            Some(wanted) => Verdict::SetBack(wanted),
        }
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
