//! Refusals of programmes.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::programme::ProgrammeError;

pub(super) fn words(error: ProgrammeError) -> (Code, Words) {
    match error {
        _ => precondition("PROGRAMME_REFUSED", "", ""),
    }
}
