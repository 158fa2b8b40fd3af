//! The service's secrets: one key in a file, and a key of its own for each use, made from it.

use std::{fs, io, path::Path};

use hmac::{Hmac, KeyInit, Mac};
use kim_eventlog::{RequestKeys, Seal};
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
    /// Reads the master key: 64 hex digits on one line.
    pub fn read(path: &Path) -> Result<Self, SecretsError> {
        let text = fs::read_to_string(path)?;
        let master = DocumentHash::parse(text.trim()).ok_or(SecretsError::Malformed)?.0;
        Ok(Self::from_master(master))
    }

    #[must_use]
    pub fn from_master(master: [u8; 32]) -> Self {
        let derived = |purpose: &str| hash(&master, &[purpose.as_bytes()]);
        Self {
            vault: derived("kim.registry.vault"),
            requests: derived("kim.registry.requests"),
            fingerprints: derived("kim.registry.fingerprints"),
        }
    }

    pub(super) fn vault(&self) -> [u8; 32] {
        self.vault
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
        let hash = hash(&self.fingerprints, &[content]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

fn hash(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
