//! What clients asked and what they were answered, as they saw it.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use tonic::Code;
use uuid::Uuid;

/// When it was, from the beginning of the history.
pub type At = Duration;

/// What was asked. Versions are those that the caller had read: the command must take effect on them, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Draft {
        name: String,
        seat: String,
    },
    /// The number of members is this command's alone.
    Amend {
        community: Uuid,
        version: i64,
        members: i32,
    },
    Submit {
        community: Uuid,
        version: i64,
    },
    Return {
        community: Uuid,
        version: i64,
    },
    Register {
        community: Uuid,
        version: i64,
        name: String,
        seat: String,
    },
    /// `silent`: so long ago that the timers of silence are due, and nothing else is ever reported of this community.
    Report {
        community: Uuid,
        version: Option<i64>,
        activity: Uuid,
        silent: bool,
    },
    /// A request id that was carried out with another body: to be refused.
    Reuse {
        community: Uuid,
    },
    /// A row of an import.
    Row {
        name: String,
    },
}

/// What an attempt was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Carried out, now or by an attempt before. `version` is the community's as it was shown; an import shows none.
    Done { community: Uuid, version: Option<i64>, activity: Option<Uuid>, new: Option<bool> },
    /// Not carried out, and why.
    Refused { code: Code, reason: String },
    /// It may have been carried out, or may still be.
    Unknown(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub invoked: At,
    pub answered: At,
    pub answer: Answer,
}

/// One request, and every attempt at it with the same request id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    pub asked: Asked,
    pub attempts: Vec<Attempt>,
}

impl Operation {
    /// The first answer that it was carried out.
    pub fn done(&self) -> Option<&Attempt> {
        let done = self.attempts.iter().filter(|attempt| matches!(attempt.answer, Answer::Done { .. }));
        done.min_by_key(|attempt| attempt.answered)
    }

    /// Whether it may have been carried out.
    pub fn possible(&self) -> bool {
        self.attempts.iter().any(|attempt| !matches!(attempt.answer, Answer::Refused { .. }))
    }

    pub fn invoked(&self) -> At {
        self.attempts.iter().map(|attempt| attempt.invoked).min().unwrap_or_default()
    }
}

/// A question, and the version of the community that it was answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub community: Uuid,
    pub invoked: At,
    pub version: i64,
}

/// All that was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    pub operations: Vec<Operation>,
    pub reads: Vec<Read>,
}

impl History {
    /// Communities whose only activity was said to lie long back.
    pub fn silent(&self) -> impl Iterator<Item = Uuid> {
        self.operations.iter().filter_map(|operation| match operation.asked {
            Asked::Report { community, silent: true, .. } => Some(community),
            _ => None,
        })
    }

    pub fn counts(&self) -> String {
        let done = self.operations.iter().filter(|operation| operation.done().is_some()).count();
        let unknown = self.operations.iter().filter(|o| o.done().is_none() && o.possible()).count();
        let again = self.operations.iter().filter(|operation| operation.attempts.len() > 1).count();
        let refused = self.operations.len() - done - unknown;
        format!(
            "{done} acknowledged, {unknown} unknown, {refused} refused, {again} tried again, {} reads",
            self.reads.len()
        )
    }
}

/// Where clients write their history, all of them at once.
pub struct Recorder {
    begun: Instant,
    history: Mutex<History>,
}

impl Recorder {
    pub fn begin() -> Self {
        Self { begun: Instant::now(), history: Mutex::default() }
    }

    pub fn now(&self) -> At {
        self.begun.elapsed()
    }

    /// Notes what will be asked, and gives it its number.
    pub fn ask(&self, asked: Asked) -> usize {
        let mut history = self.history.lock().expect("no client panics while it writes");
        history.operations.push(Operation { asked, attempts: vec![] });
        history.operations.len() - 1
    }

    pub fn answer(&self, number: usize, invoked: At, answer: Answer) {
        let attempt = Attempt { invoked, answered: self.now(), answer };
        self.history.lock().expect("no client panics while it writes").operations[number].attempts.push(attempt);
    }

    pub fn read(&self, read: Read) {
        self.history.lock().expect("no client panics while it writes").reads.push(read);
    }

    pub fn so_far(&self) -> History {
        self.history.lock().expect("no client panics while it writes").clone()
    }
}
