//! Appends while a snapshot is held open and the database is dumped: what is old must not slow down what is new.

use std::{process::Stdio, time::Duration};

use anyhow::ensure;
use kim_eventlog::{Log, OpenOptions};
use sqlx::{Connection, PgConnection};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::{
    append::Writers,
    report::{Figure, Report},
    series::{Ratio, Series, median},
    servers::Servers,
    stand::{Slice, Stand},
};

const WRITERS: usize = 64;
const SLICE: Duration = Duration::from_secs(5);
/// Slices without anything held, before and after.
const FREE: usize = 6;
const WANTED: f64 = 0.9;

pub async fn measure(time: Duration) -> anyhow::Result<Report> {
    let stand = Stand::start().await?;
    let stop = CancellationToken::new();
    let log =
        Log::open(stand.servers.pool("registry").await?, "registry", OpenOptions { simulated: false }, stop.clone())
            .await?;
    let mut writers = Writers::new(log, WRITERS);
    writers.run(SLICE).await?;

    let mut free = Series::new("append, 64 writers, nothing held");
    let mut held = Series::new("append, a snapshot held");
    let mut dumped = Series::new("append, a snapshot held and pg_dump running");
    let mut behind = Series::new("append, a snapshot held and pg_dump running behind all others");
    for _ in 0..FREE {
        free.slices.push(stand.slice(writers.run(SLICE)).await?);
    }
    let mut snapshot = PgConnection::connect(&stand.servers.postgres.superuser_url("registry")).await?;
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM log.event")
        .execute(&mut snapshot)
        .await?;
    let rounds = (time.as_secs() / (3 * SLICE.as_secs())).max(1);
    for _ in 0..rounds {
        held.slices.push(stand.slice(writers.run(SLICE)).await?);
        for (series, priority) in [(&mut dumped, Priority::Usual), (&mut behind, Priority::Least)] {
            let beside_a_dump = async {
                let dump = Dump::start(&stand.servers, priority)?;
                let done = writers.run(SLICE).await?;
                dump.stop().await?;
                Ok(done)
            };
            series.slices.push(stand.slice(beside_a_dump).await?);
        }
    }
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM log.event").fetch_one(&mut snapshot).await?;
    sqlx::raw_sql("ROLLBACK").execute(&mut snapshot).await?;
    snapshot.close().await?;
    for _ in 0..FREE {
        free.slices.push(stand.slice(writers.run(SLICE)).await?);
    }
    stop.cancel();
    let fade = fade(&held.slices);
    Ok(Report {
        measure: "append, held",
        how: format!("snapshot held for {} s; slices of {} s in turn", time.as_secs(), SLICE.as_secs()),
        machine: stand.machine.clone(),
        figures: vec![
            Figure::rate(&free, vec![]),
            Figure::rate(&held, vec![Ratio::of_medians(&held, &free, Some(WANTED))]),
            Figure::rate(&dumped, vec![Ratio::of_medians(&dumped, &free, Some(WANTED))]),
            Figure::rate(&behind, vec![Ratio::of_medians(&behind, &free, Some(WANTED))]),
        ],
        notes: vec![format!(
            "The snapshot saw {seen} events to its end. Speed in the last quarter of the time it was held over the first: {fade:.2}."
        )],
    })
}

/// The last quarter's speed over the first's.
fn fade(slices: &[Slice]) -> f64 {
    let quarter = slices.len().div_ceil(4);
    let middle = |slices: &[Slice]| {
        let mut rates: Vec<f64> = slices.iter().map(Slice::rate).collect();
        rates.sort_by(f64::total_cmp);
        median(&rates)
    };
    middle(&slices[slices.len() - quarter..]) / middle(&slices[..quarter])
}

/// What a dump takes of the processor when others want it, too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Priority {
    Usual,
    /// The server's process that reads for it is put behind all others, as an operator does with `renice`.
    Least,
}

/// `pg_dump` of the whole database into nothing, again and again until it is stopped.
struct Dump {
    stop: CancellationToken,
    running: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Dump {
    fn start(servers: &Servers, priority: Priority) -> anyhow::Result<Self> {
        let (program, envs) = (servers.postgres.bin().join("pg_dump"), servers.superuser()?);
        let url = servers.postgres.superuser_url("registry");
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let running = tokio::spawn(async move {
            let mut asking = PgConnection::connect(&url).await?;
            loop {
                let mut dump = Command::new(&program);
                dump.args(["--dbname", "registry"]).envs(envs.clone()).stdout(Stdio::null()).kill_on_drop(true);
                let mut dump = dump.spawn()?;
                let whole = async {
                    if priority == Priority::Least {
                        put_behind(&mut asking).await?;
                    }
                    anyhow::Ok(dump.wait().await?)
                };
                match stopped.run_until_cancelled(whole).await {
                    None => return Ok(()),
                    Some(status) => ensure!(status?.success(), "pg_dump failed"),
                }
            }
        });
        Ok(Self { stop, running })
    }

    async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.running.await?
    }
}

/// Puts the server's processes that read for a dump behind all others, as soon as there is one.
async fn put_behind(asking: &mut PgConnection) -> anyhow::Result<()> {
    loop {
        let pids: Vec<i32> = sqlx::query_scalar("SELECT pid FROM pg_stat_activity WHERE application_name = 'pg_dump'")
            .fetch_all(&mut *asking)
            .await?;
        if !pids.is_empty() {
            let pids = pids.iter().map(ToString::to_string);
            let renice =
                Command::new("renice").args(["-n", "19", "-p"]).args(pids).stdout(Stdio::null()).status().await?;
            // One that has just ended cannot be put anywhere.
            let _ = renice;
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
