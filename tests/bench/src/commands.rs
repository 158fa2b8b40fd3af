//! Unary gRPC: from a client's request to its durable answer, beside raw inserts and a service that does nothing.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use rand::RngExt;

use crate::{
    caller,
    pgbench::Pgbench,
    report::{Figure, Report},
    sample,
    series::{Ratio, Series},
    serve::{Broker, Identity, Served},
    stand::{Done, Span, Stand},
    unary::Unary,
};

const COMMUNITIES: usize = 8_000;
const IN_FLIGHT: [usize; 2] = [64, 256];

/// Clients that report activities of random communities, each as soon as its last report was answered.
#[derive(Clone)]
pub struct Reporters {
    connections: Vec<Unary>,
    pub communities: Arc<[String]>,
}

impl Reporters {
    pub async fn connect(address: SocketAddr, token: &str, communities: Arc<[String]>) -> anyhow::Result<Self> {
        const METHOD: &str = "/kim.registry.v1.CommunityService/ReportActivity";
        Ok(Self { connections: Unary::connections(address, METHOD, token).await?, communities })
    }

    /// One of the connections.
    pub fn client(&self, at: usize) -> Unary {
        self.connections[at % self.connections.len()].clone()
    }

    pub async fn run(&self, in_flight: usize, time: Duration) -> anyhow::Result<Done> {
        let begun = Instant::now();
        let running = (0..in_flight).map(|at| {
            let mut client = self.client(at);
            let communities = self.communities.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while begun.elapsed() < time {
                    let community = &communities[rand::rng().random_range(0..communities.len())];
                    let request = sample::report(community.clone());
                    let sent = Instant::now();
                    client.call(&request).await?;
                    latencies.push(sent.elapsed());
                }
                anyhow::Ok(latencies)
            })
        });
        let ended = try_join_all(running.collect::<Vec<_>>()).await?;
        let took = begun.elapsed();
        let latencies = ended.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat();
        Ok(Done { operations: latencies.len() as u64, took, latencies })
    }
}

pub async fn measure(span: Span) -> anyhow::Result<Report> {
    let mut stand = Stand::start().await?;
    let raw = Pgbench::raw(&stand.servers).await?;
    let Identity { issuer, token } = Identity::of(&stand.servers)?;
    stand.servers.postgres.have_database("relayed").await?;
    let log_only = Served::registry(&stand.servers, &issuer, "registry", Broker::Away, None).await?;
    let relayed =
        Served::registry(&stand.servers, &issuer, "relayed", Broker::There(&stand.servers.nats), None).await?;
    let nothing = Served::do_nothing(&stand.servers).await?;
    stand.meter.services = [&log_only, &relayed, &nothing].map(Served::pid).to_vec();

    let mut loads = Vec::new();
    for (name, served) in
        [("do-nothing tonic service", &nothing), ("to durable, broker away", &log_only), ("relay running", &relayed)]
    {
        let communities = match name {
            "do-nothing tonic service" => vec![uuid::Uuid::now_v7().to_string()],
            _ => sample::communities(&caller::connect(served.grpc, &token).await?, COMMUNITIES).await?,
        };
        let reporters = Reporters::connect(served.grpc, &token, communities.into()).await?;
        reporters.run(IN_FLIGHT[1], Duration::from_secs(2)).await?;
        for in_flight in IN_FLIGHT {
            loads.push((Series::new(format!("{name}, {in_flight} in flight")), in_flight, reporters.clone()));
        }
    }
    raw.run(64, Duration::from_secs(2)).await?;
    let mut ceiling = Series::new("raw insert, 64 clients");
    for _ in 0..span.rounds {
        ceiling.slices.push(stand.slice(raw.run(64, span.slice())).await?);
        for (series, in_flight, reporters) in &mut loads {
            series.slices.push(stand.slice(reporters.run(*in_flight, span.slice())).await?);
        }
    }
    let (peers, measured) = loads.split_at(IN_FLIGHT.len());
    let mut figures = vec![Figure::rate(&ceiling, vec![])];
    for ((series, in_flight, _), peer) in measured.iter().zip(peers.iter().cycle()) {
        let wanted = if *in_flight == 64 { 0.8 } else { 1.0 };
        figures.push(Figure::rate(
            series,
            vec![Ratio::of(series, &ceiling, Some(wanted)), Ratio::of(series, &peer.0, None)],
        ));
    }
    figures.extend(peers.iter().map(|(series, ..)| Figure::rate(series, vec![Ratio::of(series, &ceiling, None)])));
    Ok(Report {
        measure: "commands",
        how: span.to_string(),
        machine: stand.machine,
        figures,
        notes: vec![format!(
            "ReportActivity on {COMMUNITIES} communities at random over 4 connections; client, service and servers share the cores."
        )],
    })
}
