//! Imports in bulk: rows of activities and of communities, beside raw inserts of many rows a transaction.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::ensure;
use kim_contract::registry::v1::{
    ActivityRow, ImportActivitiesRequest, ImportCommunitiesRequest, RowOutcome, RowResult,
    community_service_client::CommunityServiceClient,
};
use rand::RngExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::{
    caller::{self, Caller},
    pgbench::Pgbench,
    report::{Figure, Report},
    sample,
    series::{Ratio, Series},
    serve::{Broker, Identity, Served},
    stand::{Done, Span, Stand},
};

const COMMUNITIES: usize = 8_000;
const ROWS_A_MESSAGE: usize = 500;
const WANTED: f64 = 20_000.0;
const COMMUNITIES_WANTED: f64 = 10_000.0;

/// One importer of activities.
pub struct Activities {
    client: CommunityServiceClient<Caller>,
    communities: Arc<[String]>,
}

impl Activities {
    pub fn new(caller: Caller, communities: Arc<[String]>) -> Self {
        Self { client: CommunityServiceClient::new(caller), communities }
    }

    /// One activity of each community.
    pub async fn each_once(&mut self) -> anyhow::Result<Done> {
        let communities = self.communities.clone();
        let mut at = 0;
        self.send(move || {
            let chunk = communities.get(at..communities.len().min(at + ROWS_A_MESSAGE))?;
            at += chunk.len();
            (!chunk.is_empty()).then(|| rows(chunk.iter()))
        })
        .await
    }

    /// Activities of random communities.
    pub async fn run(&mut self, time: Duration) -> anyhow::Result<Done> {
        let (communities, begun) = (self.communities.clone(), Instant::now());
        self.send(move || {
            let mut random = rand::rng();
            let chosen = (0..ROWS_A_MESSAGE).map(|_| &communities[random.random_range(0..communities.len())]);
            (begun.elapsed() < time).then(|| rows(chosen))
        })
        .await
    }

    async fn send(
        &mut self,
        mut next: impl FnMut() -> Option<ImportActivitiesRequest> + Send + 'static,
    ) -> anyhow::Result<Done> {
        let (sender, receiver) = mpsc::channel(4);
        tokio::spawn(async move {
            while let Some(message) = next() {
                if sender.send(message).await.is_err() {
                    return;
                }
            }
        });
        let begun = Instant::now();
        let mut answers = self.client.import_activities(ReceiverStream::new(receiver)).await?.into_inner();
        let mut operations = 0;
        while let Some(answer) = answers.message().await? {
            operations += accepted(&answer.results)?;
        }
        Ok(Done { operations, took: begun.elapsed(), latencies: Vec::new() })
    }
}

fn rows<'a>(communities: impl Iterator<Item = &'a String>) -> ImportActivitiesRequest {
    let row = |(row, id): (i64, &String)| ActivityRow {
        row,
        community_id: id.clone(),
        source_key: String::new(),
        activity: Some(sample::activity()),
        recorded_time: None,
    };
    ImportActivitiesRequest { rows: (1..).zip(communities).map(row).collect() }
}

fn accepted(results: &[RowResult]) -> anyhow::Result<u64> {
    let refused = results.iter().find(|result| result.outcome() != RowOutcome::Accepted);
    ensure!(refused.is_none(), "a row was not accepted: {refused:?}");
    Ok(results.len() as u64)
}

/// One importer of communities, each new.
struct Communities {
    client: CommunityServiceClient<Caller>,
    /// How many there are already.
    known: usize,
}

impl Communities {
    async fn run(&mut self, time: Duration) -> anyhow::Result<Done> {
        let (sender, receiver) = mpsc::channel(4);
        let mut known = self.known;
        let begun = Instant::now();
        let sent = tokio::spawn(async move {
            while begun.elapsed() < time {
                let rows = (known..known + ROWS_A_MESSAGE).map(sample::community_row).collect();
                known += ROWS_A_MESSAGE;
                if sender.send(ImportCommunitiesRequest { rows }).await.is_err() {
                    break;
                }
            }
            known
        });
        let mut answers = self.client.import_communities(ReceiverStream::new(receiver)).await?.into_inner();
        let mut operations = 0;
        while let Some(answer) = answers.message().await? {
            operations += accepted(&answer.results)?;
        }
        self.known = sent.await?;
        Ok(Done { operations, took: begun.elapsed(), latencies: Vec::new() })
    }
}

pub async fn measure(span: Span) -> anyhow::Result<Report> {
    let mut stand = Stand::start().await?;
    let raw = Pgbench::raw_many(&stand.servers).await?;
    let identity = Identity::of(&stand.servers)?;
    stand.servers.postgres.have_database("relayed").await?;
    let nats = Broker::There(&stand.servers.nats);
    let log_only = Served::registry(&stand.servers, &identity.issuer, "registry", Broker::Away, None).await?;
    let relayed = Served::registry(&stand.servers, &identity.issuer, "relayed", nats, None).await?;
    stand.meter.services = [&log_only, &relayed].map(Served::pid).to_vec();
    let mut loads = Vec::new();
    for (name, served) in [("broker away", &log_only), ("relay running", &relayed)] {
        let caller = caller::connect(served.grpc, &identity.token).await?;
        let communities = sample::communities(&caller, COMMUNITIES).await?;
        let mut activities = Activities::new(caller.clone(), communities.into());
        activities.run(Duration::from_secs(1)).await?;
        let communities = Communities { client: CommunityServiceClient::new(caller), known: COMMUNITIES };
        let series = ["ImportActivities", "ImportCommunities"].map(|what| Series::new(format!("{what}, {name}")));
        loads.push((series, activities, communities));
    }
    raw.run(4, Duration::from_secs(1)).await?;
    let mut ceiling = Series::new("raw insert, 100 rows a transaction, 4 clients");
    for _ in 0..span.rounds {
        let mut slice = stand.slice(raw.run(4, span.slice())).await?;
        slice.done.operations *= crate::pgbench::MANY;
        ceiling.slices.push(slice);
        for ([reported, entered], activities, communities) in &mut loads {
            reported.slices.push(stand.slice(activities.run(span.slice())).await?);
            entered.slices.push(stand.slice(communities.run(span.slice())).await?);
        }
    }
    let mut figures = vec![Figure::rate(&ceiling, vec![])];
    for ([reported, entered], ..) in &loads {
        figures.push(Figure::rate(reported, vec![Ratio::of(reported, &ceiling, None)]).wanted(WANTED));
        figures.push(Figure::rate(entered, vec![Ratio::of(entered, &ceiling, None)]).wanted(COMMUNITIES_WANTED));
    }
    Ok(Report {
        measure: "import",
        how: span.to_string(),
        machine: stand.machine.clone(),
        figures,
        notes: vec![format!(
            "{ROWS_A_MESSAGE} rows a message on one stream; activities of {COMMUNITIES} communities at random."
        )],
    })
}
