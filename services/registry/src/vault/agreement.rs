//! The number of an agreement as it was typed, sealed with the partnership's own key; and what was sealed as one text, opened.

use kim_desk::vault;
use kim_eventlog::{Sealed, VaultError};
use kim_values::VaultRef;

use super::Records;
use crate::domain::ids::PartnershipId;

const NUMBER: &str = "agreement-number";

impl Records {
    /// Seals an agreement's number; `None` when it has none.
    pub async fn seal_number(
        &self,
        partnership: PartnershipId,
        number: &str,
    ) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        vault::seal_text(&self.vault, partnership.0, NUMBER, number).await
    }

    /// What was sealed as one text; empty when there is none, or when it was erased.
    pub async fn open_text(&self, reference: Option<VaultRef>) -> Result<String, VaultError> {
        vault::open_text(&self.vault, reference).await
    }
}
