//! Aggregates as they stood at some version, kept beside the log, so that one with many events need not be read from its first.
//! The log decides: a snapshot of another shape, or of an event that is not in the log, is as good as none.

use std::collections::BTreeMap;

use sqlx::{PgPool, Row};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{Log, Recorded, Version, answered};

/// Who has read more events than this keeps a snapshot: each costs some ten microseconds where it lies on a page of its own.
pub(crate) const EVERY: usize = 4;
/// As many are written at a time, and as many may wait; one that finds no place is made another time.
const MANY: usize = 256;

/// A state as it is written, and the version that it is of.
pub(crate) struct Stored {
    pub version: Version,
    pub state: Vec<u8>,
}

/// The event that the snapshot was made up to comes first, with the state.
const LOAD_FROM_SNAPSHOT: &str =
    "WITH kept AS (SELECT version, event_id, state FROM log.snapshot WHERE aggregate_id = $1 AND shape = $2)
SELECT position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, traceparent, payload,
       (SELECT state FROM kept WHERE kept.version = event.version AND kept.event_id = event.event_id) AS state
FROM log.event WHERE aggregate_id = $1 AND version >= coalesce((SELECT version FROM kept), 1) ORDER BY version";

impl Log {
    /// An aggregate's snapshot, and the events after it; without one that the log bears out, all events.
    pub(crate) async fn load_from_snapshot(
        &self,
        aggregate: Uuid,
        shape: &str,
    ) -> Result<(Option<Stored>, Vec<Recorded>), sqlx::Error> {
        let asked = sqlx::query(LOAD_FROM_SNAPSHOT).bind(aggregate).bind(shape);
        let rows = answered(asked.fetch_all(self.pool())).await?;
        let mut events = rows.iter().map(|row| self.recorded(row)).collect::<Result<Vec<_>, _>>()?;
        let state = rows.first().map(|row| row.try_get::<Option<Vec<u8>>, _>("state")).transpose()?.flatten();
        match (state, events.first().map(|first| first.version)) {
            (Some(state), Some(version)) => {
                events.remove(0);
                Ok((Some(Stored { version, state }), events))
            }
            (None, Some(first)) if first == Version::NONE.after(1) => Ok((None, events)),
            // Either there is no such aggregate, or the snapshot is of a log that is no more.
            _ => Ok((None, self.load(aggregate, Version::NONE).await?)),
        }
    }
}

/// A snapshot that is to be written.
struct Made {
    aggregate: Uuid,
    version: Version,
    event: Uuid,
    shape: &'static str,
    state: Vec<u8>,
}

/// Writes snapshots behind those who made them, many at a time: its one connection is all that it takes from who reads.
#[derive(Clone)]
pub(crate) struct Keeper(mpsc::Sender<Made>);

impl Keeper {
    /// Its task ends when the last clone is gone.
    pub fn start(pool: PgPool) -> Self {
        let (queue, mut waiting) = mpsc::channel(MANY);
        tokio::spawn(async move {
            let mut made = Vec::with_capacity(MANY);
            while waiting.recv_many(&mut made, MANY).await > 0 {
                if let Err(error) = answered(keep(&pool, made.drain(..))).await {
                    tracing::warn!(%error, "snapshots were not kept; their aggregates are read from further back");
                }
            }
        });
        Self(queue)
    }

    /// Keeps a state, made from the log up to `last`. Nobody waits for it.
    pub fn keep(&self, last: &Recorded, shape: &'static str, state: Vec<u8>) {
        let (aggregate, version, event) = (last.aggregate, last.version, last.event_id);
        let _ = self.0.try_send(Made { aggregate, version, event, shape, state });
    }
}

/// The last one of an aggregate stands, even one of an older version: that costs a longer read, and nothing else.
async fn keep(pool: &PgPool, made: impl Iterator<Item = Made>) -> Result<(), sqlx::Error> {
    // In the order of ids, so that two replicas do not wait for each other.
    let made: BTreeMap<Uuid, Made> = made.map(|made| (made.aggregate, made)).collect();
    let (mut aggregates, mut versions, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let (mut shapes, mut states) = (Vec::new(), Vec::new());
    for made in made.into_values() {
        aggregates.push(made.aggregate);
        versions.push(made.version.get());
        events.push(made.event);
        shapes.push(made.shape);
        states.push(made.state);
    }
    sqlx::query(
        "INSERT INTO log.snapshot (aggregate_id, version, event_id, shape, state)
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::bytea[])
         ON CONFLICT (aggregate_id) DO UPDATE
         SET version = excluded.version, event_id = excluded.event_id, shape = excluded.shape, state = excluded.state",
    )
    .bind(aggregates)
    .bind(versions)
    .bind(events)
    .bind(shapes)
    .bind(states)
    .execute(pool)
    .await
    .map(|_| ())
}
