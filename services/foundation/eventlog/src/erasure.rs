//! Erasures are events, and the vault obeys them: after a restore it forgets again what it had forgotten, before anybody reads it.
//!
//! PostgreSQL keeps what is deleted in its files until it writes other things there. A key that was destroyed is gone from them once
//! the keys' table was written anew, and from the write-ahead log once that was removed; a record without its key may stay.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Filter, Log, Position, Recorded, answered, vault::erase_all};

/// Events looked at in one read.
const BATCH: i64 = 5_000;
/// How far the log goes on before the vault notes that nothing was to be erased.
const NOTED_EVERY: i64 = 50_000;
const BACKOFF: Duration = Duration::from_secs(1);
/// How often is looked without an append of this process.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// The least time between two rewritings of the keys' table, however many are erased.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// A service's knowledge of which events erase whom. An event erases all that its owners had in the vault when it was appended.
pub trait Erasures: Send + Sync + 'static {
    /// Full names of the types of events that erase somebody; with none, nothing is looked at.
    fn types(&self) -> Vec<String>;

    /// The owners in the vault whose keys and records this event destroys.
    fn owners(&self, event: &Recorded) -> Vec<Uuid>;
}

/// A service without erasures.
pub struct NoErasures;

impl Erasures for NoErasures {
    fn types(&self) -> Vec<String> {
        vec![]
    }

    fn owners(&self, _: &Recorded) -> Vec<Uuid> {
        vec![]
    }
}

/// Applies the log's erasures to the vault. How far it has come stands in the vault itself.
pub(crate) struct Eraser {
    log: Log,
    erasures: Box<dyn Erasures>,
    looked: Mutex<Looked>,
}

/// How far the log was looked at, beyond what the vault has noted.
#[derive(Default)]
struct Looked {
    noted: Position,
    until: Position,
}

impl Eraser {
    pub fn new(log: Log, erasures: Box<dyn Erasures>) -> Self {
        Self { log, erasures, looked: Mutex::default() }
    }

    /// Applies all erasures of the log that the vault does not know. Afterwards it knows them up to the returned position.
    pub async fn catch_up(&self) -> Result<Position, sqlx::Error> {
        let types = self.erasures.types();
        if types.is_empty() {
            return Ok(Position::START);
        }
        let filter = Filter { types, ..Filter::default() };
        let mut looked = self.looked.lock().await;
        let now = self.noted().await?;
        if looked.noted != now.noted {
            // The first look, or another vault in the place of this one.
            *looked = now;
        }
        loop {
            let (events, last) = self.log.read(looked.until.next(), BATCH, &filter).await?;
            if last <= looked.until {
                return Ok(looked.until);
            }
            let owners: Vec<Uuid> = events.iter().flat_map(|event| self.erasures.owners(event)).collect();
            if !owners.is_empty() || last.get() - looked.noted.get() > NOTED_EVERY {
                if !answered(self.apply(&owners, looked.noted, last)).await? {
                    // Another replica did it. Once is enough: later records of an owner are none of an erasure's business.
                    *looked = self.noted().await?;
                    continue;
                }
                looked.noted = last;
            }
            looked.until = last;
        }
    }

    async fn noted(&self) -> Result<Looked, sqlx::Error> {
        let asked = sqlx::query_scalar("SELECT position FROM vault.erased").fetch_one(self.log.pool());
        let noted: i64 = answered(asked).await?;
        let noted = Position::new(noted).unwrap_or_default();
        Ok(Looked { noted, until: noted })
    }

    /// `false` when the vault has noted another position meanwhile.
    async fn apply(&self, owners: &[Uuid], noted: Position, until: Position) -> Result<bool, sqlx::Error> {
        let mut transaction = self.log.pool().begin().await?;
        let moved = sqlx::query("UPDATE vault.erased SET position = $1, unswept = unswept OR $3 WHERE position = $2")
            .bind(until.get())
            .bind(noted.get())
            .bind(!owners.is_empty())
            .execute(&mut *transaction)
            .await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        let records = erase_all(&mut transaction, owners).await?;
        transaction.commit().await?;
        if !owners.is_empty() {
            tracing::info!(owners = owners.len(), records, %until, "what was erased is gone from the vault");
        }
        Ok(true)
    }

    /// Writes the keys' table anew after some were destroyed, so that the files have them no more. Others may read it or write to it
    /// for a second longer: then it is tried again.
    async fn sweep(&self) -> Result<(), sqlx::Error> {
        let (position, unswept): (i64, bool) =
            sqlx::query_as("SELECT position, unswept FROM vault.erased").fetch_one(self.log.pool()).await?;
        if !unswept {
            return Ok(());
        }
        let mut connection = self.log.pool().acquire().await?;
        connection.close_on_drop();
        // Whoever waits for this lock keeps the appends waiting.
        sqlx::raw_sql("SET lock_timeout = '1s'").execute(&mut *connection).await?;
        sqlx::raw_sql("VACUUM (FULL) vault.key").execute(&mut *connection).await?;
        sqlx::query("UPDATE vault.erased SET unswept = false WHERE position = $1")
            .bind(position)
            .execute(&mut *connection)
            .await?;
        Ok(())
    }

    /// Goes on with the log until `stop`.
    pub async fn follow(&self, stop: &CancellationToken) {
        if self.erasures.types().is_empty() {
            return;
        }
        let mut head = self.log.head();
        let mut swept = Instant::now();
        loop {
            head.borrow_and_update();
            let pause = async {
                let erased = self.catch_up().await;
                if erased.is_ok() && swept.elapsed() >= SWEEP_EVERY {
                    swept = Instant::now();
                    if let Err(error) = self.sweep().await {
                        tracing::warn!(%error, "erased keys could not be swept out of the files; it is tried again");
                    }
                }
                match erased {
                    Ok(_) => drop(timeout(LOOK_AGAIN, head.changed()).await),
                    Err(error) => {
                        tracing::warn!(%error, "erasures could not be applied; it is tried again");
                        sleep(BACKOFF).await;
                    }
                }
            };
            if stop.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    }
}
