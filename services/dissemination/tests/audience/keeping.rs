use kim_contract::registry::v1 as proto;
use kim_eventlog::Feed;
use rand::RngExt;
use uuid::Uuid;

use crate::{
    history::{History, Told},
    rig::{self, Rig, keep, seed},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_again_equals_the_live_one_row_for_row() {
    let mut history = History::random(seed(), 2_000);
    let rig = Rig::start().await;
    let keeper = rig.keeper().await;
    let last = history.told.len() - 1;
    let mut sent = 0;
    while sent < last {
        let some = history.rng.random_range(1..=60).min(last - sent);
        rig.append(&history.told[sent..sent + some]).await;
        sent += some;
        rig.until(position(sent)).await;
    }
    let live = rig::rows(&rig.pool).await;
    assert!(live.len() > 1_000, "{}", live.len());

    // Another one, in batches as large as they come, from the log itself.
    let (pool, another) = rig.another().await;
    let other_keeper = keep(&another, Feed::Log(rig.log.clone()));
    rig::until(&another, position(last)).await;
    assert_eq!(rig::rows(&pool).await, live);

    // And this one, from the stream, while its keeper is at work.
    rig.audiences.empty().await.unwrap();
    assert_eq!(rig::rows(&rig.pool).await, Vec::<String>::new());
    rig.append(&history.told[last..]).await;
    rig.until(position(last + 1)).await;
    rig::until(&another, position(last + 1)).await;
    assert_eq!(rig::rows(&rig.pool).await, rig::rows(&pool).await);
    assert_eq!(rig.audiences.parked().await.unwrap(), []);
    other_keeper.stop().await;
    keeper.stop().await;
}

fn position(events: usize) -> i64 {
    i64::try_from(events).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_keepers_have_the_effect_of_one_and_one_goes_on_for_the_other() {
    let history = History::random(seed(), 1_000);
    let rig = Rig::start().await;
    let (one, two) = (rig.keeper().await, rig.keeper().await);
    rig.append(&history.told[..500]).await;
    rig.until(500).await;
    one.stop().await;
    rig.append(&history.told[500..]).await;
    rig.until(position(history.told.len())).await;
    two.stop().await;
    let live = rig::rows(&rig.pool).await;
    let (pool, another) = rig.another().await;
    let keeper = keep(&another, Feed::Log(rig.log.clone()));
    rig::until(&another, position(history.told.len())).await;
    assert_eq!(rig::rows(&pool).await, live);
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_folded_parks_its_aggregate_and_nothing_else() {
    let history = History::random(2, 300);
    let rig = Rig::start().await;
    let keeper = rig.keeper().await;
    rig.append(&history.told[..300]).await;
    // Somebody else's program wrote an event that this one does not know, and one that contradicts what is known.
    let [unknown, nobody, same] = [91, 92, 93].map(Uuid::from_u128);
    let future = Told {
        event_type: "kim.registry.v1.CommunityOfTheFuture",
        ..Told::of(unknown, 1, &proto::GrantRevoked::default())
    };
    let submitted = |id: Uuid| proto::CommunitySubmitted { community_id: id.to_string(), ..Default::default() };
    let office = proto::OfficeClosed { office_id: nobody.to_string(), ..Default::default() };
    let strange = [future, Told::of(nobody, 1, &submitted(nobody)), Told::of(same, 1, &office)];
    rig.append(&strange).await;
    rig.append(&[Told::of(nobody, 2, &submitted(nobody))]).await;
    rig.until(304).await;
    let parked = rig.audiences.parked().await.unwrap();
    let parked: Vec<_> = parked.iter().map(|p| (p.aggregate_id, p.events, p.reason.as_str())).collect();
    assert_eq!(
        parked,
        [
            (unknown, 1, "layanan diseminasi ini belum mengenal kejadian kim.registry.v1.CommunityOfTheFuture"),
            (nobody, 2, "KIM itu belum ada"),
            (same, 1, "isinya tentang data lain daripada yang disebut kejadiannya"),
        ]
    );
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_another_log_is_folded_until_the_copy_is_emptied() {
    let (history, other_history) = (History::random(3, 200), History::random(4, 400));
    let rig = Rig::start().await;
    let keeper = rig.keeper().await;
    rig.append(&history.told[..200]).await;
    rig.until(200).await;
    keeper.stop().await;
    let live = rig::rows(&rig.pool).await;

    let other = rig.other_log().await;
    for told in &other_history.told[..300] {
        other.append(told.member()).await.unwrap();
    }
    let keeper = keep(&rig.audiences, Feed::Log(other.clone()));
    rig.until_stopped().await;
    assert_eq!(rig::rows(&rig.pool).await, live);
    keeper.stop().await;
    rig.audiences.empty().await.unwrap();
    let keeper = keep(&rig.audiences, Feed::Log(other));
    rig.until(300).await;
    assert_ne!(rig::rows(&rig.pool).await, live);
    keeper.stop().await;
}
