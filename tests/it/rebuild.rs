//! A rebuild equals the live read model, row for row, while the live one goes on serving.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use kim_contract::{
    registry::v1::{ActivityRow, ImportActivitiesRequest, ImportCommunitiesRequest},
    reporting::v1::{GetReadModelRequest, RebuildReadModelRequest, reporting_service_client::ReportingServiceClient},
};
use kim_projection::store::digest;
use kim_territory::{Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::harness::{Caller, Nation, activity, community_row, date};

/// Imports communities and activities at random; prints its seed.
async fn random_history(nation: &Nation, communities: usize, activities: usize) {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let nation_code = RegionCode::NATION;
    let villages: Vec<String> =
        Territory::current().within(&nation_code, Level::Village).map(|v| v.code.to_string()).collect();
    let rows = (0..communities)
        .map(|i| {
            let seat = &villages[random.random_range(0..villages.len())];
            let mut row = community_row(i64::try_from(i).unwrap() + 1, &format!("KIM Nomor {i}"), seat);
            row.source_key = format!("k{i}");
            row.registered_on = date(random.random_range(2018..2024), random.random_range(1..=12), 3);
            row
        })
        .collect();
    let mut client = nation.communities(&nation.national());
    let mut answers =
        client.import_communities(tokio_stream::once(ImportCommunitiesRequest { rows })).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}
    let rows = (0..activities)
        .map(|i| ActivityRow {
            row: i64::try_from(i).unwrap() + 1,
            community_id: String::new(),
            source_key: format!("k{}", random.random_range(0..communities)),
            activity: activity(date(
                random.random_range(2018..2026),
                random.random_range(1..=12),
                random.random_range(1..=28),
            )),
            recorded_time: None,
        })
        .collect();
    let mut answers =
        client.import_activities(tokio_stream::once(ImportActivitiesRequest { rows })).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_equals_the_live_model_and_no_page_is_lost_meanwhile() {
    let nation = Arc::new(Nation::start().await);
    random_history(&nation, 400, 2_000).await;
    nation.settled().await;

    let pool = nation.servers.pool("projection").await;
    let mut reports = nation.reports(&nation.national());
    let generation = async |reports: &mut ReportingServiceClient<Caller>| {
        reports.get_read_model(GetReadModelRequest {}).await.unwrap().into_inner().generation
    };
    let before = generation(&mut reports).await;
    let live = digest(&pool, &format!("read_{before}")).await.unwrap();
    assert!(live.iter().map(|table| table.rows).sum::<i64>() > 2_000, "{live:?}");

    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let hammer = tokio::spawn({
        let (nation, stop, answered) = (nation.clone(), stop.clone(), answered.clone());
        async move {
            while !stop.load(Relaxed) {
                let (status, page) = nation.page("/").await;
                assert_eq!(status, 200, "{page}");
                answered.fetch_add(1, Relaxed);
            }
        }
    });
    let mut progress = reports.rebuild_read_model(RebuildReadModelRequest {}).await.unwrap().into_inner();
    let mut last = None;
    while let Some(step) = progress.message().await.unwrap() {
        last = Some(step);
    }
    assert!(last.is_some_and(|step| step.switched && step.generation > before), "{last:?}");
    let after = generation(&mut reports).await;
    assert!(after > before);
    stop.store(true, Relaxed);
    hammer.await.unwrap();
    assert!(answered.load(Relaxed) > 0);
    assert_eq!(digest(&pool, &format!("read_{after}")).await.unwrap(), live);
}
