//! Waiting for a database that may never answer: a network that forgot a connection says nothing at all.

use std::{io, time::Duration};

use tokio::time::timeout;

/// How long the database may be silent about what may take it long. It ends a statement itself before that.
const PATIENCE: Duration = Duration::from_secs(35);

/// The answer, or an error when there is none for longer than a statement may take. Whoever works on its own, without a caller
/// who would give up, asks by this.
pub async fn answered<T, E: From<sqlx::Error>>(answer: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    in_time(PATIENCE, answer).await
}

/// The answer, or an error when there is none in time. What was asked may have been done all the same.
pub async fn in_time<T, E: From<sqlx::Error>>(
    limit: Duration,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let silent = || io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
    timeout(limit, answer).await.unwrap_or_else(|_| Err(sqlx::Error::Io(silent()).into()))
}
