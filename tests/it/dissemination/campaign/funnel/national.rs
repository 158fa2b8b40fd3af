//! A campaign of the whole nation, and its receipts in any order, doubled and late: counted exactly on every level.

use std::{collections::BTreeSet, time::Instant};

use kim_contract::dissemination::v1::{CampaignPriority, DeliveryStatus, ReceiptKind, ReportRow};
use kim_territory::{Level, RegionCode, Territory};
use kim_values::Region;
use rand::{RngExt, SeedableRng, seq::IndexedRandom, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use sqlx::AssertSqlSafe;
use time::{Duration, OffsetDateTime};

use super::{
    agreement::agreement,
    reported::{Delivery, import, outcomes, receipt, row},
};
use crate::{
    dissemination::{
        campaign::{Ledger, draft_of, got, national_office, plan, scheduled, today, whole},
        nation::{Nation, until},
    },
    harness::seed,
};

const COMMUNITIES: usize = 84_000;
/// Of so many communities the districts and villages are compared too; nation, provinces and regencies are all.
const SAMPLE: usize = 60;

/// A village for each community; a second one comes to the first villages.
fn seats() -> Vec<RegionCode> {
    let villages = Territory::current().within(&RegionCode::NATION, Level::Village).map(|village| village.code);
    villages.collect::<Vec<_>>().into_iter().cycle().take(COMMUNITIES).collect()
}

async fn register(nation: &Nation, seats: &[RegionCode]) {
    let named = |(n, seat): (usize, &RegionCode)| (format!("KIM Sumber Makmur {}", n / 80_000 + 1), seat.to_string());
    let communities: Vec<(String, String)> = seats.iter().enumerate().map(named).collect();
    let wanted: Vec<(&str, &str)> = communities.iter().map(|(name, seat)| (name.as_str(), seat.as_str())).collect();
    nation.communities(&wanted).await;
}

fn per_second(many: usize, began: Instant) -> String {
    let seconds = began.elapsed().as_secs_f64();
    format!("{many} in {seconds:.1} s, {:.0} in a second", many as f64 / seconds)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_of_a_whole_nation_are_counted_exactly_whatever_their_order() {
    let seed = seed("KIM_SEED");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let nation = Nation::start().await;
    let reports = nation.reports(nation.projection().await);
    let office = national_office(&nation).await;
    let (seats, began) = (seats(), Instant::now());
    register(&nation, &seats).await;
    println!("communities registered: {}", per_second(COMMUNITIES, began));
    nation.settled().await;
    println!("and known to dissemination after {:.1} s", began.elapsed().as_secs_f64());

    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let mut plan = plan(&["00"], today(), 3);
    plan.priority = CampaignPriority::Urgent.into();
    let began = Instant::now();
    let campaign = scheduled(&nation, &nation.national(), draft_of(&office, material, plan)).await.campaign_id;
    whole::drawn(&ledger, &campaign).await;
    println!("got the campaign: {}", per_second(COMMUNITIES, began));
    until(async || whole::rows(&nation, &campaign).await == 84_000).await;

    let assigned = OffsetDateTime::now_utc();
    let deliveries: Vec<Delivery> =
        got(&nation, &campaign).await.into_iter().map(|(community, ..)| (campaign.clone(), community)).collect();
    let mut reported = |kind: ReceiptKind| -> Vec<ReportRow> {
        let mut at = || assigned + Duration::milliseconds(rng.random_range(0..200_000));
        let mut rows: Vec<ReportRow> = deliveries.iter().map(|one| row(one, receipt(kind, at()))).collect();
        rows.shuffle(&mut rng);
        rows
    };
    // One in a hundred is acknowledged before it is known that it arrived, and one in twenty is told twice.
    let mut delivered = reported(ReceiptKind::Delivered);
    let late = delivered.split_off(COMMUNITIES - COMMUNITIES / 100);
    let mut acknowledged = reported(ReceiptKind::Acknowledged);
    acknowledged.extend_from_within(..COMMUNITIES / 20);
    acknowledged.shuffle(&mut rng);
    for (what, rows, wanted) in [
        ("deliveries", delivered, [COMMUNITIES - COMMUNITIES / 100, 0]),
        ("acknowledgements", acknowledged, [COMMUNITIES, COMMUNITIES / 20]),
        ("late deliveries", late, [COMMUNITIES / 100, 0]),
    ] {
        let (many, began) = (rows.len(), Instant::now());
        let results = import(&nation, rows).await;
        println!("{what}: {}", per_second(many, began));
        assert_eq!(outcomes(&results), wanted, "{what}, KIM_SEED={seed}");
    }

    let of_deliveries = "SELECT replace(type, 'kim.dissemination.v1.Delivery', ''), count(*) FROM log.event
                         WHERE type LIKE 'kim.dissemination.v1.Delivery%' GROUP BY type ORDER BY type";
    let told: Vec<(String, i64)> = sqlx::query_as(of_deliveries).fetch_all(&nation.pool).await.unwrap();
    let each_once = [("Acknowledged".to_owned(), 84_000), ("Delivered".to_owned(), 84_000)];
    assert_eq!(told, each_once, "each once, KIM_SEED={seed}");
    let indexed = format!(
        "SELECT count(*) FROM dissemination.delivery WHERE delivered AND acknowledged AND status = {}",
        DeliveryStatus::Acknowledged as i32
    );
    let indexed = async || sqlx::query_scalar::<_, i64>(AssertSqlSafe(&*indexed)).fetch_one(&nation.pool).await;
    until(async || indexed().await.unwrap() == 84_000).await;

    let sample: BTreeSet<String> = seats
        .sample(&mut rng, SAMPLE)
        .flat_map(|seat| [Some(*seat), seat.district()].into_iter().flatten().map(|code| code.to_string()))
        .collect();
    let is_asked = |code: &str| code.len() <= "14.01".len() || sample.contains(code);
    let agreement = agreement(&nation, &reports, &[], is_asked).await;
    println!("{} figures of {} regions", agreement.figures, agreement.regions);
    assert!(agreement.differences.is_empty(), "KIM_SEED={seed}\n{}", agreement.differences.join("\n"));
    // The nation, its provinces and regencies, and the sample's districts and villages.
    assert!(agreement.regions > 1 + 38 + 514 + SAMPLE, "{} regions", agreement.regions);
}
