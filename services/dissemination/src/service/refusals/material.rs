//! Refusals of materials.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::material::MaterialError;

pub(super) fn words(error: MaterialError) -> (Code, Words) {
    match error {
        _ => precondition("MATERIAL_REFUSED", "", ""),
    }
}
