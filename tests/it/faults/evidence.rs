//! What the log, the stream and the read model have, each asked in the plainest way there is.

use std::time::Duration;

use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull};
use bytes::Bytes;
use futures::StreamExt;
use kim_contract::reporting::v1::{
    GetReadModelRequest, GetReadModelResponse, RebuildReadModelRequest,
    reporting_service_client::ReportingServiceClient,
};
use kim_eventlog::{LogId, Position, Recorded, Version, recorded, subject};
use kim_projection::store::digest;
use sqlx::PgPool;
use time::OffsetDateTime;
use tonic::Status;
use uuid::Uuid;

use super::{
    checker::{Violation, check, vault},
    history::History,
    workload::Clients,
};
use crate::harness::{System, eventually};

/// What looks at a system from outside: connections that no fault touches.
pub struct Evidence {
    registry: PgPool,
    projection: PgPool,
    jetstream: jetstream::Context,
}

type Row =
    (Uuid, i64, Uuid, String, Uuid, i64, String, String, OffsetDateTime, OffsetDateTime, Vec<u8>, Option<String>);

impl Evidence {
    pub async fn of(system: &System) -> Self {
        Self {
            registry: system.servers.pool("registry").await,
            projection: system.servers.pool("projection").await,
            jetstream: jetstream::new(system.servers.client("admin").await),
        }
    }

    pub async fn head(&self) -> i64 {
        let head = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log.event");
        head.fetch_one(&self.registry).await.expect("PostgreSQL answers")
    }

