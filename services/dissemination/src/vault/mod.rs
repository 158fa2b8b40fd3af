//! What is not published yet, and people's own words: drafts, notes, questions and answers. Events only refer to them.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{secrets::Secrets, vault};
use kim_eventlog::{Log, Sealed, Vault, VaultError};
use kim_values::VaultRef;
use prost::Message;
use uuid::Uuid;

use crate::{
    channel::Address,
    domain::{
        content::Wording,
        endpoint::Kind,
        ids::{EndpointId, MaterialId},
    },
    wire::content::{contents, stored_wording},
};

const WORDING: &str = "wording";
const NOTE: &str = "note";
const ADDRESS: &str = "address";

/// A version's wording as the vault has it.
#[derive(Clone, PartialEq, Message)]
struct SealedWording {
    #[prost(message, repeated, tag = "1")]
    contents: Vec<pb::Content>,
    /// Empty for a first version.
    #[prost(string, tag = "2")]
    note: String,
}

/// Dissemination's vault. What belongs to an aggregate has that aggregate's key.
#[derive(Clone)]
pub struct Records {
    vault: Vault,
}

impl Records {
    #[must_use]
    pub fn new(log: &Log, secrets: &Secrets) -> Self {
        Self { vault: secrets.vault(log) }
    }

    /// Seals what a version says.
    pub async fn seal_wording(
        &self,
        material: MaterialId,
        wording: &Wording,
    ) -> Result<(VaultRef, Sealed), VaultError> {
        let note = wording.note.as_ref().map(ToString::to_string).unwrap_or_default();
        let written = SealedWording { contents: contents(&wording.contents), note };
        let reference = Uuid::now_v7();
        let sealed = self.vault.seal(material.0, WORDING, reference, &written.encode_to_vec()).await?;
        Ok((VaultRef(reference), sealed))
    }

    /// What a version says; `None` when it was erased.
    pub async fn open_wording(&self, reference: VaultRef) -> Result<Option<Wording>, VaultError> {
        let Some(opened) = self.vault.open(reference.0).await?.pop() else { return Ok(None) };
        let written = SealedWording::decode(opened.content.as_slice()).map_err(|_| VaultError::Unreadable)?;
        stored_wording(&written.contents, &written.note).map(Some).ok_or(VaultError::Unreadable)
    }

    /// Seals somebody's words about an aggregate; `None` when nothing was said.
    pub async fn seal_note(&self, owner: Uuid, note: &str) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        vault::seal_text(&self.vault, owner, NOTE, note).await
    }

    /// Seals where messages of a community go, with the endpoint's own key: it is erased with the endpoint.
    pub async fn seal_address(
        &self,
        endpoint: EndpointId,
        address: &Address,
    ) -> Result<(VaultRef, Sealed), VaultError> {
        let reference = Uuid::now_v7();
        let sealed = self.vault.seal(endpoint.0, ADDRESS, reference, address.reveal().as_bytes()).await?;
        Ok((VaultRef(reference), sealed))
    }

    /// Where messages of a community go; `None` when it was erased.
    pub async fn open_address(&self, kind: Kind, reference: VaultRef) -> Result<Option<Address>, VaultError> {
        let Some(opened) = self.vault.open(reference.0).await?.pop() else { return Ok(None) };
        let text = String::from_utf8(opened.content).map_err(|_| VaultError::Unreadable)?;
        Address::parse(kind, &text).map(Some).ok_or(VaultError::Unreadable)
    }

    /// What was sealed as one text; empty when there is none, or when it was erased.
    pub async fn open_text(&self, reference: Option<VaultRef>) -> Result<String, VaultError> {
        vault::open_text(&self.vault, reference).await
    }
}
