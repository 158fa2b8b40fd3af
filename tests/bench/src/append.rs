//! `Log::append`: concurrent writers of one 200-byte event each, beside raw inserts and message-db.

use std::time::{Duration, Instant};

use anyhow::ensure;
use bytes::Bytes;
use futures::future::try_join_all;
use kim_eventlog::{Appended, Log, Member, NewEvent, OpenOptions, Place, Version};
use rand::RngExt;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    message_db,
    pgbench::{PAYLOAD, Pgbench},
    report::{Figure, Report},
    series::{Ratio, Series},
    stand::{Done, Span, Stand},
};

const WRITERS: [usize; 2] = [64, 256];
const AGGREGATES: usize = 16_384;

/// Concurrent writers, each with aggregates of its own whose versions it knows.
pub struct Writers {
    log: Log,
    aggregates: Vec<Vec<(Uuid, Version)>>,
}

impl Writers {
    pub fn new(log: Log, writers: usize) -> Self {
        let own = |_| (0..AGGREGATES / writers).map(|_| (Uuid::now_v7(), Version::NONE)).collect();
        Self { log, aggregates: (0..writers).map(own).collect() }
    }

    pub async fn run(&mut self, time: Duration) -> anyhow::Result<Done> {
        let begun = Instant::now();
        let log = &self.log;
        // As tasks, like a service's calls: several threads work at once.
        let running = self.aggregates.drain(..).map(|mut own| {
            let log = log.clone();
            tokio::spawn(async move {
                let mut appended = 0;
                while begun.elapsed() < time {
                    let at = rand::rng().random_range(0..own.len());
                    let (aggregate, version) = &mut own[at];
                    let Appended::New { version: now, .. } = log.append(member(*aggregate, *version)).await? else {
                        anyhow::bail!("a member without a request key was repeated");
                    };
                    *version = now;
                    appended += 1;
                }
                Ok((own, appended))
            })
        });
        let ended = try_join_all(running.collect::<Vec<_>>()).await?;
        let took = begun.elapsed();
        let mut operations = 0;
        for writer in ended {
            let (own, appended) = writer?;
            self.aggregates.push(own);
            operations += appended;
        }
        Ok(Done { operations, took, latencies: Vec::new() })
    }
}

fn member(aggregate: Uuid, expected: Version) -> Member {
    Member {
        aggregate,
        expected,
        events: vec![NewEvent {
            event_type: "kim.registry.v1.ActivityReported",
            place: Place { province: "14".into(), regency: "1401".into() },
            time: OffsetDateTime::now_utc(),
            payload: Bytes::from_static(&[b'x'; PAYLOAD]),
        }],
        key: None,
        claims: vec![],
        releases: vec![],
        vault: vec![],
        actor: "bench:writer".into(),
        traceparent: None,
        recorded: None,
        result: Bytes::new(),
    }
}

pub async fn measure(span: Span) -> anyhow::Result<Report> {
    let stand = Stand::start().await?;
    let (raw, peer) = (Pgbench::raw(&stand.servers).await?, message_db::install(&stand.servers).await?);
    let stop = CancellationToken::new();
    let pool = stand.servers.pool("registry").await?;
    let log = Log::open(pool.clone(), "registry", OpenOptions { simulated: false }, stop.clone()).await?;
    let mut writers = WRITERS.map(|count| (count, Writers::new(log.clone(), count)));

    let warm = Duration::from_secs(2);
    raw.run(64, warm).await?;
    peer.run(64, warm).await?;
    for (_, writers) in &mut writers {
        writers.run(warm).await?;
    }

    let mut ceiling = Series::new("raw insert, 64 clients");
    let mut peered = Series::new("message-db, 64 clients");
    let mut appended = WRITERS.map(|count| Series::new(format!("Log::append, {count} writers")));
    for _ in 0..span.rounds {
        ceiling.slices.push(stand.slice(raw.run(64, span.slice())).await?);
        for ((_, writers), series) in writers.iter_mut().zip(&mut appended) {
            series.slices.push(stand.slice(writers.run(span.slice())).await?);
        }
        peered.slices.push(stand.slice(peer.run(64, span.slice())).await?);
    }
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM log.event").fetch_one(&pool).await?;
    ensure!(log.newest().await?.get() == events, "the log has {events} events and another head");
    stop.cancel();

    let mut figures = vec![Figure::rate(&ceiling, vec![])];
    for (series, wanted) in appended.iter().zip([[2.0, 10.0].map(Some), [None; 2]]) {
        let ratios = vec![Ratio::of(series, &ceiling, wanted[0]), Ratio::of(series, &peered, wanted[1])];
        figures.push(Figure::rate(series, ratios));
    }
    figures.push(Figure::rate(&peered, vec![Ratio::of(&peered, &ceiling, None)]));
    Ok(Report {
        measure: "append",
        how: span.to_string(),
        machine: stand.machine,
        figures,
        notes: vec![format!(
            "{events} events in the log at the end, gapless; one 200-byte event a member, no request key."
        )],
    })
}
