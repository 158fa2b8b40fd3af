//! What operators ask over HTTP: does it live, is it ready, what does it measure.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tokio_util::sync::CancellationToken;
use tonic_health::{ServingStatus, server::HealthReporter};

use super::{BoxError, BoxFuture};
use crate::telemetry;

/// A check that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the gRPC health is brought up to date.
const PERIOD: Duration = Duration::from_secs(2);

type Check = Box<dyn Fn() -> BoxFuture<Result<(), BoxError>> + Send + Sync>;

/// The conditions of being ready.
#[derive(Default)]
pub(super) struct Checks(Vec<(&'static str, Check)>);

impl Checks {
    pub(super) fn add(&mut self, name: &'static str, check: Check) {
        self.0.push((name, check));
    }

    /// The names of the checks that fail now.
    async fn failing(&self) -> Vec<&'static str> {
        let asked = self.0.iter().map(|(name, check)| async move {
            match tokio::time::timeout(PATIENCE, check()).await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => {
                    tracing::warn!(check = name, %error, "belum siap");
                    Some(*name)
                }
                Err(_) => {
                    tracing::warn!(check = name, "belum siap: tidak menjawab");
                    Some(*name)
                }
            }
        });
        futures::future::join_all(asked).await.into_iter().flatten().collect()
    }
}

#[derive(Clone)]
struct Readiness {
    checks: Arc<Checks>,
    draining: CancellationToken,
}

pub(super) fn router(checks: Arc<Checks>, draining: CancellationToken) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz).with_state(Readiness { checks, draining }))
        .route("/metrics", get(metrics))
}

async fn readyz(State(readiness): State<Readiness>) -> impl IntoResponse {
    if readiness.draining.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "berhenti\n".to_owned());
    }
    let failing = readiness.checks.failing().await;
    if failing.is_empty() {
        (StatusCode::OK, "ok\n".into())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("belum siap: {}\n", failing.join(", ")))
    }
}

async fn metrics() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::prometheus_text())
}

/// Keeps the gRPC health of the server and of each of its services at what the checks say, until `leaving`; then at
/// `NOT_SERVING` for good.
pub(super) async fn keep_health(
    reporter: HealthReporter,
    services: Vec<&'static str>,
    checks: Arc<Checks>,
    leaving: CancellationToken,
) {
    let say = async |status| {
        for service in services.iter().copied().chain([""]) {
            reporter.set_service_status(service, status).await;
        }
    };
    let mut said = None;
    loop {
        let failing = tokio::select! {
            failing = checks.failing() => failing,
            () = leaving.cancelled() => break,
        };
        let status = if failing.is_empty() { ServingStatus::Serving } else { ServingStatus::NotServing };
        // A watcher hears of changes only.
        if said != Some(status) {
            said = Some(status);
            say(status).await;
        }
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = leaving.cancelled() => break,
        }
    }
    say(ServingStatus::NotServing).await;
}
