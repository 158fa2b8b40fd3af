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
    for _ in 0..FREE {
        free.slices.push(stand.slice(writers.run(SLICE)).await?);
    }
    let mut snapshot = PgConnection::connect(&stand.servers.postgres.superuser_url("registry")).await?;
    sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM log.event")
        .execute(&mut snapshot)
        .await?;
    let rounds = (time.as_secs() / (2 * SLICE.as_secs())).max(1);
    for _ in 0..rounds {
        held.slices.push(stand.slice(writers.run(SLICE)).await?);
        let beside_a_dump = async {
            let dump = Dump::start(&stand.servers)?;
            let done = writers.run(SLICE).await?;
            dump.stop().await?;
            Ok(done)
        };
        dumped.slices.push(stand.slice(beside_a_dump).await?);
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

/// `pg_dump` of the whole database into nothing, again and again until it is stopped.
struct Dump {
    stop: CancellationToken,
    running: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Dump {
    fn start(servers: &Servers) -> anyhow::Result<Self> {
        let (program, envs) = (servers.postgres.bin().join("pg_dump"), servers.superuser()?);
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let running = tokio::spawn(async move {
            loop {
                let mut dump = Command::new(&program);
                dump.args(["--dbname", "registry"]).envs(envs.clone()).stdout(Stdio::null()).kill_on_drop(true);
                match stopped.run_until_cancelled(dump.status()).await {
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
