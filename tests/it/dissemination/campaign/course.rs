//! What becomes of a campaign that runs: who gets it, who comes and goes, and what is told of its material.

use kim_contract::{
    dissemination::v1::{
        CampaignCancellationReason, CampaignStatus, GetAudienceRequest, NoticeKind, PauseCampaignRequest,
        ResumeCampaignRequest,
    },
    registry::v1::{DissolutionReason, DissolveCommunityRequest},
};
use kim_dissemination::domain::material::RevisionReason;
use kim_values::Region;

use super::{
    Ledger, draft_of, got, has_assigned, is_drawn, is_status, national_office, plan, scheduled, shown, today,
    until_campaign,
};
use crate::dissemination::nation::{Nation, request_id};

async fn dissolve(nation: &Nation, community: &str) {
    let request = DissolveCommunityRequest {
        request_id: request_id(),
        community_id: community.into(),
        reason: DissolutionReason::MembersDecided.into(),
        ..DissolveCommunityRequest::default()
    };
    nation.registry_communities(&nation.national()).dissolve_community(request).await.unwrap();
}

#[tokio::test]
async fn a_running_campaign_takes_in_who_comes_and_out_who_goes_and_a_pause_stops_it() {
    let nation = Nation::start().await;
    let token = nation.national();
    let office = national_office(&nation).await;
    let [first, second] = ["KIM Sumber Makmur", "KIM Mekar Jaya"];
    let ids = nation.communities(&[(first, "14.01.01.2009"), (second, "14.02.01.2001")]).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let campaign = scheduled(&nation, &token, draft_of(&office, material, plan(&["14"], today(), 5))).await;
    let id = campaign.campaign_id;
    let drawn = until_campaign(&nation, &token, &id, is_drawn).await;
    assert_eq!((drawn.status(), drawn.draw.as_ref().unwrap().communities), (CampaignStatus::Running, 2));
    let audience = |token: &str| {
        let request = GetAudienceRequest { campaign_id: id.clone(), page_size: 1, page_token: String::new() };
        let mut campaigns = nation.campaigns(token);
        async move {
            let mut names = Vec::new();
            let mut request = request;
            loop {
                let page = campaigns.get_audience(request.clone()).await.unwrap().into_inner();
                names.extend(page.members.into_iter().map(|member| member.name));
                if page.next_page_token.is_empty() {
                    return names;
                }
                request.page_token = page.next_page_token;
            }
        }
    };
    assert_eq!(audience(&token).await, [first, second]);

    let pause = PauseCampaignRequest {
        request_id: request_id(),
        campaign_id: id.clone(),
        etag: drawn.etag,
        note: "Menunggu vaksin datang".into(),
    };
    let paused = nation.campaigns(&token).pause_campaign(pause).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!(shown(&nation, &token, &id).await.note, "Menunggu vaksin datang");
    let newcomer = nation.community("KIM Tunas Baru", "14.01.02.2001").await;
    // One that goes is taken out although it is paused, and nobody comes in.
    dissolve(&nation, &ids[1]).await;
    nation.settled().await;
    let released =
        |campaign: &kim_contract::dissemination::v1::Campaign| campaign.progress.as_ref().unwrap().released == 1;
    let gone = until_campaign(&nation, &token, &id, released).await;
    assert_eq!((gone.status(), gone.progress.unwrap().assigned), (CampaignStatus::Paused, 2));
    let resume = ResumeCampaignRequest { request_id: request_id(), campaign_id: id.clone(), etag: String::new() };
    let resumed = nation.campaigns(&token).resume_campaign(resume).await.unwrap().into_inner().campaign.unwrap();
    assert!(resumed.note.is_empty() && resumed.etag != paused.etag);
    let joined = until_campaign(&nation, &token, &id, has_assigned(3)).await;
    assert_eq!(joined.progress.unwrap().newcomers, 1);
    let mut rows = got(&nation, &id).await;
    rows.sort();
    let mut expected = vec![
        (ids[0].clone(), "14.01".to_owned(), 1, false),
        (ids[1].clone(), "14.02".to_owned(), 1, true),
        (newcomer, "14.01".to_owned(), 1, false),
    ];
    expected.sort();
    assert_eq!(rows, expected);
    // Whatever became of them, these were drawn.
    assert_eq!(audience(&token).await, [first, second]);
}

