//! A rebuild equals the live read model, row for row, while the live one goes on serving.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use kim_contract::{
    registry::v1::{ActivityRow, ImportActivitiesRequest, ImportCommunitiesRequest},
    reporting::v1::{GetReadModelRequest, RebuildReadModelRequest, reporting_service_client::ReportingServiceClient},
};
use kim_eventlog::{Bearer, Log, OpenOptions, Relay, RemoteLog, Retention};
use kim_projection::{
    context::Context,
    pages::State,
    source::Source,
    store::{Generations, Store, digest},
    writer::Writer,
};
use kim_territory::{Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio_util::sync::CancellationToken;

use crate::harness::{Caller, Nation, activity, community_row, date, let_go_on, serve, set_back};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_log_was_set_back_the_model_stands_still_until_a_rebuild_and_then_has_what_the_log_has() {
    let nation = Nation::start().await;
    random_history(&nation, 60, 100).await;
    let before = nation.settled().await;
    let servers = nation.stop();
    let stop = CancellationToken::new();
    let options = OpenOptions { simulated: false };
    // An operator restored a backup, lost the tail, and let the relay make the stream anew.
    set_back(&servers, 50).await;
    let_go_on(&servers).await;
    let stream = async_nats::jetstream::new(servers.client("admin").await);
    stream.delete_stream("REGISTRY").await.unwrap();
    let log = Log::open(servers.pool("registry").await, "registry", options, stop.clone()).await.unwrap();
    let retention = Retention { max_bytes: 1 << 30, ..Retention::default() };
    tokio::spawn(Relay::new(log.clone(), servers.client("registry").await, retention).run(stop.clone()));

    let base = servers.pool("projection").await;
    let store = Store::new(base.clone(), Generations::open(base.clone()).await.unwrap(), 4);
    let token = servers.dir.path().join("token");
    std::fs::write(&token, "everybody").unwrap();
    let remote = RemoteLog::new(serve(&log).await, Bearer::in_file(token).await.unwrap());
    let source = Source::stream(Context::Registry, servers.client("projection").await, Some(remote));
    tokio::spawn(Writer::new(store.clone(), vec![source]).run(stop.clone()));
    tokio::spawn(store.clone().follow(stop.clone()));
    let until = async |what: &str, wanted: &dyn Fn(i64, bool, i64) -> bool| {
        let mut states = store.states();
        let waiting = states.wait_for(|state| match state {
            State::Serving(as_of) => {
                let silent = matches!(as_of.registry().feed, kim_projection::pages::Feed::Silent { .. });
                wanted(as_of.registry().position, silent, as_of.generation)
            }
            State::Loading => false,
        });
        let waited = tokio::time::timeout(std::time::Duration::from_mins(1), waiting).await;
        assert!(waited.is_ok_and(|state| state.is_ok()), "{what}: {:?}", *store.states().borrow());
    };
    until("it stands still, and says so", &|position, silent, _| position == before.get() && silent).await;
    let old = store.generations().serving().await.unwrap().unwrap();
    store.generations().request_rebuild().await.unwrap();
    until("it has what the log has", &|position, silent, now| position == 50 && !silent && now > old.number).await;
    let rebuilt = digest(&base, &format!("read_{}", old.number + 1)).await.unwrap();
    store.generations().request_rebuild().await.unwrap();
    until("it is rebuilt again", &|_, _, now| now == old.number + 2).await;
    assert_eq!(digest(&base, &format!("read_{}", old.number + 2)).await.unwrap(), rebuilt);
    stop.cancel();
}
