//! The private `PostgreSQL` and NATS of one measurement, with the settings of the local nation.

use std::{fs, path::Path};

use async_nats::jetstream::{
    consumer::{DeliverPolicy, pull},
    stream::Stream,
};
use kim_chassis::config::Database;
use kim_local::servers::{Nats, NatsOptions, NatsUser, Postgres, PostgresOptions};
use sqlx::{Connection, PgConnection, PgPool};
use tempfile::TempDir;

/// 64 clients of pgbench beside two services; the local nation's 60 are too few. It is the only setting that differs.
const CONNECTIONS: u32 = 200;

/// Both servers, in a folder that goes with them.
pub struct Servers {
    pub postgres: Postgres,
    pub nats: Nats,
    pub dir: TempDir,
}

impl Servers {
    /// With as much memory for `PostgreSQL` as on a laptop, or `shared_buffers`.
    pub async fn start(shared_buffers: Option<&str>) -> anyhow::Result<Self> {
        let dir = TempDir::with_prefix("kim-bench-")?;
        let postgres = PostgresOptions::at(&dir.path().join("postgres"))?;
        let nats = broker(dir.path(), "nats")?;
        let (postgres, nats) = tokio::join!(Postgres::start(postgres), Nats::start(nats));
        let mut servers = Self { postgres: postgres?, nats: nats?, dir };
        servers.command(&format!("ALTER SYSTEM SET max_connections = {CONNECTIONS}")).await?;
        if let Some(size) = shared_buffers {
            servers.command(&format!("ALTER SYSTEM SET shared_buffers = '{size}'")).await?;
        }
        servers.postgres.stop().await;
        servers.postgres.restart().await?;
        Ok(servers)
    }

    /// One more broker, for a second nation.
    pub async fn another_broker(&self, name: &str) -> anyhow::Result<Nats> {
        Ok(Nats::start(broker(self.path(), name)?).await?)
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A statement of the superuser's, outside any measurement.
    pub async fn command(&self, statement: &str) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect(&self.postgres.superuser_url("postgres")).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }

    /// What the programs of `PostgreSQL` are told to be the superuser.
    pub fn superuser(&self) -> anyhow::Result<[(&'static str, String); 4]> {
        Ok([
            ("PGHOST", "127.0.0.1".to_owned()),
            ("PGPORT", self.postgres.port().to_string()),
            ("PGUSER", "postgres".to_owned()),
            ("PGPASSWORD", self.postgres.password_of("postgres")?),
        ])
    }

    /// The section `[database]` of a service whose database this is.
    pub fn database(&self, name: &str) -> anyhow::Result<Database> {
        Ok(Database { url_file: Some(self.postgres.url_file(name)?), ..Database::default() })
    }

    /// Connections as a service has them.
    pub async fn pool(&self, name: &str) -> anyhow::Result<PgPool> {
        Ok(kim_chassis::database::connect(&self.database(name)?).await?)
    }
}

fn broker(dir: &Path, name: &str) -> anyhow::Result<NatsOptions> {
    let mut options = NatsOptions::at(&dir.join(name))?;
    // Measures the broker without our relay: may do all that the relay may, and read the stream.
    let mut raw = NatsUser::writer("registry");
    raw.name = "raw".into();
    raw.publish.extend(NatsUser::reader("raw", &["registry"]).publish);
    options.users.push(raw);
    Ok(options)
}

/// A client as the services have it.
pub async fn client(nats: &Nats, user: &str) -> anyhow::Result<async_nats::Client> {
    let seed = fs::read_to_string(nats.seed_file(user))?;
    let options = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned());
    Ok(options.custom_inbox_prefix(format!("_INBOX_{user}")).connect(nats.url()).await?)
}

/// All messages of a stream, in order.
pub async fn from_the_start(stream: &Stream) -> anyhow::Result<pull::Ordered> {
    let config = pull::OrderedConfig { deliver_policy: DeliverPolicy::All, ..pull::OrderedConfig::default() };
    Ok(stream.create_consumer(config).await?.messages().await?)
}
