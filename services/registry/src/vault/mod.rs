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

/// What is not public about a community. In the vault each officer is a record of its own, with a key of its own: one person
/// can be forgotten without the others.
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

/// The registry's vault. A community's address and decree number have the community's key, each officer has one alone.
#[derive(Clone)]
pub struct Records {
    vault: Vault,
    log: Log,
}

const RECORD: &str = "community-record";
const OFFICER: &str = "officer";
const NOTE: &str = "note";

impl Records {
    #[must_use]
    pub fn new(log: Log, secrets: &Secrets) -> Self {
        Self { vault: Vault::new(log.pool().clone(), secrets.vault()), log }
    }

    /// Seals the record of a community that has nothing in the vault yet; `None` when there is nothing to seal.
    #[must_use]
    pub fn seal_first(&self, community: CommunityId, record: &CommunityRecord) -> Option<(VaultRef, Vec<Sealed>)> {
        if record.is_empty() {
            return None;
        }
        let reference = Uuid::now_v7();
        let (of_community, officers) = parts(record);
        let mut sealed = self.seal_officers(reference, &officers);
        sealed.push(self.vault.seal_new(community.0, RECORD, reference, &of_community.encode_to_vec()));
        Some((VaultRef(reference), sealed))
    }

    /// Seals a record that takes the place of an earlier one.
    pub async fn seal_again(
        &self,
        community: CommunityId,
        record: &CommunityRecord,
    ) -> Result<Option<(VaultRef, Vec<Sealed>)>, VaultError> {
        if record.is_empty() {
            return Ok(None);
        }
        let reference = Uuid::now_v7();
        let (of_community, officers) = parts(record);
        let mut sealed = self.seal_officers(reference, &officers);
        sealed.push(self.vault.seal(community.0, RECORD, reference, &of_community.encode_to_vec()).await?);
        Ok(Some((VaultRef(reference), sealed)))
    }

    fn seal_officers(&self, reference: Uuid, officers: &[pb::Officer]) -> Vec<Sealed> {
        let seal =
            |officer: &pb::Officer| self.vault.seal_new(Uuid::now_v7(), OFFICER, reference, &officer.encode_to_vec());
        officers.iter().map(seal).collect()
    }

    /// Seals an office's words about a community, or about another aggregate; `None` when it said nothing.
    pub async fn seal_note(&self, owner: Uuid, note: &str) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        if note.is_empty() {
            return Ok(None);
        }
        let reference = Uuid::now_v7();
        let sealed = self.vault.seal(owner, NOTE, reference, note.as_bytes()).await?;
        Ok(Some((VaultRef(reference), sealed)))
    }

    /// A community's record, without what was erased; empty when there is none.
    pub async fn open(&self, reference: Option<VaultRef>) -> Result<CommunityRecord, VaultError> {
        let mut record = CommunityRecord::default();
        let Some(reference) = reference else { return Ok(record) };
        let mut officers = Vec::new();
        for opened in self.vault.open(reference.0).await? {
            let content = opened.content.as_slice();
            match opened.kind.as_str() {
                RECORD => record = CommunityRecord::decode(content).map_err(|_| VaultError::Unreadable)?,
                OFFICER => officers.push(pb::Officer::decode(content).map_err(|_| VaultError::Unreadable)?),
                _ => {}
            }
        }
        if !officers.is_empty() {
            record.contacts.get_or_insert_default().officers = officers;
        }
        Ok(record)
    }
}

/// What has the community's key, and the officers.
fn parts(record: &CommunityRecord) -> (CommunityRecord, Vec<pb::Officer>) {
    let mut of_community = record.clone();
    let officers = of_community.contacts.as_mut().map(|contacts| std::mem::take(&mut contacts.officers));
    (of_community, officers.unwrap_or_default())
}
