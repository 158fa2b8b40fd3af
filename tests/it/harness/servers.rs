//! A private `PostgreSQL` and a private NATS for one test.

use std::{ffi::OsString, path::Path, process::Command};

use kim_eventlog::{Log, OpenOptions};
use kim_local::servers::{Nats, NatsOptions, NatsUser, Postgres, PostgresOptions};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Both servers, in a folder that goes with them.
pub struct Servers {
    pub postgres: Postgres,
    pub nats: Nats,
    pub dir: TempDir,
}

/// What is unusual about them.
#[derive(Default)]
pub struct ServersOptions {
    /// Where they live, if something was prepared there.
    pub dir: Option<TempDir>,
    /// Further variables for PostgreSQL.
    pub postgres_envs: Vec<(OsString, OsString)>,
}

impl Servers {
    pub async fn start() -> Self {
        Self::start_with(ServersOptions::default()).await
    }

    pub async fn start_with(options: ServersOptions) -> Self {
        let dir = options.dir.unwrap_or_else(|| TempDir::new().expect("a folder can be made"));
        let mut postgres = PostgresOptions::at(&dir.path().join("postgres")).expect("there is an account to run as");
        postgres.envs = options.postgres_envs;
        let mut nats = NatsOptions::at(&dir.path().join("nats")).expect("there is an account to run as");
        nats.users.push(NatsUser::reader_of("riau", "registry", "kim.evt.registry.v1.14.>"));
        let (postgres, nats) = tokio::join!(Postgres::start(postgres), Nats::start(nats));
        Self { postgres: postgres.expect("PostgreSQL starts"), nats: nats.expect("NATS starts"), dir }
    }

    pub async fn pool(&self, database: &str) -> PgPool {
        let url = self.postgres.url(database).expect("the database is there");
        PgPoolOptions::new().max_connections(16).connect(&url).await.expect("PostgreSQL answers")
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
