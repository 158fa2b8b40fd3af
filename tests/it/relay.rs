//! Stream sequence = log position, whatever the broker loses and however many relays there are.

use std::{future::IntoFuture, time::Duration};

use async_nats::jetstream;
use futures::future::join_all;
use kim_eventlog::{Filter, Log, Position, Relay, RelayStatus, Retention};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{Servers, eventually, member};

async fn append(log: &Log, events: usize) {
    let answers = join_all((0..events).map(|_| log.append(member(Uuid::now_v7(), 0)))).await;
    assert!(answers.iter().all(Result::is_ok));
}

async fn relay(servers: &Servers, log: &Log, stop: &CancellationToken) -> tokio::sync::watch::Receiver<RelayStatus> {
    let relay = Relay::new(
        log.clone(),
        servers.client("registry").await,
        Retention { max_bytes: 1 << 30, ..Retention::default() },
    );
    let status = relay.status();
    tokio::spawn(relay.run(stop.clone()));
    status
}

/// The ids that the stream has, by sequence.
async fn stream_ids(servers: &Servers) -> Vec<(u64, String)> {
    let jetstream = jetstream::new(servers.client("admin").await);
    let Ok(stream) = jetstream.get_stream("REGISTRY").await else { return vec![] };
    let state = &stream.cached_info().state;
    let mut ids = Vec::new();
    for sequence in state.first_sequence..=state.last_sequence {
        let message = stream.get_raw_message(sequence).await.unwrap();
        ids.push((message.sequence, message.headers.get("ce-id").unwrap().to_string()));
    }
    ids
}

async fn log_ids(log: &Log) -> Vec<(u64, String)> {
    let (events, _) = log.read(Position::START.next(), 100_000, &Filter::default()).await.unwrap();
    events.iter().map(|e| (e.position.sequence(), e.event_id.to_string())).collect()
}

async fn stream_equals_log(servers: &Servers, log: &Log) {
    let wanted = log_ids(log).await;
    eventually("the stream has what the log has", || async { stream_ids(servers).await.len() == wanted.len() }).await;
    assert_eq!(stream_ids(servers).await, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_is_the_log_with_two_relays_and_two_writers() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let (one, two) = (servers.log(&stop).await, servers.log(&stop).await);
    relay(&servers, &one, &stop).await;
    relay(&servers, &two, &stop).await;
    tokio::join!(append(&one, 700), append(&two, 700));
    stream_equals_log(&servers, &one).await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relays_that_lose_their_leadership_at_any_moment_double_nothing() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let (one, two) = (servers.log(&stop).await, servers.log(&stop).await);
    let mut statuses = [relay(&servers, &one, &stop).await, relay(&servers, &two, &stop).await];
    let pool = servers.pool("registry").await;
    let mut lost = 0;
    for _ in 0..30 {
        append(&one, 200).await;
        // The leader does not know at once that its session is gone, and for a while both publish.
        lost += sqlx::query(
            "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)
             WHERE l.locktype = 'advisory' AND l.granted AND a.state = 'idle'",
        )
        .execute(&pool)
        .await
        .unwrap()
        .rows_affected();
    }
    assert!(lost > 0, "no leadership was lost");
    stream_equals_log(&servers, &one).await;
    for status in &mut statuses {
        assert!(!matches!(*status.borrow_and_update(), RelayStatus::Stopped(_)));
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_gone_is_made_anew_from_the_log() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let first = CancellationToken::new();
    relay(&servers, &log, &first).await;
    append(&log, 300).await;
    stream_equals_log(&servers, &log).await;
    first.cancel();
    jetstream::new(servers.client("admin").await).delete_stream("REGISTRY").await.unwrap();
    append(&log, 20).await;
    relay(&servers, &log, &stop).await;
    stream_equals_log(&servers, &log).await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_was_down_gets_all_that_was_committed_meanwhile() {
    let mut servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    append(&log, 100).await;
    stream_equals_log(&servers, &log).await;
    servers.nats.kill9().await;
    append(&log, 500).await;
    servers.nats.restart().await.unwrap();
    stream_equals_log(&servers, &log).await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_differs_from_the_log_stops_the_relay_with_a_remedy() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    append(&log, 3).await;
    let someone = jetstream::new(servers.client("registry").await);
    someone
        .create_stream(jetstream::stream::Config {
            name: "REGISTRY".into(),
            subjects: vec!["kim.evt.registry.v1.>".into()],
            ..Default::default()
        })
        .await
        .unwrap();
    let foreign = "kim.evt.registry.v1.14.1401.community_drafted";
    someone.publish(foreign, "not ours".into()).await.unwrap().await.unwrap();
    let mut status = relay(&servers, &log, &stop).await;
    let stopped = status.wait_for(|s| matches!(s, RelayStatus::Stopped(_)));
    let stopped = tokio::time::timeout(Duration::from_secs(30), stopped).await.unwrap().unwrap().clone();
    assert!(matches!(stopped, RelayStatus::Stopped(remedy) if remedy.contains("kimctl log verify")));
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_the_registry_publishes_on_its_subjects() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    append(&log, 1).await;
    stream_equals_log(&servers, &log).await;
    for stranger in ["projection", "admin"] {
        let client = jetstream::new(servers.client(stranger).await);
        let ack = client.publish("kim.evt.registry.v1.14.1401.community_drafted", "x".into()).await.unwrap();
        let answer = tokio::time::timeout(Duration::from_secs(2), ack.into_future()).await;
        assert!(!matches!(answer, Ok(Ok(_))), "{stranger} may not publish");
    }
    assert_eq!(stream_ids(&servers).await.len(), 1);
    stop.cancel();
}
