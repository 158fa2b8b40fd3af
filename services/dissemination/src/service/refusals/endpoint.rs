//! Refusals of endpoints.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::endpoint::EndpointError;

pub(super) fn words(error: EndpointError) -> (Code, Words) {
    match error {
        EndpointError::WithoutSecret => precondition(
            "ENDPOINT_WITHOUT_SECRET",
            "Alamat surel tidak memakai kunci.",
            "Yang dapat diganti kuncinya hanya webhook.",
        ),
    }
}
