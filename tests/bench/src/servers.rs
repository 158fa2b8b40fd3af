//! The private `PostgreSQL` and NATS of one measurement, with the settings of the local nation.

use std::path::Path;

use kim_chassis::config::Database;
use kim_local::servers::{Nats, NatsOptions, Postgres, PostgresOptions};
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
    pub async fn start() -> anyhow::Result<Self> {
        let dir = TempDir::with_prefix("kim-bench-")?;
        let postgres = PostgresOptions::at(&dir.path().join("postgres"))?;
        let nats = NatsOptions::at(&dir.path().join("nats"))?;
        let (postgres, nats) = tokio::join!(Postgres::start(postgres), Nats::start(nats));
        let mut servers = Self { postgres: postgres?, nats: nats?, dir };
        servers.command(&format!("ALTER SYSTEM SET max_connections = {CONNECTIONS}")).await?;
        servers.postgres.stop().await;
        servers.postgres.restart().await?;
        Ok(servers)
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
