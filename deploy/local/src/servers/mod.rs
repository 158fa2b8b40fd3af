//! PostgreSQL and NATS of our own: private, on loopback, in one directory each, and gone with the process that started them.
//!
//! Nothing here ever talks to a server that it did not start: each has its own port, its own directory and its own secrets.

pub mod installation;
pub mod nats;
pub mod port;
pub mod postgres;
pub mod secret;

use std::{fs, io, path::Path};

pub use nats::{Nats, NatsError, NatsOptions, NatsUser};
pub use postgres::{Postgres, PostgresError, PostgresOptions};

/// The last lines of a log, to show beside an error.
#[must_use]
pub fn tail(log: &Path, lines: usize) -> String {
    const ENOUGH: u64 = 16 * 1024;
    let read = || -> io::Result<String> {
        use std::io::{Read, Seek, SeekFrom};
        let mut file = fs::File::open(log)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(ENOUGH)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}
