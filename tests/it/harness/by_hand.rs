//! A stream made by hand, without a relay, so that it lacks what the log has, or has what the log lacks; and a log set back.

use async_nats::{HeaderMap, jetstream};
use kim_eventlog::{Filter, Log, Position, Recorded};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use super::Servers;

/// Publishes what the log has beyond the stream. What is withheld goes to a place that nobody reads.
pub async fn publish_by_hand(servers: &Servers, log: &Log, withheld: &[i64]) {
    let jetstream = jetstream::new(servers.client("registry").await);
    let config = jetstream::stream::Config {
        name: "REGISTRY".into(),
        subjects: vec!["kim.evt.registry.v1.>".into()],
        ..Default::default()
    };
    let last = jetstream.get_or_create_stream(config).await.unwrap().get_info().await.unwrap().state.last_sequence;
    let next = Position::from_sequence(last).unwrap().next();
    for mut event in events_from(log, next).await {
        if withheld.contains(&event.position.get()) {
            event.subject = "kim.evt.registry.v1.99.9999.nowhere".into();
        }
        publish_one(&jetstream, &event).await;
    }
}

/// All that the log has from here on. A read gives fewer than it was asked for when others appended in between.
pub async fn events_from(log: &Log, mut next: Position) -> Vec<Recorded> {
    let mut events = Vec::new();
    loop {
        let (mut more, last) = log.read(next, 100_000, &Filter::default()).await.unwrap();
        if more.is_empty() {
            return events;
        }
        events.append(&mut more);
        next = last.next();
    }
}

/// The ids that the stream has, by sequence; none while the relay makes it anew.
pub async fn stream_ids(servers: &Servers) -> Vec<(i64, Uuid)> {
    let jetstream = jetstream::new(servers.client("admin").await);
    let Ok(stream) = jetstream.get_stream("REGISTRY").await else { return vec![] };
    let state = &stream.cached_info().state;
    let mut ids = Vec::new();
    for sequence in state.first_sequence..=state.last_sequence {
        let Ok(message) = stream.get_raw_message(sequence).await else { return vec![] };
        let id = message.headers.get("ce-id").and_then(|id| id.as_str().parse().ok());
        ids.push((i64::try_from(sequence).unwrap(), id.unwrap_or_default()));
    }
    ids
}

/// Publishes an event that is in no log.
pub async fn publish_forged(servers: &Servers, event: &Recorded) {
    publish_one(&jetstream::new(servers.client("registry").await), event).await;
}

async fn publish_one(jetstream: &jetstream::Context, event: &Recorded) {
    let mut headers = HeaderMap::new();
    let time = |time: time::OffsetDateTime| time.format(&Rfc3339).unwrap();
    for (name, value) in [
        ("ce-specversion", "1.0".to_owned()),
        ("ce-id", event.event_id.to_string()),
        ("ce-source", format!("/kim/registry/{}", event.log_id)),
        ("ce-type", event.event_type.clone()),
        ("ce-subject", event.aggregate.to_string()),
        ("ce-sequence", event.position.to_string()),
        ("ce-streamversion", event.version.to_string()),
        ("ce-time", time(event.time)),
        ("ce-recordedtime", time(event.recorded_time)),
    ] {
        headers.insert(name, value.as_str());
    }
    let ack = jetstream.publish_with_headers(event.subject.clone(), headers, event.payload.clone()).await.unwrap();
    assert_eq!(ack.await.unwrap().sequence, event.position.sequence(), "a stream by hand has the log's positions");
}

/// As a restore from an earlier backup does: the log ends at `last`. Whoever had opened it knows nothing of that.
pub async fn set_back(servers: &Servers, last: i64) {
    let pool = servers.pool("registry").await;
    let mut transaction = pool.begin().await.unwrap();
    sqlx::raw_sql("ALTER TABLE log.event DISABLE TRIGGER USER").execute(&mut *transaction).await.unwrap();
    sqlx::query("DELETE FROM log.event WHERE position > $1").bind(last).execute(&mut *transaction).await.unwrap();
    sqlx::raw_sql("ALTER TABLE log.event ENABLE TRIGGER USER").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
}

/// Lets a log that was closed go on as it is, as an operator's decision does.
pub async fn let_go_on(servers: &Servers) {
    let pool = servers.pool("registry").await;
    let open = "UPDATE log.home SET closed = NULL, closed_position = NULL, wanted_position = NULL, wanted_event = NULL, kept = $1";
    sqlx::query(open).bind(Uuid::now_v7()).execute(&pool).await.unwrap();
}
