//! A reader of a province's part: nothing of it is missed, although its positions have holes by nature.

use std::time::Duration;

use kim_chassis::identity::{Role, Scope};
use kim_contract::registry::v1::ImportCommunitiesRequest;
use kim_eventlog::{
    Bearer, Checkpoints, Feed, Filter, Fold, FoldError, Log, Partition, Position, Progress, ReaderState, Recorded,
    Relay, RemoteLog, Retention, Subscriber,
};
use kim_territory::{Decree, Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{PgConnection, PgPool};
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::harness::{
    Nation, Servers, community_row, eventually, let_go_on, member_at, publish_by_hand, publish_forged, seed, serve,
    set_back,
};

const TABLES: &str =
    "CREATE SCHEMA model; CREATE TABLE model.note (nth bigserial PRIMARY KEY, aggregate_id uuid NOT NULL,
    version bigint NOT NULL, position bigint NOT NULL)";

/// Notes what is folded, in the order in which it is folded.
struct Notes;

impl Fold for Notes {
    type Event = ();

    fn decode(&self, _: &Recorded) -> Result<Option<()>, String> {
        Ok(Some(()))
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, ())]) -> Result<(), FoldError> {
        for (event, ()) in events {
            sqlx::query("INSERT INTO model.note (aggregate_id, version, position) VALUES ($1, $2, $3)")
                .bind(event.aggregate)
                .bind(event.version.get())
                .bind(event.position.get())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(())
    }

    fn reset(&mut self) {}
}

/// A log with its service, and the read model of Riau.
struct Stage {
    servers: Servers,
    log: Log,
    service: Channel,
    model: PgPool,
    bearer: Bearer,
    stop: CancellationToken,
}

struct Reader {
    progress: watch::Receiver<Progress>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Stage {
    async fn set() -> Self {
        let servers = Servers::start().await;
        let stop = CancellationToken::new();
        let log = servers.log(&stop).await;
        let model = servers.pool("projection").await;
        sqlx::raw_sql(TABLES).execute(&model).await.unwrap();
        let mut connection = model.acquire().await.unwrap();
        Checkpoints::new("model", "registry", Partition::WHOLE).create(&mut connection).await.unwrap();
        drop(connection);
        let token = servers.dir.path().join("riau.jwt");
        std::fs::write(&token, "everybody").unwrap();
        let bearer = Bearer::in_file(token).await.unwrap();
        let service = serve(&log).await;
        Self { servers, log, service, model, bearer, stop }
    }

    /// An event of an aggregate at a place.
    async fn append(&self, regency: &str, aggregate: Uuid, version: i64) {
        self.log.append(member_at(&regency[..2], regency, aggregate, version - 1)).await.unwrap();
    }

    async fn relay(&self) {
        let client = self.servers.client("registry").await;
        let retention = Retention { max_bytes: 1 << 30, ..Retention::default() };
        tokio::spawn(Relay::new(self.log.clone(), client, retention).run(self.stop.clone()));
    }

    async fn read(&self, every: Duration) -> Reader {
        self.read_part("14", Partition::WHOLE, every, &self.service).await
    }

    async fn read_part(&self, part: &str, partition: Partition, every: Duration, service: &Channel) -> Reader {
        let feed = Feed::Part {
            part: part.parse().unwrap(),
            client: self.servers.client("riau").await,
            context: "registry".into(),
            log: RemoteLog::new(service.clone(), self.bearer.clone()),
        };
        let subscriber = Subscriber::new(self.model.clone(), "model", "registry", partition, feed, Notes);
        let subscriber = subscriber.comparing_every(every);
        let (progress, stop) = (subscriber.progress(), self.stop.child_token());
        let task = tokio::spawn(subscriber.run(stop.clone()));
        Reader { progress, stop, task }
    }

    /// Aggregate, version and position of what was folded, in the order of folding.
    async fn folded(&self) -> Vec<(Uuid, i64, i64)> {
        let sql = "SELECT aggregate_id, version, position FROM model.note ORDER BY nth";
        sqlx::query_as(sql).fetch_all(&self.model).await.unwrap()
    }

    /// What Riau's part of the log is.
    async fn of_log(&self) -> Vec<(Uuid, i64, i64)> {
        let filter = Filter { province: Some("14".into()), ..Filter::default() };
        let (events, _) = self.log.read(Position::START.next(), 100_000, &filter).await.unwrap();
        events.iter().map(|event| (event.aggregate, event.version.get(), event.position.get())).collect()
    }

    /// Everything of the part was folded once, each aggregate's events in their order.
    async fn is_complete(&self) {
        let (mut folded, mut wanted) = (self.folded().await, self.of_log().await);
        folded.sort_by_key(|(aggregate, _, _)| *aggregate);
        wanted.sort_by_key(|(aggregate, _, _)| *aggregate);
        assert_eq!(folded, wanted, "the sort is stable: each aggregate's order is that of folding");
    }
}

impl Reader {
    async fn agrees_up_to(&self, position: i64) {
        eventually(&format!("the reader agrees with the log up to {position}"), || async {
            let progress = self.progress.borrow();
            assert!(!matches!(progress.state, ReaderState::Stopped { .. }), "{progress:?}");
            progress.agreement.as_ref().is_some_and(|agreement| agreement.position.get() >= position)
        })
        .await;
    }

