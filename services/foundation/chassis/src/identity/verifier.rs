//! Verifies tokens.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::{Algorithm, Validation, errors::ErrorKind, get_current_timestamp};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tonic::metadata::MetadataMap;
use uuid::Uuid;

use super::{
    Principal, Unauthenticated,
    claims::Claims,
    fetch::{FetchError, fetch},
    keys::{Keys, KeysError, Stamp, Verified},
};
use crate::{config::Identity, territory::InForce};

/// How often a file of keys is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often an address of keys is asked without a reason.
const FETCH: Duration = Duration::from_mins(5);
/// How often an address of keys is asked at most, whatever unknown keys tokens name.
const FETCH_AGAIN: Duration = Duration::from_secs(10);
/// A longer token is none of ours.
const LONGEST_TOKEN: usize = 8 * 1024;

/// Why there are no keys to verify with.
#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    /// The issuer's file cannot be used.
    #[error("identity.jwks_file {} {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: KeysError,
    },
    /// The issuer's address did not give keys.
    #[error("identity.jwks_url {0}")]
    Fetch(#[from] FetchError),
    /// Neither is set.
    #[error("identity.jwks_file belum diisi")]
    NoSource,
}

/// Believes tokens of one issuer for one audience, signed with `EdDSA` by one of the issuer's present keys. Clones share
/// keys and revocations.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    validation: Validation,
    source: Source,
    keys: RwLock<Arc<Keys>>,
    revoked: RwLock<HashSet<Uuid>>,
    in_force: RwLock<InForce>,
}

enum Source {
    File { path: PathBuf, seen: Mutex<Seen> },
    Address { url: String, wanted: Notify },
}

struct Seen {
    stamp: Stamp,
    at: Instant,
}

