//! People's own words in the vault, each sealed as one text; and that reading personal data is recorded before it is handed out.

use kim_eventlog::{AppendError, Log, Member, Sealed, Vault, VaultError, Version};
use kim_values::VaultRef;
use uuid::Uuid;

const PURPOSE: &str = "purpose";

/// The reading could not be recorded: nothing may be handed out.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("the record of the reading could not be written")]
    Database(#[from] sqlx::Error),
}

/// Seals a text with its owner's key; `None` when it is empty.
pub async fn seal_text(
    vault: &Vault,
    owner: Uuid,
    kind: &'static str,
    text: &str,
) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
    if text.is_empty() {
        return Ok(None);
    }
    let reference = Uuid::now_v7();
    let sealed = vault.seal(owner, kind, reference, text.as_bytes()).await?;
    Ok(Some((VaultRef(reference), sealed)))
}

/// What was sealed as one text; empty when there is none, or when it was erased.
pub async fn open_text(vault: &Vault, reference: Option<VaultRef>) -> Result<String, VaultError> {
    let Some(reference) = reference else { return Ok(String::new()) };
    match vault.open(reference.0).await?.pop() {
        None => Ok(String::new()),
        Some(opened) => String::from_utf8(opened.content).map_err(|_| VaultError::Unreadable),
    }
}

/// Seals what `subject` reads personal data for; returns the id of the reading, under which the service records what was read. The
/// purpose is a person's own words.
pub async fn seal_purpose(log: &Log, vault: &Vault, subject: &str, purpose: &str) -> Result<Uuid, AppendError> {
    let access = Uuid::now_v7();
    let sealed = vault.seal_new(access, PURPOSE, access, purpose.as_bytes());
    // A member without events: it only brings the sealed purpose into the vault.
    let member = Member {
        aggregate: access,
        expected: Version::NONE,
        events: vec![],
        key: None,
        claims: vec![],
        releases: vec![],
        vault: vec![sealed],
        actor: subject.to_owned(),
        traceparent: None,
        recorded: None,
        result: bytes::Bytes::new(),
    };
    log.append(member).await?;
    Ok(access)
}
