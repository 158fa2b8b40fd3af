//! A service's log: opened, appended to, read.

use std::{io, sync::Arc};

use bytes::Bytes;
use sqlx::{
    PgPool, Row,
    migrate::{MigrateError, Migrator},
    postgres::PgRow,
};
use time::OffsetDateTime;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Appended, LogId, Member, Position, Recorded, RequestKey, Version, answered,
    append::{AppendError, Appender},
    event::subject,
    gate::{self, Gate},
    gauges,
    group::Target,
    metrics::Metrics,
    snapshot::Keeper,
    tail::Tail,
    whole::Whole,
};

static STEPS: Migrator = sqlx::migrate!("./migrations");

/// Brings the schema up to date. The table of steps has a schema in its name: what else stands in the search path does not matter.
async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut steps = Migrator::with_migrations(STEPS.iter().cloned().collect());
    steps.create_schema("log");
    steps.dangerous_set_table_name("log.migration");
    steps.run(pool).await
}

/// What a log is made as. An existing log must be the same.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// A log made as simulated is so for good: only there may the simulator drive the clock.
    pub simulated: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the log's database could not be asked")]
    Database(#[from] sqlx::Error),
    #[error("the log's schema could not be brought up to date")]
    Migration(#[from] MigrateError),
    #[error("the writer's thread could not be started")]
    Writer(#[source] io::Error),
    #[error("this database holds the log of {found}, not of {wanted}")]
    OtherContext { found: String, wanted: String },
    #[error("the log was made with simulated = {found}; it stays so for good (wanted: {wanted})")]
    Simulated { found: bool, wanted: bool },
}

/// Which events a reader wants; all that is set must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Full names of event types; empty means all.
    pub types: Vec<String>,
    /// Token of the province, `14`.
    pub province: Option<String>,
    /// Token of the regency, `1401`.
    pub regency: Option<String>,
    pub aggregate: Option<Uuid>,
}

impl Filter {
    /// What the database does by `READ`, for events that are here already.
    pub(crate) fn matches(&self, event: &Recorded) -> bool {
        (self.types.is_empty() || self.types.contains(&event.event_type))
            && self.province.as_deref().is_none_or(|wanted| event.place()[0] == Some(wanted))
            && self.regency.as_deref().is_none_or(|wanted| event.place()[1] == Some(wanted))
            && self.aggregate.is_none_or(|wanted| event.aggregate == wanted)
    }
}

/// The log of one service. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    pool: PgPool,
    id: LogId,
    context: Arc<str>,
    simulated: bool,
    appender: Appender,
    tail: Tail,
    head: watch::Receiver<Position>,
    gate: Gate,
    keeper: Keeper,
    metrics: Arc<Metrics>,
}

