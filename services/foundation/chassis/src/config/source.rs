//! `[registry]` and others like it: another service whose log is read.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Check, Problems};

/// A service whose log is read: what it is, and what the stream no longer keeps.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// Its gRPC address: `http://127.0.0.1:7401`.
    pub url: String,
    /// A file with a token that may read the log.
    pub token_file: PathBuf,
}

impl Check for Source {
    fn check(&self, problems: &mut Problems) {
        const EXAMPLE: &str = "tulis misalnya http://127.0.0.1:7401";
        let schemes = ["http", "https"];
        if self.url.is_empty() {
            problems.add("url", "belum diisi", EXAMPLE);
        } else if !self.url.parse::<tonic::transport::Uri>().is_ok_and(|url| {
            url.scheme_str().is_some_and(|scheme| schemes.contains(&scheme)) && url.authority().is_some()
        }) {
            problems.add("url", "bukan alamat http", EXAMPLE);
        }
        if self.token_file.as_os_str().is_empty() {
            problems.add("token_file", "belum diisi", "sebutkan berkas token yang boleh membaca log layanan itu");
        } else {
            problems.readable("token_file", &self.token_file);
        }
    }
}
