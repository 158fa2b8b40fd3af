//! Kill -9 in the midst of an import: nothing acknowledged is lost or doubled, and the read model equals a rebuild.

use std::{collections::HashMap, time::Duration};

use kim_contract::{
    registry::v1::{
        CommunityRow, ImportCommunitiesRequest, RowOutcome, community_service_client::CommunityServiceClient,
    },
    reporting::v1::{
        GetReadModelRequest, GetReadModelResponse, RebuildReadModelRequest,
        reporting_service_client::ReportingServiceClient,
    },
};
use kim_projection::store::digest;
use kim_territory::{Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Endpoint;

use crate::harness::{Caller, Up, bearing, community_row, eventually};

const ROWS_A_ROUND: usize = 3_000;

fn caller(up: &Up, port: u16) -> Caller {
    let channel = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).expect("an address").connect_lazy();
    bearing(channel, &up.token("national"))
}

fn rows(round: usize) -> Vec<CommunityRow> {
    let villages: Vec<String> = Territory::current()
        .within(&RegionCode::NATION, Level::Village)
        .skip(round * ROWS_A_ROUND)
        .take(ROWS_A_ROUND)
        .map(|village| village.code.to_string())
        .collect();
    (1..).zip(villages).map(|(row, seat)| community_row(row, &format!("KIM Putaran {round}"), &seat)).collect()
}

/// Sends the rows until the stream ends or breaks; notes every row that was answered. True when all were.
async fn import(up: &Up, rows: &[CommunityRow], answered: &mut HashMap<i64, String>, acks: &mpsc::Sender<()>) -> bool {
    let (sender, receiver) = mpsc::channel(2);
    let batches: Vec<_> = rows.chunks(100).map(|rows| ImportCommunitiesRequest { rows: rows.to_vec() }).collect();
    tokio::spawn(async move {
        for batch in batches {
            if sender.send(batch).await.is_err() {
                return;
            }
        }
    });
    let mut client = CommunityServiceClient::new(caller(up, up.port + 1));
    let Ok(answers) = client.import_communities(ReceiverStream::new(receiver)).await else { return false };
    let mut answers = answers.into_inner();
    let mut seen = 0;
    loop {
        match answers.message().await {
            Ok(Some(answer)) => {
                for result in answer.results {
                    assert!(
                        matches!(result.outcome(), RowOutcome::Accepted | RowOutcome::Unchanged),
                        "no row is bad: {result:?}"
                    );
                    seen += 1;
                    let before = answered.insert(result.row, result.id.clone());
                    assert!(before.is_none_or(|id| id == result.id), "row {} has become another", result.row);
                }
                let _ = acks.try_send(());
            }
            Ok(None) => return seen == rows.len(),
            Err(_) => return false,
        }
    }
}

async fn read_model(up: &Up) -> Option<GetReadModelResponse> {
    let mut reports = ReportingServiceClient::new(caller(up, up.port + 4));
    Some(reports.get_read_model(GetReadModelRequest {}).await.ok()?.into_inner())
}

async fn settled(up: &Up) -> GetReadModelResponse {
    let registry = up.pool("registry").await;
    let head: i64 = sqlx::query_scalar("SELECT max(position) FROM log.event").fetch_one(&registry).await.unwrap();
    eventually("the read model has all that is in the log", async || {
        let position = read_model(up).await.and_then(|model| model.as_of).map(|as_of| as_of.registry_position);
        position == Some(head)
    })
    .await;
    read_model(up).await.expect("it has just answered")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_of_any_part_in_the_midst_of_an_import_loses_and_doubles_nothing() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut up = Up::start("none").await;
    let mut answered: Vec<HashMap<i64, String>> = Vec::new();
    for (round, victim) in ["registry", "projection", "nats", "postgres", "up"].into_iter().enumerate() {
        let rows = rows(round);
        let mut of_round = HashMap::new();
        let (acks, mut acked) = mpsc::channel(1_000);
        let after = random.random_range(1..15);
        let importing = import(&up, &rows, &mut of_round, &acks);
        let killing = async {
            for _ in 0..after {
                acked.recv().await;
            }
            up.kill9(victim);
        };
        tokio::join!(importing, killing);
        if victim == "up" {
            up.again().await;
        }
        // The same file again, as an office would, until it has gone through.
        let mut tries = 0;
        while !import(&up, &rows, &mut of_round, &acks).await {
            tries += 1;
            assert!(tries < 300, "{victim}: the import does not go through");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert_eq!(of_round.len(), ROWS_A_ROUND, "{victim}");
        answered.push(of_round);
    }

    // Each row is one community, registered once, under the id that was answered first.
    let registry = up.pool("registry").await;
    let communities: Vec<(uuid::Uuid, i64)> = sqlx::query_as(
        "SELECT aggregate_id, count(*) FROM log.event WHERE type = 'kim.registry.v1.CommunityRegistered' GROUP BY 1",
    )
    .fetch_all(&registry)
    .await
    .unwrap();
    let mut expected: Vec<String> = answered.iter().flat_map(HashMap::values).cloned().collect();
    let mut found: Vec<String> = communities.iter().map(|(id, _)| id.to_string()).collect();
    assert!(communities.iter().all(|(_, times)| *times == 1));
    expected.sort_unstable();
    found.sort_unstable();
    assert!(expected == found, "{} were answered, {} are there", expected.len(), found.len());

    let model = settled(&up).await;
    let (code, said, wrong) = up.kimctl(&["log", "verify"]).await;
    assert_eq!(code, 0, "{said}{wrong}");
    let projection = up.pool("projection").await;
    let live = digest(&projection, &format!("read_{}", model.generation)).await.unwrap();
    let mut reports = ReportingServiceClient::new(caller(&up, up.port + 4));
    let mut progress = reports.rebuild_read_model(RebuildReadModelRequest {}).await.unwrap().into_inner();
    while progress.message().await.unwrap().is_some() {}
    let rebuilt = settled(&up).await;
    assert!(rebuilt.generation > model.generation);
    let anew = digest(&projection, &format!("read_{}", rebuilt.generation)).await.unwrap();
    assert_eq!(live, anew);
    projection.close().await;
    registry.close().await;
    up.erase().await;
}
