//! A registry and dissemination with simulated logs, on servers of their own.

use std::{collections::BTreeMap, fs, net::SocketAddr, path::Path, time::Duration};

use kim_chassis::{
    config::{Database, Grpc, Http, Nats as Broker, Source},
    identity::{Issuer, Role, Scope},
    serve::Service,
};
use kim_local::{
    sample::load::Services,
    servers::{Nats, NatsOptions, Postgres, PostgresOptions},
    tokens,
};
use sqlx::PgPool;
use tempfile::{TempDir, tempdir};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub struct Nation {
    dir: TempDir,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
}

/// The services as they run.
pub struct Running {
    registry: String,
    dissemination: String,
    simulator: String,
    reviewer: String,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Nation {
    pub async fn prepare() -> Self {
        let dir = tempdir().unwrap();
        let postgres = Postgres::start(PostgresOptions::at(&dir.path().join("pg")).unwrap()).await.unwrap();
        let nats = Nats::start(NatsOptions::at(&dir.path().join("nats")).unwrap()).await.unwrap();
        let issuer = Issuer::create(dir.path().join("identity")).unwrap();
        fs::write(dir.path().join("vault.key"), "0f".repeat(32)).unwrap();
        let subscriber = tokens::token(&issuer, "kim-dissemination", Role::Subscriber, Scope::National).unwrap();
        fs::write(dir.path().join("dissemination.jwt"), subscriber).unwrap();
        Self { dir, postgres, nats, issuer }
    }

    pub async fn start(&self) -> Running {
        let stop = CancellationToken::new();
        let registry = kim_registry::startup::build(&self.registry()).await.unwrap();
        let (registry, first) = run(registry, &stop);
        let dissemination = kim_dissemination::startup::build(&self.dissemination(&registry)).await.unwrap();
        let (dissemination, second) = run(dissemination, &stop);
        Running {
            registry,
            dissemination,
            simulator: tokens::simulator(&self.issuer).unwrap(),
            reviewer: tokens::reviewer(&self.issuer).unwrap(),
            stop,
            tasks: vec![first, second],
        }
    }

    fn registry(&self) -> kim_registry::config::Config {
        kim_registry::config::Config {
            grpc: Grpc::at(any()),
            http: Http::at(any()),
            database: self.database("registry"),
            nats: self.broker("registry"),
            identity: self.issuer.identity(),
            log: kim_registry::config::Log { simulated: true, ..Default::default() },
            stream: kim_desk::config::Stream { max_gigabytes: 2, ..Default::default() },
            vault: self.vault(),
            ..Default::default()
        }
    }

    fn dissemination(&self, registry: &str) -> kim_dissemination::config::Config {
        kim_dissemination::config::Config {
            grpc: Grpc::at(any()),
            http: Http::at(any()),
            database: self.database("dissemination"),
            nats: self.broker("dissemination"),
            identity: self.issuer.identity(),
            log: kim_dissemination::config::Log { simulated: true },
            stream: kim_desk::config::Stream { max_gigabytes: 2, ..Default::default() },
            vault: self.vault(),
            media: kim_dissemination::media::Media { folder: self.dir.path().join("media"), ..Default::default() },
            registry: Source { url: registry.to_owned(), token_file: self.dir.path().join("dissemination.jwt") },
            ..Default::default()
        }
    }

    fn database(&self, name: &str) -> Database {
        // Services that are stopped and started within one process leave their idle connections open for a while.
        let url_file = Some(self.postgres.url_file(name).unwrap());
        Database { url_file, max_connections: 5, ..Database::default() }
    }

    fn broker(&self, user: &str) -> Broker {
        Broker {
            nkey_seed_file: Some(self.nats.seed_file(user)),
            inbox_prefix: Some(format!("_INBOX_{user}")),
            ..Broker::at(self.nats.url())
        }
    }

    fn vault(&self) -> kim_desk::config::Vault {
        kim_desk::config::Vault { key_file: self.dir.path().join("vault.key") }
    }

    pub fn notes(&self) -> &Path {
        self.dir.path()
    }

    pub async fn pool(&self, database: &str) -> PgPool {
        PgPool::connect(&self.postgres.url(database).unwrap()).await.unwrap()
    }

    /// Waits until the registry's log has so many events of a type.
    pub async fn has(&self, event: &str, many: usize) {
        let pool = self.pool("registry").await;
        let many = i64::try_from(many).unwrap();
        loop {
            let count = sqlx::query_scalar("SELECT count(*) FROM log.event WHERE type = 'kim.registry.v1.' || $1");
            let found: i64 = count.bind(event).fetch_one(&pool).await.unwrap();
            if found >= many {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many events of each type the log of a service has.
    pub async fn counts(&self, context: &str) -> BTreeMap<String, i64> {
        let pool = self.pool(context).await;
        let counts: Vec<(String, i64)> =
            sqlx::query_as("SELECT type, count(*) FROM log.event GROUP BY type").fetch_all(&pool).await.unwrap();
        counts.into_iter().map(|(name, count)| (name.rsplit('.').next().unwrap().to_owned(), count)).collect()
    }
}

impl Running {
    pub fn services(&self) -> Services<'_> {
        Services {
            registry: &self.registry,
            dissemination: &self.dissemination,
            simulator: &self.simulator,
            reviewer: &self.reviewer,
        }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

fn run(service: Service, stop: &CancellationToken) -> (String, JoinHandle<()>) {
    let address = format!("http://{}", service.grpc_address());
    let stopped = stop.clone();
    (address, tokio::spawn(async move { service.run_until(stopped).await.unwrap() }))
}

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}
