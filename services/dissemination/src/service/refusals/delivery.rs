//! Refusals of deliveries.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::delivery::DeliveryError;

pub(super) fn words(error: DeliveryError) -> (Code, Words) {
    match error {
        _ => precondition("DELIVERY_REFUSED", "", ""),
    }
}
