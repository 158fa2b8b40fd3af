//! The connection to PostgreSQL, the same for every service.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::config::Database;

/// How long a connection may take to answer when it goes back to the pool.
const ANSWER: Duration = Duration::from_secs(3);
/// How long a transaction may stand still: one of a replica that hangs would hold its locks against all others.
const STANDSTILL: Duration = Duration::from_secs(3);

/// How long a service that starts waits for its database.
const PATIENCE: Duration = Duration::from_secs(30);
const AGAIN: Duration = Duration::from_millis(250);
/// Shut down, crashed, not up yet, too many connections: what PostgreSQL says of itself for a while only.
const PASSING: [&str; 4] = ["57P01", "57P02", "57P03", "53300"];

/// Why there is no connection. None of the texts holds the URL, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The file with the URL cannot be read.
    #[error("database.url_file tidak dapat dibaca: {0}")]
    UrlFile(#[source] std::io::Error),
    /// Neither `url_file` nor `url` is set.
    #[error("database.url_file belum diisi")]
    NoUrl,
    /// The URL does not parse.
    #[error("alamat PostgreSQL tidak terbaca")]
    BadUrl,
    /// PostgreSQL does not answer, or refuses.
    #[error("PostgreSQL tidak dapat dihubungi: {0}")]
    Connect(#[source] sqlx::Error),
}

/// Connects, so that what is wrong with the address shows at start. A database that is only just starting, or that the network
/// does not reach for a moment, is waited for.
///
/// # Errors
/// See [`DatabaseError`].
pub async fn connect(config: &Database) -> Result<PgPool, DatabaseError> {
    let options = options(config)?;
    let pool = minded(PgPoolOptions::new())
        .max_connections(config.max_connections)
        .acquire_timeout(Duration::from_millis(config.acquire_timeout_ms));
    let begun = Instant::now();
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if may_pass(&error) && begun.elapsed() < PATIENCE => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "PostgreSQL belum dapat dihubungi; mencoba lagi"
                );
                tokio::time::sleep(AGAIN).await;
            }
            connected => return connected.map_err(DatabaseError::Connect),
        }
    }
}

/// Whether the next attempt may go well with nothing else changed: nobody answers, or PostgreSQL takes no connection yet.
fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(said) => said.code().is_some_and(|code| PASSING.contains(&code.as_ref())),
        _ => false,
    }
}

/// A pool that gives a connection up when nobody answers on it any more. Without that, one whose statement was given up would
/// be waited for without end, and keep its place for as long: after a network that forgot its connections, no place is left.
#[must_use]
pub fn minded(options: PgPoolOptions) -> PgPoolOptions {
    options.after_release(|connection, _| {
        Box::pin(async move {
            match tokio::time::timeout(ANSWER, connection.ping()).await {
                Ok(answered) => answered.map(|()| true),
                Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
            }
        })
    })
}

/// How this service connects, for those who need a connection outside the pool (`LISTEN`, an advisory lock).
///
/// # Errors
/// See [`DatabaseError`].
pub fn options(config: &Database) -> Result<PgConnectOptions, DatabaseError> {
    let url = match (&config.url_file, &config.url) {
        (Some(path), _) => std::fs::read_to_string(path).map_err(DatabaseError::UrlFile)?,
        (None, Some(url)) => url.clone(),
        (None, None) => return Err(DatabaseError::NoUrl),
    };
    let name = config.application_name.clone().unwrap_or_else(program);
    let options = PgConnectOptions::from_str(url.trim())
        .map_err(|_| DatabaseError::BadUrl)?
        .application_name(&name)
        .options([
            // Said for each connection: invariant 1 must not depend on what somebody set for the server or the role.
            ("synchronous_commit", "on"),
            ("statement_timeout", &config.statement_timeout_ms.to_string()),
            ("idle_in_transaction_session_timeout", &STANDSTILL.as_millis().to_string()),
            // Statements are small and many; where a server compiles them to machine code, each takes 30 ms longer.
            ("jit", "off"),
            // A statement's parameters hold what goes to the vault; PostgreSQL must not repeat them with an error.
            ("log_parameter_max_length_on_error", "0"),
        ])
        // Statements and how long they took are in the traces; sqlx would write them into the log.
        .disable_statement_logging();
    Ok(options)
}

fn program() -> String {
    let path = std::env::current_exe().ok();
    let name = path.as_deref().and_then(|path| path.file_stem()).map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "kim".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_says_how_it_commits_and_how_long_a_statement_may_take() {
        let config =
            Database { statement_timeout_ms: 1234, ..Database::at("postgres://registry@127.0.0.1:1/registry") };
        let options = options(&config).unwrap();
        let said = options.get_options().unwrap();
        assert!(said.contains("synchronous_commit=on"), "{said}");
        assert!(said.contains("statement_timeout=1234"), "{said}");
    }

    #[test]
    fn an_error_never_repeats_the_address() {
        let config = Database::at("bukan alamat rahasia");
        let error = options(&config).unwrap_err();
        assert_eq!(error.to_string(), "alamat PostgreSQL tidak terbaca");
        assert!(!format!("{config:?}").contains("rahasia"));
    }
}
