//! A queue in a database of its own, and workers on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use kim_local::servers::{Postgres, PostgresOptions};
use kim_webhook::{
    Client, Clock, Destination, EndpointId, Enqueued, Exceptions, Guard, Message, MessageId, MessageType, Options,
    Patience, Queue, Report, Schedule, Slots, Unseal, UnsealError, Webhooks, What, Worker,
};
use rustls::RootCertStore;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// The longest that anything here may take, on a busy machine.
const WITHIN: Duration = Duration::from_mins(2);
const NAME: &str = "webhook";

pub struct Rig {
    pub queue: Queue,
    pub pool: PgPool,
    postgres: Postgres,
    _dir: TempDir,
}

impl Rig {
    pub async fn start(clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options = PostgresOptions::at(&dir.path().join("postgres")).unwrap();
        options.databases = vec![NAME.to_owned()];
        let postgres = Postgres::start(options).await.unwrap();
        let pool = connect(&postgres).await;
        let queue = Queue::open(pool.clone(), clock).await.unwrap();
        Self { queue, pool, postgres, _dir: dir }
    }

    pub async fn endpoint(&self, destination: &Destination) -> EndpointId {
        let endpoint = EndpointId(Uuid::now_v7());
        self.put(endpoint, destination.reveal().as_bytes()).await;
        endpoint
    }

    pub async fn put(&self, endpoint: EndpointId, sealed: &[u8]) {
        let mut connection = self.pool.acquire().await.unwrap();
        self.queue.put_endpoint(&mut connection, endpoint, sealed).await.unwrap();
    }

    /// Queues messages `<prefix>-0`, `<prefix>-1`, and so on. Returns their ids.
    pub async fn enqueue(&self, endpoint: EndpointId, prefix: &str, count: usize) -> BTreeSet<String> {
        let mut transaction = self.pool.begin().await.unwrap();
        let mut ids = BTreeSet::new();
        for n in 0..count {
            let message = message(&format!("{prefix}-{n}"));
            let enqueued = self.queue.enqueue(&mut transaction, endpoint, &message).await.unwrap();
            assert_eq!(enqueued, Enqueued::New);
            ids.insert(message.id.to_string());
        }
        transaction.commit().await.unwrap();
        ids
    }

    /// A worker on the test's own queue.
    pub fn worker(&self, client: &Client, options: &Options) -> Running {
        run(self.queue.clone(), client, options)
    }

    /// A worker with connections of its own, as another replica.
    pub async fn replica(&self, client: &Client, options: &Options) -> Running {
        let queue = Queue::open(connect(&self.postgres).await, Clock::system()).await.unwrap();
        run(queue, client, options)
    }

    /// Messages that are said to be delivered.
    pub async fn delivered(&self, endpoint: EndpointId) -> BTreeSet<String> {
        let ids: Vec<String> =
            sqlx::query_scalar("SELECT message_id FROM webhook.message WHERE endpoint_id = $1 AND state = 'delivered'")
                .bind(endpoint.0)
                .fetch_all(&self.pool)
                .await
                .unwrap();
        ids.into_iter().collect()
    }

    /// Attempts by what came of them.
    pub async fn came(&self, endpoint: EndpointId) -> BTreeMap<String, i64> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT outcome, count(*) FROM webhook.attempt WHERE endpoint_id = $1 GROUP BY outcome")
                .bind(endpoint.0)
                .fetch_all(&self.pool)
                .await
                .unwrap();
        rows.into_iter().collect()
    }

    /// Takes what is to be told.
    pub async fn take(&self) -> Vec<Report> {
        let mut transaction = self.pool.begin().await.unwrap();
        let reports = self.queue.outcomes(&mut transaction, 10_000).await.unwrap();
        let ids: Vec<Uuid> = reports.iter().map(|report| report.id).collect();
        self.queue.settle(&mut transaction, &ids).await.unwrap();
        transaction.commit().await.unwrap();
        reports
    }

    /// Waits for what is to be told next, without the delivered messages.
    pub async fn told(&self) -> Vec<What> {
        let mut told = Vec::new();
        until(async || {
            let reports = self.take().await.into_iter().map(|report| report.what);
            told.extend(reports.filter(|what| !matches!(what, What::Delivered(_))));
            !told.is_empty()
        })
        .await;
        told
    }
}

async fn connect(postgres: &Postgres) -> PgPool {
    PgPoolOptions::new().max_connections(8).connect(&postgres.url(NAME).unwrap()).await.unwrap()
}

fn run(queue: Queue, client: &Client, options: &Options) -> Running {
    let stop = CancellationToken::new();
    let worker = Worker::new(queue, Webhooks::new(client.clone(), Open), options.clone());
    Running { task: tokio::spawn(worker.run(stop.clone())), stop }
}

/// A worker that runs.
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// As `kill -9` does.
    pub async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }

    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(WITHIN, self.task).await.expect("it stops").unwrap();
    }
}

/// A vault whose records lie open; one that is empty was erased, and `silent` cannot be read.
struct Open;

impl Unseal for Open {
    async fn unseal(&self, _: EndpointId, sealed: &[u8]) -> Result<Option<Destination>, UnsealError> {
        match sealed {
            b"" => Ok(None),
            b"silent" => Err(UnsealError("the vault is away".into())),
            _ => Ok(Some(Destination::parse(std::str::from_utf8(sealed).unwrap()).unwrap())),
        }
    }
}

/// A clock that a test drives.
#[derive(Clone)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    pub fn at(time: OffsetDateTime) -> Self {
        Self(Arc::new(AtomicI64::new(time.unix_timestamp())))
    }

    pub fn clock(&self) -> Clock {
        let hand = self.clone();
        Clock::by(move || hand.now())
    }

    pub fn now(&self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.0.load(SeqCst)).unwrap()
    }

    /// To the first whole second at or after a time.
    pub fn to(&self, time: OffsetDateTime) {
        self.0.store((time + Duration::from_nanos(999_999_999)).unix_timestamp(), SeqCst);
    }
}

pub fn message(id: &str) -> Message {
    let kind = MessageType::parse("kim.test.v1.Told").unwrap();
    Message::new(MessageId::parse(id).unwrap(), kind, format!(r#"{{"type":"kim.test.v1.Told","data":"{id}"}}"#))
        .unwrap()
}

/// What may call 127.0.0.1 without TLS, and nothing else inside.
pub fn guard() -> Guard {
    Guard::new(exceptions())
}

pub fn exceptions() -> Exceptions {
    Exceptions { allowed_networks: vec!["127.0.0.1/32".parse().unwrap()], ..Exceptions::default() }
}

pub fn client(guard: Guard, total: Duration) -> Client {
    let patience = Patience { connect: total.min(Duration::from_secs(5)), total };
    Client::trusting(RootCertStore::empty(), guard, patience)
}

/// Retries soon and often.
pub fn hasty() -> Options {
    Options {
        schedule: Schedule::new(vec![Duration::from_millis(20); 200], Duration::from_hours(1)),
        slots: Slots { fast: 8, slow: 8, slow_after: Duration::from_millis(200) },
        poll: Duration::from_millis(20),
        ..Options::default()
    }
}

/// Waits until it is so.
pub async fn until(mut so: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(WITHIN, waiting).await.expect("it comes to it");
}

/// Of this run, or `KIM_SEED`, to run one again.
pub fn seed() -> u64 {
    let seed = std::env::var("KIM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("KIM_SEED={seed}");
    seed
}
