//! How fast the fold is. Run by hand: `cargo test --release -p kim-projection --test read_model -- --ignored --nocapture speed`.

use std::time::Instant;

use bytes::Bytes;
use kim_contract::{registry::v1 as proto, r#type::v1 as common};
use kim_eventlog::{Fold, LogId, Recorded};
use kim_projection::{
    fold::RegistryFold,
    pages::{Basis, CommunityQuery, Queries, RegionQuery, Selection, Status},
    store::{Generation, Generations, Store},
};
use kim_territory::{Level, RegionCode, Territory};
use prost::Message;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{AssertSqlSafe, Connection};
use time::{Duration, OffsetDateTime, macros::date};
use uuid::Uuid;

use crate::{
    history::{Made, recorded, wire},
    rig::Rig,
};

#[tokio::test]
#[ignore = "measures; run it in a release build"]
async fn speed_of_the_fold() {
    let communities = std::env::var("KIM_COMMUNITIES").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let rig = Rig::start().await;
    let events = nation(communities, 300_000);
    let generation = Generations::open(rig.pool.clone()).await.unwrap().begin().await.unwrap();
    let options = [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];
    let pool = generation.pool(&rig.pool, 1, &options);
    let log_id = LogId(Uuid::nil());
    let recorded: Vec<_> = (1..).zip(&events).map(|(position, made)| recorded(made, log_id, position)).collect();
    let mut fold = RegistryFold::default();
    let mut connection = pool.acquire().await.unwrap();
    let began = Instant::now();
    let mut mark = (Instant::now(), 0);
    for (n, batch) in recorded.chunks(1000).enumerate() {
        let decoded: Vec<_> = batch.iter().map(|event| (event, fold.decode(event).unwrap().unwrap())).collect();
        let mut transaction = connection.begin().await.unwrap();
        sqlx::raw_sql("SET LOCAL synchronous_commit = off").execute(&mut *transaction).await.unwrap();
        fold.fold(&mut transaction, &decoded).await.unwrap();
        transaction.commit().await.unwrap();
        if n % 50 == 49 {
            let folded = (n + 1) * 1000;
            println!("{folded}: {:.0}/s", (folded - mark.1) as f64 / mark.0.elapsed().as_secs_f64());
            mark = (Instant::now(), folded);
        }
    }
    let rate = recorded.len() as f64 / began.elapsed().as_secs_f64();
    println!("{} events of {communities} communities: {rate:.0}/s", recorded.len());
    drop(connection);
    ask(&rig, &generation, recorded.last().unwrap()).await;
}

/// How long questions of pages take, each asked of the database anew.
async fn ask(rig: &Rig, generation: &Generation, last: &Recorded) {
    let generations = Generations::open(rig.pool.clone()).await.unwrap();
    sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO {}.checkpoint VALUES ('registry', 0, $1, $2, $3, $4)",
        generation.schema
    )))
    .bind(rig.log.id().0)
    .bind(last.position.get())
    .bind(last.event_id)
    .bind(last.recorded_time)
    .execute(&rig.pool)
    .await
    .unwrap();
    generations.analyse(generation).await.unwrap();
    generations.switch(generation, None).await.unwrap();
    let store = Store::new(rig.pool.clone(), generations, 4);
    store.look().await.unwrap();
    for text in ["00", "14", "14.01", "14.01.01", "14.01.01.2009"] {
        let (region, month) = (text.parse().unwrap(), "2019-06".parse().unwrap());
        let within = RegionQuery { region, territory: None, month, basis: Basis::Happened };
        let page = |selection| CommunityQuery { within, selection, after: None, limit: 50 };
        let mut took: Vec<[f64; 3]> = Vec::new();
        for _ in 0..200 {
            let began = Instant::now();
            store.region(within).await.unwrap();
            let region = began.elapsed().as_secs_f64();
            store.communities(page(Selection::Status(Status::Active))).await.unwrap();
            let active = began.elapsed().as_secs_f64();
            store.communities(page(Selection::All)).await.unwrap();
            took.push([region, active - region, began.elapsed().as_secs_f64() - active]);
        }
        for (n, name) in ["region", "active", "all"].into_iter().enumerate() {
            let mut times: Vec<f64> = took.iter().map(|times| times[n] * 1000.0).collect();
            times.sort_by(f64::total_cmp);
            println!("{text} {name}: median {:.2} ms, 99th percentile {:.2} ms", times[100], times[197]);
        }
    }
}

/// Communities that are entered, become active, report month by month, and half of which fall dormant.
pub fn nation(communities: usize, most: usize) -> Vec<Made> {
    let villages: Vec<RegionCode> =
        Territory::current().within(&RegionCode::NATION, Level::Village).map(|village| village.code).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut events = Vec::with_capacity(most);
    let mut now = date!(2018 - 01 - 01).midnight().assume_utc();
    let mut known: Vec<(Uuid, i64, bool)> = Vec::new();
    for _ in 0..communities {
        now += Duration::minutes(30);
        let id = Uuid::from_u128(rng.random());
        let community_id = id.to_string();
        let village = villages[rng.random_range(0..villages.len())];
        let on = Some(wire(now.date()));
        let profile = Some(proto::CommunityProfile {
            name: format!("KIM {village}"),
            seat: Some(common::Region { code: village.to_string(), decree: "2025".into() }),
            formed_on: on,
            ..proto::CommunityProfile::default()
        });
        let drafted = proto::CommunityDrafted {
            community_id: community_id.clone(),
            profile,
            ..proto::CommunityDrafted::default()
        };
        push(&mut events, id, 1, "CommunityDrafted", &drafted, now);
        let submitted =
            proto::CommunitySubmitted { community_id: community_id.clone(), submitted_on: on, formation_rule: None };
        push(&mut events, id, 2, "CommunitySubmitted", &submitted, now);
        let registered = proto::CommunityRegistered {
            community_id: community_id.clone(),
            registered_on: on,
            ..proto::CommunityRegistered::default()
        };
        push(&mut events, id, 3, "CommunityRegistered", &registered, now);
        report(&mut events, id, 4, now);
        let activated = proto::CommunityActivated { community_id, active_from: on, activity_id: String::new() };
        push(&mut events, id, 5, "CommunityActivated", &activated, now);
        known.push((id, 5, true));
    }
    while events.len() < most {
        for (id, version, active) in &mut known {
            now += Duration::minutes(1);
            *version += 1;
            if *active && rng.random_bool(0.04) {
                *active = false;
                let body = proto::CommunityBecameDormant {
                    community_id: id.to_string(),
                    dormant_from: Some(wire(now.date())),
                    ..proto::CommunityBecameDormant::default()
                };
                push(&mut events, *id, *version, "CommunityBecameDormant", &body, now);
            } else {
                report(&mut events, *id, *version, now);
            }
        }
    }
    events.truncate(most);
    events
}

fn report(events: &mut Vec<Made>, id: Uuid, version: i64, now: OffsetDateTime) {
    let body = proto::ActivityReported {
        community_id: id.to_string(),
        activity_id: Uuid::nil().to_string(),
        kind: 1,
        happened_on: Some(wire(now.date())),
        people_reached: 20,
        ..proto::ActivityReported::default()
    };
    push(events, id, version, "ActivityReported", &body, now);
}

fn push<M: Message>(events: &mut Vec<Made>, aggregate: Uuid, version: i64, name: &str, body: &M, now: OffsetDateTime) {
    let payload: Bytes = body.encode_to_vec().into();
    events.push(Made {
        aggregate,
        version,
        event_type: format!("kim.registry.v1.{name}"),
        payload,
        time: now,
        recorded: now,
    });
}
