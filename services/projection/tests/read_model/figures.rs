use std::collections::BTreeSet;

use kim_projection::pages::{Basis, CommunityQuery, Month, Queries, QueryError, RegionQuery, Selection, Status};
use kim_territory::{Decree, Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use crate::{
    history::{self, Made, SEATS},
    recount::{Listed, Recount},
    rig::{Replica, Rig},
};

const BASES: [Basis; 2] = [Basis::Happened, Basis::Recorded];

/// The seed of a test: the one given, or any.
pub fn seed() -> u64 {
    let seed = std::env::var("KIM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("KIM_SEED={seed}");
    seed
}

#[tokio::test]
async fn every_figure_equals_a_recount_straight_from_the_events() {
    let seed = seed();
    let rig = Rig::start().await;
    let events = history::random(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (replica, recount) = folded(&rig, &events, &mut rng).await;
    for region in regions() {
        for basis in BASES {
            compare_region(&replica, &recount, region, None, basis, &mut rng).await;
        }
    }
    for _ in 0..120 {
        let region = *regions().into_iter().collect::<Vec<_>>().choose(&mut rng).unwrap();
        compare_list(&replica, &recount, region, None, &mut rng).await;
    }
    replica.stop().await;
}

#[tokio::test]
async fn totals_by_each_territory_that_was_in_force_equal_a_recount_straight_from_the_events() {
    let seed = seed();
    let rig = Rig::start().await;
    let events = history::with_adoptions(seed);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (replica, recount) = folded(&rig, &events, &mut rng).await;
    recount.check_seats();
    let today = recount.seats();
    for decree in Decree::ALL {
        // Every region around a community, by that territory; all provinces, and some of the others.
        let around = |seat: &RegionCode| seat.ancestors().filter_map(|code| recount.olds(decree, code));
        let regions: BTreeSet<RegionCode> = today.iter().flat_map(around).flatten().copied().collect();
        let (wide, narrow): (Vec<_>, Vec<_>) =
            regions.into_iter().partition(|region| region.level() <= Level::Province);
        let some = narrow.sample(&mut rng, 16).copied().collect::<Vec<_>>();
        for region in wide.into_iter().chain(some) {
            let basis = *BASES.choose(&mut rng).unwrap();
            compare_region(&replica, &recount, region, Some(decree), basis, &mut rng).await;
            compare_list(&replica, &recount, region, Some(decree), &mut rng).await;
        }
    }
    replica.stop().await;
}

#[tokio::test]
async fn a_community_is_seen_at_its_new_place_and_by_the_territory_that_it_was_registered_in() {
    let rig = Rig::start().await;
    let events = history::with_adoptions(1);
    let (replica, recount) = folded(&rig, &events, &mut ChaCha8Rng::seed_from_u64(1)).await;
    let (papua_barat, daya) = (history::code("92"), history::code("96"));
    let month = "2022-12".parse().unwrap();
    let list = async |region, territory| {
        let within = RegionQuery { region, territory, month, basis: Basis::Happened };
        let query = CommunityQuery { within, selection: Selection::All, after: None, limit: 1000 };
        let page = replica.store.communities(query).await.unwrap();
        assert_eq!(page.as_of.decree, territory.unwrap_or(Decree::D2025));
        page.communities.into_iter().map(|community| community.id).collect::<BTreeSet<_>>()
    };
    let (old, new) = (list(papua_barat, Some(Decree::D2022)).await, list(daya, None).await);
    assert!(!new.is_empty() && new.is_subset(&old));
    assert!(list(papua_barat, None).await.is_disjoint(&new));
    let ask =
        |region, territory| replica.store.region(RegionQuery { region, territory, month, basis: Basis::Happened });
    let untold = Territory::of(Decree::D2022)
        .within(&RegionCode::NATION, Level::District)
        .map(|district| district.code)
        .find(|district| recount.adopted().cover(district, Decree::D2022).is_none())
        .unwrap();
    let refused = ask(untold, Some(Decree::D2022)).await.unwrap_err();
    assert!(matches!(refused, QueryError::Untold { region, decree: Decree::D2022 } if region == untold));
    let regency = ask(untold.regency().unwrap(), Some(Decree::D2022)).await.unwrap();
    assert!(regency.untold.contains(&untold));
    replica.stop().await;
}

#[tokio::test]
async fn a_territory_that_is_not_in_force_yet_is_refused() {
    let rig = Rig::start().await;
    let events = history::with_adoptions(2);
    let adopted = "kim.registry.v1.TerritoryAdopted";
    let second = events.iter().enumerate().filter(|(_, made)| made.event_type == adopted).nth(1).unwrap().0;
    let (replica, recount) = folded(&rig, &events[..=second], &mut ChaCha8Rng::seed_from_u64(2)).await;
    assert_eq!(recount.adopted().in_force(), Decree::D2023);
    assert_eq!(replica.store.in_force().now().in_force(), Decree::D2023);
    let month = "2020-03".parse().unwrap();
    let ask = |territory| {
        let region = history::code("96");
        replica.store.region(RegionQuery { region, territory, month, basis: Basis::Happened })
    };
    assert_eq!(ask(None).await.unwrap().as_of.territories, [Decree::D2022, Decree::D2023]);
    assert!(matches!(ask(Some(Decree::D2025)).await, Err(QueryError::NotInForce(Decree::D2025))));
    replica.stop().await;
}

/// What a replica made of events, and what they say.
async fn folded(rig: &Rig, events: &[Made], rng: &mut ChaCha8Rng) -> (Replica, Recount) {
    println!("{} events", events.len());
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

    (replica, Recount::of(events))
}

/// Every region with a community, each above it, and one without any.
fn regions() -> BTreeSet<RegionCode> {
    let seats = SEATS.iter().map(|(.., today)| history::code(today));
    seats.flat_map(|seat| seat.ancestors()).chain([history::code("13.71")]).collect()
}

async fn compare_region(
    replica: &Replica,
    recount: &Recount,
    region: RegionCode,
    territory: Option<Decree>,
    basis: Basis,
    rng: &mut ChaCha8Rng,
) {
    let month = Month::FIRST.plus(rng.random_range(0..60));
    let view = replica.store.region(RegionQuery { region, territory, month, basis }).await.unwrap();
    let decree = territory.unwrap_or(recount.adopted().in_force());
    assert_eq!(view.as_of.decree, decree);
    assert_eq!(i32::try_from(view.series.len()).unwrap(), month.since(Month::FIRST) + 1);
    for (n, figures) in (0..).zip(&view.series) {
        let month = Month::FIRST.plus(n);
        assert_eq!(*figures, recount.figures(region, decree, month, basis), "{region} of {decree} {month} {basis:?}");
    }
    let (told, untold): (Vec<RegionCode>, Vec<RegionCode>) = Territory::of(decree)
        .children(&region)
        .map(|part| part.code)
        .partition(|part| recount.adopted().cover(part, decree).is_some());
    assert_eq!(view.parts.iter().map(|part| part.code).collect::<Vec<_>>(), told);
    assert_eq!(view.untold, untold);
    for part in &view.parts {
        assert_eq!(
            part.figures,
            recount.figures(part.code, decree, month, basis),
            "{} of {decree} {month} {basis:?}",
            part.code
        );
    }
    assert_eq!(
        view.trainings,
        recount.trainings(region, decree, month, basis),
        "{region} of {decree} {month} {basis:?}"
    );
    let revived = recount.revived_after_training(region, decree, month, basis);
    assert_eq!(view.revived_after_training, revived, "{region} {month} {basis:?}");
    assert_eq!(view.baseline.map(|baseline| (baseline.value, baseline.version)), Some((4900, 2)));
    let rule = view.dormancy_rule.map(|rule| rule.set_by);
    let own =
        basis == Basis::Happened && history::code("14").contains(&region) && month.to_string().as_str() >= "2022-06";
    if basis == Basis::Happened {
        assert_eq!(rule, Some(if own { history::code("14") } else { RegionCode::NATION }), "{region} {month}");
    }
}

async fn compare_list(
    replica: &Replica,
    recount: &Recount,
    region: RegionCode,
    territory: Option<Decree>,
    rng: &mut ChaCha8Rng,
) {
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
    let decree = territory.unwrap_or(recount.adopted().in_force());
    let month = Month::FIRST.plus(rng.random_range(0..60));
    let basis = *BASES.choose(rng).unwrap();
    let selection = *SELECTIONS.choose(rng).unwrap();
    let limit = rng.random_range(1..9);
    let within = RegionQuery { region, territory, month, basis };
    let expected = recount.list(region, decree, month, basis, selection);
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
