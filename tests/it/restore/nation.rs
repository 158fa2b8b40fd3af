//! The nation after a restore, as an operator brings it back.

use std::{fs, path::PathBuf};

use kim_chassis::identity::{Role, Scope};
use kim_contract::{
    log::v1::{GetLogRequest, ReconcileChoice, ReconcileRequest, event_log_service_client::EventLogServiceClient},
    registry::v1::{
        DraftCommunityRequest, GetCommunityRequest, ImportCommunitiesRequest, ReportActivityRequest, RowOutcome,
        RowResult, community_service_client::CommunityServiceClient,
    },
    reporting::v1::{
        GetReadModelRequest, GetReadModelResponse, RebuildReadModelRequest,
        reporting_service_client::ReportingServiceClient,
    },
};
use kim_projection::store::digest;
use kim_territory::{Decree, Level, RegionCode, Territory};
use tonic::{Code, Status, transport::Endpoint};
use tonic_types::StatusExt;

use crate::harness::{
    Caller, Nation, Up, activity, bearing, community_row, copy, date, eventually, profile, request_id,
};

fn caller(up: &Up, port: u16) -> Caller {
    let channel = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).expect("an address").connect_lazy();
    bearing(channel, &up.token("national"))
}

fn communities(up: &Up) -> CommunityServiceClient<Caller> {
    CommunityServiceClient::new(caller(up, up.port + 1))
}

/// Imports a community in each of these villages, as the same rows each time.
async fn import_rows(up: &Up, villages: std::ops::Range<usize>) -> Vec<RowResult> {
    let nation = RegionCode::NATION;
    let seats = Territory::current().within(&nation, Level::Village).skip(villages.start).take(villages.len());
    let rows = (1..).zip(seats).map(|(row, seat)| community_row(row, "KIM Sumber Makmur", &seat.code.to_string()));
    let request = ImportCommunitiesRequest { rows: rows.collect() };
    let mut answers = communities(up).import_communities(tokio_stream::once(request)).await.unwrap().into_inner();
    let mut results = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        results.extend(answer.results);
    }
    results
}

/// Registers a community in each of these villages; the ids.
async fn import(up: &Up, villages: std::ops::Range<usize>) -> Vec<String> {
    let results = import_rows(up, villages).await;
    assert!(results.iter().all(|result| result.outcome() == RowOutcome::Accepted), "{results:?}");
    results.into_iter().map(|result| result.id).collect()
}

fn draft() -> DraftCommunityRequest {
    DraftCommunityRequest {
        request_id: request_id(),
        profile: profile("KIM Baru", "14.01.01.2009"),
        decree_number: "17/2024".into(),
        contacts: None,
        decree_issuer_name: String::new(),
    }
}

async fn head(up: &Up) -> i64 {
    let mut log = EventLogServiceClient::new(caller(up, up.port + 1));
    log.get_log(GetLogRequest {}).await.unwrap().into_inner().head
}

async fn read_model(up: &Up) -> GetReadModelResponse {
    let mut reports = ReportingServiceClient::new(caller(up, up.port + 4));
    reports.get_read_model(GetReadModelRequest {}).await.unwrap().into_inner()
}

async fn settled(up: &Up) -> GetReadModelResponse {
    let head = head(up).await;
    eventually("the read model has all that is in the log", async || {
        read_model(up).await.as_of.is_some_and(|as_of| as_of.registry_position == head && !as_of.stopped)
    })
    .await;
    read_model(up).await
}

async fn pool_digest(up: &Up, model: &GetReadModelResponse) -> Vec<kim_projection::store::TableDigest> {
    let pool = up.pool("projection").await;
    let digest = digest(&pool, &format!("read_{}", model.generation)).await.unwrap();
    pool.close().await;
    digest
}

fn data(up: &Up) -> PathBuf {
    let store = fs::canonicalize(up.home.join("store")).unwrap_or_else(|_| up.home.clone());
    store.join("postgres/data")
}

/// A nation of 30 communities whose database is then set back to what it was with 20.
struct SetBack {
    up: Up,
    /// A community that only the stream knows.
    lost: String,
    /// A command that was carried out since the backup.
    report: ReportActivityRequest,
    head: i64,
}

async fn set_back() -> SetBack {
    let mut up = Up::start("none").await;
    let known = import(&up, 0..20).await;
    up.interrupt().await;
    let kept = data(&up).with_file_name("kept");
    copy(&data(&up), &kept);
    up.again().await;
    let lost = import(&up, 20..30).await.remove(0);
    let report = ReportActivityRequest {
        request_id: request_id(),
        community_id: known[0].clone(),
        etag: String::new(),
        activity: activity(date(2024, 1, 2)),
    };
    communities(&up).report_activity(report.clone()).await.unwrap();
    settled(&up).await;
    let head = head(&up).await;
    up.interrupt().await;
    fs::remove_dir_all(data(&up)).unwrap();
    fs::rename(&kept, data(&up)).unwrap();
    up.again().await;
    SetBack { up, lost, report, head }
}

/// The read model was set back with the cluster that both are in; the stream has what it lacks, and all of it is true.
async fn figures_stand_at(up: &Up, position: i64) {
    eventually("the read model has all that is in the stream", async || {
        read_model(up).await.as_of.is_some_and(|as_of| as_of.registry_position == position && !as_of.stopped)
    })
    .await;
}

