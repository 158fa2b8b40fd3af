//! The local nation's own issuer: a key in a directory, and the tokens made with it.

use std::{
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::{
    SigningKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, spki::der::pem::LineEnding},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, get_current_timestamp};
use rand::Rng;
use sha2::{Digest, Sha256};

use super::{AUDIENCE, Principal, claims::Issued};

const KEY_FILE: &str = "issuer.pem";
const JWKS_FILE: &str = "jwks.json";

/// Why an issuer cannot be made, opened or used.
#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The key's file holds no Ed25519 key.
    #[error("{} bukan kunci Ed25519", .0.display())]
    Key(PathBuf),
    /// A token could not be signed.
    #[error("token tidak dapat ditandatangani: {0}")]
    Sign(#[from] jsonwebtoken::errors::Error),
}

/// Signs tokens. For the local nation and for tests; elsewhere an identity provider does.
pub struct Issuer {
    name: String,
    key: EncodingKey,
    kid: String,
    jwks: PathBuf,
}

impl Issuer {
    /// The issuer (claim `iss`) of a local nation.
    pub const LOCAL: &'static str = "kim-local";

    /// Makes a key in `dir` (readable by its owner only) and publishes its public half in `jwks.json` beside it.
    ///
    /// # Errors
    /// Also when a key is there already: its tokens would die.
    pub fn create(dir: impl AsRef<Path>) -> Result<Self, IssuerError> {
        let dir = dir.as_ref();
        fs::create_dir_all(dir).map_err(|source| IssuerError::File { path: dir.into(), source })?;
        let mut seed = [0; 32];
        rand::rng().fill_bytes(&mut seed);
        let key = SigningKey::from_bytes(&seed);
        let path = dir.join(KEY_FILE);
        let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| IssuerError::Key(path.clone()))?;
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| {
                file.write_all(pem.as_bytes())?;
                file.sync_all()
            })
            .map_err(|source| IssuerError::File { path: path.clone(), source })?;
        Self::publish(dir, &key)?;
        Self::open(dir)
    }

    /// Opens the issuer that [`Self::create`] made in `dir`.
    ///
    /// # Errors
    /// No key there, or none that can be read.
    pub fn open(dir: impl AsRef<Path>) -> Result<Self, IssuerError> {
        let dir = dir.as_ref();
        let path = dir.join(KEY_FILE);
        let pem = fs::read_to_string(&path).map_err(|source| IssuerError::File { path: path.clone(), source })?;
        let key = SigningKey::from_pkcs8_pem(&pem).map_err(|_| IssuerError::Key(path.clone()))?;
        if !dir.join(JWKS_FILE).exists() {
            // A crash between the two files.
            Self::publish(dir, &key)?;
        }
        let der = key.to_pkcs8_der().map_err(|_| IssuerError::Key(path))?;
        let (kid, _) = public_half(&key);
        Ok(Self {
            name: Self::LOCAL.into(),
            key: EncodingKey::from_ed_der(der.as_bytes()),
            kid,
            jwks: dir.join(JWKS_FILE),
        })
    }

    /// The same key under another issuer's name.
    #[must_use]
    pub fn named(mut self, issuer: impl Into<String>) -> Self {
        self.name = issuer.into();
        self
    }

    /// The issuer's name, for `identity.issuer`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public keys' file, for `identity.jwks_file`.
    #[must_use]
    pub fn jwks_file(&self) -> &Path {
        &self.jwks
    }

    /// The section `[identity]` that believes this issuer.
    #[must_use]
    pub fn identity(&self) -> crate::config::Identity {
        crate::config::Identity {
            issuer: self.name.clone(),
            jwks_file: Some(self.jwks.clone()),
            ..crate::config::Identity::default()
        }
    }

    /// A token for this caller, good from now for `lifetime`.
    ///
    /// # Errors
    /// Never with a key that [`Self::open`] took.
    pub fn issue(&self, claims: &Principal, lifetime: Duration) -> Result<String, IssuerError> {
        let now = get_current_timestamp();
        let header = Header { kid: Some(self.kid.clone()), ..Header::new(Algorithm::EdDSA) };
        let claims = Issued {
            iss: &self.name,
            aud: AUDIENCE,
            sub: claims.subject.as_str(),
            iat: now,
            exp: now.saturating_add(lifetime.as_secs()),
            grant: claims.grant,
            role: claims.role.as_str(),
            scope: (&claims.scope).into(),
        };
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }

    fn publish(dir: &Path, key: &SigningKey) -> Result<(), IssuerError> {
        let (kid, x) = public_half(key);
        let jwk = serde_json::json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x});
        let text = serde_json::json!({"keys": [jwk]}).to_string();
        let (path, draft) = (dir.join(JWKS_FILE), dir.join("jwks.json.tmp"));
        // By renaming, since a service may be reading it.
        fs::write(&draft, text)
            .and_then(|()| fs::rename(&draft, &path))
            .map_err(|source| IssuerError::File { path, source })
    }
}

/// The key's id (its thumbprint, RFC 7638) and its public half.
fn public_half(key: &SigningKey) -> (String, String) {
    let x = BASE64_URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes());
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    (BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)), x)
}
