//! The subscriber: its checkpoint in the read model's transaction, holes refused, what cannot be folded parked.

use std::time::Duration;

use futures::future::join_all;
use kim_eventlog::{
    Bearer, Checkpoints, Feed, Filter, Fold, FoldError, Log, Partition, Position, Progress, ReaderState, Recorded,
    Relay, RemoteLog, Retention, Subscriber, reached,
};
use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{
    Servers, eventually, let_go_on, member, plain_event, publish_by_hand, publish_forged, serve, set_back,
};

/// Counts the events of each aggregate in a table; what it is told is poison, it cannot fold.
struct Count;

impl Fold for Count {
    type Event = ();

    fn decode(&self, event: &Recorded) -> Result<Option<()>, String> {
        match event.event_type.as_str() {
            "kim.registry.v1.CommunityDrafted" => Ok(Some(())),
            "kim.registry.v1.OfficeEstablished" => Ok(None),
            other => Err(format!("unknown type {other}")),
        }
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, ())]) -> Result<(), FoldError> {
        for (event, ()) in events {
            if event.payload == "poison" {
                return Err(FoldError::Poisonous { position: event.position, reason: "it is poison".into() });
            }
            let number = if event.payload == "bad data" { "no number" } else { "1" };
            sqlx::query(
                "INSERT INTO model.count AS c VALUES ($1, $2::text::bigint) ON CONFLICT (id) DO UPDATE SET n = c.n + 1",
            )
            .bind(event.aggregate)
            .bind(number)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(())
    }

    fn reset(&mut self) {}
}

struct Model {
    pool: PgPool,
    progress: watch::Receiver<Progress>,
}

async fn prepare(servers: &Servers) -> PgPool {
    let pool = servers.pool("projection").await;
    let tables = "CREATE SCHEMA IF NOT EXISTS model; CREATE TABLE IF NOT EXISTS model.count (id uuid PRIMARY KEY, n bigint NOT NULL)";
    sqlx::raw_sql(tables).execute(&pool).await.unwrap();
    let mut connection = pool.acquire().await.unwrap();
    Checkpoints::new("model", "registry", Partition::WHOLE).create(&mut connection).await.unwrap();
    drop(connection);
    pool
}

async fn subscribe(servers: &Servers, pool: &PgPool, stop: &CancellationToken) -> Model {
    subscribe_with(servers, pool, stop, None).await
}

/// As a service does, with a way to the log itself.
async fn subscribe_beside(servers: &Servers, log: &Log, pool: &PgPool, stop: &CancellationToken) -> Model {
    let token = servers.dir.path().join("token");
    std::fs::write(&token, "everybody").unwrap();
    let log = RemoteLog::new(serve(log).await, Bearer::in_file(token).await.unwrap());
    subscribe_with(servers, pool, stop, Some(log)).await
}

async fn subscribe_with(servers: &Servers, pool: &PgPool, stop: &CancellationToken, log: Option<RemoteLog>) -> Model {
    let feed = Feed::Stream { client: servers.client("projection").await, context: "registry".into(), log };
    let subscriber = Subscriber::new(pool.clone(), "model", "registry", Partition::WHOLE, feed, Count);
    let progress = subscriber.progress();
    tokio::spawn(subscriber.run(stop.clone()));
    Model { pool: pool.clone(), progress }
}

async fn relay(servers: &Servers, log: &Log, stop: &CancellationToken) {
    tokio::spawn(
        Relay::new(
            log.clone(),
            servers.client("registry").await,
            Retention { max_bytes: 1 << 30, ..Retention::default() },
        )
        .run(stop.clone()),
    );
}

async fn append(log: &Log, aggregates: &[Uuid], version: i64) {
    assert!(join_all(aggregates.iter().map(|id| log.append(member(*id, version)))).await.iter().all(Result::is_ok));
}

impl Model {
    async fn is(&self, what: &str, wanted: impl Fn(&ReaderState) -> bool) {
        eventually(what, || async { wanted(&self.progress.borrow().state) }).await;
    }

    async fn reaches(&self, position: i64) {
        let position = Position::new(position).unwrap();
        assert!(reached(self.progress.clone(), position, Duration::from_mins(1)).await, "{:?}", self.progress.borrow());
    }

