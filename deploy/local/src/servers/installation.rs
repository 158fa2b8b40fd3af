//! Where the servers' programs are on this machine. `deploy/local/install` puts there what is missing.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest PostgreSQL that the event log is tested with.
pub const POSTGRES_AT_LEAST: u32 = 15;
/// The oldest NATS server with all that the relay asks of a stream.
pub const NATS_AT_LEAST: (u32, u32) = (2, 12);

#[derive(Debug, thiserror::Error)]
pub enum NotInstalled {
    #[error("PostgreSQL {POSTGRES_AT_LEAST} atau lebih baru tidak ditemukan; jalankan deploy/local/install")]
    Postgres,
    #[error("data dibuat dengan PostgreSQL {0}, yang kini tidak ditemukan di mesin ini; pasang postgresql-{0}")]
    PostgresOf(u32),
    #[error("nats-server {}.{} atau lebih baru tidak ditemukan; jalankan deploy/local/install", NATS_AT_LEAST.0, NATS_AT_LEAST.1)]
    Nats,
}

/// A folder with `postgres`, `initdb` and `psql` of one major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresPrograms {
    pub bin: PathBuf,
    pub major: u32,
}

/// PostgreSQL of the major version that `data` was made with, or the newest when there is no data yet.
pub fn postgres(data: &Path) -> Result<PostgresPrograms, NotInstalled> {
    let made_with = fs::read_to_string(data.join("PG_VERSION")).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let mut found: Vec<PostgresPrograms> = postgres_folders().into_iter().filter_map(|bin| postgres_in(&bin)).collect();
    found.retain(|programs| programs.major >= POSTGRES_AT_LEAST);
    match made_with {
        Some(major) => found.into_iter().find(|p| p.major == major).ok_or(NotInstalled::PostgresOf(major)),
        None => found.into_iter().max_by_key(|p| p.major).ok_or(NotInstalled::Postgres),
    }
}

/// A NATS server that is new enough.
pub fn nats() -> Result<PathBuf, NotInstalled> {
    let named = our_folders("bin").into_iter().chain(path_folders()).map(|folder| folder.join("nats-server"));
    named.filter(|program| program.is_file()).find(|program| nats_is_new_enough(program)).ok_or(NotInstalled::Nats)
}

fn nats_is_new_enough(program: &Path) -> bool {
    let Some(text) = version_text(program) else { return false };
    // "nats-server: v2.15.1"
    let mut numbers = text.rsplit('v').next().unwrap_or_default().split('.').map_while(|word| word.parse::<u32>().ok());
    matches!((numbers.next(), numbers.next()), (Some(major), Some(minor)) if (major, minor) >= NATS_AT_LEAST)
}

fn postgres_in(bin: &Path) -> Option<PostgresPrograms> {
    // A link in PATH stands alone; its neighbours are where it points to.
    let bin = fs::canonicalize(bin.join("postgres")).ok()?.parent()?.to_owned();
    if !(bin.join("initdb").is_file() && bin.join("psql").is_file()) {
        return None;
    }
    // "postgres (PostgreSQL) 17.2 (Debian 17.2-1)"
    let text = version_text(&bin.join("postgres"))?;
    let number = text.split_whitespace().nth(2)?;
    let major = number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    Some(PostgresPrograms { bin, major })
}

fn postgres_folders() -> Vec<PathBuf> {
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin"));
    our_folders("postgresql/bin").into_iter().chain(path_folders()).chain(packaged).collect()
}

fn path_folders() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

/// `$KIM_HOME/<below>`, or without the variable `.local/<below>` of the checkout that the caller works in.
fn our_folders(below: &str) -> Vec<PathBuf> {
    if let Some(home) = env::var_os("KIM_HOME") {
        return vec![Path::new(&home).join(below)];
    }
    let here = env::current_dir().unwrap_or_default();
    here.ancestors().map(|folder| folder.join(".local").join(below)).filter(|folder| folder.is_dir()).collect()
}

fn version_text(program: &Path) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
