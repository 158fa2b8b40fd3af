//! A read model over a log, on a PostgreSQL of their own.

use std::time::Duration;

use kim_eventlog::{Log, OpenOptions, Position};
use kim_local::servers::{Postgres, PostgresOptions};
use kim_projection::{
    pages::{AsOf, State},
    source::{Identity, Source},
    store::{Generations, Store},
    writer::Writer,
};
use sqlx::{AssertSqlSafe, PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::history::{Made, member};

/// The longest that anything here may take, on a busy machine.
const WITHIN: Duration = Duration::from_mins(2);

pub struct Rig {
    pub log: Log,
    pub pool: PgPool,
    _postgres: Postgres,
    _dir: TempDir,
}

impl Rig {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let postgres = Postgres::start(PostgresOptions::at(dir.path()).unwrap()).await.unwrap();
        let registry = connect(&postgres, "registry").await;
        let log =
            Log::open(registry, "registry", OpenOptions { simulated: true }, CancellationToken::new()).await.unwrap();
        let pool = connect(&postgres, "projection").await;
        Generations::open(pool.clone()).await.unwrap();
        Identity { log_id: log.id().0, simulated: true }.keep(&pool).await.unwrap();
        Self { log, pool, _postgres: postgres, _dir: dir }
    }

    /// Appends events in their order.
    pub async fn append(&self, events: &[Made]) {
        for some in events.chunks(500) {
            let appended = futures::future::join_all(some.iter().map(|made| self.log.append(member(made)))).await;
            for outcome in appended {
                outcome.unwrap();
            }
        }
    }

    /// What a generation holds back, and why.
    pub async fn parked(&self, generation: i64) -> Vec<(Uuid, String)> {
        let sql = format!("SELECT aggregate_id, reason FROM read_{generation}.parked ORDER BY position");
        sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&self.pool).await.unwrap()
    }

    /// A replica: it follows the generation that serves, and writes when nobody else does.
    pub async fn replica(&self) -> Replica {
        let generations = Generations::open(self.pool.clone()).await.unwrap();
        let store = Store::new(self.pool.clone(), generations, 4);
        let stop = CancellationToken::new();
        let writer = Writer::new(store.clone(), Source::Log(self.log.clone()));
        let tasks = vec![tokio::spawn(store.clone().follow(stop.clone())), tokio::spawn(writer.run(stop.clone()))];
        Replica { store, stop, tasks }
    }
}

pub struct Replica {
    pub store: Store,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Replica {
    /// Waits until what it serves is as wanted.
    pub async fn until(&self, wanted: impl Fn(&AsOf) -> bool) -> AsOf {
        let mut states = self.store.states();
        let waiting = states.wait_for(|state| matches!(state, State::Serving(as_of) if wanted(as_of)));
        let Ok(state) = tokio::time::timeout(WITHIN, waiting).await else {
            panic!("it still is not as wanted: {:?}", self.store.states().borrow());
        };
        let State::Serving(as_of) = state.unwrap().clone() else { unreachable!("it serves") };
        as_of
    }

    pub async fn until_position(&self, position: Position) -> AsOf {
        self.until(|as_of| as_of.position >= position.get()).await
    }

    /// As `kill -9` does.
    pub fn kill(self) {
        for task in &self.tasks {
            task.abort();
        }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

async fn connect(postgres: &Postgres, database: &str) -> PgPool {
    PgPoolOptions::new().max_connections(8).connect(&postgres.url(database).unwrap()).await.unwrap()
}
