//! A registry's log with its stream, and the copy beside it.

use std::{collections::HashSet, time::Duration};

use kim_dissemination::audience::{Audiences, CONTEXT};
use kim_eventlog::{Feed, Log, OpenOptions, Position, Progress, ReaderState, Relay, Retention};
use kim_local::servers::{Nats, NatsOptions, Postgres, PostgresOptions};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::history::Told;

/// The longest that anything here may take, on a busy machine.
const WITHIN: Duration = Duration::from_mins(2);
const NAME: &str = "dissemination";

pub struct Rig {
    pub log: Log,
    pub pool: PgPool,
    pub audiences: Audiences,
    postgres: Postgres,
    nats: Nats,
    stop: CancellationToken,
    _dir: TempDir,
}

impl Rig {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options = PostgresOptions::at(&dir.path().join("postgres")).unwrap();
        options.databases.push("other".to_owned());
        let nats = NatsOptions::at(&dir.path().join("nats")).unwrap();
        let (postgres, nats) = tokio::join!(Postgres::start(options), Nats::start(nats));
        let (postgres, nats) = (postgres.unwrap(), nats.unwrap());
        let stop = CancellationToken::new();
        let registry = connect(&postgres, CONTEXT).await;
        let log = Log::open(registry, CONTEXT, OpenOptions { simulated: false }, stop.clone()).await.unwrap();
        let relay = Relay::new(
            log.clone(),
            client(&nats, CONTEXT).await,
            Retention { max_bytes: 1 << 30, ..Retention::default() },
        );
        tokio::spawn(relay.run(stop.clone()));
        let pool = connect(&postgres, NAME).await;
        let audiences = Audiences::open(pool.clone()).await.unwrap();
        Self { log, pool, audiences, postgres, nats, stop, _dir: dir }
    }

    /// Appends events at the positions of their order.
    pub async fn append(&self, events: &[Told]) {
        let mut rest = events;
        while !rest.is_empty() {
            // What comes again of an aggregate would wait for the next group, and the others would not.
            let mut seen = HashSet::new();
            let clash = rest.iter().take(500).position(|told| !seen.insert(told.aggregate));
            let (some, later) = rest.split_at(clash.unwrap_or(rest.len().min(500)));
            let appended = futures::future::join_all(some.iter().map(|told| self.log.append(told.member()))).await;
            for outcome in appended {
                outcome.unwrap();
            }
            rest = later;
        }
    }

    /// Keeps the copy from the stream.
    pub async fn keeper(&self) -> Keeper {
        let feed = Feed::Stream { client: client(&self.nats, NAME).await, context: CONTEXT.into(), log: None };
        keep(&self.audiences, feed)
    }

    /// The log of another registry.
    pub async fn other_log(&self) -> Log {
        let pool = connect(&self.postgres, "other").await;
        Log::open(pool, CONTEXT, OpenOptions { simulated: false }, self.stop.clone()).await.unwrap()
    }

    pub async fn until(&self, position: i64) {
        until(&self.audiences, position).await;
    }

    /// Waits until a person must decide.
    pub async fn until_stopped(&self) {
        let is_stopped = |progress: Progress| matches!(progress.state, ReaderState::Stopped { .. });
        let stopped = async {
            while !self.audiences.progress().is_some_and(is_stopped) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(WITHIN, stopped).await.expect("it finds out");
    }

    /// Another copy, from the log itself.
    pub async fn another(&self) -> (PgPool, Audiences) {
        let pool = connect(&self.postgres, "projection").await;
        (pool.clone(), Audiences::open(pool).await.unwrap())
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub async fn until(audiences: &Audiences, position: i64) {
    let reached = async {
        while audiences.position().await.unwrap() < at(position) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(WITHIN, reached).await.expect("the copy comes to it");
}

pub fn keep(audiences: &Audiences, feed: Feed) -> Keeper {
    let stop = CancellationToken::new();
    Keeper { task: tokio::spawn(audiences.clone().keep(feed, stop.clone())), stop }
}

pub struct Keeper {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Keeper {
    /// As `kill -9` does.
    pub async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// All rows of the copy, as text.
pub async fn rows(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT 'community ' || c::text AS row FROM audience.community c
         UNION ALL SELECT 'partnership ' || p::text FROM audience.partnership p
         UNION ALL SELECT 'office ' || o::text FROM audience.office o ORDER BY row",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

pub fn at(position: i64) -> Position {
    Position::new(position).unwrap()
}

/// Of this run, or `KIM_SEED`, to run one again.
pub fn seed() -> u64 {
    let seed = std::env::var("KIM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("KIM_SEED={seed}");
    seed
}

async fn connect(postgres: &Postgres, database: &str) -> PgPool {
    PgPoolOptions::new().max_connections(8).connect(&postgres.url(database).unwrap()).await.unwrap()
}

async fn client(nats: &Nats, user: &str) -> async_nats::Client {
    async_nats::ConnectOptions::with_nkey(nats.seed(user).unwrap())
        .custom_inbox_prefix(format!("_INBOX_{user}"))
        .connect(nats.url())
        .await
        .unwrap()
}
