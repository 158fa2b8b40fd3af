use std::collections::BTreeSet;

use kim_projection::pages::{Basis, CommunityQuery, Month, Queries, RegionQuery, Selection, Status};
use kim_territory::{RegionCode, Territory};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use crate::{
    history::{self, SEATS},
    recount::{Listed, Recount},
    rig::{Replica, Rig},
};

const BASES: [Basis; 2] = [Basis::Happened, Basis::Recorded];

#[tokio::test]
async fn every_figure_equals_a_recount_straight_from_the_events() {
    let seed = std::env::var("KIM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("KIM_SEED={seed}");
    let rig = Rig::start().await;
    let events = history::random(seed);
    println!("{} events", events.len());
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    // In some portions, so that batches and what is in memory differ from run to run.
    let cut = rng.random_range(1..events.len());
    rig.append(&events[..cut]).await;
    let replica = rig.replica().await;
    replica.until_position(rig.log.newest().await.unwrap()).await;
    replica.stop().await;
    let replica = rig.replica().await;
    rig.append(&events[cut..]).await;
    let as_of = replica.until_position(rig.log.newest().await.unwrap()).await;
    assert_eq!(rig.parked(as_of.generation).await, []);

    let recount = Recount::of(&events);
    for region in regions() {
        for basis in BASES {
            compare_region(&replica, &recount, region, basis, &mut rng).await;
        }
    }
    for _ in 0..120 {
        compare_list(&replica, &recount, &mut rng).await;
    }
    replica.stop().await;
}

/// Every region with a community, each above it, and one without any.
fn regions() -> BTreeSet<RegionCode> {
    let seats = SEATS.iter().map(|(.., today)| history::code(today));
    seats.flat_map(|seat| seat.ancestors()).chain([history::code("13.71")]).collect()
}

async fn compare_region(replica: &Replica, recount: &Recount, region: RegionCode, basis: Basis, rng: &mut ChaCha8Rng) {
    let month = Month::FIRST.plus(rng.random_range(0..60));
    let view = replica.store.region(RegionQuery { region, month, basis }).await.unwrap();
    assert_eq!(i32::try_from(view.series.len()).unwrap(), month.since(Month::FIRST) + 1);
    for (n, figures) in (0..).zip(&view.series) {
        let month = Month::FIRST.plus(n);
        assert_eq!(*figures, recount.figures(region, month, basis), "{region} {month} {basis:?}");
    }
    let parts: Vec<RegionCode> = Territory::current().children(&region).map(|part| part.code).collect();
    assert_eq!(view.parts.iter().map(|part| part.code).collect::<Vec<_>>(), parts);
    for part in &view.parts {
        assert_eq!(part.figures, recount.figures(part.code, month, basis), "{} {month} {basis:?}", part.code);
    }
    assert_eq!(view.trainings, recount.trainings(region, month, basis), "{region} {month} {basis:?}");
    let revived = recount.revived_after_training(region, month, basis);
    assert_eq!(view.revived_after_training, revived, "{region} {month} {basis:?}");
    assert_eq!(view.baseline.map(|baseline| (baseline.value, baseline.version)), Some((4900, 2)));
    let rule = view.dormancy_rule.map(|rule| rule.set_by);
    let own =
        basis == Basis::Happened && history::code("14").contains(&region) && month.to_string().as_str() >= "2022-06";
    if basis == Basis::Happened {
        assert_eq!(rule, Some(if own { history::code("14") } else { RegionCode::NATION }), "{region} {month}");
    }
}

async fn compare_list(replica: &Replica, recount: &Recount, rng: &mut ChaCha8Rng) {
    const SELECTIONS: [Selection; 9] = [
        Selection::All,
        Selection::RevitalisedInYear,
        Selection::Status(Status::Draft),
        Selection::Status(Status::Submitted),
        Selection::Status(Status::Returned),
        Selection::Status(Status::Registered),
        Selection::Status(Status::Active),
        Selection::Status(Status::Dormant),
        Selection::Status(Status::Dissolved),
    ];
    let region = *regions().into_iter().collect::<Vec<_>>().choose(rng).unwrap();
    let month = Month::FIRST.plus(rng.random_range(0..60));
    let basis = *BASES.choose(rng).unwrap();
    let selection = *SELECTIONS.choose(rng).unwrap();
    let limit = rng.random_range(1..9);
    let within = RegionQuery { region, month, basis };
    let expected = recount.list(region, month, basis, selection);
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = replica.store.communities(CommunityQuery { within, selection, after, limit }).await.unwrap();
        assert_eq!(usize::try_from(page.total).unwrap(), expected.len(), "{within:?} {selection:?}");
        assert!(page.communities.len() <= usize::try_from(limit).unwrap());
        found.extend(page.communities.into_iter().map(|community| Listed {
            seat: community.seat,
            name: community.name,
            id: community.id,
            status: community.status,
            last_activity: community.last_activity,
            members: community.members,
        }));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, expected, "{within:?} {selection:?}");
}
