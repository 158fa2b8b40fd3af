//! One of several replicas at a time: a session's advisory lock in PostgreSQL, which goes with the session.
//!
//! Leadership saves work; what must be exact does not rest on it (the relay on expected sequences, timers on request keys).

use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool};
use tokio::time::sleep;

use crate::in_time;

const RETRY: Duration = Duration::from_millis(500);
/// How often a leader shows the database that it lives.
const PROOF: Duration = Duration::from_secs(1);
/// How long the database waits for that: then it ends the session, so that a leader that hangs, or cannot be reached, is
/// followed by another one.
const LEASE: Duration = Duration::from_secs(4);
/// How long the database's answer may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The lock, held by a connection of its own.
pub struct Leadership {
    connection: PgConnection,
}

impl Leadership {
    /// The lock's number for a task of a context.
    #[must_use]
    pub fn lock_for(task: &str, context: &str) -> i64 {
        use sha2::{Digest, Sha256};
        let hash = Sha256::digest(format!("kim.{context}.{task}"));
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash[..8]);
        i64::from_be_bytes(bytes)
    }

    /// Waits until the lock is had.
    pub async fn win(pool: &PgPool, lock: i64) -> Self {
        loop {
            match in_time(PATIENCE, Self::try_win(pool, lock)).await {
                Ok(Some(leadership)) => return leadership,
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "leadership could not be asked for"),
            }
            sleep(RETRY).await;
        }
    }

    async fn try_win(pool: &PgPool, lock: i64) -> Result<Option<Self>, sqlx::Error> {
        let lease = LEASE.as_millis().to_string();
        let options = pool.connect_options().as_ref().clone().options([("idle_session_timeout", lease.as_str())]);
        let mut connection = PgConnection::connect_with(&options).await?;
        let won: bool =
            sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(lock).fetch_one(&mut connection).await?;
        Ok(won.then_some(Self { connection }))
    }

    /// Does the work as long as the session lives. `None` when leadership was lost.
    pub async fn hold<T>(mut self, work: impl Future<Output = T>) -> Option<T> {
        let lost = async {
            loop {
                sleep(PROOF).await;
                if in_time(PATIENCE, sqlx::query("SELECT 1").execute(&mut self.connection)).await.is_err() {
                    return;
                }
            }
        };
        let outcome = tokio::select! {
            outcome = work => Some(outcome),
            () = lost => None,
        };
        if outcome.is_some() {
            // A session that ends in order frees the lock at once.
            let _ = in_time(PATIENCE, self.connection.close()).await;
        }
        outcome
    }
}
