use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, routing::get};
use tokio_stream::StreamExt;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::running::{Running, roomy};

#[tokio::test]
async fn readiness_follows_its_checks() {
    let database = Arc::new(AtomicBool::new(false));
    let check = Arc::clone(&database);
    let service = Running::start_with(roomy(), |builder| {
        builder.readiness("postgresql", move || {
            let up = check.load(Ordering::SeqCst);
            async move { if up { Ok(()) } else { Err("sambungan ditolak".into()) } }
        })
    })
    .await;
    assert_eq!(service.http("/livez").await, (200, "ok\n".into()));
    assert_eq!(service.http("/readyz").await, (503, "belum siap: postgresql\n".into()));
    let mut health = HealthClient::new(service.channel().await);
    let mut watching = health.watch(HealthCheckRequest::default()).await.unwrap().into_inner();
    while watching.next().await.unwrap().unwrap().status != 2 {}
    database.store(true, Ordering::SeqCst);
    assert_eq!(service.http("/readyz").await, (200, "ok\n".into()));
    assert_eq!(watching.next().await.unwrap().unwrap().status, 1, "health follows by itself");
}

#[tokio::test]
async fn calls_are_counted_by_method_and_code() {
    let service = Running::start(roomy()).await;
    service.log().await.get_log(service.order("who")).await.unwrap();
    let (status, text) = service.http("/metrics").await;
    assert_eq!(status, 200);
    let counted = text.lines().any(|line| {
        line.starts_with("kim_rpc_duration_seconds_count")
            && line.contains(r#"method="kim.log.v1.EventLogService/GetLog""#)
            && line.contains(r#"code="OK""#)
            && line.contains(r#"service="test""#)
    });
    assert!(counted, "{text}");
    assert!(text.contains("kim_rpc_in_flight"), "{text}");
}

#[tokio::test]
async fn a_service_may_offer_more_over_http() {
    let service =
        Running::start_with(roomy(), |builder| builder.http(Router::new().route("/jwks.json", get(|| async { "{}" }))))
            .await;
    assert_eq!(service.http("/jwks.json").await, (200, "{}".into()));
    assert_eq!(service.http("/lain").await.0, 404);
}
