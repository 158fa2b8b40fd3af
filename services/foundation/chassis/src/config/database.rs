//! The service's database.

use std::{fmt, path::PathBuf};

use serde::Deserialize;

use super::{Check, Problems};

/// `[database]`: the service's own PostgreSQL database.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// A file whose only line is the connection's URL; the place for one with a password.
    pub url_file: Option<PathBuf>,
    /// The URL itself, if it holds no password.
    pub url: Option<String>,
    /// Connections in the pool.
    pub max_connections: u32,
    /// The longest that a statement may take, in milliseconds; 0 is without limit.
    pub statement_timeout_ms: u64,
    /// How long to wait for a free connection, in milliseconds.
    pub acquire_timeout_ms: u64,
    /// The name in `pg_stat_activity`; the program's own when left out.
    pub application_name: Option<String>,
}

impl Database {
    /// The defaults with this URL.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url_file: None,
            url: None,
            max_connections: 8,
            statement_timeout_ms: 30_000,
            acquire_timeout_ms: 5_000,
            application_name: None,
        }
    }
}

// By hand, since a URL may hold a password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("url_file", &self.url_file)
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("max_connections", &self.max_connections)
            .field("statement_timeout_ms", &self.statement_timeout_ms)
            .field("acquire_timeout_ms", &self.acquire_timeout_ms)
            .field("application_name", &self.application_name)
            .finish()
    }
}

impl Check for Database {
    fn check(&self, problems: &mut Problems) {
        match (&self.url_file, &self.url) {
            (Some(_), Some(_)) => problems.add("url", "url_file dan url diisi dua-duanya", "isi salah satu saja"),
            (None, None) => problems.add("url_file", "belum diisi", "tulis jalur berkas yang berisi alamat PostgreSQL"),
            (Some(path), None) => problems.readable("url_file", path),
            (None, Some(url)) => match url::Url::parse(url) {
                Ok(url) if !matches!(url.scheme(), "postgres" | "postgresql") => {
                    problems.add(
                        "url",
                        "bukan alamat PostgreSQL",
                        "tulis misalnya postgres://registry@127.0.0.1:7432/registry",
                    );
                }
                Ok(url) if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") => {
                    problems.add(
                        "url",
                        "berisi kata sandi",
                        "pindahkan alamat itu ke sebuah berkas dan sebutkan di url_file",
                    );
                }
                Ok(_) => {}
                Err(_) => {
                    problems.add("url", "bukan alamat", "tulis misalnya postgres://registry@127.0.0.1:7432/registry");
                }
            },
        }
        problems.within("max_connections", &self.max_connections, &(1..=1000));
        problems.within("statement_timeout_ms", &self.statement_timeout_ms, &(0..=3_600_000));
        problems.within("acquire_timeout_ms", &self.acquire_timeout_ms, &(10..=600_000));
    }
}
