//! The service's secrets: one key in a file, and a key of its own for each use, made from it.

use std::{fs, io, path::Path};

use hmac::{Hmac, KeyInit, Mac};
use kim_eventlog::{Log, RequestKeys, Seal, Vault};
use kim_values::DocumentHash;
use sha2::Sha256;
use uuid::Uuid;

/// Keys for the vault, for request keys, and for fingerprints of imported rows. With another master key nothing in the vault
/// opens, and no retry or imported row is recognised.
#[derive(Clone)]
pub struct Secrets {
    vault: [u8; 32],
    requests: [u8; 32],
    fingerprints: [u8; 32],
}

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("tidak dapat dibaca ({0})")]
    Unreadable(#[from] io::Error),
    #[error("bukan 32 byte dalam heksadesimal (64 angka)")]
    Malformed,
}

impl Secrets {
    /// A context's keys, from the master key in a file.
    pub fn read(path: &Path, context: &str) -> Result<Self, SecretsError> {
        Ok(Self::from_master(&master(path)?, context))
    }

    fn from_master(master: &[u8; 32], context: &str) -> Self {
        let derived = |purpose: &str| hash(master, format!("kim.{context}.{purpose}").as_bytes());
        Self { vault: derived("vault"), requests: derived("requests"), fingerprints: derived("fingerprints") }
    }

    /// Opens the service's vault.
    #[must_use]
    pub fn vault(&self, log: &Log) -> Vault {
        Vault::new(log.pool().clone(), self.vault)
    }

    /// Seals what goes to the stream for this service alone.
    #[must_use]
    pub fn seal(&self) -> Seal {
        Seal::new(self.vault)
    }

    #[must_use]
    pub fn request_keys(&self) -> RequestKeys {
        RequestKeys::new(self.requests)
    }

    /// An id that is the same for the same content and tells nothing of it.
    #[must_use]
    pub fn fingerprint(&self, content: &[u8]) -> Uuid {
        let hash = hash(&self.fingerprints, content);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

/// Reads a master key: 64 hex digits on one line.
pub fn master(path: &Path) -> Result<[u8; 32], SecretsError> {
    let text = fs::read_to_string(path)?;
    Ok(DocumentHash::parse(text.trim()).ok_or(SecretsError::Malformed)?.0)
}

fn hash(key: &[u8; 32], content: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(content);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_has_keys_of_its_own_and_they_stay() {
        let print = |context| Secrets::from_master(&[7; 32], context).fingerprint(b"KIM Kumantan").to_string();
        assert_eq!(print("registry"), "bdb959e5-fb35-842c-80a5-332d7d21992c");
        assert_eq!(print("dissemination"), "1888b9e5-442c-8a21-885f-b4a0c89ecedd");
    }
}
