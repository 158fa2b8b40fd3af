//! How fast a national campaign is folded, beside the registry's fold in the same run. By hand:
//! `cargo test --release -p kim-projection --test read_model -- --ignored --nocapture speed_of_a_national_campaign`.

use std::{collections::BTreeMap, time::Instant};

use kim_contract::{dissemination::event::Event, dissemination::v1 as pb, r#type::v1 as common};
use kim_eventlog::{Fold, LogId, Recorded, timestamp};
use kim_projection::{
    context::Context,
    fold::{DisseminationFold, RegistryFold},
    pages::{CampaignQuery, DisseminationQuery, Month, Queries, Rung},
    store::{Generation, Generations, Store},
};
use kim_territory::{Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use sqlx::{AssertSqlSafe, PgPool};
use time::{Duration, OffsetDateTime, macros::date, macros::datetime};
use uuid::Uuid;

use super::folds::write;
use crate::{
    history::{Made, recorded, wire},
    rig::Rig,
    speed,
};

const START: OffsetDateTime = datetime!(2026-03-02 01:00 UTC);
const CAMPAIGN: Uuid = Uuid::from_u128(1);

#[tokio::test]
#[ignore = "measures; run it in a release build"]
async fn speed_of_a_national_campaign() {
    let communities = std::env::var("KIM_COMMUNITIES").ok().and_then(|n| n.parse().ok()).unwrap_or(84_000);
    let rig = Rig::start().await;
    let generations = Generations::open(rig.pool.clone()).await.unwrap();
    let generation = generations.begin().await.unwrap();
    let registered = speed::nation(20_000, 120_000);
    rate(&rig.pool, &generation, RegistryFold::default(), &registered, "the registry's, in the same run").await;
    let mut fold = DisseminationFold::default();
    let (campaign, reports) = national(communities);
    let fan_out = campaign.len();
    fold = rate(&rig.pool, &generation, fold, &campaign, &format!("fan-out to {communities} communities")).await;
    rate(&rig.pool, &generation, fold, &reports, "reports").await;
    ask(&rig, &generations, &generation, i64::try_from(campaign.len() + reports.len()).unwrap()).await;
    assert!(fan_out > 100);
}

async fn rate<F: Fold>(base: &PgPool, generation: &Generation, mut fold: F, events: &[Made], what: &str) -> F {
    let options = [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];
    let pool = generation.pool(base, 1, &options);
    let mut connection = pool.acquire().await.unwrap();
    let recorded: Vec<Recorded> = (1..).zip(events).map(|(n, made)| recorded(made, LogId(Uuid::nil()), n)).collect();
    let began = Instant::now();
    for batch in recorded.chunks(1000) {
        write(&mut connection, &mut fold, batch).await;
    }
    let took = began.elapsed().as_secs_f64();
    println!("{what}: {} events in {took:.2} s, {:.0}/s", events.len(), events.len() as f64 / took);
    fold
}

/// A campaign to every regency, and what its communities report: receipts in random order, some before the one below.
pub fn national(communities: usize) -> (Vec<Made>, Vec<Made>) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let regencies: Vec<RegionCode> =
        Territory::current().within(&RegionCode::NATION, Level::Regency).map(|regency| regency.code).collect();
    let mut versions = BTreeMap::new();
    let mut campaign = Vec::new();
    let campaign_id = CAMPAIGN.to_string();
    let (day, now) = (Some(wire(date!(2026 - 03 - 02))), Some(timestamp(START)));
    let window = pb::CampaignWindow { from: day, until: Some(wire(date!(2026 - 05 - 31))), starts_at_minute: 480 };
    let plan = pb::CampaignPlan { name: "Nasional".into(), audience: None, window: Some(window), priority: 1 };
    let drafted = pb::CampaignDrafted {
        campaign_id: campaign_id.clone(),
        material_id: Uuid::nil().to_string(),
        programme_id: Uuid::nil().to_string(),
        owning_office_id: Uuid::nil().to_string(),
        region: Some(common::Region { code: "00".into(), decree: "2025".into() }),
        plan: Some(plan),
        drafted_on: day,
    };
    push(&mut campaign, &mut versions, CAMPAIGN, &drafted);
    let started = pb::CampaignStarted { campaign_id: campaign_id.clone(), started_at: now, ..Default::default() };
    push(&mut campaign, &mut versions, CAMPAIGN, &started);
    let ids: Vec<Uuid> = (0..communities).map(|_| Uuid::from_u128(rng.random())).collect();
    let share = communities.div_ceil(regencies.len());
    for (batch, (regency, some)) in (1..).zip(regencies.iter().zip(ids.chunks(share))) {
        let assigned = pb::CampaignAssigned {
            campaign_id: campaign_id.clone(),
            batch,
            kind: 1,
            regency: Some(common::Region { code: regency.to_string(), decree: "2025".into() }),
            community_ids: some.iter().map(ToString::to_string).collect(),
            assigned_at: now,
            ..Default::default()
        };
        push(&mut campaign, &mut versions, CAMPAIGN, &assigned);
    }
    let mut wanted: Vec<(Uuid, i32)> = ids.iter().flat_map(|id| (1..=3).map(|kind| (*id, kind))).collect();
    wanted.shuffle(&mut rng);
    let mut reports = Vec::new();
    for (community, kind) in wanted {
        let id = Uuid::new_v5(&CAMPAIGN, community.as_bytes());
        let (delivery_id, channel, material_version) = (id.to_string(), 1, 1);
        let happened_at = Some(timestamp(START + Duration::minutes(rng.random_range(1..20_000))));
        let recipient = Some(pb::Recipient {
            campaign_id: campaign_id.clone(),
            community_id: community.to_string(),
            seat: Some(common::Region { code: "14.01.01.2009".into(), decree: "2025".into() }),
        });
        match kind {
            1 => push(
                &mut reports,
                &mut versions,
                id,
                &pb::DeliveryDelivered { delivery_id, recipient, channel, material_version, happened_at },
            ),
            2 => push(
                &mut reports,
                &mut versions,
                id,
                &pb::DeliveryOpened { delivery_id, recipient, channel, material_version, happened_at },
            ),
            _ => push(
                &mut reports,
                &mut versions,
                id,
                &pb::DeliveryAcknowledged { delivery_id, recipient, channel, material_version, happened_at },
            ),
        }
    }
    (campaign, reports)
}

fn push<M: Event>(events: &mut Vec<Made>, versions: &mut BTreeMap<Uuid, i64>, aggregate: Uuid, body: &M) {
    let version = versions.entry(aggregate).or_default();
    *version += 1;
    events.push(Made {
        aggregate,
        version: *version,
        event_type: M::TYPE.name().into(),
        payload: body.encode_to_vec().into(),
        time: START,
        recorded: START,
    });
}

/// How long questions take, each asked of the database anew.
async fn ask(rig: &Rig, generations: &Generations, generation: &Generation, last: i64) {
    for (context, log) in [(Context::Registry, &rig.log), (Context::Dissemination, &rig.dissemination)] {
        let sql = format!("INSERT INTO {}.checkpoint VALUES ($1, 0, $2, $3, $4, now())", generation.schema);
        sqlx::query(AssertSqlSafe(sql))
            .bind(context.name())
            .bind(log.id().0)
            .bind(last)
            .bind(Uuid::nil())
            .execute(&rig.pool)
            .await
            .unwrap();
    }
    generations.analyse(generation).await.unwrap();
    generations.switch(generation, None).await.unwrap();
    let store = Store::new(rig.pool.clone(), generations.clone(), 4);
    store.look().await.unwrap();
    for text in ["00", "14", "14.01", "14.01.01"] {
        let (region, month) = (text.parse().unwrap(), Month::of(date!(2026 - 03 - 01)));
        let (mut pages, mut campaigns) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            let query = DisseminationQuery { region, territory: None, month, today: date!(2026 - 04 - 01) };
            let began = Instant::now();
            store.dissemination(query).await.unwrap();
            pages.push(began.elapsed().as_secs_f64() * 1000.0);
            let query = CampaignQuery { campaign: CAMPAIGN, region, territory: None };
            let began = Instant::now();
            let view = store.campaign(query).await.unwrap().unwrap();
            campaigns.push(began.elapsed().as_secs_f64() * 1000.0);
            if text == "00" {
                assert_eq!(view.funnel.reported(Rung::Acknowledged), view.funnel.assigned());
            }
        }
        for (what, times) in [("region", &mut pages), ("campaign with medians", &mut campaigns)] {
            times.sort_by(f64::total_cmp);
            println!(
                "{text} {what}: median {:.1} ms, slowest {:.1} ms",
                times[times.len() / 2],
                times[times.len() - 1]
            );
        }
    }
}
