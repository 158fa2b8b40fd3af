//! Rooms of a write service's configuration: its stream, and its vault.

use std::{path::PathBuf, time::Duration};

use kim_chassis::config::{Check, Problems};
use kim_eventlog::Retention;
use serde::Deserialize;

use crate::secrets::master;

/// `[stream]`: how long the broker keeps events, whatever comes first; the log keeps them all.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Stream {
    pub max_age_days: u32,
    pub max_gigabytes: u32,
    /// Copies in a cluster: 1 or 3.
    pub replicas: usize,
}

impl Default for Stream {
    fn default() -> Self {
        Self { max_age_days: 732, max_gigabytes: 200, replicas: 1 }
    }
}

impl Stream {
    #[must_use]
    pub fn retention(&self) -> Retention {
        Retention {
            max_age: Duration::from_secs(u64::from(self.max_age_days) * 86_400),
            max_bytes: i64::from(self.max_gigabytes) * 1_000_000_000,
            replicas: self.replicas,
        }
    }
}

/// `[vault]`: the key that everything in the vault is sealed with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vault {
    /// A file with 32 random bytes as 64 hex digits. Without this very key nothing in the vault opens again.
    pub key_file: PathBuf,
}

impl Check for Stream {
    fn check(&self, problems: &mut Problems) {
        problems.within("max_age_days", &self.max_age_days, &(1..=3_660));
        problems.within("max_gigabytes", &self.max_gigabytes, &(1..=100_000));
        if ![1, 3].contains(&self.replicas) {
            problems.add(
                "replicas",
                format!("{} bukan jumlah salinan", self.replicas),
                "tulis 1, atau 3 dalam klaster",
            );
        }
    }
}

impl Check for Vault {
    fn check(&self, problems: &mut Problems) {
        const REMEDY: &str = "sebutkan berkas berisi 64 angka heksadesimal; buat sekali saja dan simpan cadangannya";
        if self.key_file.as_os_str().is_empty() {
            problems.add("key_file", "belum diisi", REMEDY);
        } else if let Err(error) = master(&self.key_file) {
            problems.add("key_file", error.to_string(), REMEDY);
        }
    }
}
