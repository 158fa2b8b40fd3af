//! Personal data and people's own words: officers, contacts, decree numbers, notes. Events only refer to them.

mod access;
mod secrets;

pub use access::AccessError;
pub use secrets::{Secrets, SecretsError};

use kim_contract::registry::v1 as pb;
use kim_eventlog::{Log, Sealed, Vault, VaultError};
use prost::Message;
use uuid::Uuid;

use crate::domain::ids::{CommunityId, VaultRef};

/// What is not public about a community, as it lies in the vault.
#[derive(Clone, PartialEq, Message)]
pub struct CommunityRecord {
    /// As it was typed.
    #[prost(string, tag = "1")]
    pub decree_number: String,
    #[prost(message, optional, tag = "2")]
    pub contacts: Option<pb::CommunityContacts>,
}

impl CommunityRecord {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decree_number.is_empty() && self.contacts.as_ref().is_none_or(|c| *c == pb::CommunityContacts::default())
    }
}

/// The registry's vault. A community's records have one key, that goes when it asks to be forgotten.
#[derive(Clone)]
pub struct Records {
    vault: Vault,
    log: Log,
}

const RECORD: &str = "community-record";
const NOTE: &str = "note";

impl Records {
    #[must_use]
    pub fn new(log: Log, secrets: &Secrets) -> Self {
        Self { vault: Vault::new(log.pool().clone(), secrets.vault()), log }
    }

    /// Seals the record of a community that has nothing in the vault yet; `None` when there is nothing to seal.
    #[must_use]
    pub fn seal_first(&self, community: CommunityId, record: &CommunityRecord) -> Option<(VaultRef, Sealed)> {
        if record.is_empty() {
            return None;
        }
        let reference = Uuid::now_v7();
        let sealed = self.vault.seal_new(community.0, RECORD, reference, &record.encode_to_vec());
        Some((VaultRef(reference), sealed))
    }

    /// Seals a record that takes the place of an earlier one.
    pub async fn seal_again(
        &self,
        community: CommunityId,
        record: &CommunityRecord,
    ) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        if record.is_empty() {
            return Ok(None);
        }
        self.seal(community, RECORD, &record.encode_to_vec()).await.map(Some)
    }

    /// Seals an office's words about a community; `None` when it said nothing.
    pub async fn seal_note(
        &self,
        community: CommunityId,
        note: &str,
    ) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        if note.is_empty() {
            return Ok(None);
        }
        self.seal(community, NOTE, note.as_bytes()).await.map(Some)
    }

    async fn seal(
        &self,
        community: CommunityId,
        kind: &'static str,
        content: &[u8],
    ) -> Result<(VaultRef, Sealed), VaultError> {
        let reference = Uuid::now_v7();
        let sealed = self.vault.seal(community.0, kind, reference, content).await?;
        Ok((VaultRef(reference), sealed))
    }

    /// A community's record; empty when there is none, or when it was erased.
    pub async fn open(&self, reference: Option<VaultRef>) -> Result<CommunityRecord, VaultError> {
        let Some(reference) = reference else { return Ok(CommunityRecord::default()) };
        let opened = self.vault.open(reference.0).await?;
        match opened.iter().find(|opened| opened.kind == RECORD) {
            Some(opened) => CommunityRecord::decode(opened.content.as_slice()).map_err(|_| VaultError::Unreadable),
            None => Ok(CommunityRecord::default()),
        }
    }
}
