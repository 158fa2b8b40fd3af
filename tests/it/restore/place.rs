//! A log with its guard, its relay and a read model, and the ways in which its database is set back.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use futures::future::join_all;
use kim_eventlog::{
    AppendError, Appended, Checkpoints, Choice, Decision, Erasures, Feed, Fold, FoldError, Guard, Log, Member,
    NoErasures, OpenOptions, Partition, Plan, Position, Progress, Reason, ReconcileError, Recorded, Relay, Restoring,
    Retention, Seal, Subscriber, Wish,
};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{Servers, copy, events_from, eventually, member, stream_ids};

pub const MASTER: [u8; 32] = [9; 32];

/// Servers, and what stands on them.
pub struct Place {
    pub servers: Servers,
    readers: CancellationToken,
    pub model: Option<Model>,
}

/// What a service has of its log.
pub struct Service {
    pub log: Log,
    pub guard: Guard,
    pub pool: PgPool,
    stop: CancellationToken,
}

/// A read model that has a row for each event.
pub struct Model {
    pool: PgPool,
    pub progress: watch::Receiver<Progress>,
}

struct Rows;

impl Fold for Rows {
    type Event = ();

    fn decode(&self, _: &Recorded) -> Result<Option<()>, String> {
        Ok(Some(()))
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, ())]) -> Result<(), FoldError> {
        for (event, ()) in events {
            sqlx::query("INSERT INTO model.event VALUES ($1, $2)")
                .bind(event.position.get())
                .bind(event.event_id)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(())
    }

    fn reset(&mut self) {}
}

impl Model {
    pub async fn ids(&self) -> Vec<(i64, Uuid)> {
        sqlx::query_as("SELECT position, id FROM model.event ORDER BY position").fetch_all(&self.pool).await.unwrap()
    }

    pub async fn reaches(&self, position: i64) {
        let position = Position::new(position).unwrap();
        let reached = kim_eventlog::reached(self.progress.clone(), position, Duration::from_mins(1)).await;
        assert!(reached, "{:?}", self.progress.borrow());
    }
}

impl Place {
    pub async fn start() -> Self {
        Self { servers: Servers::start().await, readers: CancellationToken::new(), model: None }
    }

    /// Starts a read model of the log.
    pub async fn follow(&mut self) {
        let pool = self.servers.pool("projection").await;
        let tables = "CREATE SCHEMA model; CREATE TABLE model.event (position bigint PRIMARY KEY, id uuid NOT NULL)";
        sqlx::raw_sql(tables).execute(&pool).await.unwrap();
        let mut connection = pool.acquire().await.unwrap();
        Checkpoints::new("model", "registry", Partition::WHOLE).create(&mut connection).await.unwrap();
        drop(connection);
        let client = self.servers.client("projection").await;
        let feed = Feed::Stream { client, context: "registry".into(), log: None };
        let subscriber = Subscriber::new(pool.clone(), "model", "registry", Partition::WHOLE, feed, Rows);
        let progress = subscriber.progress();
        tokio::spawn(subscriber.run(self.readers.clone()));
        self.model = Some(Model { pool, progress });
    }

    /// Starts the service as a registry does.
    pub async fn service(&self) -> Service {
        self.service_with(Box::new(NoErasures)).await
    }

