//! `PostgreSQL`'s own pgbench: what one insert a transaction costs without us.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::{servers::Servers, stand::Done};

/// The payload of every event that is measured.
pub const PAYLOAD: usize = 200;

/// Rows a transaction of [`Pgbench::raw_many`].
pub const MANY: u64 = 100;

/// A script against one database.
pub struct Pgbench {
    program: PathBuf,
    script: PathBuf,
    envs: Vec<(&'static str, String)>,
    defines: Vec<String>,
}

impl Pgbench {
    /// Raw inserts of a 200-byte event, one a transaction, into a table with a position and a payload.
    pub async fn raw(servers: &Servers) -> anyhow::Result<Self> {
        servers.postgres.have_database("raw").await?;
        let pool = servers.pool("raw").await?;
        sqlx::raw_sql("CREATE TABLE raw_event (position bigserial PRIMARY KEY, payload bytea NOT NULL)")
            .execute(&pool)
            .await?;
        pool.close().await;
        let payload = format!("payload={}", "x".repeat(PAYLOAD));
        Self::new(servers, "raw", "raw", "INSERT INTO raw_event (payload) VALUES (:payload);\n", vec![payload])
    }

    /// The same, [`MANY`] rows a transaction.
    pub async fn raw_many(servers: &Servers) -> anyhow::Result<Self> {
        let one = Self::raw(servers).await?;
        let rows = vec!["(:payload)"; usize::try_from(MANY)?].join(", ");
        std::fs::write(&one.script, format!("INSERT INTO raw_event (payload) VALUES {rows};\n"))?;
        Ok(one)
    }

    pub fn new(
        servers: &Servers,
        name: &str,
        database: &str,
        script: &str,
        defines: Vec<String>,
    ) -> anyhow::Result<Self> {
        let path = servers.path().join(format!("{name}.pgbench"));
        std::fs::write(&path, script)?;
        let program = servers.postgres.bin().join("pgbench");
        ensure!(program.exists(), "{} is missing", program.display());
        let mut envs = servers.superuser()?.to_vec();
        envs.push(("PGDATABASE", database.to_owned()));
        Ok(Self { program, script: path, envs, defines })
    }

    /// With this search path.
    pub fn searching(mut self, path: &str) -> Self {
        self.envs.push(("PGOPTIONS", format!("-c search_path={path}")));
        self
    }

    pub async fn run(&self, clients: usize, time: Duration) -> anyhow::Result<Done> {
        let mut command = Command::new(&self.program);
        command.args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string()]);
        command.args(["-T", &time.as_secs().max(1).to_string(), "-f"]).arg(&self.script);
        for define in &self.defines {
            command.args(["-D", define]);
        }
        let output = command.envs(self.envs.iter().cloned()).kill_on_drop(true).output().await?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "pgbench: {text}{}", String::from_utf8_lossy(&output.stderr));
        let operations: u64 = after(&text, "transactions actually processed: ").context("pgbench said no count")?;
        let rate: f64 = after(&text, "tps = ").context("pgbench said no rate")?;
        Ok(Done { operations, took: Duration::from_secs_f64(operations as f64 / rate), latencies: Vec::new() })
    }
}

fn after<T: std::str::FromStr>(text: &str, words: &str) -> Option<T> {
    let rest = text.split_once(words)?.1;
    rest.split(|c: char| !c.is_ascii_digit() && c != '.').next()?.parse().ok()
}
