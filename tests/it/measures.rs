//! What the services measure is true, and `kimctl status` says what is wrong and what to do.
#![allow(clippy::float_cmp, reason = "counts, which a float holds exactly")]

use std::{collections::BTreeSet, time::Duration};

use kim_contract::registry::v1::{
    GetCommunityRequest, ImportCommunitiesRequest, community_service_client::CommunityServiceClient,
};
use kim_territory::{Level, RegionCode, Territory};
use serde_json::Value;
use sqlx::PgPool;
use tonic::{Code, transport::Endpoint};
use uuid::Uuid;

use crate::harness::{Caller, Up, bearing, community_row, eventually};

const REGISTRY: u16 = 51;
const DISSEMINATION: u16 = 52;
const PROJECTION: u16 = 54;

/// The sum of the samples of a name with these labels.
async fn measured(up: &Up, service: u16, name: &str, labels: &[(&str, &str)]) -> f64 {
    let (status, text) = kim_local::http::get(up.port + service, "/metrics").await.expect("it is measured");
    assert_eq!(status, 200);
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}=\"{value}\"")).collect();
    let is_wanted = |line: &&str| {
        line.strip_prefix(name).is_some_and(|rest| rest.starts_with(['{', ' ']))
            && labels.iter().all(|l| line.contains(l))
    };
    let values = text.lines().filter(is_wanted).filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    values.sum()
}

async fn becomes(up: &Up, service: u16, name: &str, labels: &[(&str, &str)], wanted: impl Fn(f64) -> bool) {
    eventually(&format!("{name} {labels:?} is as wanted"), async || wanted(measured(up, service, name, labels).await))
        .await;
}

fn communities(up: &Up, token: &str) -> CommunityServiceClient<Caller> {
    let channel = Endpoint::from_shared(format!("http://127.0.0.1:{}", up.port + 1)).unwrap().connect_lazy();
    CommunityServiceClient::new(bearing(channel, token))
}

/// Imports communities that were not there yet; three events each.
async fn import(up: &Up, first: usize, count: usize) {
    let villages = Territory::current().within(&RegionCode::NATION, Level::Village).skip(first).take(count);
    let rows = (1..)
        .zip(villages)
        .map(|(row, village)| community_row(row, &format!("KIM Ukur {first}"), &village.code.to_string()))
        .collect();
    let call = tokio_stream::once(ImportCommunitiesRequest { rows });
    let mut answers = communities(up, &up.token("national")).import_communities(call).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}
}

fn signal(up: &Up, name: &str, what: &str) {
    let pid = up.pid(what).expect("it is running").to_string();
    assert!(std::process::Command::new("kill").args([format!("-{name}"), pid]).status().unwrap().success());
}

/// The problems that `kimctl status` names, with what to do; and all that it says.
async fn status(up: &Up) -> (Vec<String>, Value) {
    let (code, said, wrong) = up.kimctl(&["status", "--json"]).await;
    let report: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}{wrong}"));
    let problems: Vec<String> = report["problems"].as_array().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(code, i32::from(!problems.is_empty()), "{said}");
    (problems, report)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_measured_is_true_in_health_and_in_need() {
    let up = Up::start("none").await;
    let registry = up.pool("registry").await;
    work_is_counted(&up, &registry).await;
    a_lock_that_is_held_is_waited_for(&up, &registry).await;
    a_pool_that_is_used_up_says_so(&up, &registry).await;
    without_the_broker_the_lags_rise(&up).await;
    what_is_parked_is_counted(&up, &registry).await;
    all_of_it_is_documented(&up).await;
    registry.close().await;
    up.erase().await;
}

