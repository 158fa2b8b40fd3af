use kim_contract::registry::v1::CommunitySubmitted;
use kim_eventlog::LogId;
use kim_projection::{
    context::{Context, Positions},
    store::{Generation, Generations, Store, Switched, digest},
};
use prost::Message;
use sqlx::AssertSqlSafe;
use time::macros::date;
use uuid::Uuid;

use crate::{
    figures::seed,
    history::{self, Made},
    rig::Rig,
};

#[tokio::test]
async fn a_rebuild_equals_the_live_model_row_for_row_and_pages_go_on() {
    let events = history::random(seed());
    let half = events.len() / 2;
    rebuild_equals_live(&events, half).await;
}

#[tokio::test]
async fn a_rebuild_across_territories_that_came_into_force_equals_the_live_model() {
    let events = history::with_adoptions(seed());
    let most = events.len() - 100;
    rebuild_equals_live(&events, most).await;
}

/// Rebuilds when that many events were folded, and goes on with the others.
async fn rebuild_equals_live(events: &[Made], half: usize) {
    let rig = Rig::start().await;
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
    assert!(after.positions().reaches(before.positions()));
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
    let generations = Generations::open(rig.pool.clone()).await.unwrap();
    let half = generations.begin().await.unwrap();

    let replica = rig.replica().await;
    replica.until(|as_of| as_of.generation == before.generation).await;
    replica.store.generations().request_rebuild().await.unwrap();
    let after = replica.until(|as_of| as_of.generation > half.number).await;
    assert_eq!(after.positions(), before.positions());
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
    unknown.event_type = "kim.registry.v1.CommunityOfTheFuture".into();
    rig.append(some).await;
    rig.append(std::slice::from_ref(&unknown)).await;
    // And one that contradicts what is known: there is no such community.
    let nobody = Uuid::from_u128(99);
    let body = CommunitySubmitted {
        community_id: nobody.to_string(),
        submitted_on: Some(history::wire(date!(2019 - 01 - 01))),
        formation_rule: None,
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
    assert_eq!((as_of.parked(), parked.len()), (2, 2), "{parked:?}");
    assert_eq!(parked[0].0, unknown.aggregate);
    assert!(parked[0].1.contains("belum mengenal kejadian"), "{parked:?}");
    assert_eq!(parked[1], (nobody, "KIM itu belum ada".into()));
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
    kim_projection::source::Identity { context: Context::Registry, log_id, simulated: true }
        .keep(&rig.pool)
        .await
        .unwrap();
    let as_of = replica.until(|_| true).await;
    assert!(as_of.is_simulated());
    replica.stop().await;
}

/// Two generations that have come so far.
async fn two(rig: &Rig, serving: i64, building: i64) -> (Generations, Generation, Generation) {
    let generations = Generations::open(rig.pool.clone()).await.unwrap();
    let old = generations.begin().await.unwrap();
    assert_eq!(generations.switch(&old, None).await.unwrap(), Switched::Done);
    let new = generations.begin().await.unwrap();
    for (generation, position) in [(&old, serving), (&new, building)] {
        let sql = format!("INSERT INTO {}.checkpoint VALUES ('registry', 0, $1, $2, $1, now())", generation.schema);
        sqlx::query(AssertSqlSafe(sql)).bind(rig.log.id().0).bind(position).execute(&rig.pool).await.unwrap();
    }
    (generations, old, new)
}

#[tokio::test]
async fn no_switch_goes_back_however_far_another_replica_has_folded_on() {
    let rig = Rig::start().await;
    let (generations, old, new) = two(&rig, 8, 7).await;
    assert_eq!(
        generations.switch(&new, Some((&old, &Context::ALL))).await.unwrap(),
        Switched::Behind(Positions::default().with(Context::Registry, 8))
    );
    assert_eq!(generations.serving().await.unwrap(), Some(old.clone()));
    let moved = format!("UPDATE {}.checkpoint SET position = 8", new.schema);
    sqlx::query(AssertSqlSafe(moved)).execute(&rig.pool).await.unwrap();
    assert_eq!(generations.switch(&new, Some((&old, &Context::ALL))).await.unwrap(), Switched::Done);
    assert_eq!(generations.serving().await.unwrap(), Some(new));
}

#[tokio::test]
async fn a_page_is_of_the_generation_that_serves_in_its_own_snapshot() {
    let rig = Rig::start().await;
    let (generations, old, new) = two(&rig, 7, 7).await;
    let store = Store::new(rig.pool.clone(), generations.clone(), 2);
    store.look().await.unwrap();
    assert_eq!(store.snapshot().await.unwrap().as_of.generation, old.number);
    // Another replica switches, and a third one still folds the old generation.
    generations.switch(&new, Some((&old, &Context::ALL))).await.unwrap();
    let moved = format!("UPDATE {}.checkpoint SET position = 9", old.schema);
    sqlx::query(AssertSqlSafe(moved)).execute(&rig.pool).await.unwrap();
    let shown = store.snapshot().await.unwrap().as_of;
    assert_eq!((shown.generation, shown.registry().position), (new.number, 7));
}

#[tokio::test]
async fn what_begins_to_serve_in_the_midst_of_a_sweep_is_not_dropped() {
    let rig = Rig::start().await;
    let (generations, _, new) = two(&rig, 7, 7).await;
    // A switch that is not committed yet, while a replica that led before sweeps what it took for a leftover.
    let mut switch = rig.pool.begin().await.unwrap();
    for sql in ["UPDATE generation SET status = 'retired' WHERE status = 'serving'", SERVE] {
        sqlx::query(sql).execute(&mut *switch).await.unwrap();
    }
    let sweep = tokio::spawn({
        let generations = generations.clone();
        async move { generations.sweep(None).await }
    });
    let blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'D%'";
    let waits = async {
        while sqlx::query_scalar::<_, i64>(blocked).fetch_one(&rig.pool).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), waits).await.expect("the sweep comes to it");
    switch.commit().await.unwrap();
    sweep.await.unwrap().unwrap();
    assert_eq!(generations.serving().await.unwrap(), Some(new.clone()));
    assert_eq!(generations.positions(&new).await.unwrap().of(Context::Registry), 7);
}

