//! How far a reader has come, in the reader's own schema, and what it has parked.

use sqlx::{AssertSqlSafe, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{LogId, Position, Recorded};

/// Which aggregates a writer of a read model folds: those whose hash falls to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    pub index: u16,
    pub count: u16,
}

impl Partition {
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    #[must_use]
    pub fn takes(self, aggregate: Uuid) -> bool {
        // The low bits of a version 7 id are random.
        aggregate.as_u128() % u128::from(self.count) == u128::from(self.index)
    }
}

/// A position *and* the event there: a subscriber starts at its checkpoint, not after it, and compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    pub log_id: LogId,
    pub position: Position,
    pub event_id: Uuid,
    pub recorded_time: OffsetDateTime,
}

impl Checkpoint {
    pub(crate) fn at(event: &Recorded) -> Self {
        Self {
            log_id: event.log_id,
            position: event.position,
            event_id: event.event_id,
            recorded_time: event.recorded_time,
        }
    }

    pub(crate) fn is_at(&self, event: &Recorded) -> bool {
        self.log_id == event.log_id && self.position == event.position && self.event_id == event.event_id
    }
}

/// An aggregate that is held back, with the event that could not be folded.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Parked {
    pub aggregate_id: Uuid,
    /// The first position that could not be folded.
    pub position: i64,
    #[sqlx(rename = "type")]
    pub event_type: String,
    pub reason: String,
    /// Events held back, the first included.
    pub events: i64,
}

/// The tables `checkpoint` and `parked` in a schema. The schema's name is ours, never a caller's text.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    schema: String,
    context: String,
    partition: Partition,
}

impl Checkpoints {
    /// # Panics
    /// When the schema's name is not made of lower-case letters, digits and `_`.
    #[must_use]
    pub fn new(schema: &str, context: &str, partition: Partition) -> Self {
        assert!(
            !schema.is_empty() && schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
            "a schema's name is made of lower-case letters, digits and _"
        );
        Self { schema: schema.into(), context: context.into(), partition }
    }

    /// Makes the tables if they are not there.
    pub async fn create(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let schema = &self.schema;
        sqlx::raw_sql(AssertSqlSafe(format!(
            "CREATE TABLE IF NOT EXISTS {schema}.checkpoint (
                 context text NOT NULL, partition smallint NOT NULL, log_id uuid NOT NULL, position bigint NOT NULL,
                 event_id uuid NOT NULL, recorded_time timestamptz NOT NULL, PRIMARY KEY (context, partition));
             CREATE TABLE IF NOT EXISTS {schema}.parked (
                 context text NOT NULL, aggregate_id uuid NOT NULL, position bigint NOT NULL, type text NOT NULL,
                 reason text NOT NULL, events bigint NOT NULL, PRIMARY KEY (context, aggregate_id));"
        )))
        .execute(connection)
        .await?;
        Ok(())
    }

    pub async fn load(&self, connection: &mut PgConnection) -> Result<Option<Checkpoint>, sqlx::Error> {
        let sql = format!(
            "SELECT log_id, position, event_id, recorded_time FROM {}.checkpoint WHERE context = $1 AND partition = $2",
            self.schema
        );
        let row: Option<(Uuid, i64, Uuid, OffsetDateTime)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(&self.context)
            .bind(self.index())
            .fetch_optional(connection)
            .await?;
        Ok(row.map(|(log_id, position, event_id, recorded_time)| Checkpoint {
            log_id: LogId(log_id),
            position: Position::new(position).unwrap_or_default(),
            event_id,
            recorded_time,
        }))
    }

    /// Moves the checkpoint from where this writer left it. `false` when another writer has moved it: nothing may be committed.
    pub(crate) async fn advance(
        &self,
        connection: &mut PgConnection,
        from: Option<Checkpoint>,
        to: Checkpoint,
    ) -> Result<bool, sqlx::Error> {
        let sql = match from {
            None => format!(
                "INSERT INTO {}.checkpoint (context, partition, log_id, position, event_id, recorded_time)
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                self.schema
            ),
            Some(_) => format!(
                "UPDATE {}.checkpoint SET log_id = $3, position = $4, event_id = $5, recorded_time = $6
                 WHERE context = $1 AND partition = $2 AND position = $7 AND event_id = $8",
                self.schema
            ),
        };
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(&self.context)
            .bind(self.index())
            .bind(to.log_id.0)
            .bind(to.position.get())
            .bind(to.event_id)
            .bind(to.recorded_time);
        if let Some(from) = from {
            query = query.bind(from.position.get()).bind(from.event_id);
        }
        Ok(query.execute(connection).await?.rows_affected() == 1)
    }

    /// All that is parked, oldest first.
    pub async fn parked(&self, connection: &mut PgConnection) -> Result<Vec<Parked>, sqlx::Error> {
        let sql = format!(
            "SELECT aggregate_id, position, type, reason, events FROM {}.parked WHERE context = $1 ORDER BY position",
            self.schema
        );
        sqlx::query_as(AssertSqlSafe(sql)).bind(&self.context).fetch_all(connection).await
    }

    /// Parks an aggregate at an event, or counts one more event of an aggregate that is parked.
    pub(crate) async fn park(
        &self,
        connection: &mut PgConnection,
        event: &Recorded,
        reason: &str,
    ) -> Result<(), sqlx::Error> {
        let schema = &self.schema;
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {schema}.parked AS p (context, aggregate_id, position, type, reason, events) VALUES ($1, $2, $3, $4, $5, 1)
             ON CONFLICT (context, aggregate_id) DO UPDATE SET events = p.events + 1"
        )))
        .bind(&self.context)
        .bind(event.aggregate)
        .bind(event.position.get())
        .bind(&event.event_type)
        .bind(reason)
        .execute(connection)
        .await?;
        Ok(())
    }

    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    pub(crate) fn context(&self) -> &str {
        &self.context
    }

    pub(crate) fn index(&self) -> i16 {
        i16::try_from(self.partition.index).expect("partitions are few")
    }
}
