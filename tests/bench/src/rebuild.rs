//! A rebuild of the read model from position 1, beside raw ordered reading of the same stream.

use std::time::Instant;

use anyhow::{Context, ensure};
use async_nats::jetstream;
use futures::StreamExt;
use kim_contract::reporting::v1::{RebuildReadModelRequest, reporting_service_client::ReportingServiceClient};
use kim_eventlog::stream_name;
use kim_local::servers::Nats;

use crate::{
    nation::Nation,
    report::{Figure, Report},
    series::{Ratio, Series},
    serve::Identity,
    servers,
    stand::{Done, Stand},
};

const COMMUNITIES: usize = 8_000;
const WANTED: f64 = 0.3;

pub async fn measure(rounds: usize, events: i64) -> anyhow::Result<Report> {
    let mut stand = Stand::start().await?;
    let identity = Identity::of(&stand.servers)?;
    let nation = Nation::start(&mut stand, &identity, "", COMMUNITIES, events, None).await?;
    let head = nation.followed(&stand.servers).await?.unsigned_abs();
    let (mut consumed, mut rebuilt) = (Series::new("raw ordered consume"), Series::new("rebuild of the read model"));
    consume(&nation.nats, head).await?;
    for _ in 0..rounds {
        consumed.slices.push(stand.slice(consume(&nation.nats, head)).await?);
        rebuilt.slices.push(stand.slice(rebuild(&nation)).await?);
    }
    Ok(Report {
        measure: "rebuild",
        how: format!("{rounds} rounds, {head} events each"),
        machine: stand.machine.clone(),
        figures: vec![
            Figure::rate(&consumed, vec![]),
            Figure::rate(&rebuilt, vec![Ratio::of(&rebuilt, &consumed, Some(WANTED))]),
        ],
        notes: vec![format!(
            "{COMMUNITIES} communities; the live read model serves meanwhile, and the time is until the new one does."
        )],
    })
}

/// The whole stream, in order, and nothing done with it.
pub async fn consume(nats: &Nats, head: u64) -> anyhow::Result<Done> {
    let jetstream = jetstream::new(servers::client(nats, "raw").await?);
    let stream = jetstream.get_stream(stream_name("registry")).await?;
    let begun = Instant::now();
    let mut incoming = servers::from_the_start(&stream).await?;
    for _ in 0..head {
        incoming.next().await.context("the stream ended")??;
    }
    Ok(Done { operations: head, took: begun.elapsed(), latencies: Vec::new() })
}

pub async fn rebuild(nation: &Nation) -> anyhow::Result<Done> {
    let mut reports = ReportingServiceClient::new(nation.reports().await?);
    let begun = Instant::now();
    let mut steps = reports.rebuild_read_model(RebuildReadModelRequest {}).await?.into_inner();
    let mut last = None;
    while let Some(step) = steps.message().await? {
        last = Some(step);
    }
    let last = last.filter(|step| step.switched).context("the rebuild was broken off")?;
    ensure!(last.position > 0, "nothing was rebuilt");
    Ok(Done { operations: last.position.unsigned_abs(), took: begun.elapsed(), latencies: Vec::new() })
}
