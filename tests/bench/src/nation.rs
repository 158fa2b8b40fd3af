//! A nation for one measurement: registry and projection in processes of their own, and a log that is filled.

use std::sync::Arc;

use anyhow::ensure;
use kim_contract::reporting::v1::{GetReadModelRequest, reporting_service_client::ReportingServiceClient};
use kim_local::{process::Process, servers::Nats};
use tokio::time::{Duration, Instant, sleep};

use crate::{
    caller::{self, Caller},
    commands::Reporters,
    fill,
    import::Activities,
    sample,
    serve::{Broker, Identity, Served},
    servers::Servers,
    stand::Stand,
};

const FOLLOWED_WITHIN: Duration = Duration::from_hours(1);

pub struct Nation {
    /// Its databases are `registry` and `projection` with this behind.
    suffix: &'static str,
    pub registry: Served,
    pub projection: Served,
    /// A broker of its own: two nations have streams of one name.
    pub nats: Nats,
    /// The communities that loads report activities of.
    pub communities: Arc<[String]>,
    token: String,
}

impl Nation {
    /// A nation with this many communities and a log of this many events at least, followed by all who follow it, whose registry
    /// keeps as many communities in memory as on a laptop, or `cached`.
    pub async fn start(
        stand: &mut Stand,
        identity: &Identity,
        suffix: &'static str,
        communities: usize,
        events: i64,
        cached: Option<usize>,
    ) -> anyhow::Result<Self> {
        let (registry, projection) = (format!("registry{suffix}"), format!("projection{suffix}"));
        let nats = stand.servers.another_broker(&format!("nats{suffix}")).await?;
        stand.meter.nats.extend(nats.process().map(Process::pid));
        stand.servers.postgres.have_database(&registry).await?;
        stand.servers.postgres.have_database(&projection).await?;
        let communities = filled(&stand.servers, identity, &registry, communities, events).await?;
        let registry =
            Served::registry(&stand.servers, &identity.issuer, &registry, Broker::There(&nats), cached).await?;
        stand.meter.services.push(registry.pid());
        let projection =
            Served::projection(&stand.servers, &identity.issuer, &projection, &nats, registry.grpc).await?;
        stand.meter.services.push(projection.pid());
        let nation = Self { suffix, registry, projection, nats, communities, token: identity.token.clone() };
        nation.followed(&stand.servers).await?;
        Ok(nation)
    }

    /// A connection to the registry.
    pub async fn caller(&self) -> anyhow::Result<Caller> {
        caller::connect(self.registry.grpc, &self.token).await
    }

    /// Clients who report activities of these communities.
    pub async fn reporters(&self, communities: Arc<[String]>) -> anyhow::Result<Reporters> {
        Reporters::connect(self.registry.grpc, &self.token, communities).await
    }

    /// A connection to the projection.
    pub async fn reports(&self) -> anyhow::Result<Caller> {
        caller::connect(self.projection.grpc, &self.token).await
    }

    fn registry_database(&self) -> String {
        format!("registry{}", self.suffix)
    }

    /// Waits until index and read model have all that is in the log, and says how many events that is.
    pub async fn followed(&self, servers: &Servers) -> anyhow::Result<i64> {
        let log = servers.pool(&self.registry_database()).await?;
        let head: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log.event").fetch_one(&log).await?;
        let deadline = Instant::now() + FOLLOWED_WITHIN;
        let mut reports = ReportingServiceClient::new(self.reports().await?);
        loop {
            let index: Option<i64> =
                sqlx::query_scalar("SELECT position FROM registry.follower").fetch_optional(&log).await?;
            // Before the first generation serves there is no answer.
            let model = reports.get_read_model(GetReadModelRequest {}).await.ok();
            let position = model.and_then(|model| model.into_inner().as_of).map_or(0, |as_of| as_of.registry_position);
            if index.unwrap_or_default() >= head && position >= head {
                log.close().await;
                return Ok(head);
            }
            ensure!(Instant::now() < deadline, "the log is at {head}, index at {index:?}, read model at {position}");
            sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A registry's log with this many communities and events at least; no service runs on it afterwards.
pub async fn filled(
    servers: &Servers,
    identity: &Identity,
    database: &str,
    communities: usize,
    events: i64,
) -> anyhow::Result<Arc<[String]>> {
    let registry = Served::registry(servers, &identity.issuer, database, Broker::Away, None).await?;
    let caller = caller::connect(registry.grpc, &identity.token).await?;
    let ids = sample::communities(&caller, communities).await?;
    // The first activity makes a community active: that is for the registry to say.
    let mut load = Activities::new(caller, ids.clone().into());
    load.each_once().await?;
    drop(registry);
    fill::activities(servers, database, events).await?;
    Ok(ids.into())
}