impl Log {
    /// Brings the schema up to date, makes the log's identity if there is none, and starts the writer.
    /// Until `stop` is cancelled, the head is followed, whoever appends.
    pub async fn open(
        pool: PgPool,
        context: &str,
        options: OpenOptions,
        stop: CancellationToken,
    ) -> Result<Self, OpenError> {
        migrate(&pool).await?;
        sqlx::query("INSERT INTO log.identity (log_id, context, simulated) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(Uuid::now_v7())
            .bind(context)
            .bind(options.simulated)
            .execute(&pool)
            .await?;
        let (id, found, simulated): (Uuid, String, bool) =
            sqlx::query_as("SELECT log_id, context, simulated FROM log.identity").fetch_one(&pool).await?;
        if found != context {
            return Err(OpenError::OtherContext { found, wanted: context.into() });
        }
        if simulated != options.simulated {
            return Err(OpenError::Simulated { found: simulated, wanted: options.simulated });
        }
        let metrics = Arc::new(Metrics::new(context));
        let tail = Tail::default();
        let gate = Gate::look_at(pool.clone(), tail.clone(), metrics.clone()).await?;
        let head = gate.head().subscribe();
        gauges::head(context, head.clone());
        let target = Target { id: LogId(id), context: context.into(), simulated };
        let appender =
            Appender::start(&pool, target, tail.clone(), gate.clone(), metrics.clone()).map_err(OpenError::Writer)?;
        tokio::spawn(gate::follow(gate.clone(), stop));
        let (context, keeper) = (context.into(), Keeper::start(pool.clone()));
        Ok(Self { pool, id: LogId(id), context, simulated, appender, tail, head, gate, keeper, metrics })
    }

    #[must_use]
    pub fn id(&self) -> LogId {
        self.id
    }

    #[must_use]
    pub fn context(&self) -> &str {
        &self.context
    }

    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.simulated
    }

    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    pub(crate) fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Whether the log takes events.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// The newest position that is known here; it changes when events are committed, by this process at once.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<Position> {
        self.head.clone()
    }

    /// The newest position, asked of the database.
    pub async fn newest(&self) -> Result<Position, sqlx::Error> {
        let asked = sqlx::query_scalar("SELECT max(position) FROM log.event");
        let newest: Option<i64> = answered(asked.fetch_one(&self.pool)).await?;
        Ok(newest.and_then(Position::new).unwrap_or_default())
    }

    /// Appends a member. An answer means: committed, and durable.
    pub async fn append(&self, member: Member) -> Result<Appended, AppendError> {
        let answer = match self.gate.closed() {
            Some(closed) => Err(AppendError::Closed(closed)),
            None => self.appender.append(member).await,
        };
        self.metrics.answered(&answer);
        answer
    }

    /// What a request was answered when it was carried out: `None` when it never was, `Err` when it was with another body.
    pub async fn carried_out(&self, key: RequestKey) -> Result<Option<Result<Bytes, ()>>, sqlx::Error> {
        let asked = sqlx::query_as("SELECT body, result FROM log.request WHERE key = $1").bind(key.key);
        let row: Option<(Vec<u8>, Vec<u8>)> = answered(asked.fetch_optional(&self.pool)).await?;
        Ok(row.map(|(body, result)| if body == key.body { Ok(result.into()) } else { Err(()) }))
    }

    /// An aggregate's events after `after`, in order.
    pub async fn load(&self, aggregate: Uuid, after: Version) -> Result<Vec<Recorded>, sqlx::Error> {
        let asked = sqlx::query(LOAD).bind(aggregate).bind(after.get());
        let rows = answered(asked.fetch_all(&self.pool)).await?;
        rows.iter().map(|row| self.recorded(row)).collect()
    }

    /// All events of several aggregates, each one's in order.
    pub async fn load_each(&self, aggregates: &[Uuid]) -> Result<Vec<Recorded>, sqlx::Error> {
        let rows = answered(sqlx::query(LOAD_EACH).bind(aggregates).fetch_all(&self.pool)).await?;
        rows.iter().map(|row| self.recorded(row)).collect()
    }

    /// An aggregate's events before `before`, or its last ones, the newest first, each with the opaque subject of whoever caused it;
    /// `limit` at most.
    pub async fn load_back(
        &self,
        aggregate: Uuid,
        before: Option<Version>,
        limit: i64,
    ) -> Result<Vec<(Recorded, String)>, sqlx::Error> {
        let asked = sqlx::query(LOAD_BACK).bind(aggregate).bind(before.map_or(i64::MAX, Version::get)).bind(limit);
        let rows = answered(asked.fetch_all(&self.pool)).await?;
        rows.iter().map(|row| Ok((self.recorded(row)?, row.try_get("actor")?))).collect()
    }

    /// Events from `from` on, in the order of positions, `limit` at most of those looked at, and the last position looked at.
    /// Fewer may come, and with a filter none: go on after the returned position, until it does not move.
    pub async fn read(
        &self,
        from: Position,
        limit: i64,
        filter: &Filter,
    ) -> Result<(Vec<Recorded>, Position), sqlx::Error> {
        let here = self.tail.read(from, usize::try_from(limit).unwrap_or_default(), |event| filter.matches(event));
        match here {
            Some(read) => Ok(read),
            None => self.select(from, limit, filter).await,
        }
    }

    /// [`Self::read`] from the database, whatever this process has in hand.
    pub(crate) async fn select(
        &self,
        from: Position,
        limit: i64,
        filter: &Filter,
    ) -> Result<(Vec<Recorded>, Position), sqlx::Error> {
        let asked = sqlx::query(READ)
            .bind(from.get())
            .bind(limit)
            .bind((!filter.types.is_empty()).then_some(&filter.types))
            .bind(&filter.province)
            .bind(&filter.regency)
            .bind(filter.aggregate);
        let rows = answered(asked.fetch_all(&self.pool)).await?;
        let mut last = from.get().saturating_sub(1);
        let mut events = Vec::with_capacity(rows.len());
        for row in &rows {
            last = last.max(row.try_get("position")?);
            if row.try_get("wanted")? {
                events.push(self.recorded(row)?);
            }
        }
        Ok((events, Position::new(last).unwrap_or_default()))
    }

    /// Events from `from` on with what their members brought beside them, `limit` at most.
    pub(crate) async fn read_whole(&self, from: Position, limit: usize) -> Result<Vec<Whole>, sqlx::Error> {
        if let Some(events) = self.tail.read_whole(from, limit) {
            return Ok(events);
        }
        let asked = sqlx::query(READ_WHOLE).bind(from.get()).bind(i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = answered(asked.fetch_all(&self.pool)).await?;
        let whole = |row: &PgRow| {
            let attached = row.try_get::<Option<Vec<u8>>, _>("attached")?.map(Bytes::from);
            Ok(Whole { event: self.recorded(row)?, actor: row.try_get::<&str, _>("actor")?.into(), attached })
        };
        rows.iter().map(whole).collect()
    }

    /// The event at a position, asked of the database.
    pub async fn at(&self, position: Position) -> Result<Option<Recorded>, sqlx::Error> {
        let (events, _) = self.select(position, 1, &Filter::default()).await?;
        Ok(events.into_iter().find(|e| e.position == position))
    }

    pub(crate) fn recorded(&self, row: &PgRow) -> Result<Recorded, sqlx::Error> {
        let event_type: String = row.try_get("type")?;
        let subject = subject(&self.context, row.try_get("province")?, row.try_get("regency")?, &event_type);
        Ok(Recorded {
            log_id: self.id,
            position: Position::new(row.try_get("position")?).unwrap_or_default(),
            event_id: row.try_get("event_id")?,
            event_type,
            aggregate: row.try_get("aggregate_id")?,
            version: Version::new(row.try_get("version")?).unwrap_or_default(),
            time: row.try_get::<OffsetDateTime, _>("time")?,
            recorded_time: row.try_get::<OffsetDateTime, _>("recorded_time")?,
            subject,
            payload: row.try_get::<Vec<u8>, _>("payload")?.into(),
            traceparent: row.try_get("traceparent")?,
        })
    }
}

const READ_WHOLE: &str = "SELECT position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, traceparent, payload,
       actor, attached
FROM log.event WHERE position >= $1 ORDER BY position LIMIT $2";

const LOAD: &str = "SELECT position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, traceparent, payload
FROM log.event WHERE aggregate_id = $1 AND version > $2 ORDER BY version";

const LOAD_EACH: &str = "SELECT position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, traceparent, payload
FROM log.event WHERE aggregate_id = ANY ($1) ORDER BY aggregate_id, version";

const LOAD_BACK: &str = "SELECT position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, traceparent, payload,
       actor
FROM log.event WHERE aggregate_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3";

/// The filter is a column, not a condition: a rare event does not make one read run through the whole log.
const READ: &str = "SELECT position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, traceparent, payload,
       ($3::text[] IS NULL OR type = ANY ($3)) AND ($4::text IS NULL OR province = $4)
       AND ($5::text IS NULL OR regency = $5) AND ($6::uuid IS NULL OR aggregate_id = $6) AS wanted
FROM log.event WHERE position >= $1 ORDER BY position LIMIT $2";