    pub async fn service_with(&self, erasures: Box<dyn Erasures>) -> Service {
        let url = self.servers.postgres.url("registry").unwrap();
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(5))
            .connect(&url)
            .await
            .unwrap();
        let stop = CancellationToken::new();
        let log = Log::open(pool.clone(), "registry", OpenOptions { simulated: false }, stop.clone()).await.unwrap();
        let client = self.client().await;
        let retention = Retention { max_bytes: 1 << 30, ..Retention::default() };
        let prepare = Box::new(|| -> std::pin::Pin<Box<dyn Future<Output = _> + Send>> { Box::pin(async { Ok(()) }) });
        let restoring = Restoring { seal: Seal::new(MASTER), erasures, prepare };
        let guard = Guard::new(log.clone(), client.clone(), retention, restoring);
        guard.begin().await.unwrap();
        let relay = Relay::new(log.clone(), client, retention).sealing(Seal::new(MASTER));
        tokio::spawn(relay.run(stop.clone()));
        tokio::spawn(guard.clone().run(stop.clone()));
        Service { log, guard, pool, stop }
    }

    /// As the services connect: the broker may be away.
    async fn client(&self) -> async_nats::Client {
        let seed = self.servers.nats.seed("registry").unwrap();
        async_nats::ConnectOptions::with_nkey(seed)
            .custom_inbox_prefix("_INBOX_registry")
            .retry_on_initial_connect()
            .connect(self.servers.nats.url())
            .await
            .unwrap()
    }

    /// The ids that the stream has, by sequence.
    pub async fn stream_ids(&self) -> Vec<(i64, Uuid)> {
        stream_ids(&self.servers).await
    }

    pub async fn delete_stream(&self) {
        let jetstream = async_nats::jetstream::new(self.servers.client("admin").await);
        jetstream.delete_stream("REGISTRY").await.unwrap();
    }

    /// Whatever the log has, the stream and the read model have.
    pub async fn is_level(&self, service: &Service) {
        let wanted = service.ids().await;
        eventually("the stream has what the log has", async || self.stream_ids().await == wanted).await;
        if let Some(model) = &self.model {
            model.reaches(i64::try_from(wanted.len()).unwrap()).await;
            assert_eq!(model.ids().await, wanted, "the read model is what the log is");
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.servers.dir.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("postgres/data")
    }

    /// The registry's database as a file.
    pub fn dump(&self) -> PathBuf {
        let file = self.path("registry.dump");
        self.run("pg_dump", &["--format=custom", "--file", file.to_str().unwrap(), "--dbname"]);
        file
    }

    /// The database anew, in the same cluster, from a dump.
    pub async fn restore(&self, dump: &std::path::Path) {
        let mut admin = PgConnection::connect(&self.servers.postgres.superuser_url("postgres")).await.unwrap();
        for statement in ["DROP DATABASE registry WITH (FORCE)", "CREATE DATABASE registry OWNER registry"] {
            sqlx::raw_sql(statement).execute(&mut admin).await.unwrap();
        }
        self.run("pg_restore", &[dump.to_str().unwrap(), "--dbname"]);
    }

    /// The tables anew, in the database as it is and under whoever is connected to it.
    pub fn restore_in_place(&self, dump: &std::path::Path) {
        self.run("pg_restore", &["--clean", "--if-exists", "--single-transaction", dump.to_str().unwrap(), "--dbname"]);
    }

    fn run(&self, program: &str, args: &[&str]) {
        let url = self.servers.postgres.url("registry").unwrap();
        let output =
            Command::new(self.servers.postgres.bin().join(program)).args(args).arg(url).output().expect("it is there");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The cluster's files, of a server that was stopped for it.
    pub async fn copy_files(&mut self) -> PathBuf {
        let kept = self.path("kept");
        self.servers.postgres.stop().await;
        copy(&self.data(), &kept);
        self.servers.postgres.restart().await.unwrap();
        kept
    }

    /// The cluster's files as they were.
    pub async fn put_files_back(&mut self, kept: &std::path::Path) {
        self.servers.postgres.stop().await;
        self.lay(kept);
        self.servers.postgres.restart().await.unwrap();
    }

    /// Puts files in the place of those of a server that does not run.
    fn lay(&self, kept: &std::path::Path) {
        fs::remove_dir_all(self.data()).unwrap();
        copy(kept, &self.data());
    }

    /// The server goes on as a standby of itself that was promoted: same cluster, another timeline. With `kept`, from these files.
    pub async fn promote(&mut self, kept: Option<&std::path::Path>) {
        self.servers.postgres.stop().await;
        let data = self.data();
        if let Some(kept) = kept {
            self.lay(kept);
        }
        fs::write(data.join("standby.signal"), "").unwrap();
        let settings = data.join("postgresql.auto.conf");
        let before = fs::read_to_string(&settings).unwrap();
        fs::write(&settings, format!("{before}hot_standby = off\n")).unwrap();
        let promotion = async {
            // As `pg_ctl promote` does.
            let pid_file = data.join("postmaster.pid");
            loop {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let text = fs::read_to_string(&pid_file).unwrap_or_default();
                if let Some(pid) = text.lines().next().filter(|_| data.join("standby.signal").exists()) {
                    fs::write(data.join("promote"), "").unwrap();
                    let _ = Command::new("kill").args(["-USR1", pid]).status();
                }
            }
        };
        tokio::select! {
            started = self.servers.postgres.restart() => started.unwrap(),
            () = promotion => unreachable!("it goes on until the server is up"),
        }
        fs::write(&settings, before).unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.readers.cancel();
    }
}

impl Service {
    /// Events of aggregates that are new.
    pub async fn append(&self, events: usize) {
        // A connection that a restart has cut is noticed by who uses it.
        eventually("the database answers", async || self.log.append(vaults_only()).await.is_ok()).await;
        let answers = join_all((0..events).map(|_| self.log.append(member(Uuid::now_v7(), 0)))).await;
        for answer in answers {
            assert!(matches!(answer, Ok(Appended::New { .. })), "{answer:?}");
        }
    }

    pub async fn ids(&self) -> Vec<(i64, Uuid)> {
        self.events().await.iter().map(|event| (event.position.get(), event.event_id)).collect()
    }

    pub async fn events(&self) -> Vec<Recorded> {
        events_from(&self.log, Position::START.next()).await
    }

    /// Waits until the log is closed for this reason, and tries to append.
    pub async fn is_closed_for(&self, reason: Reason) {
        let mut states = self.log.gate().states();
        let closed = states.wait_for(|closed| closed.is_some_and(|closed| closed.reason == reason));
        let closed = tokio::time::timeout(Duration::from_secs(30), closed).await;
        assert!(closed.is_ok(), "it is not closed for {reason:?}, but {:?}", self.log.gate().closed());
        let refused = self.log.append(member(Uuid::now_v7(), 0)).await;
        assert!(matches!(refused, Err(AppendError::Closed(_))), "{refused:?}");
    }

    pub async fn is_open(&self) {
        let mut states = self.log.gate().states();
        let open = tokio::time::timeout(Duration::from_secs(30), states.wait_for(Option::is_none)).await;
        assert!(open.is_ok(), "it is closed: {:?}", self.log.gate().closed());
    }

    pub async fn plan(&self) -> Plan {
        self.guard.plan().await.unwrap()
    }

    /// Decides as an operator would who has seen the plan.
    pub async fn decide(&self, choice: Choice) -> Result<Decision, ReconcileError> {
        let plan = self.plan().await;
        let wish = Wish { choice, subject: "test:operator".into(), from: plan.from, to: plan.to };
        self.guard.reconcile(wish, mpsc::channel(1).0).await
    }

    /// Ends the service, and waits until none of its connections is left.
    pub async fn end(self) {
        self.stop.cancel();
        self.pool.close().await;
    }

    pub async fn decisions(&self) -> Vec<(String, String, i64, bool)> {
        let sql = "SELECT choice, subject, events, ended_at IS NOT NULL FROM log.decision ORDER BY decided_at";
        sqlx::query_as(sql).fetch_all(&self.pool).await.unwrap()
    }
}

/// A member that changes nothing.
fn vaults_only() -> Member {
    Member { events: vec![], ..member(Uuid::now_v7(), 0) }
}

/// One event of this type erases its aggregate.
pub struct EraseAggregate;

pub const ERASED: &str = "kim.registry.v1.OfficeEstablished";

impl Erasures for EraseAggregate {
    fn types(&self) -> Vec<String> {
        vec![ERASED.into()]
    }

    fn owners(&self, event: &Recorded) -> Vec<Uuid> {
        vec![event.aggregate]
    }
}
