//! Aggregates as they stood at some version, kept beside the log, so that one with many events need not be read from its first.
//! The log decides: a snapshot of another shape, or of an event that is not in the log, is as good as none.

use std::sync::{Arc, LazyLock};

use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{Log, Recorded, Version, answered};

/// How many events an aggregate is read from before it gets a new snapshot.
pub(crate) const EVERY: usize = 64;
/// As many are written side by side; a snapshot that finds no place is written another time.
static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(4)));

/// A state as it is written, and the version that it is of.
#[derive(sqlx::FromRow)]
pub(crate) struct Stored {
    version: i64,
    pub state: Vec<u8>,
}

impl Stored {
    pub fn version(&self) -> Version {
        Version::new(self.version).unwrap_or_default()
    }
}

impl Log {
    pub(crate) async fn snapshot(&self, aggregate: Uuid, shape: &str) -> Result<Option<Stored>, sqlx::Error> {
        let asked = sqlx::query_as(
            "SELECT s.version, s.state FROM log.snapshot s
             JOIN log.event e ON e.aggregate_id = s.aggregate_id AND e.version = s.version AND e.event_id = s.event_id
             WHERE s.aggregate_id = $1 AND s.shape = $2",
        )
        .bind(aggregate)
        .bind(shape);
        answered(asked.fetch_optional(self.pool())).await
    }

    /// Keeps a state, made from the log up to `last`. Nobody waits for it.
    pub(crate) fn keep(&self, last: &Recorded, shape: &'static str, state: Vec<u8>) {
        let Ok(place) = PLACES.clone().try_acquire_owned() else { return };
        let (pool, aggregate, version, event) = (self.pool().clone(), last.aggregate, last.version, last.event_id);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = answered(keep(&pool, aggregate, version, event, shape, &state)).await {
                tracing::warn!(%error, %aggregate, "a snapshot was not kept; the aggregate is read from further back");
            }
        });
    }
}

/// The last one stands, even one of an older version: that costs a longer read, and nothing else.
async fn keep(
    pool: &PgPool,
    aggregate: Uuid,
    version: Version,
    event: Uuid,
    shape: &str,
    state: &[u8],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO log.snapshot (aggregate_id, version, event_id, shape, state) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (aggregate_id) DO UPDATE
         SET version = excluded.version, event_id = excluded.event_id, shape = excluded.shape, state = excluded.state",
    )
    .bind(aggregate)
    .bind(version.get())
    .bind(event)
    .bind(shape)
    .bind(state)
    .execute(pool)
    .await
    .map(|_| ())
}
