//! Refusals of questions.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::question::QuestionError;

pub(super) fn words(error: QuestionError) -> (Code, Words) {
    match error {
        _ => precondition("QUESTION_REFUSED", "", ""),
    }
}
