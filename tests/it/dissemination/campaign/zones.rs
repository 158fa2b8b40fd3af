//! Campaigns in a simulated nation, whose clock is driven: zones, days, and the weeks of communities.

use kim_contract::{
    dissemination::v1::{AdvanceClockRequest, CampaignPriority, CampaignStatus},
    registry::v1::OfficeKind,
};
use kim_eventlog::timestamp;
use kim_territory::Zone;
use kim_values::Region;
use time::{Date, Duration, OffsetDateTime};

use super::{
    Ledger, draft_of, got, is_status, national_office, plan, regency_office, scheduled, shown, today, until_campaign,
};
use crate::dissemination::nation::Nation;

async fn advance(nation: &Nation, to: OffsetDateTime) {
    let request = AdvanceClockRequest { to: Some(timestamp(to)) };
    nation.simulation(&nation.simulator()).advance_clock(request).await.unwrap();
}

fn midnight(zone: Zone, day: Date) -> OffsetDateTime {
    day.midnight().assume_offset(zone.offset())
}

fn regencies(rows: &[(String, String, i32, bool)]) -> Vec<&str> {
    rows.iter().map(|(_, regency, ..)| regency.as_str()).collect()
}

#[tokio::test]
async fn each_zone_gets_it_when_its_window_opens_and_it_ends_with_the_last_day_of_the_last_zone() {
    let nation = Nation::simulated().await;
    let token = nation.national();
    let office = national_office(&nation).await;
    let seats = [("KIM Cenderawasih", "91.71"), ("KIM Dewata", "51.01"), ("KIM Sumber Makmur", "14.01")];
    nation.communities(&seats).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, Some(OffsetDateTime::now_utc())).await;
    let material = ledger.published(&office, Region::nation()).await;
    let day = today() + Duration::days(10);
    let id = scheduled(&nation, &token, draft_of(&office, material, plan(&["00"], day, 3))).await.campaign_id;

    let opens_in_papua = midnight(Zone::Wit, day);
    advance(&nation, opens_in_papua - Duration::SECOND).await;
    assert_eq!(shown(&nation, &token, &id).await.status(), CampaignStatus::Scheduled);
    for (to, expected) in [
        (opens_in_papua, vec!["91.71"]),
        (midnight(Zone::Wita, day) - Duration::SECOND, vec!["91.71"]),
        (midnight(Zone::Wita, day), vec!["91.71", "51.01"]),
        (midnight(Zone::Wib, day) + Duration::MINUTE, vec!["91.71", "51.01", "14.01"]),
    ] {
        advance(&nation, to).await;
        assert_eq!(regencies(&got(&nation, &id).await), expected, "{to}");
    }
    // Each was assigned when its zone opened, however far the clock was moved.
    let at: Vec<OffsetDateTime> = sqlx::query_scalar("SELECT assigned_at FROM dissemination.assignment ORDER BY batch")
        .fetch_all(&nation.pool)
        .await
        .unwrap();
    assert_eq!(at, [Zone::Wit, Zone::Wita, Zone::Wib].map(|zone| midnight(zone, day)));
    let over = midnight(Zone::Wib, day + Duration::days(3));
    advance(&nation, over - Duration::SECOND).await;
    assert_eq!(shown(&nation, &token, &id).await.status(), CampaignStatus::Running);
    advance(&nation, over + Duration::days(30)).await;
    let completed = shown(&nation, &token, &id).await;
    assert_eq!(completed.status(), CampaignStatus::Completed);
    let recorded = "SELECT max(recorded_time) FROM log.event WHERE aggregate_id = $1::uuid";
    let recorded: OffsetDateTime = sqlx::query_scalar(recorded).bind(&id).fetch_one(&nation.pool).await.unwrap();
    assert_eq!(recorded, over);
}

/// Of the five of a week the nation gets two, the province and the regency keep theirs, and whoever waits gets it when the week is over.
#[tokio::test]
async fn a_full_week_defers_a_national_campaign_and_neither_a_local_nor_an_urgent_one() {
    let nation = Nation::simulated().await;
    let token = nation.national();
    let (national, regency) = (national_office(&nation).await, regency_office(&nation).await);
    nation.office("Diskominfotik Riau", OfficeKind::Provincial, "14").await;
    nation.community("KIM Sumber Makmur", "14.01.01.2009").await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, Some(OffsetDateTime::now_utc())).await;
    let material = ledger.published(&national, Region::nation()).await;
    let day = today() + Duration::days(10);
    let campaign = async |office: &str, days: i64, priority: CampaignPriority| {
        let mut plan = plan(&["14.01"], day, days);
        plan.priority = priority.into();
        scheduled(&nation, &token, draft_of(office, material, plan)).await.campaign_id
    };
    let mut nationals = Vec::new();
    for days in [9, 9, 9, 5] {
        nationals.push(campaign(&national, days, CampaignPriority::Ordinary).await);
    }
    let urgent = campaign(&national, 9, CampaignPriority::Urgent).await;
    let local = [
        campaign(&regency, 9, CampaignPriority::Ordinary).await,
        campaign(&regency, 9, CampaignPriority::Ordinary).await,
    ];
    advance(&nation, midnight(Zone::Wib, day) + Duration::HOUR).await;
    let reached = async |id: &str| {
        let progress = shown(&nation, &token, id).await.progress.unwrap();
        (progress.assigned, progress.deferred)
    };
    // Those of the regency came first: the nation has what is kept for it, and the free one is taken by whoever is first.
    for id in local.iter().chain([&urgent, &nationals[0]]) {
        assert_eq!(reached(id).await, (1, 0), "{id}");
    }
    assert_eq!(reached(&nationals[1]).await, (1, 0));
    for id in &nationals[2..] {
        assert_eq!(reached(id).await, (0, 1), "{id}");
    }
    // The shorter one ends before the week is over.
    advance(&nation, midnight(Zone::Wib, day + Duration::days(6)) + Duration::HOUR).await;
    let ended = shown(&nation, &token, &nationals[3]).await;
    assert_eq!((ended.status(), ended.progress.unwrap().deferred), (CampaignStatus::Completed, 1));
    assert_eq!(reached(&nationals[2]).await, (0, 1));
    advance(&nation, midnight(Zone::Wib, day + Duration::days(7))).await;
    assert_eq!(reached(&nationals[2]).await, (1, 0));
    let at = "SELECT assigned_at, origin FROM dissemination.assignment WHERE campaign_id = $1::uuid";
    let (at, origin): (OffsetDateTime, Option<i16>) =
        sqlx::query_as(at).bind(&nationals[2]).fetch_one(&nation.pool).await.unwrap();
    assert_eq!((at, origin), (midnight(Zone::Wib, day + Duration::days(7)), Some(1)));
    advance(&nation, midnight(Zone::Wib, day + Duration::days(20))).await;
    until_campaign(&nation, &token, &nationals[2], is_status(CampaignStatus::Completed)).await;
    assert_eq!(got(&nation, &urgent).await.len(), 1);
}
