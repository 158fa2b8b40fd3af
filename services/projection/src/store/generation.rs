//! Generations of the read model: each a schema of its own, one of them serving.

use kim_chassis::database;
use kim_eventlog::{Checkpoints, Partition};
use kim_territory::Decree;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, migrate::MigrateError, postgres::PgPoolOptions};

use crate::{
    context::{Context, Positions},
    fold::FOLD_VERSION,
};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

const SCHEMA: &str = include_str!("schema.sql");

/// A generation that is there.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Generation {
    pub number: i64,
    pub schema: String,
    pub fold_version: String,
}

impl Generation {
    /// Whether this program may go on folding it.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.fold_version == fold_version()
    }

    /// Whether this program may read it: it may have been folded by other rules, but its tables are these.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.fold_version.split('/').next_back() == Some(tables_version().as_str())
    }

    /// Connections that see this generation's tables. They are made when they are needed, `most` at most.
    #[must_use]
    pub fn pool(&self, base: &PgPool, most: u32, options: &[(&str, &str)]) -> PgPool {
        let connect = base
            .connect_options()
            .as_ref()
            .clone()
            .options([("search_path", self.schema.as_str())])
            .options(options.iter().copied());
        database::minded(PgPoolOptions::new())
            .max_connections(most)
            .acquire_timeout(base.options().get_acquire_timeout())
            .connect_lazy_with(connect)
    }
}

/// What a read model is made by: the fold's rules, the territory that regions are counted by, and the tables.
#[must_use]
pub fn fold_version() -> String {
    let decree = Decree::CURRENT;
    format!("{FOLD_VERSION}/{decree}-{}/{}", &decree.digest()[..8], tables_version())
}

fn tables_version() -> String {
    let digest = Sha256::digest(SCHEMA);
    let [a, b, c, d, ..] = *digest else { return String::new() };
    format!("{a:02x}{b:02x}{c:02x}{d:02x}")
}

/// What became of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switched {
    Done,
    /// The old generation has come so far meanwhile, and the new one has not: nothing has changed.
    Behind(Positions),
}

/// The table of generations. What several replicas may do to it at once is decided by its rows, each time in one transaction:
/// a replica that leads no more may not know it yet.
#[derive(Clone)]
pub struct Generations {
    pool: PgPool,
}

impl Generations {
    /// Makes what all generations share, if it is not there.
    pub async fn open(pool: PgPool) -> Result<Self, MigrateError> {
        MIGRATIONS.run(&pool).await?;
        Ok(Self { pool })
    }

    pub async fn serving(&self) -> Result<Option<Generation>, sqlx::Error> {
        self.of_status("serving").await
    }

    /// The number and the status of each.
    pub async fn all(&self) -> Result<Vec<(i64, String)>, sqlx::Error> {
        sqlx::query_as("SELECT number, status FROM public.generation").fetch_all(&self.pool).await
    }

    /// The one that a rebuild is filling.
    pub async fn building(&self) -> Result<Option<Generation>, sqlx::Error> {
        self.of_status("building").await
    }

    async fn of_status(&self, status: &str) -> Result<Option<Generation>, sqlx::Error> {
        sqlx::query_as("SELECT number, schema, fold_version FROM public.generation WHERE status = $1")
            .bind(status)
            .fetch_optional(&self.pool)
            .await
    }

