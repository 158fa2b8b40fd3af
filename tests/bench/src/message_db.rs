//! message-db, a peer: an event store in `PostgreSQL`'s own functions. Fetched by npm when it is measured, never kept with us.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::{
    pgbench::{PAYLOAD, Pgbench},
    servers::Servers,
};

const VERSION: &str = "1.3.1";
const DATABASE: &str = "message_store";

/// Installed into a database of its own, and written to by pgbench: 10,000 streams of one category.
pub async fn install(servers: &Servers) -> anyhow::Result<Pgbench> {
    let package = fetched().await?;
    let path = format!("{}:{}", servers.postgres.bin().display(), env::var("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .arg(package.join("database/install.sh"))
        .env("PATH", path)
        .env("DATABASE_NAME", DATABASE)
        .envs(servers.superuser()?)
        .output()
        .await?;
    ensure!(output.status.success(), "message-db: {}", String::from_utf8_lossy(&output.stderr));
    let data = format!("data={{\"k\":\"{}\"}}", "x".repeat(PAYLOAD - 8));
    let script = "\\set stream random(1, 10000)\n\
        SELECT write_message(gen_random_uuid()::varchar, 'activity-' || :stream::text, 'ActivityReported', :data::jsonb);\n";
    let pgbench = Pgbench::new(servers, "message-db", DATABASE, script, vec![data])?;
    Ok(pgbench.searching("message_store,public"))
}

/// Where `tests/run` keeps its tools, too.
fn tools() -> anyhow::Result<PathBuf> {
    let me = env::current_exe()?;
    Ok(me.parent().and_then(Path::parent).context("this program stands in target/<profile>")?.join("tools"))
}

async fn fetched() -> anyhow::Result<PathBuf> {
    let tools = tools()?;
    let dir = tools.join(format!("message-db-{VERSION}"));
    if dir.exists() {
        return Ok(dir.join("package"));
    }
    std::fs::create_dir_all(&tools)?;
    let fresh = tempfile::tempdir_in(&tools)?;
    let pack = Command::new("npm")
        .args(["pack", "--silent", "--pack-destination"])
        .arg(fresh.path())
        .arg(format!("@eventide/message-db@{VERSION}"))
        .output()
        .await
        .context("npm fetches message-db: apt-get install npm")?;
    ensure!(pack.status.success(), "npm pack: {}", String::from_utf8_lossy(&pack.stderr));
    let archive = fresh.path().join(format!("eventide-message-db-{VERSION}.tgz"));
    let unpacked = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(fresh.path()).status().await?;
    ensure!(unpacked.success(), "message-db does not unpack");
    std::fs::rename(fresh.keep(), &dir)?;
    Ok(dir.join("package"))
}
