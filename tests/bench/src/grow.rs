//! Makes the log longer, by activities that go in through the registry like an office's import.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use crate::{
    caller::{Caller, connect},
    up::Up,
};
use anyhow::ensure;
use kim_contract::{
    log::v1::{GetLogRequest, event_log_service_client::EventLogServiceClient},
    registry::v1::{
        Activity, ActivityKind, ActivityRow, CommunityStatus, ImportActivitiesRequest, ListCommunitiesRequest,
        RowOutcome, community_service_client::CommunityServiceClient,
    },
    r#type::v1::{Date, Region},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

const ROWS_A_MESSAGE: usize = 500;

pub async fn grow(up: &Up, events: i64, json: bool) -> anyhow::Result<()> {
    let caller = connect(up.address(1), &up.token).await?;
    let mut log = EventLogServiceClient::new(caller.clone());
    let head = log.get_log(GetLogRequest {}).await?.into_inner().head;
    let wanted = events - head;
    ensure!(wanted > 0, "the log has {head} events already");
    let communities = active(&caller).await?;
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(send(communities, wanted, head, sender));
    let begun = Instant::now();
    let mut answers =
        CommunityServiceClient::new(caller).import_activities(ReceiverStream::new(receiver)).await?.into_inner();
    let (mut accepted, mut shown) = (0_i64, Instant::now());
    while let Some(answer) = answers.message().await? {
        for result in answer.results {
            ensure!(result.outcome() == RowOutcome::Accepted, "row {} was not accepted", result.row);
            accepted += 1;
        }
        if shown.elapsed() > Duration::from_secs(1) {
            eprint!("\r{accepted} of {wanted}");
            std::io::stderr().flush()?;
            shown = Instant::now();
        }
    }
    let rate = accepted as f64 / begun.elapsed().as_secs_f64();
    eprintln!();
    if json {
        println!("{}", serde_json::json!({ "measure": "grow", "events": accepted, "events_per_second": rate }));
    } else {
        println!("{accepted} activities, {rate:.0}/s");
    }
    Ok(())
}

async fn active(caller: &Caller) -> anyhow::Result<Vec<String>> {
    let mut client = CommunityServiceClient::new(caller.clone());
    let (mut ids, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListCommunitiesRequest {
            region: Some(Region { code: "00".into(), decree: String::new() }),
            statuses: vec![CommunityStatus::Active.into()],
            page_size: 500,
            page_token,
        };
        let page = client.list_communities(request).await?.into_inner();
        ids.extend(page.communities.into_iter().map(|community| community.community_id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            ensure!(!ids.is_empty(), "the nation has no active community");
            return Ok(ids);
        }
    }
}

/// Each row is unlike any other: its evidence is its number.
async fn send(communities: Vec<String>, wanted: i64, from: i64, sender: mpsc::Sender<ImportActivitiesRequest>) {
    let mut rows = (1..=wanted).zip(communities.iter().cycle()).map(|(row, id)| ActivityRow {
        row,
        community_id: id.clone(),
        source_key: String::new(),
        activity: Some(Activity {
            kind: ActivityKind::Dissemination.into(),
            happened_on: Some(Date { year: 2026, month: 10, day: i32::try_from(row % 28).unwrap_or(0) + 1 }),
            people_reached: 20,
            evidence_hash: format!("{:064x}", from + row),
            ..Activity::default()
        }),
        recorded_time: None,
    });
    loop {
        let batch: Vec<_> = rows.by_ref().take(ROWS_A_MESSAGE).collect();
        if batch.is_empty() || sender.send(ImportActivitiesRequest { rows: batch }).await.is_err() {
            return;
        }
    }
}
