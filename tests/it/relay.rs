//! Stream sequence = log position, whatever the broker loses and however many relays there are.

use std::{future::IntoFuture, time::Duration};

use async_nats::{HeaderMap, jetstream};
use futures::future::join_all;
use kim_eventlog::{Alarm, AppendError, Filter, Log, Position, Reason, Relay, RelayStatus, Retention};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{Servers, ServersOptions, copy, events_from, eventually, left_out, member, stream_ids};

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

async fn noted_alarm(servers: &Servers) -> Option<String> {
    sqlx::query_scalar("SELECT alarm FROM log.home").fetch_one(&servers.pool("registry").await).await.unwrap()
}

async fn log_ids(log: &Log) -> Vec<(i64, Uuid)> {
    events_from(log, Position::START.next()).await.iter().map(|e| (e.position.get(), e.event_id)).collect()
}

async fn stream_equals_log(servers: &Servers, log: &Log) {
    let wanted = log_ids(log).await;
    eventually("the stream has what the log has", || async { stream_ids(servers).await == wanted }).await;
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

/// A stream with a relay that is level with its log.
struct Level {
    servers: Servers,
    log: Log,
    status: watch::Receiver<RelayStatus>,
    stop: CancellationToken,
    /// Somebody who may do with the stream what the registry may.
    someone: jetstream::Context,
}

impl Level {
    async fn start(events: usize) -> Self {
        let servers = Servers::start().await;
        let stop = CancellationToken::new();
        let log = servers.log(&stop).await;
        let status = relay(&servers, &log, &stop).await;
        append(&log, events).await;
        stream_equals_log(&servers, &log).await;
        let someone = jetstream::new(servers.client("registry").await);
        Self { servers, log, status, stop, someone }
    }

    /// The log goes on, and the stream has all of it, in a stream with the settings that the relay gives it.
    async fn heals(mut self) {
        append(&self.log, 5).await;
        stream_equals_log(&self.servers, &self.log).await;
        eventually("the stream's settings are right", async || {
            let Ok(stream) = self.someone.get_stream("REGISTRY").await else { return false };
            let config = &stream.cached_info().config;
            config.subjects == ["kim.evt.registry.v1.>"]
                && config.deny_delete
                && config.deny_purge
                && config.max_age == Retention::default().max_age
                && config.max_messages == -1
                && !config.no_ack
                && config.metadata.get("kim-log") == Some(&self.log.id().to_string())
        })
        .await;
        assert_eq!(self.log.gate().closed(), None);
        assert!(!matches!(*self.status.borrow_and_update(), RelayStatus::Stopped(_)));
        self.stop.cancel();
    }

    /// Everything goes on but the relay, which has been told to.
    async fn closes(mut self, reason: Reason) {
        let mut gate = self.log.gate().states();
        let closed = gate.wait_for(|closed| closed.is_some_and(|closed| closed.reason == reason));
        tokio::time::timeout(Duration::from_secs(30), closed).await.expect("the log is closed").unwrap();
        let refused = self.log.append(member(Uuid::now_v7(), 0)).await;
        assert!(matches!(refused, Err(AppendError::Closed(closed)) if closed.reason == reason), "{refused:?}");
        let stopped = self.status.wait_for(|s| matches!(s, RelayStatus::Stopped(_)));
        let stopped = tokio::time::timeout(Duration::from_secs(30), stopped).await.unwrap().unwrap().clone();
        assert!(matches!(stopped, RelayStatus::Stopped(remedy) if remedy.contains(reason.remedy())));
        self.stop.cancel();
    }

    /// Puts a stream in the place of the relay's.
    async fn replace(&self, config: jetstream::stream::Config) {
        self.someone.delete_stream("REGISTRY").await.unwrap();
        self.someone.create_stream(config).await.unwrap();
    }

    /// Publishes as nobody but the registry can: somebody has its key.
    async fn publish(&self, headers: HeaderMap, payload: &'static str) {
        let subject = "kim.evt.registry.v1.14.1401.community_drafted";
        let ack = self.someone.publish_with_headers(subject, headers, payload.into()).await.unwrap();
        ack.await.unwrap();
    }
}

/// A stream as anybody would make it.
fn plain() -> jetstream::stream::Config {
    jetstream::stream::Config {
        name: "REGISTRY".into(),
        subjects: vec!["kim.evt.registry.v1.>".into()],
        ..jetstream::stream::Config::default()
    }
}

/// The headers of an event at a position, of this log or of another.
fn event_headers(log_id: &str, position: u64) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let event = Uuid::now_v7().to_string();
    let aggregate = Uuid::now_v7().to_string();
    for (name, value) in [
        ("ce-id", event.as_str()),
        ("ce-source", &format!("/kim/registry/{log_id}")),
        ("ce-type", "kim.registry.v1.CommunityDrafted"),
        ("ce-time", "2022-10-06T03:41:00Z"),
        ("ce-recordedtime", "2022-10-06T03:41:00Z"),
        ("ce-subject", &aggregate),
        ("ce-sequence", &position.to_string()),
        ("ce-streamversion", "1"),
    ] {
        headers.insert(name, value);
    }
    headers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_is_deleted_while_the_relay_idles_is_made_anew() {
    let level = Level::start(200).await;
    level.someone.delete_stream("REGISTRY").await.unwrap();
    stream_equals_log(&level.servers, &level.log).await;
    level.heals().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tail_that_the_broker_lost_is_published_again() {
    let mut level = Level::start(200).await;
    // The broker's files as they were: it acknowledges before it syncs.
    level.servers.nats.stop().await;
    let (store, kept) = (level.servers.nats.store().to_owned(), level.servers.dir.path().join("kept"));
    copy(&store, &kept);
    level.servers.nats.restart().await.unwrap();
    append(&level.log, 100).await;
    stream_equals_log(&level.servers, &level.log).await;
    level.servers.nats.stop().await;
    std::fs::remove_dir_all(&store).unwrap();
    copy(&kept, &store);
    level.servers.nats.restart().await.unwrap();
    stream_equals_log(&level.servers, &level.log).await;
    level.heals().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_answers_and_keeps_nothing_is_named_until_it_keeps_again() {
    let mut servers = Servers::start_with(ServersOptions { small_disks: true, ..ServersOptions::default() }).await;
    let Some(disks) = &servers.disks else {
        return left_out("a full disk: mounting is not allowed");
    };
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let status = relay(&servers, &log, &stop).await;
    append(&log, 100).await;
    stream_equals_log(&servers, &log).await;
    disks.nats.fill();
    append(&log, 1_000).await;
    eventually("it is named", || async { noted_alarm(&servers).await.as_deref() == Some("nothing_kept") }).await;
    assert!(matches!(&*status.borrow(), RelayStatus::Stopped(why) if why.contains("make room")));
    disks.nats.free();
    servers.nats.kill9().await;
    servers.nats.restart().await.unwrap();
    stream_equals_log(&servers, &log).await;
    eventually("nothing is amiss", || async { noted_alarm(&servers).await.is_none() }).await;
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_somebody_made_in_its_place_is_made_anew() {
    let level = Level::start(50).await;
    level.replace(jetstream::stream::Config { subjects: vec!["elsewhere.>".into()], ..plain() }).await;
    stream_equals_log(&level.servers, &level.log).await;
    // One that begins too late, and one that cannot become what it should be.
    level.replace(jetstream::stream::Config { first_sequence: Some(1_000), ..plain() }).await;
    stream_equals_log(&level.servers, &level.log).await;
    let storage = jetstream::stream::StorageType::Memory;
    level.replace(jetstream::stream::Config { storage, max_bytes: 1 << 20, ..plain() }).await;
    stream_equals_log(&level.servers, &level.log).await;
    level.heals().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_somebody_changed_are_put_right() {
    let level = Level::start(50).await;
    let stream = level.someone.get_stream("REGISTRY").await.unwrap();
    let created = stream.cached_info().created;
    let changed = jetstream::stream::Config {
        subjects: vec!["kim.evt.registry.v1.14.>".into()],
        max_age: Duration::from_hours(1),
        max_messages: 60,
        ..stream.cached_info().config.clone()
    };
    level.someone.update_stream(changed).await.unwrap();
    eventually("they are as they were", async || {
        let stream = level.someone.get_stream("REGISTRY").await.unwrap();
        stream.cached_info().config.max_messages == -1
    })
    .await;
    assert_eq!(level.someone.get_stream("REGISTRY").await.unwrap().cached_info().created, created);
    append(&level.log, 50).await;
    level.heals().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_else_published_is_thrown_out_and_who_goes_on_is_named() {
    let mut level = Level::start(50).await;
    for _ in 0..3 {
        level.publish(HeaderMap::new(), "not ours").await;
        eventually("it is gone", async || {
            let stream = level.someone.get_stream("REGISTRY").await;
            stream.is_ok_and(|stream| stream.cached_info().state.last_sequence == 50)
        })
        .await;
        stream_equals_log(&level.servers, &level.log).await;
    }
    level.publish(HeaderMap::new(), "once too often").await;
    let stopped = level.status.wait_for(|s| matches!(s, RelayStatus::Stopped(_)));
    let stopped = tokio::time::timeout(Duration::from_secs(30), stopped).await.unwrap().unwrap().clone();
    assert!(
        matches!(&stopped, RelayStatus::Stopped(why) if why.contains(Alarm::AnotherPublisher.remedy())),
        "{stopped:?}"
    );
    // The log is right, and goes on.
    append(&level.log, 5).await;
    assert_eq!(noted_alarm(&level.servers).await.as_deref(), Some("another_publisher"));
    level.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_the_log_that_only_the_stream_has_closes_the_log() {
    let level = Level::start(50).await;
    level.publish(event_headers(&level.log.id().to_string(), 51), "x").await;
    level.closes(Reason::Behind).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_another_log_closes_the_log() {
    let level = Level::start(50).await;
    level.publish(event_headers(&Uuid::now_v7().to_string(), 51), "x").await;
    level.closes(Reason::OtherLog).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_differ_or_are_missing_in_the_midst_are_found_while_the_relay_idles() {
    let level = Level::start(30).await;
    // Another stream in its place, with the log's own events but for one: as if a replica of the broker had gone astray.
    let (events, _) = level.log.read(Position::START.next(), 100, &Filter::default()).await.unwrap();
    level.replace(plain()).await;
    for event in &events {
        let mut headers = event_headers(&level.log.id().to_string(), event.position.sequence());
        headers.insert("ce-id", event.event_id.to_string().as_str());
        headers.insert("ce-subject", event.aggregate.to_string().as_str());
        level.publish(headers, "another content").await;
    }
    stream_equals_log(&level.servers, &level.log).await;
    eventually("it is the relay's own again", async || {
        let stream = level.someone.get_stream("REGISTRY").await;
        stream.is_ok_and(|stream| stream.cached_info().config.deny_delete)
    })
    .await;
    // A message that was taken out.
    level.replace(plain()).await;
    stream_equals_log(&level.servers, &level.log).await;
    level.heals().await;
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