async fn work_is_counted(up: &Up, registry: &PgPool) {
    import(up, 0, 200).await;
    let appended = measured(up, REGISTRY, "kim_log_appends_total", &[("outcome", "appended")]).await;
    let head: i64 = sqlx::query_scalar("SELECT max(position) FROM log.event").fetch_one(registry).await.unwrap();
    let aggregates: i64 =
        sqlx::query_scalar("SELECT count(DISTINCT aggregate_id) FROM log.event WHERE type LIKE '%Registered'")
            .fetch_one(registry)
            .await
            .unwrap();
    assert_eq!(aggregates, 200);
    assert!(appended >= 200.0 && appended <= head as f64, "{appended} members, {head} events");
    assert_eq!(measured(up, REGISTRY, "kim_log_group_members_sum", &[]).await, appended);
    assert_eq!(measured(up, REGISTRY, "kim_log_append_seconds_count", &[]).await, appended);
    let groups = measured(up, REGISTRY, "kim_log_group_members_count", &[]).await;
    assert_eq!(measured(up, REGISTRY, "kim_log_commit_seconds_count", &[]).await, groups);
    becomes(up, REGISTRY, "kim_log_position", &[], |position| position == head as f64).await;
    becomes(up, REGISTRY, "kim_relay_position", &[], |position| position == head as f64).await;
    becomes(up, PROJECTION, "kim_subscriber_position", &[("context", "registry")], |position| position == head as f64)
        .await;
    becomes(up, REGISTRY, "kim_relay_lag_events", &[], |lag| lag == 0.0).await;
    assert_eq!(measured(up, PROJECTION, "kim_subscriber_lag_events", &[]).await, 0.0);

    // A refusal is counted by its code.
    let calls = "kim_rpc_duration_seconds_count";
    let nobody = GetCommunityRequest { community_id: Uuid::now_v7().to_string() };
    let refused = communities(up, &up.token("national")).get_community(nobody.clone()).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    assert!(communities(up, "forged").get_community(nobody).await.is_err());
    for code in ["NOT_FOUND", "UNAUTHENTICATED"] {
        assert_eq!(measured(up, REGISTRY, calls, &[("code", code), ("kind", "unary")]).await, 1.0, "{code}");
    }
    assert_eq!(measured(up, REGISTRY, calls, &[("code", "OK"), ("kind", "writer")]).await, 1.0);

    // The services' health is looked at every two seconds.
    eventually("all is well", async || status(up).await.0.is_empty()).await;
    let (_, report) = status(up).await;
    let of_registry = &report["logs"][0];
    assert_eq!(of_registry["appends"]["done"].as_f64(), Some(appended));
    assert_eq!(
        (&of_registry["relay"]["lag_events"], &report["reader"]["connected"]),
        (&Value::from(0), &Value::from(true))
    );
    assert!(of_registry["service"]["load"]["refused"].as_u64() >= Some(2), "{report}");
    eventually("dissemination has its copy of the registry", async || {
        let (_, report) = status(up).await;
        let dissemination = &report["logs"][1];
        dissemination["context"] == "dissemination" && dissemination["copy"]["position"] == head
    })
    .await;
    let (_, screen, _) = up.kimctl(&["status"]).await;
    assert!(
        screen.ends_with("Semua berjalan baik.\n") && screen.contains("semua kejadian sudah disiarkan"),
        "{screen}"
    );
}

async fn a_lock_that_is_held_is_waited_for(up: &Up, registry: &PgPool) {
    let wait = "kim_log_lock_wait_seconds_sum";
    let before = measured(up, REGISTRY, wait, &[]).await;
    let mut holder = registry.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(hashtext('log.append'), 0)").execute(&mut *holder).await.unwrap();
    let importing = import(up, 1_000, 300);
    let release = async {
        eventually("the writer waits for the lock", async || {
            let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)";
            sqlx::query_scalar(waiting).fetch_one(registry).await.unwrap()
        })
        .await;
        assert!(measured(up, REGISTRY, "kim_log_queue_bytes", &[]).await > 0.0);
        tokio::time::sleep(Duration::from_millis(600)).await;
        holder.rollback().await.unwrap();
    };
    tokio::join!(importing, release);
    let waited = measured(up, REGISTRY, wait, &[]).await - before;
    assert!(waited >= 0.6, "{waited}");
    assert_eq!(measured(up, REGISTRY, "kim_log_queue_bytes", &[]).await, 0.0);
}

async fn a_pool_that_is_used_up_says_so(up: &Up, registry: &PgPool) {
    let pool = [("pool", "registry")];
    let limit = measured(up, REGISTRY, "kim_pool_limit_connections", &pool).await;
    let waited = measured(up, REGISTRY, "kim_pool_wait_seconds_sum", &pool).await;
    let mut holder = registry.begin().await.unwrap();
    sqlx::query("LOCK TABLE log.event IN ACCESS EXCLUSIVE MODE").execute(&mut *holder).await.unwrap();
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let mut client = communities(up, &up.token("national"));
        asking.spawn(async move {
            let _ = client.get_community(GetCommunityRequest { community_id: Uuid::now_v7().to_string() }).await;
        });
    }
    let in_use = [("pool", "registry"), ("state", "in_use")];
    becomes(up, REGISTRY, "kim_pool_connections", &in_use, |in_use| in_use == limit).await;
    // Whoever waits now is seen once it has waited.
    tokio::time::sleep(Duration::from_secs(2)).await;
    holder.rollback().await.unwrap();
    while asking.join_next().await.is_some() {}
    becomes(up, REGISTRY, "kim_pool_wait_seconds_sum", &pool, |now| now - waited > 0.8).await;
    becomes(up, REGISTRY, "kim_pool_connections", &in_use, |in_use| in_use < limit).await;
}

