//! Why a command on a question is refused.

use super::Status;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    #[error("the question waits for no answer; it is {0:?}")]
    NotWaiting(Status),
    #[error("only an answer, or what was set aside, is followed up; this one is {0:?}")]
    NotClosed(Status),
    #[error("only an answer is published; this one is {0:?}")]
    NotAnswered(Status),
    #[error("whoever answered does not approve the answer for everybody to read")]
    OwnAnswer,
    #[error("the question is with this office already")]
    WithThisOffice,
}