    async fn stops(&self) -> String {
        eventually("the reader stops", || async {
            matches!(self.progress.borrow().state, ReaderState::Stopped { .. })
        })
        .await;
        match &self.progress.borrow().state {
            ReaderState::Stopped { reason } => reason.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn mended(&self) -> u64 {
        self.progress.borrow().agreement.as_ref().map_or(0, |agreement| agreement.mended)
    }

    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

const OFTEN: Duration = Duration::from_millis(200);
const SELDOM: Duration = Duration::from_hours(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_province_reads_its_part_and_knows_that_nothing_is_missing() {
    let stage = Stage::set().await;
    stage.relay().await;
    let (here, there) = (Uuid::now_v7(), Uuid::now_v7());
    for version in 1..=3 {
        stage.append("1401", here, version).await;
        stage.append("1301", there, version).await;
    }
    let reader = stage.read(OFTEN).await;
    reader.agrees_up_to(6).await;
    stage.append("1402", Uuid::now_v7(), 1).await;
    stage.append("1301", there, 4).await;
    // Position 8 is another province's: agreed is up to there all the same.
    reader.agrees_up_to(8).await;
    stage.is_complete().await;
    assert_eq!(stage.folded().await.len(), 4);
    assert_eq!(reader.mended(), 0);
    // Its key at the broker opens no other province, and not the whole.
    let client = stage.servers.client("riau").await;
    let jetstream = async_nats::jetstream::new(client);
    let stream = jetstream.get_stream("REGISTRY").await.unwrap();
    for (name, filter) in [(Some("x".to_owned()), "kim.evt.registry.v1.13.>"), (Some("y".to_owned()), ""), (None, "")] {
        let config = async_nats::jetstream::consumer::pull::OrderedConfig {
            name,
            filter_subject: filter.into(),
            ..Default::default()
        };
        let made = tokio::time::timeout(Duration::from_secs(1), stream.create_consumer(config)).await;
        assert!(!matches!(made, Ok(Ok(_))), "a consumer of {filter:?} was made");
    }
    let raw = tokio::time::timeout(Duration::from_secs(1), stream.get_raw_message(2)).await;
    assert!(!matches!(raw, Ok(Ok(_))), "a message was read past the filter");
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withheld_event_is_noticed_by_the_next_of_its_aggregate_and_folded_before_it() {
    let stage = Stage::set().await;
    let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
    for version in 1..=4 {
        stage.append("1401", one, version).await;
        stage.append("1402", other, version).await;
    }
    // The second and the third of one, the first of the other.
    publish_by_hand(&stage.servers, &stage.log, &[2, 3, 5]).await;
    let reader = stage.read(SELDOM).await;
    eventually("everything was folded", || async { stage.folded().await.len() == 8 }).await;
    stage.is_complete().await;
    reader.agrees_up_to(8).await;
    let agreement = reader.progress.borrow().agreement.clone().unwrap();
    assert_eq!(agreement.mended, 3);
    assert!(agreement.remark.is_some_and(|remark| remark.contains("kimctl log verify")));
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withheld_event_that_none_of_its_aggregate_follows_is_found_by_the_digest() {
    let stage = Stage::set().await;
    let (one, alone) = (Uuid::now_v7(), Uuid::now_v7());
    stage.append("1401", one, 1).await;
    stage.append("1301", Uuid::now_v7(), 1).await;
    publish_by_hand(&stage.servers, &stage.log, &[]).await;
    let reader = stage.read(OFTEN).await;
    reader.agrees_up_to(2).await;
    assert_eq!(reader.mended(), 0);
    // The newest of an aggregate, and the only one of another; and something behind them, so that the stream is seen to go on.
    stage.append("1401", one, 2).await;
    stage.append("1402", alone, 1).await;
    stage.append("1402", Uuid::now_v7(), 1).await;
    publish_by_hand(&stage.servers, &stage.log, &[3, 4]).await;
    reader.agrees_up_to(5).await;
    stage.is_complete().await;
    assert_eq!(reader.mended(), 2);
    // And with nothing behind it at all.
    stage.append("1401", one, 3).await;
    publish_by_hand(&stage.servers, &stage.log, &[6]).await;
    reader.agrees_up_to(6).await;
    stage.is_complete().await;
    // What was taken from the log is not folded again, and what follows it follows.
    stage.append("1401", one, 4).await;
    publish_by_hand(&stage.servers, &stage.log, &[]).await;
    reader.agrees_up_to(7).await;
    stage.is_complete().await;
    assert_eq!(reader.mended(), 3);
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_whose_part_the_stream_has_nothing_finds_it_in_the_log() {
    let stage = Stage::set().await;
    stage.append("1401", Uuid::now_v7(), 1).await;
    stage.append("1301", Uuid::now_v7(), 1).await;
    publish_by_hand(&stage.servers, &stage.log, &[1]).await;
    let reader = stage.read(OFTEN).await;
    reader.agrees_up_to(2).await;
    stage.is_complete().await;
    reader.end().await;
    // Its checkpoint is now at an event that the stream does not have.
    stage.append("1401", Uuid::now_v7(), 1).await;
    publish_by_hand(&stage.servers, &stage.log, &[]).await;
    let reader = stage.read(OFTEN).await;
    reader.agrees_up_to(3).await;
    stage.is_complete().await;
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_into_the_part_is_no_missed_event() {
    let stage = Stage::set().await;
    stage.relay().await;
    let mover = Uuid::now_v7();
    let reader = stage.read(OFTEN).await;
    // Out of Sumatera Barat with its third event; in Riau for three; away for two, one of them the move; and back.
    for (version, regency) in
        [(1, "1301"), (2, "1301"), (3, "1401"), (4, "1401"), (5, "1402"), (6, "1301"), (7, "1302")]
    {
        stage.append(regency, mover, version).await;
    }
    reader.agrees_up_to(7).await;
    stage.append("1401", mover, 8).await;
    stage.append("1401", mover, 9).await;
    reader.agrees_up_to(9).await;
    let versions: Vec<i64> = stage.folded().await.into_iter().map(|(_, version, _)| version).collect();
    assert_eq!(versions, [3, 4, 5, 8, 9]);
    assert_eq!(reader.mended(), 0);
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withheld_move_into_the_part_is_a_missed_event() {
    let stage = Stage::set().await;
    let mover = Uuid::now_v7();
    for (version, regency) in [(1, "1301"), (2, "1401"), (3, "1401"), (4, "1301"), (5, "1401"), (6, "1401")] {
        stage.append(regency, mover, version).await;
    }
    publish_by_hand(&stage.servers, &stage.log, &[2, 5]).await;
    let reader = stage.read(SELDOM).await;
    eventually("everything was folded", || async { stage.folded().await.len() == 4 }).await;
    stage.is_complete().await;
    assert_eq!(reader.mended(), 2);
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_the_log_does_not_have_stops_the_reader_with_a_remedy() {
    for skips_a_version in [false, true] {
        let stage = Stage::set().await;
        let one = Uuid::now_v7();
        stage.append("1401", one, 1).await;
        publish_by_hand(&stage.servers, &stage.log, &[]).await;
        let reader = stage.read(OFTEN).await;
        reader.agrees_up_to(1).await;
        let event = stage.log.at(Position::new(1).unwrap()).await.unwrap().unwrap();
        let forged = Recorded {
            position: Position::new(2).unwrap(),
            event_id: Uuid::now_v7(),
            version: event.version.after(if skips_a_version { 2 } else { 1 }),
            ..event
        };
        publish_forged(&stage.servers, &forged).await;
        stage.append("1301", Uuid::now_v7(), 1).await;
        let reason = reader.stops().await;
        assert!(reason.contains("kimctl log verify") && reason.contains("anew"), "{reason}");
        if skips_a_version {
            assert_eq!(stage.folded().await.len(), 1, "it was not even folded");
        }
        // And it stays stopped, whoever starts it.
        reader.end().await;
        let reader = stage.read(OFTEN).await;
        reader.stops().await;
        stage.stop.cancel();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_was_set_back_stops_the_reader() {
    let stage = Stage::set().await;
    for _ in 0..5 {
        stage.append("1401", Uuid::now_v7(), 1).await;
    }
    publish_by_hand(&stage.servers, &stage.log, &[]).await;
    let reader = stage.read(OFTEN).await;
    reader.agrees_up_to(5).await;
    set_back(&stage.servers, 3).await;
    let reason = reader.stops().await;
    assert!(reason.contains("was restored"), "{reason}");
    reader.end().await;
    // It goes on with another history: the reader is not deceived by positions that come again.
    let log = stage.servers.log(&stage.stop).await;
    eventually("the log is closed", || async { log.gate().closed().is_some() }).await;
    let_go_on(&stage.servers).await;
    eventually("the log is open", || async { log.gate().closed().is_none() }).await;
    for _ in 0..4 {
        log.append(member_at("14", "1401", Uuid::now_v7(), 0)).await.unwrap();
    }
    let reader = stage.read(OFTEN).await;
    reader.stops().await;
    assert_eq!(stage.folded().await.len(), 5);
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_goes_on_while_the_log_is_silent_and_says_that_it_is_not_compared() {
    let stage = Stage::set().await;
    stage.relay().await;
    let nobody = Endpoint::from_static("http://127.0.0.1:1").connect_lazy();
    let reader = stage.read_part("14", Partition::WHOLE, OFTEN, &nobody).await;
    stage.append("1401", Uuid::now_v7(), 1).await;
    eventually("it was folded", || async { stage.folded().await.len() == 1 }).await;
    eventually("it says so", || async {
        let agreement = reader.progress.borrow().agreement.clone().unwrap_or_default();
        agreement.position == Position::START && agreement.remark.is_some_and(|remark| remark.contains("not compared"))
    })
    .await;
    assert_eq!(reader.progress.borrow().state, ReaderState::Live);
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_of_one_part_is_not_read_on_as_another() {
    let stage = Stage::set().await;
    stage.append("1401", Uuid::now_v7(), 1).await;
    publish_by_hand(&stage.servers, &stage.log, &[]).await;
    let reader = stage.read(OFTEN).await;
    reader.agrees_up_to(1).await;
    reader.end().await;
    let reader = stage.read_part("14.01", Partition::WHOLE, OFTEN, &stage.service).await;
    let reason = reader.stops().await;
    assert!(reason.contains("a schema of its own"), "{reason}");
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_withheld_and_whenever_the_reader_is_killed_the_part_is_complete_in_the_end() {
    let mut random = ChaCha8Rng::seed_from_u64(seed("KIM_SEED"));
    let stage = Stage::set().await;
    let places = ["1401", "1402", "1301", "1302"];
    let mut aggregates: Vec<(Uuid, i64, &str)> =
        (0..12).map(|_| (Uuid::now_v7(), 0, places[random.random_range(0..places.len())])).collect();
    let partitions = [Partition { index: 0, count: 2 }, Partition { index: 1, count: 2 }];
    let mut head = 0;
    for _ in 0..6 {
        let stop_at_once = random.random_bool(0.5);
        let mut readers = Vec::new();
        for partition in partitions {
            readers.push(stage.read_part("14", partition, OFTEN, &stage.service).await);
        }
        for _ in 0..3 {
            for _ in 0..random.random_range(1..20) {
                let one = random.random_range(0..aggregates.len());
                let (id, version, place) = &mut aggregates[one];
                if random.random_bool(0.1) {
                    *place = places[random.random_range(0..places.len())];
                }
                *version += 1;
                stage.append(place, *id, *version).await;
                head += 1;
            }
            let withheld: Vec<i64> = (1..=head).filter(|_| random.random_bool(0.15)).collect();
            publish_by_hand(&stage.servers, &stage.log, &withheld).await;
        }
        if !stop_at_once {
            for reader in &readers {
                reader.agrees_up_to(random.random_range(0..=head)).await;
            }
        }
        for reader in readers {
            // In the midst of whatever it does.
            reader.task.abort();
            let _ = reader.task.await;
        }
    }
    for partition in partitions {
        stage.read_part("14", partition, OFTEN, &stage.service).await.agrees_up_to(head).await;
    }
    stage.is_complete().await;
    stage.stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_province_with_its_own_token_reads_its_part_of_the_registry() {
    let nation = Nation::start().await;
    let token = nation.servers.dir.path().join("riau.jwt");
    std::fs::write(&token, "expired.long.ago").unwrap();
    let model = nation.servers.pool("projection").await;
    sqlx::raw_sql(TABLES).execute(&model).await.unwrap();
    let mut connection = model.acquire().await.unwrap();
    Checkpoints::new("model", "registry", Partition::WHOLE).create(&mut connection).await.unwrap();
    drop(connection);
    let service = Endpoint::from_shared(format!("http://{}", nation.registry)).unwrap().connect_lazy();
    let feed = Feed::Part {
        part: "14".parse().unwrap(),
        client: nation.servers.client("riau").await,
        context: "registry".into(),
        log: RemoteLog::new(service, Bearer::in_file(&token).await.unwrap()),
    };
    let subscriber = Subscriber::new(model.clone(), "model", "registry", Partition::WHOLE, feed, Notes);
    let subscriber = subscriber.comparing_every(OFTEN);
    let (progress, stop) = (subscriber.progress(), CancellationToken::new());
    let task = tokio::spawn(subscriber.run(stop.clone()));
    let reader = Reader { progress, stop, task };

    let villages = |province: &str| {
        let province: RegionCode = province.parse().unwrap();
        Territory::current().within(&province, Level::Village).map(|village| village.code.to_string()).take(20)
    };
    let seats = villages("13").zip(villages("14")).flat_map(|(there, here)| [there, here]);
    let rows = (1..).zip(seats).map(|(row, seat)| community_row(row, &format!("KIM Nomor {row}"), &seat)).collect();
    let mut client = nation.communities(&nation.national());
    let import = client.import_communities(tokio_stream::once(ImportCommunitiesRequest { rows })).await.unwrap();
    let mut answers = import.into_inner();
    while answers.message().await.unwrap().is_some() {}
    let head = nation.head().await;
    let counted =
        async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM model.note").fetch_one(&model).await.unwrap() };
    let registry = nation.servers.pool("registry").await;
    let sql = "SELECT count(*) FROM log.event WHERE province = '14'";
    let wanted: i64 = sqlx::query_scalar(sql).fetch_one(&registry).await.unwrap();
    assert!(wanted >= 20 && wanted < head.get());
    eventually("its part has come", || async { counted().await == wanted }).await;
    eventually("the log is asked in vain", || async {
        let agreement = reader.progress.borrow().agreement.clone().unwrap_or_default();
        agreement.remark.is_some_and(|remark| remark.contains("Unauthenticated"))
    })
    .await;
    // A token that was replaced is shown without a new start.
    let code: RegionCode = "14".parse().unwrap();
    let scope = Scope::Region { code, decree: Decree::CURRENT };
    std::fs::write(&token, nation.token(Role::Subscriber, scope)).unwrap();
    reader.agrees_up_to(head.get()).await;
    assert_eq!((counted().await, reader.mended()), (wanted, 0));
    reader.end().await;
    nation.stop();
}
