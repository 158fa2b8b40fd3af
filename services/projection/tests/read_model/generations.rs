use kim_contract::registry::v1::CommunitySubmitted;
use kim_eventlog::LogId;
use kim_projection::store::digest;
use prost::Message;
use time::macros::date;
use uuid::Uuid;

use crate::{
    history::{self, Made},
    rig::Rig,
};

#[tokio::test]
async fn a_rebuild_equals_the_live_model_row_for_row_and_pages_go_on() {
    let seed = std::env::var("KIM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("KIM_SEED={seed}");
    let rig = Rig::start().await;
    let events = history::random(seed);
    let half = events.len() / 2;
    let replica = rig.replica().await;
    let other = rig.replica().await;
    // One by one, so that the live model sees other batches than the rebuild.
    for some in events[..half].chunks(37) {
        rig.append(some).await;
        replica.until_position(rig.log.newest().await.unwrap()).await;
    }
    let before = replica.until(|_| true).await;
    let live = digest(&rig.pool, &format!("read_{}", before.generation)).await.unwrap();

    replica.store.generations().request_rebuild().await.unwrap();
    let after = replica.until(|as_of| as_of.generation > before.generation).await;
    assert!(after.position >= before.position);
    other.until(|as_of| as_of.generation == after.generation).await;
    let rebuilt = digest(&rig.pool, &format!("read_{}", after.generation)).await.unwrap();
    assert_eq!(rebuilt, live);
    assert!(live.iter().filter(|table| table.rows > 0).count() >= 10, "{live:?}");

    // It goes on folding, and the old one is dropped.
    rig.append(&events[half..]).await;
    let last = rig.log.newest().await.unwrap();
    replica.until_position(last).await;
    other.until_position(last).await;
    let gone = until_alone(&rig, after.generation);
    tokio::time::timeout(std::time::Duration::from_mins(1), gone).await.expect("the old generation is dropped");
    replica.stop().await;
    other.stop().await;
}

async fn until_alone(rig: &Rig, generation: i64) {
    loop {
        let schemas: Vec<String> =
            sqlx::query_scalar("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE 'read\\_%'")
                .fetch_all(&rig.pool)
                .await
                .unwrap();
        if schemas == [format!("read_{generation}")] {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn a_rebuild_that_was_killed_leaves_nothing_in_the_way() {
    let rig = Rig::start().await;
    let events = history::random(1);
    rig.append(&events[..500]).await;
    let replica = rig.replica().await;
    let before = replica.until_position(rig.log.newest().await.unwrap()).await;
    replica.stop().await;
    // What a killed rebuild leaves: a generation half built.
    let generations = kim_projection::store::Generations::open(rig.pool.clone()).await.unwrap();
    let half = generations.begin().await.unwrap();

    let replica = rig.replica().await;
    replica.until(|as_of| as_of.generation == before.generation).await;
    replica.store.generations().request_rebuild().await.unwrap();
    let after = replica.until(|as_of| as_of.generation > half.number).await;
    assert_eq!(after.position, before.position);
    replica.stop().await;
}

#[tokio::test]
async fn a_model_made_by_other_rules_serves_until_it_is_made_anew() {
    let rig = Rig::start().await;
    let events = history::random(2);
    rig.append(&events[..500]).await;
    let replica = rig.replica().await;
    let before = replica.until_position(rig.log.newest().await.unwrap()).await;
    let live = digest(&rig.pool, &format!("read_{}", before.generation)).await.unwrap();
    replica.stop().await;
    sqlx::query("UPDATE generation SET fold_version = '0/' || split_part(fold_version, '/', 2) || '/' || split_part(fold_version, '/', 3)")
        .execute(&rig.pool)
        .await
        .unwrap();
    let replica = rig.replica().await;
    let after = replica.until(|as_of| as_of.generation > before.generation).await;
    let rebuilt = digest(&rig.pool, &format!("read_{}", after.generation)).await.unwrap();
    assert_eq!(rebuilt, live);
    replica.stop().await;
}

#[tokio::test]
async fn what_cannot_be_folded_parks_its_aggregate_and_nothing_else() {
    let rig = Rig::start().await;
    let events = history::random(3);
    let some = &events[..400];
    // Somebody else's program wrote an event that this one does not know.
    let mut unknown = some.iter().rev().find(|made| made.version > 2).unwrap().clone();
    unknown.version += 1;
    unknown.event_type = "kim.registry.v1.CommunityMerged".into();
    rig.append(some).await;
    rig.append(std::slice::from_ref(&unknown)).await;
    // And one that contradicts what is known: there is no such community.
    let nobody = Uuid::from_u128(99);
    let body = CommunitySubmitted {
        community_id: nobody.to_string(),
        submitted_on: Some(history::wire(date!(2019 - 01 - 01))),
    };
    let contradiction = Made {
        aggregate: nobody,
        version: 1,
        event_type: "kim.registry.v1.CommunitySubmitted".into(),
        payload: body.encode_to_vec().into(),
        ..unknown.clone()
    };
    rig.append(&[contradiction]).await;
    let replica = rig.replica().await;
    let as_of = replica.until_position(rig.log.newest().await.unwrap()).await;
    let parked = rig.parked(as_of.generation).await;
    assert_eq!((as_of.parked, parked.len()), (2, 2), "{parked:?}");
    assert_eq!(parked[0].0, unknown.aggregate);
    assert!(parked[0].1.contains("does not know"), "{parked:?}");
    assert_eq!(parked[1], (nobody, "there is no such community yet".into()));
    replica.stop().await;
}

#[tokio::test]
async fn until_it_is_known_whether_the_log_is_simulated_nothing_is_shown() {
    let rig = Rig::start().await;
    sqlx::query("DELETE FROM source").execute(&rig.pool).await.unwrap();
    rig.append(&history::random(4)[..50]).await;
    let replica = rig.replica().await;
    let built = async {
        while replica.store.generations().serving().await.unwrap().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), built).await.unwrap();
    replica.store.look().await.unwrap();
    assert_eq!(*replica.store.states().borrow(), kim_projection::pages::State::Loading);
    let LogId(log_id) = rig.log.id();
    kim_projection::source::Identity { log_id, simulated: true }.keep(&rig.pool).await.unwrap();
    let as_of = replica.until(|_| true).await;
    assert!(as_of.simulated);
    replica.stop().await;
}
