//! A read model over a log, on a PostgreSQL of their own.

use std::time::Duration;

use kim_eventlog::{Log, OpenOptions, Position};
use kim_local::servers::{Postgres, PostgresOptions};
use kim_projection::{
    context::{Context, Positions},
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
    /// The registry's.
    pub log: Log,
    pub dissemination: Log,
    pub pool: PgPool,
    _postgres: Postgres,
    _dir: TempDir,
}

impl Rig {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = PostgresOptions {
            databases: ["registry", "dissemination", "projection"].map(str::to_owned).to_vec(),
            ..PostgresOptions::at(dir.path()).unwrap()
        };
        let postgres = Postgres::start(options).await.unwrap();
        let log = open(&postgres, Context::Registry).await;
        let dissemination = open(&postgres, Context::Dissemination).await;
        let pool = connect(&postgres, "projection").await;
        Generations::open(pool.clone()).await.unwrap();
        for (context, log) in [(Context::Registry, &log), (Context::Dissemination, &dissemination)] {
            Identity { context, log_id: log.id().0, simulated: true }.keep(&pool).await.unwrap();
        }
        Self { log, dissemination, pool, _postgres: postgres, _dir: dir }
    }

    /// Appends events in their order.
    pub async fn append(&self, events: &[Made]) {
        append(&self.log, events).await;
    }

    /// Appends events of dissemination in their order.
    pub async fn tell(&self, events: &[Made]) {
        append(&self.dissemination, events).await;
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
        let sources = vec![
            Source::log(Context::Registry, self.log.clone()),
            Source::log(Context::Dissemination, self.dissemination.clone()),
        ];
        let writer = Writer::new(store.clone(), sources);
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
        self.until(|as_of| as_of.registry().position >= position.get()).await
    }

    /// Waits until it has all of both logs.
    pub async fn settled(&self, rig: &Rig) -> AsOf {
        let (registry, dissemination) = (rig.log.newest().await.unwrap(), rig.dissemination.newest().await.unwrap());
        let all = Positions::default()
            .with(Context::Registry, registry.get())
            .with(Context::Dissemination, dissemination.get());
        self.until(|as_of| as_of.positions().reaches(all)).await
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

async fn open(postgres: &Postgres, context: Context) -> Log {
    let pool = connect(postgres, context.name()).await;
    Log::open(pool, context.name(), OpenOptions { simulated: true }, CancellationToken::new()).await.unwrap()
}

async fn append(log: &Log, events: &[Made]) {
    for some in events.chunks(500) {
        let appended = futures::future::join_all(some.iter().map(|made| log.append(member(made)))).await;
        for outcome in appended {
            outcome.unwrap();
        }
    }
}

async fn connect(postgres: &Postgres, database: &str) -> PgPool {
    PgPoolOptions::new().max_connections(8).connect(&postgres.url(database).unwrap()).await.unwrap()
}
