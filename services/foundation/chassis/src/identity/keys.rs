//! The issuer's public keys, and what was verified with them.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use lru::LruCache;
use serde::Deserialize;

use super::Principal;

/// Verified tokens remembered at most. A signature costs more than all the rest of an append, and a caller repeats its
/// token with each call.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(8192).expect("not zero");

/// Why a set of keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The file cannot be read.
    #[error("tidak dapat dibaca: {0}")]
    Read(#[from] std::io::Error),
    /// Not the JSON of a JWKS.
    #[error("bukan JWKS: {0}")]
    Json(#[from] serde_json::Error),
    /// No Ed25519 key with an id in it.
    #[error("tidak memuat kunci Ed25519 dengan kid")]
    Empty,
    /// Two keys with one id.
    #[error("memuat dua kunci dengan kid yang sama")]
    Doubled,
    /// The text of a key is no Ed25519 key.
    #[error("memuat kunci Ed25519 yang rusak")]
    Broken,
}

/// One generation of keys. What was verified with it is forgotten with it, so that a key withdrawn ends its tokens.
pub(super) struct Keys {
    by_id: HashMap<String, DecodingKey>,
    verified: Mutex<LruCache<[u8; 32], Verified>>,
}

#[derive(Clone)]
pub(super) struct Verified {
    pub principal: Arc<Principal>,
    /// Seconds since 1970.
    pub expires: u64,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
}

impl Keys {
    /// Takes the Ed25519 keys of a JWKS; an issuer may publish others beside, and they are left alone.
    pub(super) fn parse(json: &[u8]) -> Result<Self, KeysError> {
        let jwks: Jwks = serde_json::from_slice(json)?;
        let mut by_id = HashMap::new();
        for key in jwks.keys {
            let ours = key.kty == "OKP"
                && key.crv.as_deref() == Some("Ed25519")
                && key.alg.as_deref().is_none_or(|alg| matches!(alg, "EdDSA" | "Ed25519"))
                && key.r#use.as_deref().is_none_or(|usage| usage == "sig");
            let (true, Some(kid), Some(x)) = (ours, key.kid, key.x) else { continue };
            if !BASE64_URL_SAFE_NO_PAD.decode(&x).is_ok_and(|bytes| bytes.len() == 32) {
                return Err(KeysError::Broken);
            }
            let key = DecodingKey::from_ed_components(&x).map_err(|_| KeysError::Broken)?;
            if by_id.insert(kid, key).is_some() {
                return Err(KeysError::Doubled);
            }
        }
        if by_id.is_empty() {
            return Err(KeysError::Empty);
        }
        Ok(Self { by_id, verified: Mutex::new(LruCache::new(REMEMBERED)) })
    }

    pub(super) fn get(&self, kid: &str) -> Option<&DecodingKey> {
        self.by_id.get(kid)
    }

    pub(super) fn recall(&self, digest: &[u8; 32]) -> Option<Verified> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    pub(super) fn remember(&self, digest: [u8; 32], verified: Verified) {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner).put(digest, verified);
    }
}

/// By what a changed file shows itself.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl Stamp {
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        Ok(Self { modified: metadata.modified().ok(), length: metadata.len() })
    }
}