impl Verifier {
    /// Reads or fetches the issuer's keys.
    ///
    /// # Errors
    /// No keys, no service: see [`VerifierError`].
    pub async fn from_config(config: &Identity) -> Result<Self, VerifierError> {
        let (source, keys) = match (&config.jwks_file, &config.jwks_url) {
            (Some(path), _) => {
                let failed = |source| VerifierError::File { path: path.clone(), source };
                // The stamp before the text: a file that changes in between is read again.
                let stamp = Stamp::of(path).map_err(|error| failed(error.into()))?;
                let keys = read(path).map_err(failed)?;
                (Source::File { path: path.clone(), seen: Mutex::new(Seen { stamp, at: Instant::now() }) }, keys)
            }
            (None, Some(url)) => {
                let keys = fetch(url).await?;
                (Source::Address { url: url.clone(), wanted: Notify::new() }, keys)
            }
            (None, None) => return Err(VerifierError::NoSource),
        };
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[&config.audience]);
        validation.validate_nbf = true;
        validation.leeway = config.leeway_seconds.min(60);
        Ok(Self(Arc::new(Inner {
            validation,
            source,
            keys: RwLock::new(Arc::new(keys)),
            revoked: RwLock::new(HashSet::new()),
            in_force: RwLock::default(),
        })))
    }

    /// The caller of a gRPC call, from its `authorization` metadata.
    ///
    /// # Errors
    /// Whatever is not as it must be; see [`Unauthenticated`].
    pub fn verify(&self, metadata: &MetadataMap) -> Result<Arc<Principal>, Unauthenticated> {
        let mut values = metadata.get_all("authorization").iter();
        let value = values.next().ok_or(Unauthenticated::Missing)?;
        // With two, a proxy and we might each believe another one.
        if values.next().is_some() {
            return Err(Unauthenticated::Scheme);
        }
        let text = value.to_str().map_err(|_| Unauthenticated::Scheme)?;
        let (scheme, token) = text.split_once(' ').ok_or(Unauthenticated::Scheme)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Unauthenticated::Scheme);
        }
        self.verify_token(token.trim())
    }

    /// The bearer of a token.
    ///
    /// # Errors
    /// Whatever is not as it must be; see [`Unauthenticated`].
    pub fn verify_token(&self, token: &str) -> Result<Arc<Principal>, Unauthenticated> {
        if token.len() > LONGEST_TOKEN {
            return Err(Unauthenticated::Signature);
        }
        self.look(false);
        let digest: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let keys = self.keys();
        let leeway = self.0.validation.leeway;
        let verified = match keys.recall(&digest) {
            Some(verified) if verified.expires.saturating_add(leeway) <= get_current_timestamp() => {
                return Err(Unauthenticated::Expired);
            }
            Some(verified) => verified,
            None => {
                let verified = self.examine(token)?;
                // Into this generation, though `examine` may have found a newer one: it is read again then.
                keys.remember(digest, verified.clone());
                verified
            }
        };
        if let Some(grant) = verified.principal.grant
            && self.0.revoked.read().unwrap_or_else(PoisonError::into_inner).contains(&grant)
        {
            return Err(Unauthenticated::Revoked);
        }
        self.in_force(verified.principal)
    }

    /// From now on scopes are resolved to what is in force there.
    pub fn follow_territory(&self, in_force: InForce) {
        *self.0.in_force.write().unwrap_or_else(PoisonError::into_inner) = in_force;
    }

    /// The caller with the scope that its token leads to now: the same token reaches another region after a territory came into force.
    fn in_force(&self, principal: Arc<Principal>) -> Result<Arc<Principal>, Unauthenticated> {
        let adopted = self.0.in_force.read().unwrap_or_else(PoisonError::into_inner).now();
        let scope = principal.scope.on(&adopted).ok_or(Unauthenticated::ScopeUnresolved)?;
        if scope == principal.scope {
            return Ok(principal);
        }
        Ok(Arc::new(Principal { scope, ..Principal::clone(&principal) }))
    }

    /// From now on no token with this grant is believed.
    pub fn revoke(&self, grant: Uuid) {
        self.0.revoked.write().unwrap_or_else(PoisonError::into_inner).insert(grant);
    }

    /// Replaces the revoked grants, when a service has read them anew from its log.
    pub fn set_revoked(&self, grants: impl IntoIterator<Item = Uuid>) {
        let grants = grants.into_iter().collect();
        *self.0.revoked.write().unwrap_or_else(PoisonError::into_inner) = grants;
    }

    /// Fetches the keys of an address again from time to time, and soon after a token named an unknown one. For a file
    /// there is nothing to do: [`Self::verify_token`] looks at it itself. The chassis runs this beside the server.
    pub async fn keep_fresh(&self, stop: CancellationToken) {
        let Source::Address { url, wanted } = &self.0.source else { return };
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(FETCH) => {}
                () = wanted.notified() => {}
            }
            match fetch(url).await {
                Ok(keys) => self.replace(keys),
                Err(error) => tracing::warn!(%error, "kunci penerbit tidak dapat diambil; yang lama tetap dipakai"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(FETCH_AGAIN) => {}
            }
        }
    }

    fn examine(&self, token: &str) -> Result<Verified, Unauthenticated> {
        // Algorithm::from_str knows no "none", so such a header does not even parse.
        let header = jsonwebtoken::decode_header(token).map_err(|_| Unauthenticated::Signature)?;
        // RFC 7515, 4.1.11: what is critical and not understood is refused; and we understand no extension.
        if header.alg != Algorithm::EdDSA || header.crit.is_some() {
            return Err(Unauthenticated::Signature);
        }
        let kid = header.kid.ok_or(Unauthenticated::Key)?;
        let mut keys = self.keys();
        if keys.get(&kid).is_none() {
            self.look(true);
            keys = self.keys();
        }
        let key = keys.get(&kid).ok_or(Unauthenticated::Key)?;
        let claims =
            jsonwebtoken::decode::<Claims>(token, key, &self.0.validation).map_err(|error| refusal(&error))?.claims;
        let expires = claims.exp;
        let principal = claims.principal(get_current_timestamp().saturating_add(self.0.validation.leeway))?;
        Ok(Verified { principal: Arc::new(principal), expires })
    }

    /// Reads the file of keys again if it changed; asks for the address of keys if one is `needed`.
    fn look(&self, needed: bool) {
        match &self.0.source {
            Source::Address { wanted, .. } if needed => wanted.notify_one(),
            Source::Address { .. } => {}
            Source::File { path, seen } => {
                // Whoever comes while another looks goes on with what is there, unless it cannot.
                let locked = if needed { seen.lock().ok() } else { seen.try_lock().ok() };
                let Some(mut seen) = locked else { return };
                if !needed && seen.at.elapsed() < LOOK {
                    return;
                }
                seen.at = Instant::now();
                match Stamp::of(path) {
                    Ok(stamp) if stamp == seen.stamp => {}
                    Ok(stamp) => match read(path) {
                        Ok(keys) => {
                            seen.stamp = stamp;
                            self.replace(keys);
                        }
                        Err(error) => tracing::warn!(%error, "kunci penerbit yang baru rusak; yang lama tetap dipakai"),
                    },
                    Err(error) => tracing::warn!(%error, "berkas kunci penerbit hilang; yang lama tetap dipakai"),
                }
            }
        }
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.0.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, keys: Keys) {
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

fn read(path: &Path) -> Result<Keys, KeysError> {
    Keys::parse(&std::fs::read(path)?)
}

fn refusal(error: &jsonwebtoken::errors::Error) -> Unauthenticated {
    match error.kind() {
        ErrorKind::ExpiredSignature => Unauthenticated::Expired,
        ErrorKind::ImmatureSignature => Unauthenticated::NotYetValid,
        ErrorKind::InvalidIssuer => Unauthenticated::Issuer,
        ErrorKind::InvalidAudience => Unauthenticated::Audience,
        ErrorKind::MissingRequiredClaim(claim) | ErrorKind::InvalidClaimFormat(claim) => match claim.as_str() {
            "exp" => Unauthenticated::Claim("exp"),
            "iss" => Unauthenticated::Issuer,
            "aud" => Unauthenticated::Audience,
            "nbf" => Unauthenticated::Claim("nbf"),
            _ => Unauthenticated::Claim("sub"),
        },
        ErrorKind::Json(_) => Unauthenticated::Claim("exp"),
        _ => Unauthenticated::Signature,
    }
}
