//! Why a token was refused, and what its bearer should do.

use tonic::{Code, Status};

use crate::errors::Fault;

/// A call without a caller that could be believed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unauthenticated {
    /// No `authorization` metadata.
    #[error("no bearer token in the authorization metadata")]
    Missing,
    /// The metadata is there and is not `Bearer <token>`, or is there twice.
    #[error("the authorization metadata is not a single 'Bearer <token>'")]
    Scheme,
    /// No JWT, or signed by an algorithm or a key that is not the pinned one, or with a wrong signature.
    #[error("the token is not an EdDSA JWT signed by a known key")]
    Signature,
    /// The token names a key that the issuer does not publish.
    #[error("the token's kid is missing or unknown")]
    Key,
    /// The token's time is over.
    #[error("the token has expired")]
    Expired,
    /// The token's time has not begun.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Another issuer.
    #[error("the token's issuer is not accepted here")]
    Issuer,
    /// Meant for somebody else.
    #[error("the token's audience is not this platform")]
    Audience,
    /// A claim is absent or malformed.
    #[error("claim {0} is missing or malformed")]
    Claim(&'static str),
    /// No scope.
    #[error("the token has no scope")]
    ScopeMissing,
    /// The scope is none of the variants.
    #[error("the token's scope is malformed")]
    ScopeMalformed,
    /// The scope's region is not one region of today's territory.
    #[error("the scope's region does not resolve to one region of the current territory")]
    ScopeUnresolved,
    /// Role and scope do not belong together.
    #[error("role and scope do not fit each other")]
    ScopeUnfit,
    /// The grant behind the token was revoked.
    #[error("the grant behind this token was revoked")]
    Revoked,
}

impl Unauthenticated {
    /// The reason that programs compare.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Missing => "TOKEN_MISSING",
            Self::Expired => "TOKEN_EXPIRED",
            Self::Revoked => "TOKEN_REVOKED",
            Self::ScopeMissing => "SCOPE_MISSING",
            Self::ScopeMalformed => "SCOPE_MALFORMED",
            Self::ScopeUnresolved => "SCOPE_UNRESOLVED",
            Self::ScopeUnfit => "SCOPE_UNFIT",
            Self::Scheme
            | Self::Signature
            | Self::Key
            | Self::NotYetValid
            | Self::Issuer
            | Self::Audience
            | Self::Claim(_) => "TOKEN_INVALID",
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::Missing => "Permintaan ini tanpa token. Sertakan metadata authorization: Bearer <token>.",
            Self::Scheme => "Token tidak terbaca. Sertakan tepat satu metadata authorization: Bearer <token>.",
            Self::Expired => "Token sudah kedaluwarsa. Mintalah token baru kepada kantor yang menerbitkannya.",
            Self::NotYetValid => "Token belum berlaku. Periksa jam komputer Anda, lalu coba lagi.",
            Self::Revoked => "Hak akses ini sudah dicabut. Hubungi kantor yang menerbitkannya.",
            Self::ScopeMissing | Self::ScopeMalformed => {
                "Token tidak menyebut wilayah kerja yang sah. Mintalah token baru kepada kantor yang menerbitkannya."
            }
            Self::ScopeUnresolved => {
                "Kode wilayah pada token tidak dikenal dalam pembagian wilayah sekarang. Mintalah token baru dengan kode wilayah terkini."
            }
            Self::ScopeUnfit => {
                "Peran dan wilayah kerja pada token tidak cocok. Mintalah token baru kepada kantor yang menerbitkannya."
            }
            Self::Signature | Self::Key | Self::Issuer | Self::Audience | Self::Claim(_) => {
                "Token tidak sah untuk layanan ini. Mintalah token baru kepada kantor yang menerbitkannya."
            }
        }
    }
}

impl From<Unauthenticated> for Fault {
    fn from(refusal: Unauthenticated) -> Self {
        Self::new(Code::Unauthenticated, refusal.reason(), refusal.message(), refusal.to_string())
    }
}

impl From<Unauthenticated> for Status {
    fn from(refusal: Unauthenticated) -> Self {
        Fault::from(refusal).into()
    }
}