    /// Makes the next generation, empty.
    pub async fn begin(&self) -> Result<Generation, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let mut transaction = connection.begin().await?;
        // A number is never given twice, so that a page never mistakes one generation for another.
        let number: i64 =
            sqlx::query_scalar("SELECT nextval('public.generation_number')").fetch_one(&mut *transaction).await?;
        let generation = Generation { number, schema: format!("read_{number}"), fold_version: fold_version() };
        sqlx::query(
            "INSERT INTO public.generation (number, schema, status, fold_version) VALUES ($1, $2, 'building', $3)",
        )
        .bind(number)
        .bind(&generation.schema)
        .bind(&generation.fold_version)
        .execute(&mut *transaction)
        .await?;
        // The name is ours: a word and a number.
        let schema = &generation.schema;
        run(&mut transaction, format!("CREATE SCHEMA {schema}; SET LOCAL search_path = {schema}; {SCHEMA}")).await?;
        // One table has the checkpoints of all logs.
        checkpoints(schema, Context::Registry).create(&mut transaction).await?;
        transaction.commit().await?;
        Ok(generation)
    }

    /// From now on this one serves, and whoever asked for a rebuild has it: for everybody else all of it happens at once.
    /// `from` is what served and must not be ahead of it in the logs named; whoever may still be folding that one is held up
    /// meanwhile. An error when `to` is not there any more, since another replica leads by now: then nothing has changed.
    pub async fn switch(
        &self,
        to: &Generation,
        from: Option<(&Generation, &[Context])>,
    ) -> Result<Switched, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE public.generation SET status = 'retired' WHERE status = 'serving'")
            .execute(&mut *transaction)
            .await?;
        let switched =
            sqlx::query("UPDATE public.generation SET status = 'serving' WHERE number = $1 AND status = 'building'")
                .bind(to.number)
                .execute(&mut *transaction)
                .await?;
        if switched.rows_affected() != 1 {
            return Err(sqlx::Error::RowNotFound);
        }
        if let Some((from, contexts)) = from {
            let old = held_positions(&mut transaction, from, contexts).await?;
            if !held_positions(&mut transaction, to, contexts).await?.reaches(old) {
                return Ok(Switched::Behind(old));
            }
        }
        sqlx::query("DELETE FROM public.rebuild_request").execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(Switched::Done)
    }

    /// Fresh statistics, so that the first page after a switch is planned as well as the thousandth.
    pub async fn analyse(&self, generation: &Generation) -> Result<(), sqlx::Error> {
        let tables: Vec<String> =
            sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY tablename")
                .bind(&generation.schema)
                .fetch_all(&self.pool)
                .await?;
        let mut connection = self.pool.acquire().await?;
        for table in tables {
            run(&mut connection, format!("ANALYZE {}.{table}", generation.schema)).await?;
        }
        Ok(())
    }

    /// Drops all generations but the one that serves and the one that is being built: what a rebuild left that was killed, and
    /// what was switched from. One that somebody still reads stays until the next time.
    pub async fn sweep(&self, building: Option<&Generation>) -> Result<(), sqlx::Error> {
        let left: Vec<(i64, String)> = sqlx::query_as(
            "SELECT number, schema FROM public.generation WHERE status <> 'serving' AND number IS DISTINCT FROM $1
             ORDER BY number",
        )
        .bind(building.map(|building| building.number))
        .fetch_all(&self.pool)
        .await?;
        for (number, schema) in left {
            let mut transaction = self.pool.begin().await?;
            // Readers go first: giving up soon, this never is the reason why one of them waits, or dies in a deadlock.
            run(&mut transaction, "SET LOCAL lock_timeout = '500ms'".into()).await?;
            // The row first: by now the generation may serve.
            let gone = sqlx::query("DELETE FROM public.generation WHERE number = $1 AND status <> 'serving'")
                .bind(number)
                .execute(&mut *transaction)
                .await?;
            if gone.rows_affected() == 0 {
                continue;
            }
            run(&mut transaction, format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await?;
            transaction.commit().await?;
            tracing::info!(generation = number, "generasi lama dihapus");
        }
        Ok(())
    }

    /// Asks the writer, whichever replica it is, for a rebuild. The request stands until a generation begins to serve: a rebuild
    /// whose writer is killed is begun again by the next one.
    pub async fn request_rebuild(&self) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO public.rebuild_request DEFAULT VALUES ON CONFLICT DO NOTHING")
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    pub async fn is_requested(&self) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM public.rebuild_request)").fetch_one(&self.pool).await
    }

    /// How far a generation has come; 0 for one that has folded nothing, or is not there.
    pub async fn positions(&self, generation: &Generation) -> Result<Positions, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let mut positions = Positions::default();
        for context in Context::ALL {
            match checkpoints(&generation.schema, context).load(&mut connection).await {
                Ok(checkpoint) => {
                    positions = positions.with(context, checkpoint.map_or(0, |checkpoint| checkpoint.position.get()));
                }
                Err(error) if is_gone(&error) => return Ok(Positions::default()),
                Err(error) => return Err(error),
            }
        }
        Ok(positions)
    }
}

/// Where a generation's checkpoint of a log stands, and what of that log is parked in it.
#[must_use]
pub fn checkpoints(schema: &str, context: Context) -> Checkpoints {
    Checkpoints::new(schema, context.name(), Partition::WHOLE)
}

/// Whether an error says that the generation was dropped, or that its connections were closed for it.
#[must_use]
pub fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => matches!(error.code().as_deref(), Some("42P01" | "3F000")),
        _ => false,
    }
}

/// How far a generation has come, and nobody moves it until the transaction ends. 0 for one that has folded nothing, or is gone.
async fn held_positions(
    connection: &mut PgConnection,
    generation: &Generation,
    contexts: &[Context],
) -> Result<Positions, sqlx::Error> {
    let checkpoint = format!("{}.checkpoint", generation.schema);
    let is_there: bool =
        sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(&checkpoint).fetch_one(&mut *connection).await?;
    let mut positions = Positions::default();
    if !is_there {
        return Ok(positions);
    }
    let sql = format!("SELECT position FROM {checkpoint} WHERE context = $1 AND partition = 0 FOR UPDATE");
    for context in contexts {
        let position: Option<i64> = sqlx::query_scalar(AssertSqlSafe(sql.as_str()))
            .bind(context.name())
            .fetch_optional(&mut *connection)
            .await?;
        positions = positions.with(*context, position.unwrap_or_default());
    }
    Ok(positions)
}

async fn run(connection: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.map(|_| ())
}