    async fn counts(&self) -> Vec<i64> {
        sqlx::query_scalar("SELECT n FROM model.count ORDER BY id").fetch_all(&self.pool).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_of_one_read_model_have_the_effect_of_one() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    let pool = prepare(&servers).await;
    let (one, two) = (subscribe(&servers, &pool, &stop).await, subscribe(&servers, &pool, &stop).await);
    let aggregates: Vec<Uuid> = (0..50).map(|_| Uuid::now_v7()).collect();
    for version in 0..10 {
        append(&log, &aggregates, version).await;
    }
    one.reaches(500).await;
    two.reaches(500).await;
    assert_eq!(one.counts().await, [10; 50]);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_goes_on_where_its_read_model_stands() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    let pool = prepare(&servers).await;
    let aggregates: Vec<Uuid> = (0..20).map(|_| Uuid::now_v7()).collect();
    for version in 0..4 {
        let once = CancellationToken::new();
        let model = subscribe(&servers, &pool, &once).await;
        append(&log, &aggregates, version).await;
        model.reaches(20 * (version + 1)).await;
        once.cancel();
        assert_eq!(model.counts().await, vec![version + 1; 20]);
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_folded_is_parked_by_aggregate_and_the_others_go_on() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    let ids: Vec<Uuid> = (0..5).map(|_| Uuid::now_v7()).collect();
    append(&log, &ids, 0).await;
    let mut unknown = member(ids[0], 1);
    unknown.events[0].event_type = "kim.registry.v1.SomethingOfTheFuture";
    let mut poison = member(ids[1], 1);
    poison.events = vec![plain_event("poison")];
    let mut bad = member(ids[2], 1);
    bad.events = vec![plain_event("bad data")];
    let mut ignored = member(ids[3], 1);
    ignored.events[0].event_type = "kim.registry.v1.OfficeEstablished";
    for member in [unknown, poison, bad, ignored] {
        log.append(member).await.unwrap();
    }
    append(&log, &ids[..3], 2).await;
    append(&log, &ids[3..4], 2).await;
    append(&log, &ids[4..], 1).await;
    let pool = prepare(&servers).await;
    let model = subscribe(&servers, &pool, &stop).await;
    model.reaches(14).await;
    assert_eq!(model.counts().await, [1, 1, 1, 2, 2]);
    let parked = model.progress.borrow().parked.clone();
    assert_eq!(
        parked.iter().map(|p| (p.aggregate_id, p.position, p.events)).collect::<Vec<_>>(),
        [(ids[0], 6, 2), (ids[1], 7, 2), (ids[2], 8, 2)]
    );
    assert!(parked[0].reason.contains("SomethingOfTheFuture") && parked[1].reason.contains("poison"));
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_with_another_event_at_the_checkpoint_stops_the_reader() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    let pool = prepare(&servers).await;
    let once = CancellationToken::new();
    let model = subscribe(&servers, &pool, &once).await;
    append(&log, &[Uuid::now_v7(), Uuid::now_v7()], 0).await;
    model.reaches(2).await;
    once.cancel();
    sqlx::query("UPDATE model.checkpoint SET event_id = gen_random_uuid()").execute(&pool).await.unwrap();
    append(&log, &[Uuid::now_v7()], 0).await;
    let model = subscribe(&servers, &pool, &stop).await;
    eventually("the reader stops", || async { matches!(model.progress.borrow().state, ReaderState::Stopped { .. }) })
        .await;
    assert_eq!(model.counts().await, [1, 1], "nothing more was folded");
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_share_the_aggregates_between_them() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let pool = prepare(&servers).await;
    let aggregates: Vec<Uuid> = (0..60).map(|_| Uuid::now_v7()).collect();
    append(&log, &aggregates, 0).await;
    append(&log, &aggregates, 1).await;
    let mut models = Vec::new();
    for index in 0..3 {
        let partition = Partition { index, count: 3 };
        let reader = Subscriber::new(pool.clone(), "model", "registry", partition, Feed::Log(log.clone()), Count);
        models.push(Model { pool: pool.clone(), progress: reader.progress() });
        tokio::spawn(reader.run(stop.clone()));
    }
    for model in &models {
        model.reaches(120).await;
    }
    assert_eq!(models[0].counts().await, [2; 60]);
    stop.cancel();
}

async fn delete_stream(servers: &Servers) {
    async_nats::jetstream::new(servers.client("admin").await).delete_stream("REGISTRY").await.unwrap();
}

fn is_stopped(state: &ReaderState) -> bool {
    matches!(state, ReaderState::Stopped { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_made_anew_is_read_on_and_one_of_a_log_that_was_set_back_stops_the_reader() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    append(&log, &[Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()], 0).await;
    publish_by_hand(&servers, &log, &[]).await;
    let pool = prepare(&servers).await;
    let model = subscribe_beside(&servers, &log, &pool, &stop).await;
    model.reaches(3).await;
    // The broker has lost it all, and its relay begins anew.
    let (all, _) = log.read(Position::START.next(), 10, &Filter::default()).await.unwrap();
    delete_stream(&servers).await;
    publish_by_hand(&servers, &log, &[]).await;
    model.reaches(3).await;
    delete_stream(&servers).await;
    set_back(&servers, 0).await;
    publish_by_hand(&servers, &servers.log(&stop).await, &[]).await;
    publish_forged(&servers, &all[0]).await;
    model.is("the log is asked, and has been set back", is_stopped).await;
    assert_eq!(model.counts().await, [1, 1, 1]);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_that_lost_its_tail_does_not_stop_the_reader() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let ids: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
    append(&log, &ids, 0).await;
    publish_by_hand(&servers, &log, &[]).await;
    let pool = prepare(&servers).await;
    let model = subscribe_beside(&servers, &log, &pool, &stop).await;
    model.reaches(4).await;
    let (all, _) = log.read(Position::START.next(), 10, &Filter::default()).await.unwrap();
    delete_stream(&servers).await;
    let jetstream = async_nats::jetstream::new(servers.client("registry").await);
    let config = async_nats::jetstream::stream::Config {
        name: "REGISTRY".into(),
        subjects: vec!["kim.evt.registry.v1.>".into()],
        ..Default::default()
    };
    jetstream.create_stream(config).await.unwrap();
    publish_forged(&servers, &all[0]).await;
    model
        .is(
            "it waits",
            |state| matches!(state, ReaderState::Disconnected { reason, .. } if reason.contains("ends at 1")),
        )
        .await;
    append(&log, &ids, 1).await;
    relay(&servers, &log, &stop).await;
    model.reaches(8).await;
    assert_eq!(model.counts().await, [2, 2, 2, 2]);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_stream_in_the_place_of_the_old_one_is_not_read_on() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    append(&log, &[Uuid::now_v7(), Uuid::now_v7()], 0).await;
    publish_by_hand(&servers, &log, &[]).await;
    let pool = prepare(&servers).await;
    let model = subscribe_beside(&servers, &log, &pool, &stop).await;
    model.reaches(2).await;
    // Set back under a reader that is connected; what follows has another history, and comes further than the old one did.
    set_back(&servers, 1).await;
    eventually("the log is closed", async || log.gate().closed().is_some()).await;
    delete_stream(&servers).await;
    let_go_on(&servers).await;
    let log = servers.log(&stop).await;
    append(&log, &[Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()], 0).await;
    publish_by_hand(&servers, &log, &[]).await;
    model.is("it stops", is_stopped).await;
    assert_eq!(model.counts().await, [1, 1], "nothing of the other history was folded");
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_broker_is_noticed_within_seconds_and_is_no_loss() {
    let mut servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    relay(&servers, &log, &stop).await;
    let pool = prepare(&servers).await;
    let model = subscribe(&servers, &pool, &stop).await;
    let ids = [Uuid::now_v7(), Uuid::now_v7()];
    append(&log, &ids, 0).await;
    model.reaches(2).await;
    servers.nats.kill9().await;
    let killed = std::time::Instant::now();
    model.is("it is noticed", |state| matches!(state, ReaderState::Disconnected { .. })).await;
    assert!(killed.elapsed() < Duration::from_secs(5), "{:?}", killed.elapsed());
    append(&log, &ids, 1).await;
    servers.nats.restart().await.unwrap();
    model.reaches(4).await;
    model.is("it is connected again", |state| *state == ReaderState::Live).await;
    assert_eq!(model.counts().await, [2, 2]);
    stop.cancel();
}
