//! Fetches an issuer's keys over HTTP.

use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

use super::keys::{Keys, KeysError};

const PATIENCE: Duration = Duration::from_secs(5);
const LARGEST: usize = 256 * 1024;

/// Why no keys came.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The address does not parse.
    #[error("bukan alamat: {0}")]
    Address(#[from] http::uri::InvalidUri),
    /// The certificate authorities of this machine cannot be read.
    #[error("sertifikat mesin ini tidak dapat dibaca: {0}")]
    Roots(#[from] std::io::Error),
    /// Nobody answers.
    #[error("tidak dapat dihubungi: {0}")]
    Unreachable(#[from] hyper_util::client::legacy::Error),
    /// Something other than 200 came.
    #[error("menjawab {0}")]
    Answer(http::StatusCode),
    /// The answer broke off or is too large.
    #[error("jawabannya terputus atau terlalu besar")]
    Body,
    /// No answer in time.
    #[error("tidak menjawab dalam {} detik", PATIENCE.as_secs())]
    Late,
    /// The answer is no usable JWKS.
    #[error("{0}")]
    Keys(#[from] KeysError),
}

pub(super) async fn fetch(url: &str) -> Result<Keys, FetchError> {
    tokio::time::timeout(PATIENCE, attempt(url)).await.map_err(|_| FetchError::Late)?
}

async fn attempt(url: &str) -> Result<Keys, FetchError> {
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
        // Plain HTTP passed the configuration's check for loopback only.
        .https_or_http()
        .enable_http1()
        .build();
    let client = Client::builder(TokioExecutor::new()).build::<_, Empty<&'static [u8]>>(connector);
    // Redirects are not followed: the address of the keys is the pinned one.
    let response = client.get(url.parse()?).await?;
    if response.status() != http::StatusCode::OK {
        return Err(FetchError::Answer(response.status()));
    }
    let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|_| FetchError::Body)?;
    Ok(Keys::parse(&body.to_bytes())?)
}
