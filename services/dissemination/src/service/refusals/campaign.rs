//! Refusals of campaigns.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::campaign::CampaignError;

pub(super) fn words(error: CampaignError) -> (Code, Words) {
    match error {
        _ => precondition("CAMPAIGN_REFUSED", "", ""),
    }
}