    pub async fn log(&self) -> Vec<Recorded> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT i.log_id, e.position, e.event_id, e.type, e.aggregate_id, e.version, e.province, e.regency, e.time,
                    e.recorded_time, e.payload, e.traceparent
             FROM log.event e, log.identity i ORDER BY e.position",
        )
        .fetch_all(&self.registry)
        .await
        .expect("PostgreSQL answers");
        rows.into_iter()
            .map(
                |(
                    log,
                    position,
                    event_id,
                    event_type,
                    aggregate,
                    version,
                    province,
                    regency,
                    time,
                    written,
                    payload,
                    traceparent,
                )| {
                    Recorded {
                        log_id: LogId(log),
                        position: Position::new(position).expect("positions are positive"),
                        event_id,
                        subject: subject("registry", &province, &regency, &event_type),
                        event_type,
                        aggregate,
                        version: Version::new(version).expect("versions are positive"),
                        time,
                        recorded_time: written,
                        payload: Bytes::from(payload),
                        traceparent,
                    }
                },
            )
            .collect()
    }

    /// The stream's last sequence; 0 while there is no stream.
    pub async fn stream_end(&self) -> u64 {
        match self.jetstream.get_stream("REGISTRY").await {
            Ok(stream) => stream.cached_info().state.last_sequence,
            Err(_) => 0,
        }
    }

    /// Every message of the stream, which must say of itself that it stands where it stands.
    pub async fn stream(&self) -> Vec<Recorded> {
        let stream = self.jetstream.get_stream("REGISTRY").await.expect("there is a stream");
        let last = stream.cached_info().state.last_sequence;
        let config = pull::OrderedConfig { deliver_policy: DeliverPolicy::All, ..pull::OrderedConfig::default() };
        let consumer = stream.create_consumer(config).await.expect("the operator may read");
        let mut messages = consumer.messages().await.expect("the operator may read");
        let mut events = Vec::new();
        while events.len() as u64 != last {
            let message = messages.next().await.expect("the stream goes on").expect("NATS answers");
            let sequence = message.info().expect("it is JetStream's").stream_sequence;
            let headers = message.headers.clone().expect("it has headers");
            let event = recorded(&message.subject, &headers, message.payload.clone()).expect("it is an event");
            assert_eq!(event.position.sequence(), sequence, "a message says that it stands elsewhere");
            events.push(event);
        }
        events
    }

    /// How far a projection's read model has come; 0 when it does not say.
    pub async fn read_model(&self, system: &System, projection: usize) -> i64 {
        let model = read_model(system, projection).await;
        model.and_then(|model| model.as_of).map_or(0, |as_of| as_of.registry_position)
    }

    /// Whether the timers found that a community is dormant.
    pub async fn is_dormant(&self, community: Uuid) -> bool {
        let found: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM log.event WHERE type = 'kim.registry.v1.CommunityBecameDormant' AND aggregate_id = $1",
        )
        .bind(community)
        .fetch_one(&self.registry)
        .await
        .expect("PostgreSQL answers");
        found > 0
    }

    /// Waits until the stream and the read model have all that is in the log.
    pub async fn settled(&self, system: &System) -> GetReadModelResponse {
        eventually("the stream has all that is in the log", async || {
            self.stream_end().await == self.head().await.unsigned_abs()
        })
        .await;
        for n in 0..system.projections.len() {
            eventually("a projection has all that is in the log", async || {
                let position =
                    read_model(system, n).await.and_then(|model| model.as_of).map(|as_of| as_of.registry_position);
                position == Some(self.head().await)
            })
            .await;
        }
        read_model(system, 0).await.expect("it has just answered")
    }

    /// Waits until the timers of all who are silent have fired, and all has arrived everywhere.
    pub async fn quiet(&self, system: &System, history: &History) {
        let silent: Vec<Uuid> = history.silent().collect();
        eventually("the timers of all who are silent have fired", async || {
            let waiting: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM log.event e
                 WHERE type = 'kim.registry.v1.ActivityReported' AND aggregate_id = ANY ($1) AND NOT EXISTS (
                     SELECT FROM log.event d
                     WHERE d.aggregate_id = e.aggregate_id AND d.type = 'kim.registry.v1.CommunityBecameDormant')",
            )
            .bind(&silent)
            .fetch_one(&self.registry)
            .await
            .expect("PostgreSQL answers");
            waiting == 0
        })
        .await;
        self.settled(system).await;
    }

    /// All that is wrong with the log, the stream and what clients saw.
    pub async fn judge(&self, history: &History, before: i64) -> Vec<Violation> {
        let log = self.log().await;
        let mut found = check(history, &log, &self.stream().await, before);
        found.extend(self.the_rest_of_members(&log).await);
        found
    }

    /// What a member carries beside its events was committed with them, and nothing without.
    async fn the_rest_of_members(&self, log: &[Recorded]) -> Vec<Violation> {
        vault(log, &self.references().await)
    }

    async fn references(&self) -> Vec<Uuid> {
        let references = sqlx::query_scalar("SELECT DISTINCT reference FROM vault.record ORDER BY reference");
        references.fetch_all(&self.registry).await.expect("PostgreSQL answers")
    }

    /// Builds the read model anew, and compares it with the one that served until now, row for row.
    pub async fn rebuild_equals_live(&self, system: &System) {
        let model = self.settled(system).await;
        let live = digest(&self.projection, &format!("read_{}", model.generation)).await.expect("it is there");
        eventually("the read model is built anew", async || {
            let rebuilding = tokio::time::timeout(Duration::from_secs(30), rebuilt(system));
            let outcome = rebuilding.await.map_err(|_| Status::deadline_exceeded("it does not end"));
            if let Err(status) | Ok(Err(status)) = &outcome {
                println!("the rebuild was broken off: {status}");
            }
            matches!(outcome, Ok(Ok(())))
        })
        .await;
        eventually("every projection serves what was built", async || {
            let mut all = true;
            for n in 0..system.projections.len() {
                let serving = read_model(system, n).await;
                all &= serving.as_ref().is_some_and(|serving| serving.generation > model.generation);
            }
            all
        })
        .await;
        let anew = self.settled(system).await;
        let anew = digest(&self.projection, &format!("read_{}", anew.generation)).await.expect("it is there");
        assert_eq!(live, anew, "the read model is not the fold of the log");
    }

    /// Waits until all has arrived everywhere; then nothing is wrong, and a rebuild equals the live read model.
    pub async fn holds(self, system: &System, clients: &Clients, before: i64) {
        assert!(system.fallen().is_empty(), "{:?}", system.fallen());
        let history = clients.recorder.so_far();
        println!("{}", history.counts());
        self.quiet(system, &history).await;
        let found = self.judge(&history, before).await;
        assert!(found.is_empty(), "{found:?}");
        self.rebuild_equals_live(system).await;
        self.close().await;
    }

    pub async fn close(self) {
        self.registry.close().await;
        self.projection.close().await;
    }
}

async fn read_model(system: &System, projection: usize) -> Option<GetReadModelResponse> {
    let mut reports = ReportingServiceClient::new(system.reports(projection));
    let mut request = tonic::Request::new(GetReadModelRequest {});
    request.set_timeout(Duration::from_secs(2));
    Some(reports.get_read_model(request).await.ok()?.into_inner())
}

/// A rebuild that is broken off is asked for again, as its answer says.
async fn rebuilt(system: &System) -> Result<(), Status> {
    let mut reports = ReportingServiceClient::new(system.reports(0));
    let mut progress = reports.rebuild_read_model(RebuildReadModelRequest {}).await?.into_inner();
    while progress.message().await?.is_some() {}
    Ok(())
}
