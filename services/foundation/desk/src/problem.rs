//! Everything that is wrong with a request or a row, field by field: not only the first.

use std::vec;

use kim_chassis::errors::Fault;
use kim_territory::spelling::grouped;
use tonic::Code;

use crate::words::Words;

/// A field that is wrong, named as in the contract: `profile.seat.code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub field: &'static str,
    pub words: Words,
}

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn add(&mut self, field: &'static str, words: Words) {
        self.0.push(Problem { field, words });
    }

    /// The value, or a note of what is wrong with it.
    pub fn note<T>(&mut self, field: &'static str, parsed: Result<T, Words>) -> Option<T> {
        parsed.map_err(|words| self.add(field, words)).ok()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was parsed, or all that was wrong.
    pub fn finish<T>(self, parsed: Option<T>) -> Result<T, Self> {
        match parsed {
            Some(parsed) if self.is_empty() => Ok(parsed),
            _ => Err(self),
        }
    }

    /// For a single request: the first problem's reason, and all of them as violations.
    #[must_use]
    pub fn fault(self) -> Fault {
        let Some(first) = self.0.first() else { return Fault::internal() };
        let mut message = first.words.whole();
        if self.0.len() > 1 {
            message = format!("{message} Masih ada {} kesalahan lain.", grouped(self.0.len() - 1));
        }
        let fields: Vec<&str> = self.0.iter().map(|problem| problem.field).collect();
        let detail = format!("invalid: {}", fields.join(", "));
        let mut fault = Fault::new(Code::InvalidArgument, first.words.reason, message, detail);
        for problem in &self.0 {
            fault = fault.violation(problem.field, problem.words.whole());
        }
        fault
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self(problems.into_iter().collect())
    }
}

impl From<Problems> for tonic::Status {
    fn from(problems: Problems) -> Self {
        problems.fault().into()
    }
}

/// One field, or what is wrong with it.
pub fn one<T>(field: &'static str, parsed: Result<T, Words>) -> Result<T, Problems> {
    let mut problems = Problems::default();
    let parsed = problems.note(field, parsed);
    problems.finish(parsed)
}
