//! Whose tokens are believed.

use std::{net::IpAddr, path::PathBuf};

use serde::Deserialize;

use super::{Check, Problems};

/// `[identity]`: whose tokens are believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The only issuer that is believed (claim `iss`).
    pub issuer: String,
    /// The only audience that is meant (claim `aud`).
    pub audience: String,
    /// A file with the issuer's public keys (JWKS); read again when it changes.
    pub jwks_file: Option<PathBuf>,
    /// The address of the issuer's public keys; fetched at start and from time to time.
    pub jwks_url: Option<String>,
    /// How far this clock and the issuer's may differ, in seconds; at most 60.
    pub leeway_seconds: u64,
}

impl Default for Identity {
    fn default() -> Self {
        Self { issuer: String::new(), audience: "kim".into(), jwks_file: None, jwks_url: None, leeway_seconds: 30 }
    }
}

impl Check for Identity {
    fn check(&self, problems: &mut Problems) {
        problems.required("issuer", &self.issuer, "tulis penerbit token persis seperti klaim iss");
        problems.required("audience", &self.audience, "tulis misalnya \"kim\"");
        problems.within("leeway_seconds", &self.leeway_seconds, &(0..=60));
        match (&self.jwks_file, &self.jwks_url) {
            (None, None) => {
                problems.add("jwks_file", "belum diisi", "sebutkan berkas JWKS penerbit, atau alamatnya di jwks_url");
            }
            (Some(_), Some(_)) => {
                problems.add("jwks_url", "jwks_file dan jwks_url diisi dua-duanya", "isi salah satu saja");
            }
            (Some(path), None) => problems.readable("jwks_file", path),
            (None, Some(text)) => {
                let loopback = |url: &url::Url| match url.host() {
                    Some(url::Host::Ipv4(host)) => IpAddr::V4(host).is_loopback(),
                    Some(url::Host::Ipv6(host)) => IpAddr::V6(host).is_loopback(),
                    Some(url::Host::Domain(name)) => name == "localhost",
                    None => false,
                };
                match url::Url::parse(text) {
                    // Keys that came over plain HTTP are whoever's keys who stood in between.
                    Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && loopback(&url)) => {}
                    Ok(_) => problems.add(
                        "jwks_url",
                        format!("{text:?} bukan alamat https"),
                        "kunci penerbit harus diambil lewat https",
                    ),
                    Err(_) => problems.add(
                        "jwks_url",
                        format!("{text:?} bukan alamat"),
                        "tulis misalnya https://sso.example.go.id/jwks.json",
                    ),
                }
            }
        }
    }
}
