use kim_contract::dissemination::v1::CampaignPaused;
use kim_eventlog::{Fold, LogId};
use kim_projection::{
    context::Context,
    fold::{DisseminationFold, RegistryFold},
    store::{Generation, Generations, TableDigest, digest},
};
use prost::Message;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

use super::{figures::communities, history};
use crate::{
    figures::seed,
    history::{self as registry, Made, recorded},
    rig::Rig,
};

#[tokio::test]
async fn a_rebuild_of_both_logs_equals_the_live_model_row_for_row() {
    let seed = seed();
    let rig = Rig::start().await;
    let (events, told) = histories(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let replica = rig.replica().await;
    let (mut events_left, mut told_left) = (events.as_slice(), told.as_slice());
    while !events_left.is_empty() || !told_left.is_empty() {
        let (some, rest) = events_left.split_at(rng.random_range(0..500).min(events_left.len()));
        rig.append(some).await;
        events_left = rest;
        let (some, rest) = told_left.split_at(rng.random_range(0..500).min(told_left.len()));
        rig.tell(some).await;
        told_left = rest;
        replica.settled(&rig).await;
    }
    let before = replica.settled(&rig).await;
    let live = digest(&rig.pool, &format!("read_{}", before.generation)).await.unwrap();
    replica.store.generations().request_rebuild().await.unwrap();
    let after = replica.until(|as_of| as_of.generation > before.generation).await;
    assert_eq!(after.positions(), before.positions());
    assert_eq!(digest(&rig.pool, &format!("read_{}", after.generation)).await.unwrap(), live);
    for table in [
        "programme",
        "material",
        "material_content",
        "campaign",
        "batch",
        "batch_notice",
        "delivery",
        "session",
        "notice_receipt",
        "funnel",
        "question",
    ] {
        assert!(live.iter().any(|digest| digest.table == table && digest.rows > 0), "{table} is empty: {live:?}");
    }
    replica.stop().await;
}

#[tokio::test]
async fn a_writer_that_is_killed_again_and_again_leaves_what_was_never_interrupted() {
    let seed = seed();
    let rig = Rig::start().await;
    let (events, told) = histories(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rig.append(&events).await;
    for some in told.chunks(told.len() / 12 + 1) {
        rig.tell(some).await;
        let replica = rig.replica().await;
        // At any moment: before it folds, within a batch, between two.
        tokio::time::sleep(std::time::Duration::from_millis(rng.random_range(0..400))).await;
        replica.kill();
    }
    let replica = rig.replica().await;
    let before = replica.settled(&rig).await;
    let live = digest(&rig.pool, &format!("read_{}", before.generation)).await.unwrap();
    replica.store.generations().request_rebuild().await.unwrap();
    let after = replica.until(|as_of| as_of.generation > before.generation).await;
    assert_eq!(digest(&rig.pool, &format!("read_{}", after.generation)).await.unwrap(), live);
    replica.stop().await;
}

#[tokio::test]
async fn the_two_logs_folded_in_either_order_give_the_same_rows() {
    let seed = seed();
    let rig = Rig::start().await;
    let (events, told) = histories(seed);
    let generations = Generations::open(rig.pool.clone()).await.unwrap();
    let mut digests: Vec<Vec<TableDigest>> = Vec::new();
    for order in [[Context::Registry, Context::Dissemination], [Context::Dissemination, Context::Registry]] {
        let generation = generations.begin().await.unwrap();
        for context in order {
            match context {
                Context::Registry => fold(&rig.pool, &generation, RegistryFold::default(), &events).await,
                Context::Dissemination => fold(&rig.pool, &generation, DisseminationFold::default(), &told).await,
            }
        }
        digests.push(digest(&rig.pool, &generation.schema).await.unwrap());
        // Only one is built at a time.
        generations.switch(&generation, None).await.unwrap();
    }
    assert_eq!(digests[0], digests[1]);
}

#[tokio::test]
async fn a_campaign_that_cannot_be_read_is_held_back_and_what_others_told_counts_on() {
    let rig = Rig::start().await;
    let (events, told) = histories(4);
    let mut unknown = told.iter().rev().find(|made| made.event_type.ends_with(".CampaignAssigned")).unwrap().clone();
    let campaign = unknown.aggregate;
    unknown.version = told.iter().filter(|made| made.aggregate == campaign).map(|made| made.version).max().unwrap() + 1;
    unknown.event_type = "kim.dissemination.v1.CampaignOfTheFuture".into();
    let nobody = Uuid::from_u128(99);
    let paused = Made {
        aggregate: nobody,
        version: 1,
        event_type: "kim.dissemination.v1.CampaignPaused".into(),
        payload: CampaignPaused { campaign_id: nobody.to_string(), ..Default::default() }.encode_to_vec().into(),
        ..unknown.clone()
    };
    rig.append(&events[..50]).await;
    rig.tell(&told).await;
    rig.tell(&[unknown, paused]).await;
    let replica = rig.replica().await;
    let as_of = replica.settled(&rig).await;
    let parked = rig.parked(as_of.generation).await;
    let expected = [
        (campaign, "layanan pelaporan ini belum mengenal kejadian kim.dissemination.v1.CampaignOfTheFuture".to_owned()),
        (nobody, "yang diubahnya belum ada".to_owned()),
    ];
    assert_eq!(parked, expected);
    assert!(!as_of.is_complete());
    let dissemination = as_of.log(Context::Dissemination).unwrap();
    assert_eq!((as_of.registry().parked, dissemination.parked), (0, 2));
    replica.stop().await;
}

fn histories(seed: u64) -> (Vec<Made>, Vec<Made>) {
    let events = registry::random(seed);
    let told = history::random(seed, &communities(&events));
    (events, told)
}

/// Folds events without a log, in batches.
async fn fold<F: Fold>(base: &PgPool, generation: &Generation, mut fold: F, events: &[Made]) {
    let pool = generation.pool(base, 1, &[]);
    let mut connection = pool.acquire().await.unwrap();
    let recorded: Vec<_> = (1..).zip(events).map(|(n, made)| recorded(made, LogId(Uuid::nil()), n)).collect();
    for batch in recorded.chunks(333) {
        write(&mut connection, &mut fold, batch).await;
    }
}

pub async fn write<F: Fold>(connection: &mut PgConnection, fold: &mut F, batch: &[kim_eventlog::Recorded]) {
    let decoded: Vec<_> =
        batch.iter().filter_map(|event| fold.decode(event).unwrap().map(|decoded| (event, decoded))).collect();
    let mut transaction = connection.begin().await.unwrap();
    sqlx::raw_sql("SET LOCAL synchronous_commit = off").execute(&mut *transaction).await.unwrap();
    fold.fold(&mut transaction, &decoded).await.unwrap();
    transaction.commit().await.unwrap();
}