fn is_closed(status: &Status) {
    let details = status.get_error_details();
    assert_eq!((status.code(), details.error_info().unwrap().reason.as_str()), (Code::Unavailable, "LOG_CLOSED"));
    let said = &details.localized_message().unwrap().message;
    assert!(said.contains("coba lagi") && said.contains("kimctl log reconcile"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_taken_or_said_after_a_restore_until_all_was_taken_back() {
    let SetBack { up, lost, report, head: before } = set_back().await;

    // Neither commands nor records; figures are what they were.
    is_closed(&communities(&up).draft_community(draft()).await.unwrap_err());
    let asked = communities(&up).get_community(GetCommunityRequest { community_id: lost.clone() }).await;
    is_closed(&asked.unwrap_err());
    let (ready, said) = kim_local::http::get(up.port + 51, "/readyz").await.unwrap();
    assert_eq!((ready, said.as_str()), (503, "belum siap: log\n"));
    figures_stand_at(&up, before).await;
    let (code, said, _) = up.kimctl(&["status"]).await;
    assert!(code == 1 && said.contains("log tertutup") && said.contains("kimctl log reconcile"), "{said}");

    // Looking changes nothing.
    let (code, said, wrong) = up.kimctl(&["log", "reconcile"]).await;
    assert!(code == 1 && said.contains("Hanya ada di aliran") && said.contains("--yes"), "{said}{wrong}");
    assert!(said.contains("kim.registry.v1.ActivityReported") && said.contains("catatan data pribadi"), "{said}");
    assert!(head(&up).await < before);

    let (code, said, wrong) = up.kimctl(&["log", "reconcile", "--yes"]).await;
    assert!(code == 0 && said.contains("Selesai"), "{said}{wrong}");
    assert_eq!(head(&up).await, before);
    let found = communities(&up).get_community(GetCommunityRequest { community_id: lost.clone() }).await;
    assert_eq!(found.unwrap().into_inner().community.unwrap().community_id, lost);
    // What was carried out before the restore is not carried out again.
    communities(&up).report_activity(report).await.unwrap();
    assert_eq!(head(&up).await, before);
    // The rows that were imported since the backup, once more.
    let again = import_rows(&up, 20..30).await;
    let taken: Vec<RowOutcome> = again.iter().map(RowResult::outcome).collect();
    assert!(taken.iter().all(|outcome| *outcome == RowOutcome::Unchanged), "{taken:?}");
    communities(&up).draft_community(draft()).await.unwrap();

    let model = settled(&up).await;
    let (code, said, wrong) = up.kimctl(&["log", "verify"]).await;
    assert_eq!(code, 0, "{said}{wrong}");
    // Health is brought up to date every two seconds.
    eventually("all is well, and who decided is told", async || {
        let (code, said, _) = up.kimctl(&["status"]).await;
        code == 0 && said.contains("kejadian diambil kembali dari aliran")
    })
    .await;
    let live = pool_digest(&up, &model).await;
    let mut reports = ReportingServiceClient::new(caller(&up, up.port + 4));
    let mut progress = reports.rebuild_read_model(RebuildReadModelRequest {}).await.unwrap().into_inner();
    while progress.message().await.unwrap().is_some() {}
    assert_eq!(pool_digest(&up, &settled(&up).await).await, live);
    up.erase().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_kept_as_it_is_leaves_figures_that_say_so_until_they_are_built_anew() {
    let SetBack { up, head: before, .. } = set_back().await;
    figures_stand_at(&up, before).await;
    let (code, said, _) = up.kimctl(&["log", "reconcile", "--keep-log"]).await;
    assert!(code == 1 && said.contains("AKAN HILANG") && said.contains("--keep-log --yes"), "{said}");
    let (code, said, wrong) = up.kimctl(&["log", "reconcile", "--keep-log", "--yes"]).await;
    assert!(code == 0 && said.contains("kimctl projection rebuild"), "{said}{wrong}");
    assert!(head(&up).await < before);
    import(&up, 100..110).await;

    eventually("figures say that they may not hold", async || {
        read_model(&up).await.as_of.is_some_and(|as_of| as_of.stopped && !as_of.complete)
    })
    .await;
    let (_, page) = up.page("/").await;
    assert!(page.contains("data registri dipulihkan dan berbeda"), "{page}");
    let as_of = read_model(&up).await.as_of.unwrap();
    assert_eq!(as_of.registry_position, before, "nothing was counted on top");
    let (code, said, wrong) = up.kimctl(&["projection", "rebuild"]).await;
    assert_eq!(code, 0, "{said}{wrong}");
    settled(&up).await;
    let (_, page) = up.page("/").await;
    assert!(!page.contains("data registri dipulihkan"), "{page}");
    up.erase().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_national_office_decides() {
    let nation = Nation::simulated().await;
    let confirm =
        ReconcileRequest { choice: ReconcileChoice::KeepLog.into(), confirm: true, from_position: 0, to_position: 0 };
    let region = |code: &str| Scope::Region { code: code.parse().unwrap(), decree: Decree::CURRENT };
    for token in [
        nation.office("14"),
        nation.office("14.01"),
        nation.simulator(),
        nation.token(Role::Subscriber, Scope::National),
        nation.token(Role::Subscriber, region("14")),
        nation.token(Role::Citizen, Scope::Citizen),
    ] {
        for request in [ReconcileRequest::default(), confirm] {
            let refused = nation.log(&token).reconcile(request).await.unwrap_err();
            assert_eq!(refused.code(), Code::PermissionDenied, "{refused:?}");
        }
    }
    // And with nothing to decide there is nothing to do.
    let mut answers = nation.log(&nation.national()).reconcile(confirm).await.unwrap().into_inner();
    let plan = answers.message().await.unwrap().unwrap().plan.unwrap();
    assert_eq!(plan.choices, [0; 0]);
    let refused = answers.message().await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition, "{refused:?}");
}