async fn without_the_broker_the_lags_rise(up: &Up) {
    let position = measured(up, REGISTRY, "kim_relay_position", &[]).await;
    signal(up, "STOP", "nats");
    import(up, 2_000, 50).await;
    becomes(up, REGISTRY, "kim_relay_lag_events", &[], |lag| lag == 150.0).await;
    for (service, connected, seconds) in [
        (REGISTRY, "kim_relay_connected", "kim_relay_lag_seconds"),
        (PROJECTION, "kim_subscriber_connected", "kim_subscriber_lag_seconds"),
    ] {
        becomes(up, service, connected, &[], |connected| connected == 0.0).await;
        let one = measured(up, service, seconds, &[]).await;
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let two = measured(up, service, seconds, &[]).await;
        assert!(two - one > 1.0 && two < 120.0, "{seconds}: {one}, then {two}");
    }
    assert_eq!(measured(up, REGISTRY, "kim_relay_position", &[]).await, position);
    let (problems, report) = status(up).await;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].contains("NATS tidak menjawab") && problems[0].contains("150 kejadian menunggu disiarkan"),
        "{problems:?}"
    );
    assert_eq!(report["logs"][0]["relay"]["lag_events"], 150);
    signal(up, "CONT", "nats");
    becomes(up, REGISTRY, "kim_relay_lag_events", &[], |lag| lag == 0.0).await;
    becomes(up, REGISTRY, "kim_relay_lag_seconds", &[], |lag| lag == 0.0).await;
    becomes(up, PROJECTION, "kim_subscriber_position", &[("context", "registry")], |now| now == position + 150.0).await;
    for context in ["registry", "dissemination"] {
        becomes(up, PROJECTION, "kim_subscriber_connected", &[("context", context)], |connected| connected == 1.0)
            .await;
    }
    assert_eq!(measured(up, PROJECTION, "kim_subscriber_lag_seconds", &[]).await, 0.0);
    eventually("all is well again", async || status(up).await.0.is_empty()).await;
}

async fn what_is_parked_is_counted(up: &Up, registry: &PgPool) {
    // Two aggregates with an event each that neither the projection knows nor dissemination, and one of them with a second.
    for (aggregate, version) in [(1, 1), (2, 1), (1, 2)] {
        sqlx::query(
            "INSERT INTO log.event (position, event_id, aggregate_id, version, type, province, regency, time, recorded_time,
                                    actor, payload)
             SELECT max(position) + 1, gen_random_uuid(), $1, $2, 'kim.registry.v1.SomethingOfTheFuture', '14', '1401', now(),
                    now(), 'test', ''
             FROM log.event",
        )
        .bind(Uuid::from_u128(aggregate))
        .bind(version)
        .execute(registry)
        .await
        .unwrap();
    }
    becomes(up, PROJECTION, "kim_subscriber_parked_aggregates", &[], |parked| parked == 2.0).await;
    becomes(up, DISSEMINATION, "kim_subscriber_parked_aggregates", &[], |parked| parked == 2.0).await;
    let (problems, report) = status(up).await;
    assert_eq!(problems.len(), 2, "{problems:?}");
    for told in ["diseminasi: 2 data registri ditahan", "2 data ditahan, angka belum lengkap"] {
        assert!(problems.iter().any(|problem| problem.contains(told)), "{problems:?} lack {told:?}");
    }
    let reasons: Vec<&str> = report["read_model"]["parked"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|parked| parked["reason"].as_str())
        .collect();
    assert!(reasons.iter().all(|reason| reason.contains("belum mengenal kejadian")), "{reasons:?}");
}

/// Every metric stands in the table of README.md.
async fn all_of_it_is_documented(up: &Up) {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let mut names = BTreeSet::new();
    for service in [REGISTRY, PROJECTION] {
        let (_, text) = kim_local::http::get(up.port + service, "/metrics").await.expect("it is measured");
        let typed = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
        names.extend(typed.map(ToOwned::to_owned));
    }
    assert!(names.len() > 25, "{names:?}");
    let missing: Vec<&String> = names.iter().filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "README.md does not say what these are: {missing:?}");
}
