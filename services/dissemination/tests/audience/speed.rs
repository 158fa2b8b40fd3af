//! How long an audience of the whole nation takes. Measured, not asserted: `cargo test --release -p kim-dissemination --test audience --
//! --ignored --nocapture`.

use std::{collections::BTreeSet, time::Instant};

use kim_contract::{registry::v1 as proto, r#type::v1 as common};
use kim_desk::wire::date;
use kim_dissemination::{
    audience::{Criteria, Member},
    domain::{
        audience::{Audience, Listing, Partnership, Standing},
        campaign::MAX_BATCH,
        ids::OfficeId,
    },
};
use kim_eventlog::Feed;
use kim_territory::{Level, RegionCode, Territory};
use kim_values::Region;
use uuid::Uuid;

use crate::{
    history::{TODAY, Told},
    rig::{Rig, at, keep},
};

const COMMUNITIES: usize = 84_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn the_whole_nation() {
    let rig = Rig::start().await;
    let told = nation();
    rig.append(&told).await;
    let head = i64::try_from(told.len()).unwrap();
    let began = Instant::now();
    let keeper = keep(&rig.audiences, Feed::Log(rig.log.clone()));
    rig.until(head).await;
    println!("{head} events folded in {:.1} s", began.elapsed().as_secs_f64());

    let standings = BTreeSet::from([Standing::Registered, Standing::Active, Standing::Dormant]);
    for (name, regions) in
        [("00", vec![Region::nation()]), ("14", vec![region("14")]), ("14.01", vec![region("14.01")])]
    {
        for (kind, partnership) in [("", Partnership::Any), (" with a partnership", Partnership::InForce)] {
            let none = BTreeSet::new;
            let audience = Audience::new(
                regions.clone(),
                BTreeSet::new(),
                standings.clone(),
                none(),
                partnership,
                Listing::Everybody,
            );
            let audience = audience.unwrap();
            let criteria = Criteria { audience: &audience, office: OfficeId(Uuid::nil()), on: TODAY };
            let began = Instant::now();
            let count = rig.audiences.count(&criteria, at(head)).await.unwrap();
            let counted = began.elapsed().as_secs_f64() * 1000.0;
            let (began, mut after, mut found, mut pages) = (Instant::now(), None, 0, 0);
            loop {
                let page = rig.audiences.page(&criteria, at(head), after, MAX_BATCH).await.unwrap();
                (found, pages) = (found + page.len(), pages + 1);
                after = page.last().map(Member::cursor);
                if page.len() < MAX_BATCH {
                    break;
                }
            }
            let through = began.elapsed().as_secs_f64() * 1000.0;
            let began = Instant::now();
            rig.audiences.sample(&criteria, at(head), 20).await.unwrap();
            let sampled = began.elapsed().as_secs_f64() * 1000.0;
            assert_eq!(count.total, found as u64);
            println!(
                "{name}{kind}: {found} communities: count {counted:.0} ms, {pages} pages {through:.0} ms, sample {sampled:.0} ms"
            );
        }
    }
    keeper.stop().await;
}

fn region(code: &str) -> Region {
    Region { code: code.parse().unwrap(), ..Region::nation() }
}

/// A community in each village, and some with a partnership.
fn nation() -> Vec<Told> {
    let villages: Vec<RegionCode> =
        Territory::current().within(&RegionCode::NATION, Level::Village).map(|village| village.code).collect();
    // One event of each after another, so that many are appended at once.
    let mut told: [Vec<Told>; 6] = Default::default();
    for n in 0..COMMUNITIES {
        let (id, village) = (Uuid::now_v7(), villages[n * 7919 % villages.len()]);
        let community_id = id.to_string();
        let profile = Some(proto::CommunityProfile {
            name: format!("KIM {village}"),
            seat: Some(common::Region { code: village.to_string(), decree: "2025".into() }),
            ..Default::default()
        });
        let drafted = proto::CommunityDrafted { community_id: community_id.clone(), profile, ..Default::default() };
        told[0].push(Told::of(id, 1, &drafted));
        let submitted = proto::CommunitySubmitted { community_id: community_id.clone(), ..Default::default() };
        told[1].push(Told::of(id, 2, &submitted));
        let registered = proto::CommunityRegistered { community_id: community_id.clone(), ..Default::default() };
        told[2].push(Told::of(id, 3, &registered));
        let activated = proto::CommunityActivated { community_id: community_id.clone(), ..Default::default() };
        told[3].push(Told::of(id, 4, &activated));
        if n % 8 == 0 {
            let partnership = Uuid::now_v7();
            let partnership_id = partnership.to_string();
            let proposed = proto::PartnershipProposed {
                partnership_id: partnership_id.clone(),
                office_id: Uuid::nil().to_string(),
                community_id,
                from: Some(date::to_proto(TODAY)),
                until: Some(date::to_proto(TODAY)),
                ..Default::default()
            };
            told[4].push(Told::of(partnership, 1, &proposed));
            let signed = proto::PartnershipSigned {
                partnership_id,
                signed_on: Some(date::to_proto(TODAY)),
                ..Default::default()
            };
            told[5].push(Told::of(partnership, 2, &signed));
        }
    }
    told.concat()
}
