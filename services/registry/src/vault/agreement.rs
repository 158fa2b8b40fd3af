//! What is written about a partnership: the agreement's number as it was typed, and the office's words about its end. It has the
//! partnership's own key.

use kim_eventlog::{Sealed, VaultError};
use uuid::Uuid;

use super::{NOTE, Records};
use crate::domain::ids::{PartnershipId, VaultRef};

const NUMBER: &str = "agreement-number";

impl Records {
    /// Seals an agreement's number; `None` when it has none.
    pub async fn seal_number(
        &self,
        partnership: PartnershipId,
        number: &str,
    ) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        self.seal_text(partnership, NUMBER, number).await
    }

    /// Seals an office's words about a partnership; `None` when it said nothing.
    pub async fn seal_partnership_note(
        &self,
        partnership: PartnershipId,
        note: &str,
    ) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        self.seal_text(partnership, NOTE, note).await
    }

    async fn seal_text(
        &self,
        partnership: PartnershipId,
        kind: &'static str,
        text: &str,
    ) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        if text.is_empty() {
            return Ok(None);
        }
        let reference = Uuid::now_v7();
        let sealed = self.vault.seal(partnership.0, kind, reference, text.as_bytes()).await?;
        Ok(Some((VaultRef(reference), sealed)))
    }

    /// What was sealed as one text; empty when there is none, or when it was erased.
    pub async fn open_text(&self, reference: Option<VaultRef>) -> Result<String, VaultError> {
        let Some(reference) = reference else { return Ok(String::new()) };
        match self.vault.open(reference.0).await?.pop() {
            None => Ok(String::new()),
            Some(opened) => String::from_utf8(opened.content).map_err(|_| VaultError::Unreadable),
        }
    }
}
