//! The broker.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Check, Problems};

/// `[nats]`: the broker.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nats {
    /// `nats://host:port` or `tls://host:port`; several separated by commas.
    pub url: String,
    /// A file with this service's NKey seed; without it, no authentication (a test's own broker).
    pub nkey_seed_file: Option<PathBuf>,
    /// The prefix of this user's inboxes, when the broker gave it one.
    pub inbox_prefix: Option<String>,
    /// A file with the certificate authority that signed the broker's certificate.
    pub ca_file: Option<PathBuf>,
}

impl Nats {
    /// The defaults with this URL.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

impl Check for Nats {
    fn check(&self, problems: &mut Problems) {
        const EXAMPLE: &str = "tulis misalnya nats://127.0.0.1:7422";
        problems.required("url", &self.url, EXAMPLE);
        for part in self.url.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match url::Url::parse(part) {
                Ok(url) if !matches!(url.scheme(), "nats" | "tls") => problems.add("url", "bukan alamat NATS", EXAMPLE),
                Ok(url) if url.password().is_some() || !url.username().is_empty() => {
                    problems.add("url", "berisi nama atau kata sandi", "pakai nkey_seed_file");
                }
                Ok(_) => {}
                Err(_) => problems.add("url", "bukan alamat", EXAMPLE),
            }
        }
        if let Some(path) = &self.nkey_seed_file {
            problems.readable("nkey_seed_file", path);
        }
        if let Some(path) = &self.ca_file {
            problems.readable("ca_file", path);
        }
        if let Some(prefix) = &self.inbox_prefix
            && (prefix.is_empty() || prefix.contains(['*', '>', ' ']) || prefix.ends_with('.'))
        {
            problems.add("inbox_prefix", format!("{prefix:?} bukan awalan subjek"), "tulis misalnya _INBOX_registry");
        }
    }
}
