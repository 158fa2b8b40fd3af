//! The sample nation as a person meets it: one command, and the dashboard tells what happened, every figure counted from the log.

use std::collections::BTreeSet;

use kim_territory::{Level, RegionCode, Territory};
use serde_json::Value;
use time::{Date, macros::date};

use crate::{
    harness::{Recount, Status, Up, end_of},
    pages,
};

const NATION: RegionCode = RegionCode::NATION;

async fn file(up: &Up, path: &str) -> Value {
    let (status, text) = up.page(path).await;
    assert_eq!(status, 200, "{path}");
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn address(region: RegionCode) -> String {
    if region == NATION { "/nasional.json".into() } else { format!("/wilayah/{region}.json") }
}

fn number(row: &Value, field: &str) -> usize {
    row[field].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_else(|| panic!("{field} of {row}"))
}

fn when(row: &Value) -> (i32, u8) {
    let part = |field: &str| row[field].as_i64().expect("a number");
    (i32::try_from(part("year")).expect("a year"), u8::try_from(part("month")).expect("a month"))
}

/// Compares a row of figures with the log.
fn compare(recount: &Recount, row: &Value) {
    let region: RegionCode = row["code"].as_str().expect("a code").parse().expect("a region's code");
    let (year, month) = when(row);
    let day = end_of(year, month);
    let said = |field| number(row, field);
    let what = format!("{region} {year}-{month}");
    assert_eq!(said("active"), recount.count(region, Status::Active, day), "active, {what}");
    assert_eq!(said("dormant"), recount.count(region, Status::Dormant, day), "dormant, {what}");
    assert_eq!(said("dissolved"), recount.count(region, Status::Dissolved, day), "dissolved, {what}");
    assert_eq!(said("registered"), recount.count(region, Status::Registered, day), "registered, {what}");
    assert_eq!(said("active_again"), recount.revitalised(region, year, month), "active again, {what}");
    let village = |seat: &RegionCode| (seat.level() == Level::Village).then_some(*seat);
    assert_eq!(said("villages_covered"), recount.covered(region, village, day), "villages, {what}");
    // A district is one, and a village has none.
    let districts = match region.level() {
        Level::Village => 0,
        Level::District => 1,
        _ => Territory::current().count(&region, Level::District),
    };
    assert_eq!(said("districts"), districts, "all districts, {what}");
    let covered = if districts == 0 { 0 } else { recount.covered(region, RegionCode::district, day) };
    assert_eq!(said("districts_covered"), covered, "districts, {what}");
}

/// The nation, all provinces and all of Riau, each month from the first one shown.
async fn every_figure_is_the_logs(up: &Up, recount: &Recount) {
    let nation = file(up, &address(NATION)).await;
    for row in nation["months"].as_array().unwrap().iter().chain(nation["parts"].as_array().unwrap()) {
        compare(recount, row);
    }
    assert_eq!(nation["parts"].as_array().unwrap().len(), 38);
    let counted = recount.trainings();
    let told = nation["trainings"].as_array().unwrap();
    assert_eq!(told.len(), counted.len());
    let numbers = |n: usize| n.to_string();
    let told: BTreeSet<_> = told
        .iter()
        .map(|t| {
            let of = |field: &str| t[field].to_string().trim_matches('"').to_owned();
            ["region", "held_to", "communities", "dormant_before", "active_again_in_90_days"].map(of)
        })
        .collect();
    let counted: BTreeSet<_> = counted
        .iter()
        .map(|t| {
            let to = t.held_to.to_string();
            [
                t.region.to_string(),
                to,
                numbers(t.communities),
                numbers(t.dormant_before),
                numbers(t.active_again_in_90_days),
            ]
        })
        .collect();
    assert_eq!(told, counted);
    let riau: RegionCode = "14".parse().unwrap();
    let territory = Territory::current();
    let regions = territory
        .within(&NATION, Level::Province)
        .chain(territory.within(&riau, Level::Regency))
        .chain(territory.within(&"14.01".parse().unwrap(), Level::District));
    for region in regions {
        let file = file(up, &address(region.code)).await;
        let months = file["months"].as_array().unwrap();
        let every = if region.code.level() == Level::Province && region.code != riau { 12 } else { 3 };
        for row in months.iter().rev().step_by(every).chain(file["parts"].as_array().unwrap()) {
            compare(recount, row);
        }
    }
}

async fn the_story_is_told(up: &Up, recount: &Recount) {
    let active = |day: Date| recount.count(NATION, Status::Active, day);
    assert_eq!(active(date!(2020 - 02 - 29)), 4_900);
    let lowest = (1..=12).map(|month| active(end_of(2022, month))).min();
    assert_eq!(lowest, Some(2_450));
    let (_, page) = up.page("/?bulan=2020-02").await;
    assert!(page.contains("4.900"), "February 2020 shows its figure");

    let (status, page) = up.page("/").await;
    assert_eq!(status, 200);
    assert!(page.contains("SIMULASI"));
    for word in ["4.900", "Riau", "6 Oktober 2022", "Kota Malang", "Kota Palembang", "Kalimantan Barat"] {
        assert!(page.contains(word), "the nation's page speaks of {word}");
    }
    let trainings = recount.trainings();
    let riau = trainings.iter().find(|t| t.region.to_string() == "14" && t.held_to == date!(2022 - 10 - 06));
    let riau = riau.expect("Riau's bimtek of 6 October 2022");
    assert!(riau.active_again_in_90_days > 0 && riau.dormant_before > riau.active_again_in_90_days);
    let (_, page) = up.page("/wilayah/14").await;
    assert!(page.contains(&riau.active_again_in_90_days.to_string()) && page.contains("6 Oktober 2022"));
}

/// What offices tell beside the story is there for whoever asks.
async fn the_rest_is_told_too(up: &Up) {
    for (args, words) in [
        (vec!["training", "list", "--region", "14"], "Bimtek platform KIM Provinsi Riau, Oktober 2022"),
        (vec!["training", "list", "--status", "cancelled"], "dibatalkan"),
        (vec!["partnership", "list", "--region", "35", "--status", "renewed"], "berlaku, diperpanjang"),
        (vec!["partnership", "list", "--region", "35", "--status", "expired"], "habis masanya"),
        (vec!["assessment", "list", "--region", "35"], "contoh_kinerja"),
        (vec!["code-list", "show", "topic"], "stunting"),
    ] {
        let (code, said, wrong) = up.kimctl(&args).await;
        assert_eq!(code, 0, "{args:?}: {wrong}");
        assert!(said.contains(words), "{args:?}: {said}");
    }
}

/// What a page says without what changes by the minute: when it was made, and how late it is.
async fn figures(up: &Up) -> Vec<Value> {
    let mut files = Vec::new();
    for path in ["/nasional.json", "/wilayah/14.json", "/wilayah/14.01.json"] {
        let mut file = file(up, path).await;
        file["manifest"]["live"] = Value::Null;
        files.push(file);
    }
    files
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_command_and_the_dashboard_tells_the_nations_story() {
    let mut up = Up::start("nation").await;
    let registry = up.pool("registry").await;
    let recount = Recount::of(&registry).await;
    the_story_is_told(&up, &recount).await;
    let of_campaign = pages::of_a_campaign(&up).await;
    tokio::join!(every_figure_is_the_logs(&up, &recount), pages::are_good(&up, &of_campaign));
    let (code, said, wrong) = up.kimctl(&["status"]).await;
    assert_eq!(code, 0, "{said}{wrong}");
    the_rest_is_told_too(&up).await;
    registry.close().await;

    let before = figures(&up).await;
    up.interrupt().await;
    up.again().await;
    assert_eq!(figures(&up).await, before, "stopped and started again, the figures are the same");
    up.erase().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_that_was_killed_goes_on_and_ends_as_the_same_nation() {
    let mut whole = Up::start("riau").await;
    let wanted = Recount::of(&whole.pool("registry").await).await;
    whole.interrupt().await;
    whole.erase().await;

    let mut broken = Up::prepared("riau");
    broken.killed_while_loading().await;
    broken.again().await;
    let registry = broken.pool("registry").await;
    let found = Recount::of(&registry).await;
    for month in [(2020, 2), (2021, 6), (2022, 9), (2023, 12)] {
        let day = end_of(month.0, month.1);
        for status in [Status::Active, Status::Dormant, Status::Registered, Status::Dissolved] {
            assert_eq!(found.count(NATION, status, day), wanted.count(NATION, status, day), "{status:?} {month:?}");
        }
    }
    registry.close().await;
    broken.erase().await;
}