#[tokio::test]
async fn a_correction_and_a_withdrawal_are_told_to_each_batch_that_got_the_older_version_once() {
    let nation = Nation::start().await;
    let token = nation.national();
    let office = national_office(&nation).await;
    nation.communities(&[("KIM Sumber Makmur", "14.01.01.2009"), ("KIM Mekar Jaya", "14.02.01.2001")]).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let id = scheduled(&nation, &token, draft_of(&office, material, plan(&["14"], today(), 5))).await.campaign_id;
    until_campaign(&nation, &token, &id, is_drawn).await;

    ledger.revise(material, RevisionReason::Correction).await;
    let told = |kind: NoticeKind, version: i32, batches: i32| {
        move |campaign: &kim_contract::dissemination::v1::Campaign| {
            let notice = campaign.progress.as_ref().and_then(|progress| progress.notice);
            notice.is_some_and(|notice| {
                (notice.kind(), notice.material_version, notice.batches, notice.batches_told)
                    == (kind, version, batches, batches)
            })
        }
    };
    until_campaign(&nation, &token, &id, told(NoticeKind::Corrected, 2, 2)).await;
    // Who comes now gets the corrected version, and nobody is told of an update.
    nation.community("KIM Tunas Baru", "14.01.02.2001").await;
    let joined = until_campaign(&nation, &token, &id, has_assigned(3)).await;
    assert_eq!(joined.material_version, 2);
    ledger.revise(material, RevisionReason::Update).await;
    until_campaign(&nation, &token, &id, |campaign| campaign.material_version == 3).await;
    assert_eq!(ledger.events(&id).await["NoticeIssued"], 2);

    ledger.withdraw(material).await;
    let withdrawn = until_campaign(&nation, &token, &id, told(NoticeKind::Withdrawn, 3, 3)).await;
    assert_eq!(withdrawn.status(), CampaignStatus::Cancelled);
    assert_eq!(withdrawn.cancellation_reason(), CampaignCancellationReason::MaterialWithdrawn);
    let told = "SELECT batch, kind, material_version FROM dissemination.notice ORDER BY kind, batch";
    let told: Vec<(i32, i16, i32)> = sqlx::query_as(told).fetch_all(&nation.pool).await.unwrap();
    assert_eq!(told, [(1, 1, 2), (2, 1, 2), (1, 2, 3), (2, 2, 3), (3, 2, 3)]);
    let versions: Vec<i32> = got(&nation, &id).await.into_iter().map(|(_, _, version, _)| version).collect();
    assert_eq!(versions, [1, 1, 2]);
    let left = "SELECT count(*) FROM dissemination.reaction";
    assert_eq!(sqlx::query_scalar::<_, i64>(left).fetch_one(&nation.pool).await.unwrap(), 0);
}

/// Between its scheduling and its start, a campaign's material may be withdrawn: it does not start.
#[tokio::test]
async fn a_campaign_of_a_withdrawn_material_is_cancelled_before_it_starts() {
    let nation = Nation::start().await;
    let token = nation.national();
    let office = national_office(&nation).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let later = today() + time::Duration::days(3);
    let id = scheduled(&nation, &token, draft_of(&office, material, plan(&["14"], later, 5))).await.campaign_id;
    ledger.withdraw(material).await;
    let cancelled = until_campaign(&nation, &token, &id, is_status(CampaignStatus::Cancelled)).await;
    assert!(cancelled.draw.is_none());
}
