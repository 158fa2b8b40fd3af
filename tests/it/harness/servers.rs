//! A private `PostgreSQL` and a private NATS for one test.

use std::{path::Path, process::Command};

use kim_eventlog::{Log, OpenOptions};
use kim_local::servers::{Nats, NatsOptions, NatsUser, Postgres, PostgresOptions};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::{Clock, Proxy, SmallDisk};

/// Both servers, in a folder that goes with them.
pub struct Servers {
    pub postgres: Postgres,
    pub nats: Nats,
    /// PostgreSQL's.
    pub clock: Option<Clock>,
    pub disks: Option<Disks>,
    pub dir: TempDir,
}

/// Small disks, if the servers live on some.
pub struct Disks {
    pub postgres: SmallDisk,
    pub nats: SmallDisk,
}

/// What is unusual about them.
#[derive(Default)]
pub struct ServersOptions {
    /// Whether they live on small disks, where those can be mounted.
    pub small_disks: bool,
    /// Whether PostgreSQL goes by a clock that can be set, where that can be had.
    pub own_clock: bool,
}

/// For PostgreSQL with its log of changes, and for a stream.
const POSTGRES_MEGABYTES: u32 = 1_200;
const NATS_MEGABYTES: u32 = 64;

impl Servers {
    pub async fn start() -> Self {
        Self::start_with(ServersOptions::default()).await
    }

    pub async fn start_with(options: ServersOptions) -> Self {
        let dir = TempDir::new().expect("a folder can be made");
        let disk = |name, megabytes| SmallDisk::at(&dir.path().join(name), megabytes);
        let disks =
            || Some(Disks { postgres: disk("postgres", POSTGRES_MEGABYTES)?, nats: disk("nats", NATS_MEGABYTES)? });
        let disks = if options.small_disks { disks() } else { None };
        let clock = if options.own_clock { Clock::at(dir.path().join("postgres.clock")) } else { None };
        let mut postgres = PostgresOptions::at(&dir.path().join("postgres")).expect("there is an account to run as");
        postgres.envs = clock.as_ref().map(Clock::envs).unwrap_or_default();
        let mut nats = NatsOptions::at(&dir.path().join("nats")).expect("there is an account to run as");
        nats.users.push(NatsUser::reader_of("riau", "registry", "kim.evt.registry.v1.14.>"));
        let (postgres, nats) = tokio::join!(Postgres::start(postgres), Nats::start(nats));
        Self { postgres: postgres.expect("PostgreSQL starts"), nats: nats.expect("NATS starts"), clock, disks, dir }
    }

    pub async fn pool(&self, database: &str) -> PgPool {
        let url = self.postgres.url(database).expect("the database is there");
        PgPoolOptions::new().max_connections(16).connect(&url).await.expect("PostgreSQL answers")
    }

    /// The address of a database by a way that can be disturbed.
    pub fn url_by(&self, database: &str, way: &Proxy) -> String {
        let url = self.postgres.url(database).expect("the database has an owner");
        url.replace(&format!(":{}/", self.postgres.port()), &format!(":{}/", way.port()))
    }

    /// The log of the registry's database, opened as a service opens it.
    pub async fn log(&self, stop: &CancellationToken) -> Log {
        let pool = self.pool("registry").await;
        Log::open(pool, "registry", OpenOptions { simulated: false }, stop.clone()).await.expect("the log opens")
    }

    pub async fn client(&self, user: &str) -> async_nats::Client {
        let seed = self.nats.seed(user).expect("the user has a seed");
        async_nats::ConnectOptions::with_nkey(seed)
            .custom_inbox_prefix(format!("_INBOX_{user}"))
            .connect(self.nats.url())
            .await
            .expect("NATS answers")
    }
}

/// Copies a folder of a server that does not run, with owners and times.
pub fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp is there");
    assert!(copied.success(), "{} cannot be copied", from.display());
}
