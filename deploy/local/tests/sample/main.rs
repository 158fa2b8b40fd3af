//! The sample nation goes into a real registry and a real dissemination, and what is then in their logs is what the plan says.
#![allow(clippy::unwrap_used, reason = "a test that panics says where")]

mod dissemination;
mod nation;
mod registry;

use std::time::Instant;

use kim_local::sample::{load::load_plan, month::Month, places::code, plan::Plan};
use kim_territory::{Decree, RegionCode};
use tokio::sync::Notify;

use self::nation::Nation;

const UNTIL: Month = Month::new(2026, 10);

#[tokio::test(flavor = "multi_thread")]
async fn riau_is_loaded_once_however_often_the_loading_is_broken_off() {
    let nation = Nation::prepare().await;
    let plan = Plan::of(UNTIL, code("14"));
    // Broken off at four places, and the services stopped and started between.
    for percent in [20, 50, 75, 95] {
        let running = nation.start().await;
        let enough = Notify::new();
        let loading = load_plan(&plan, running.services(), nation.notes(), |progress| {
            if progress.done * 100 > progress.total * percent {
                enough.notify_one();
            }
        });
        tokio::select! {
            outcome = loading => outcome.unwrap(),
            () = enough.notified() => {}
        }
        running.stop().await;
    }
    let running = nation.start().await;
    for _ in 0..2 {
        load_plan(&plan, running.services(), nation.notes(), |_| {}).await.unwrap();
    }
    let counts = nation.counts("registry").await;
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let listed: usize = plan.steps.iter().map(|step| step.listed.len()).sum();
    assert_eq!(count("ActivityReported"), registry::reports(&plan), "{counts:?}");
    assert_eq!(count("CommunityDrafted"), i64::try_from(plan.kims.len()).unwrap(), "{counts:?}");
    assert!(count("CommunityRegistered") >= i64::try_from(listed).unwrap(), "{counts:?}");
    for (event, commands) in registry::told(&plan) {
        assert_eq!(count(event), commands, "{event} of {counts:?}");
    }
    // What ends by itself.
    for event in ["OfficerLeft", "OfficerAppointed", "PartnershipReminded", "PartnershipExpired"] {
        assert!(count(event) > 0, "{event} of {counts:?}");
    }
    registry::has_moved(&counts, &plan);
    assert_eq!(count("OfficeEstablished"), 14);
    assert!(count("CommunityRevitalised") > 45, "{counts:?}");
    dissemination::has(&nation.counts("dissemination").await, &plan);
    dissemination::adds_up(&nation.pool("dissemination").await).await;
    running.stop().await;
}

/// The province that was split from another one: its communities and its regencies' offices move, and it has an office of its own after.
#[tokio::test(flavor = "multi_thread")]
async fn papua_barat_daya_lives_through_all_territories_however_often_its_loading_is_broken_off() {
    let nation = Nation::prepare().await;
    let plan = Plan::of(UNTIL, code("96"));
    // Broken off as soon as a territory is in force, while communities and offices move.
    for changes in 1..Decree::ALL.len() {
        let running = nation.start().await;
        let loading = load_plan(&plan, running.services(), nation.notes(), |_| {});
        tokio::select! {
            outcome = loading => outcome.unwrap(),
            () = nation.has("TerritoryRegionsChanged", changes) => {}
        }
        running.stop().await;
    }
    let running = nation.start().await;
    load_plan(&plan, running.services(), nation.notes(), |_| {}).await.unwrap();
    let counts = nation.counts("registry").await;
    assert_eq!(counts["ActivityReported"], registry::reports(&plan), "{counts:?}");
    assert_eq!(counts["CommunityDrafted"], i64::try_from(plan.kims.len()).unwrap(), "{counts:?}");
    assert_eq!(counts["OfficeEstablished"], 1 + 1 + 6, "{counts:?}");
    for (event, commands) in registry::told(&plan) {
        assert_eq!(counts.get(event).copied().unwrap_or_default(), commands, "{event} of {counts:?}");
    }
    registry::has_moved(&counts, &plan);
    assert!(counts["CommunityMovedIn"] > 0);
    dissemination::has(&nation.counts("dissemination").await, &plan);
    dissemination::adds_up(&nation.pool("dissemination").await).await;
    running.stop().await;
}

/// Prints how long it takes: `cargo test --release -p kim-local --test sample nation -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute"]
async fn the_whole_nation_is_loaded() {
    let nation = Nation::prepare().await;
    let begun = Instant::now();
    let plan = Plan::of(UNTIL, RegionCode::NATION);
    println!("plan {:?}", begun.elapsed());
    let running = nation.start().await;
    let mut year = 0;
    let begun = Instant::now();
    load_plan(&plan, running.services(), nation.notes(), |progress| {
        if progress.month.year() != year {
            year = progress.month.year();
            println!("{year} {:?} {progress:?}", begun.elapsed());
        }
    })
    .await
    .unwrap();
    let counts = nation.counts("registry").await;
    println!("loaded {:?}: {} {counts:?}", begun.elapsed(), counts.values().sum::<i64>());
    assert_eq!(counts["ActivityReported"], registry::reports(&plan));
    for (event, commands) in registry::told(&plan) {
        assert_eq!(counts.get(event).copied().unwrap_or_default(), commands, "{event}");
    }
    registry::has_moved(&counts, &plan);
    let counts = nation.counts("dissemination").await;
    println!("of dissemination: {} {counts:?}", counts.values().sum::<i64>());
    dissemination::has(&counts, &plan);
    dissemination::adds_up(&nation.pool("dissemination").await).await;
    running.stop().await;
}
