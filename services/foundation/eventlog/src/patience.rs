//! Waiting for a database that may never answer: a network that forgot a connection says nothing at all.

use std::{io, time::Duration};

use tokio::time::timeout;

/// The answer, or an error when there is none in time. What was asked may have been done all the same.
pub async fn in_time<T, E: From<sqlx::Error>>(
    limit: Duration,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let silent = || io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
    timeout(limit, answer).await.unwrap_or_else(|_| Err(sqlx::Error::Io(silent()).into()))
}
