//! A campaign of the whole nation: how fast it goes out, and that each community gets it once, whoever is killed and however many replicas
//! there are.

use std::time::{Duration, Instant};

use kim_contract::dissemination::v1::CampaignPriority;
use kim_territory::{Level, RegionCode, Territory};
use kim_values::Region;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio_util::sync::CancellationToken;

use super::{Ledger, draft_of, national_office, plan, scheduled, today};
use crate::{
    dissemination::nation::{Nation, WITHIN, until},
    harness::seed,
};

const COMMUNITIES: usize = 84_000;
const KILLS: usize = 20;

/// Puts a community into each of so many villages of the copy, as if the registry had told of it.
async fn populate(nation: &Nation, communities: usize) {
    let villages: Vec<RegionCode> =
        Territory::current().within(&RegionCode::NATION, Level::Village).map(|village| village.code).collect();
    let seats: Vec<String> = (0..communities).map(|n| villages[n * 7919 % villages.len()].to_string()).collect();
    let insert = "INSERT INTO audience.community
        (community_id, from_position, name, seat_code, seat_decree, regency_code, province_code, seat_level, status, base_group)
        SELECT gen_random_uuid(), 1, 'KIM ' || seat, seat, '2025', left(seat, 5), left(seat, 2), 5, 6, 1
        FROM unnest($1::text[]) AS seat";
    sqlx::query(insert).bind(seats).execute(&nation.pool).await.unwrap();
    sqlx::raw_sql("ANALYZE audience.community").execute(&nation.pool).await.unwrap();
}

/// From the log alone: how many communities all batches of a campaign have, and how many different ones.
async fn recounted(ledger: &Ledger, campaign: &str) -> (usize, usize) {
    use kim_contract::dissemination::v1::CampaignAssigned;
    use prost::Message;
    let select = "SELECT payload FROM log.event WHERE aggregate_id = $1::uuid AND type LIKE '%CampaignAssigned' ORDER BY version";
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar(select).bind(campaign).fetch_all(ledger.log.pool()).await.unwrap();
    let mut all: Vec<String> = Vec::new();
    for (number, payload) in (1..).zip(payloads) {
        let batch = CampaignAssigned::decode(payload.as_slice()).unwrap();
        assert!(batch.community_ids.len() <= 500 && batch.batch == number);
        all.extend(batch.community_ids);
    }
    let told = all.len();
    all.sort_unstable();
    all.dedup();
    (told, all.len())
}

/// Waits until all of a campaign's audience had its turn; whoever asks too often is what it waits for.
pub(super) async fn drawn(ledger: &Ledger, campaign: &str) {
    let drawn = "SELECT EXISTS (SELECT FROM log.event WHERE aggregate_id = $1::uuid AND type LIKE '%AudienceDrawn')";
    let is_drawn = async || sqlx::query_scalar::<_, bool>(drawn).bind(campaign).fetch_one(ledger.log.pool()).await;
    let drawn = async {
        while !is_drawn().await.unwrap() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::time::timeout(WITHIN, drawn).await.expect("it is drawn in time");
}

/// How many communities have a campaign, by the index.
pub(super) async fn rows(nation: &Nation, campaign: &str) -> i64 {
    let count = "SELECT count(*) FROM dissemination.assignment WHERE campaign_id = $1::uuid";
    sqlx::query_scalar(count).bind(campaign).fetch_one(&nation.pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_national_campaign_goes_out_to_84_000_communities() {
    let nation = Nation::start().await;
    let token = nation.national();
    let office = national_office(&nation).await;
    nation.settled().await;
    populate(&nation, COMMUNITIES).await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let began = Instant::now();
    let id = scheduled(&nation, &token, draft_of(&office, material, plan(&["00"], today(), 3))).await.campaign_id;
    drawn(&ledger, &id).await;
    let in_all = began.elapsed().as_secs_f64();
    let took = "SELECT extract(epoch FROM max(recorded_time) FILTER (WHERE type LIKE '%AudienceDrawn')
                             - min(recorded_time) FILTER (WHERE type LIKE '%Started'))::float8
                FROM log.event WHERE aggregate_id = $1::uuid";
    let took: f64 = sqlx::query_scalar(took).bind(&id).fetch_one(&nation.pool).await.unwrap();
    let batches = ledger.events(&id).await["Assigned"];
    println!(
        "{COMMUNITIES} communities in {batches} batches: {took:.1} s from start to the last batch, {in_all:.1} s with the scheduling"
    );
    assert_eq!(recounted(&ledger, &id).await, (COMMUNITIES, COMMUNITIES));
    until(async || rows(&nation, &id).await == 84_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_bring_a_campaign_to_each_community_once() {
    let nation = Nation::start().await;
    nation.replica(CancellationToken::new()).await;
    let office = national_office(&nation).await;
    nation.settled().await;
    populate(&nation, 20_000).await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let draft = draft_of(&office, material, plan(&["00"], today(), 3));
        ids.push(scheduled(&nation, &nation.national(), draft).await.campaign_id);
    }
    for id in &ids {
        drawn(&ledger, id).await;
        assert_eq!(recounted(&ledger, id).await, (20_000, 20_000));
        until(async || rows(&nation, id).await == 20_000).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_twenty_times_in_the_midst_of_the_fan_out_it_brings_a_campaign_to_each_community_once() {
    let seed = seed("KIM_SEED");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut nation = Nation::without_dissemination(false).await;
    let office = national_office(&nation).await;
    let mut service = nation.program("dissemination-1");
    service.ready().await;
    nation.settled().await;
    populate(&nation, COMMUNITIES).await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let mut ids = Vec::new();
    let mut kills = 0;
    while kills < KILLS {
        service.ready().await;
        if ids.is_empty() || counted(&ledger, "AudienceDrawn").await == ids.len() {
            let mut plan = plan(&["00"], today(), 3);
            plan.priority = CampaignPriority::Urgent.into();
            ids.push(scheduled(&nation, &nation.national(), draft_of(&office, material, plan)).await.campaign_id);
        }
        let before = counted(&ledger, "Assigned").await;
        until(async || {
            counted(&ledger, "Assigned").await > before || counted(&ledger, "AudienceDrawn").await == ids.len()
        })
        .await;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..150))).await;
        service.kill9().await;
        kills += usize::from(counted(&ledger, "AudienceDrawn").await < ids.len());
    }
    service.ready().await;
    println!("{kills} kills in the midst of {} campaigns", ids.len());
    for id in &ids {
        drawn(&ledger, id).await;
        assert_eq!(recounted(&ledger, id).await, (COMMUNITIES, COMMUNITIES));
        until(async || rows(&nation, id).await == 84_000).await;
    }
}

/// How many events of a type campaigns have.
async fn counted(ledger: &Ledger, event: &str) -> usize {
    let count = "SELECT count(*) FROM log.event WHERE type = 'kim.dissemination.v1.Campaign' || $1";
    let counted: i64 = sqlx::query_scalar(count).bind(event).fetch_one(ledger.log.pool()).await.unwrap();
    usize::try_from(counted).unwrap()
}