const SERVE: &str = "UPDATE generation SET status = 'serving' WHERE status = 'building'";

#[tokio::test]
async fn a_writer_that_is_overtaken_folds_what_serves_by_now() {
    let rig = Rig::start().await;
    let events = history::random(5);
    rig.append(&events[..300]).await;
    let replica = rig.replica().await;
    let before = replica.until_position(rig.log.newest().await.unwrap()).await;
    // A replica that led before, and does not know yet that it leads no more, switches to what it has built.
    let generations = replica.store.generations();
    let other = generations.begin().await.unwrap();
    generations.switch(&other, None).await.unwrap();
    rig.append(&events[300..400]).await;
    let last = rig.log.newest().await.unwrap();
    let after =
        replica.until(|as_of| as_of.generation > before.generation && as_of.registry().position >= last.get()).await;
    assert_eq!(after.generation, other.number);
    // What it had folded before is swept, too.
    let gone = until_alone(&rig, other.number);
    tokio::time::timeout(std::time::Duration::from_mins(1), gone).await.expect("the old generation is dropped");
    replica.stop().await;
}

#[tokio::test]
async fn a_rebuild_whose_writer_is_killed_is_done_by_the_next_one() {
    let rig = Rig::start().await;
    rig.append(&history::random(6)[..500]).await;
    let replica = rig.replica().await;
    let before = replica.until_position(rig.log.newest().await.unwrap()).await;
    let generations = replica.store.generations().clone();
    // As long as this row is held, nothing else begins to serve.
    let mut holds = rig.pool.begin().await.unwrap();
    sqlx::query("SELECT FROM generation WHERE status = 'serving' FOR UPDATE").execute(&mut *holds).await.unwrap();
    generations.request_rebuild().await.unwrap();
    let begun = async {
        while generations.building().await.unwrap().is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), begun).await.expect("it is begun");
    replica.kill();
    holds.rollback().await.unwrap();
    let next = rig.replica().await;
    let after = next.until(|as_of| as_of.generation > before.generation).await;
    assert_eq!(after.positions(), before.positions());
    assert!(!generations.is_requested().await.unwrap());
    next.stop().await;
}
