//! What the figures were measured on.

use std::{fs, io::Write, path::Path, time::Instant};

use serde::Serialize;

use crate::servers::Servers;

#[derive(Debug, Clone, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub processor: String,
    pub memory_mb: u64,
    pub postgres: String,
    /// The median time of writing 8 kB and `fdatasync`, in milliseconds.
    pub fdatasync_ms: f64,
}

impl Machine {
    pub async fn of(servers: &Servers) -> anyhow::Result<Self> {
        let pool = servers.pool("registry").await?;
        let postgres: String = sqlx::query_scalar("SHOW server_version").fetch_one(&pool).await?;
        pool.close().await;
        let field = |file: &str, name: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
            line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let memory = field("/proc/meminfo", "MemTotal");
        Ok(Self {
            cores: std::thread::available_parallelism()?.get(),
            processor: field("/proc/cpuinfo", "model name"),
            memory_mb: memory.split(' ').next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default() / 1024,
            postgres,
            fdatasync_ms: fdatasync(servers.path())?,
        })
    }
}

fn fdatasync(dir: &Path) -> anyhow::Result<f64> {
    let mut file = tempfile::tempfile_in(dir)?;
    let mut times = Vec::new();
    for _ in 0..50 {
        file.write_all(&[1; 8192])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
