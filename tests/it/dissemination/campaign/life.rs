//! A campaign from draft to end, by those who may and by those who may not.

use kim_chassis::identity::{Role, Scope};
use kim_contract::dissemination::v1::{
    AmendCampaignRequest, Audience, AudienceListing, CampaignCancellationReason, CampaignPriority, CampaignStatus,
    CancelCampaignRequest, GetAudienceRequest, GetCampaignRequest, ListCampaignsRequest, PauseCampaignRequest,
    PreviewAudienceRequest, ResumeCampaignRequest, ScheduleCampaignRequest, UnscheduleCampaignRequest,
};
use kim_values::Region;
use time::Duration;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{Ledger, draft_of, national_office, plan, regency_office, shown, today};
use crate::dissemination::nation::{Nation, region, request_id};

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}

#[tokio::test]
async fn a_draft_is_amended_scheduled_a_draft_again_and_cancelled() {
    let nation = Nation::start().await;
    let office = regency_office(&nation).await;
    nation.settled().await;
    let kampar = Region { code: "14.01".parse().unwrap(), ..Region::nation() };
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, kampar).await;
    let token = nation.officer_of("test:kampar", "14.01");
    let mut campaigns = nation.campaigns(&token);
    let from = today() + Duration::days(2);
    let draft = draft_of(&office, material, plan(&["14.01"], from, 7));
    let first = campaigns.draft_campaign(draft.clone()).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!((first.status(), first.material_version), (CampaignStatus::Draft, 0));
    // The same request again is answered with what it made.
    let again = campaigns.draft_campaign(draft).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!(again, first);

    let id = first.campaign_id.clone();
    let mut wanted = plan(&["14.01.01"], from, 3);
    wanted.priority = CampaignPriority::Important.into();
    let amend = AmendCampaignRequest {
        request_id: request_id(),
        campaign_id: id.clone(),
        etag: first.etag.clone(),
        plan: Some(wanted.clone()),
    };
    let amended = campaigns.amend_campaign(amend.clone()).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!(amended.plan.as_ref().unwrap().priority(), CampaignPriority::Important);
    let stale = AmendCampaignRequest { request_id: request_id(), plan: Some(plan(&["14.01"], from, 4)), ..amend };
    assert_eq!(campaigns.amend_campaign(stale).await.unwrap_err().code(), Code::Aborted);

    let schedule =
        || ScheduleCampaignRequest { request_id: request_id(), campaign_id: id.clone(), etag: String::new() };
    let scheduled = campaigns.schedule_campaign(schedule()).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!((scheduled.status(), scheduled.material_version), (CampaignStatus::Scheduled, 1));
    assert!(scheduled.starts_at.is_some());
    let twice = campaigns.schedule_campaign(schedule()).await.unwrap_err();
    assert_eq!((twice.code(), reason(&twice)), (Code::FailedPrecondition, "CAMPAIGN_NOT_DRAFT".into()));
    let pause = PauseCampaignRequest { request_id: request_id(), campaign_id: id.clone(), ..Default::default() };
    assert_eq!(reason(&campaigns.pause_campaign(pause).await.unwrap_err()), "CAMPAIGN_NOT_RUNNING");
    let drawn = GetAudienceRequest { campaign_id: id.clone(), ..Default::default() };
    assert_eq!(reason(&campaigns.get_audience(drawn).await.unwrap_err()), "CAMPAIGN_NOT_STARTED");

    let unschedule =
        UnscheduleCampaignRequest { request_id: request_id(), campaign_id: id.clone(), etag: scheduled.etag };
    let draft = campaigns.unschedule_campaign(unschedule).await.unwrap().into_inner().campaign.unwrap();
    assert_eq!((draft.status(), draft.starts_at), (CampaignStatus::Draft, None));
    let cancel = CancelCampaignRequest {
        request_id: request_id(),
        campaign_id: id.clone(),
        etag: draft.etag,
        reason: CampaignCancellationReason::NotNeeded.into(),
        note: "Digabung dengan kampanye provinsi".into(),
    };
    campaigns.cancel_campaign(cancel.clone()).await.unwrap();
    let cancelled = shown(&nation, &token, &id).await;
    assert_eq!(cancelled.status(), CampaignStatus::Cancelled);
    assert_eq!(cancelled.note, "Digabung dengan kampanye provinsi");
    let ended = CancelCampaignRequest { request_id: request_id(), etag: String::new(), ..cancel };
    assert_eq!(reason(&campaigns.cancel_campaign(ended).await.unwrap_err()), "CAMPAIGN_ENDED");
    let words = "SELECT count(*) FROM log.event WHERE encode(payload, 'escape') LIKE '%Digabung%'";
    assert_eq!(sqlx::query_scalar::<_, i64>(words).fetch_one(&nation.pool).await.unwrap(), 0);
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_plan_is_said_at_once() {
    let nation = Nation::start().await;
    let office = regency_office(&nation).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let kampar = Region { code: "14.01".parse().unwrap(), ..Region::nation() };
    let material = ledger.published(&office, kampar).await;
    let mut campaigns = nation.campaigns(&nation.officer_of("test:kampar", "14.01"));
    let mut wrong = plan(&[], today(), 7);
    wrong.name = String::new();
    wrong.priority = 0;
    wrong.window.as_mut().unwrap().starts_at_minute = 1_440;
    let audience = wrong.audience.as_mut().unwrap();
    audience.listing = AudienceListing::Only.into();
    let refused = campaigns.draft_campaign(draft_of(&office, material, wrong)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    let details = refused.get_error_details();
    let fields: Vec<&str> =
        details.bad_request().unwrap().field_violations.iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(fields, ["plan.name", "plan.audience", "plan.window.starts_at_minute", "plan.priority"]);
    for (plan, expected) in [
        (plan(&["14.02"], today(), 7), "AUDIENCE_OUTSIDE_REGION"),
        (plan(&["14.01"], today(), 0), "WINDOW_REVERSED"),
        (plan(&["14.01"], today(), 400), "WINDOW_TOO_LONG"),
    ] {
        let refused = campaigns.draft_campaign(draft_of(&office, material, plan)).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "every method is tried, one after another")]
async fn a_campaign_of_another_region_is_not_there_and_whoever_is_no_office_sees_none() {
    let nation = Nation::start().await;
    let office = regency_office(&nation).await;
    nation.community("KIM Sumber Makmur", "14.01.01.2009").await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let kampar = Region { code: "14.01".parse().unwrap(), ..Region::nation() };
    let material = ledger.published(&office, kampar).await;
    let own = nation.officer_of("test:kampar", "14.01");
    let draft = || draft_of(&office, material, plan(&["14.01"], today(), 7));
    let made = nation.campaigns(&own).draft_campaign(draft()).await.unwrap().into_inner().campaign.unwrap();
    let id = made.campaign_id;
    let others = [
        nation.officer_of("test:rokan-hulu", "14.06"),
        nation.officer_of("test:jakarta", "31"),
        nation.kim("0198c0de-0000-7000-8000-000000000001"),
        nation.token("test:citizen", Role::Citizen, Scope::Citizen),
    ];
    for token in &others {
        let mut campaigns = nation.campaigns(token);
        let (campaign_id, etag) = (id.clone(), String::new());
        let missing = GetCampaignRequest { campaign_id: uuid::Uuid::now_v7().to_string() };
        let missing = campaigns.get_campaign(missing).await.unwrap_err();
        let refusals = [
            campaigns.draft_campaign(draft()).await.unwrap_err(),
            campaigns
                .amend_campaign(AmendCampaignRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    etag: etag.clone(),
                    plan: Some(plan(&["14.01"], today(), 3)),
                })
                .await
                .unwrap_err(),
            campaigns
                .schedule_campaign(ScheduleCampaignRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    etag: etag.clone(),
                })
                .await
                .unwrap_err(),
            campaigns
                .unschedule_campaign(UnscheduleCampaignRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    etag: etag.clone(),
                })
                .await
                .unwrap_err(),
            campaigns
                .pause_campaign(PauseCampaignRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    ..Default::default()
                })
                .await
                .unwrap_err(),
            campaigns
                .resume_campaign(ResumeCampaignRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    etag: etag.clone(),
                })
                .await
                .unwrap_err(),
            campaigns
                .cancel_campaign(CancelCampaignRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    reason: CampaignCancellationReason::Other.into(),
                    ..Default::default()
                })
                .await
                .unwrap_err(),
            campaigns.get_campaign(GetCampaignRequest { campaign_id: campaign_id.clone() }).await.unwrap_err(),
            campaigns
                .get_audience(GetAudienceRequest { campaign_id: campaign_id.clone(), ..Default::default() })
                .await
                .unwrap_err(),
            campaigns
                .preview_audience(PreviewAudienceRequest {
                    owning_office_id: office.clone(),
                    audience: plan(&["14.01"], today(), 3).audience,
                    sample_size: 0,
                })
                .await
                .unwrap_err(),
        ];
        for refused in refusals {
            assert_eq!(refused.code(), Code::NotFound, "{refused:?}");
            let expected =
                if reason(&refused) == "OFFICE_NOT_FOUND" { "OFFICE_NOT_FOUND" } else { "CAMPAIGN_NOT_FOUND" };
            assert_eq!(reason(&refused), expected);
            if expected == "CAMPAIGN_NOT_FOUND" {
                assert_eq!(refused.message(), missing.message());
            }
        }
    }
    let listed = async |token: &str, code: &str| {
        let request = ListCampaignsRequest { region: region(code), ..Default::default() };
        let answer = nation.campaigns(token).list_campaigns(request).await;
        answer.map(|page| page.into_inner().campaigns.len()).map_err(|status| status.code())
    };
    assert_eq!(listed(&own, "00").await, Ok(1));
    assert_eq!(listed(&others[0], "14").await, Ok(0));
    assert_eq!(listed(&others[1], "00").await, Ok(0));
    assert_eq!(listed(&others[3], "00").await, Err(Code::PermissionDenied));
    assert_eq!(shown(&nation, &nation.officer_of("test:riau", "14"), &id).await.campaign_id, id);
}

#[tokio::test]
async fn a_list_is_paged_newest_first_and_a_preview_counts_by_province() {
    let nation = Nation::start().await;
    let token = nation.national();
    let office = national_office(&nation).await;
    let seats = [("KIM Sumber Makmur", "14.01.01.2009"), ("KIM Mekar Jaya", "14.02.01.2001"), ("KIM Dewata", "51.01")];
    let ids = nation.communities(&seats).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let material = ledger.published(&office, Region::nation()).await;
    let mut campaigns = nation.campaigns(&token);
    let mut made = Vec::new();
    for _ in 0..3 {
        let draft = draft_of(&office, material, plan(&["00"], today() + Duration::days(1), 7));
        made.push(campaigns.draft_campaign(draft).await.unwrap().into_inner().campaign.unwrap().campaign_id);
    }
    made.reverse();
    let mut request = ListCampaignsRequest { region: region("00"), page_size: 2, ..Default::default() };
    let first = campaigns.list_campaigns(request.clone()).await.unwrap().into_inner();
    request.page_token = first.next_page_token;
    let second = campaigns.list_campaigns(request).await.unwrap().into_inner();
    let listed: Vec<String> =
        first.campaigns.into_iter().chain(second.campaigns).map(|campaign| campaign.campaign_id).collect();
    assert_eq!((listed, second.next_page_token.as_str()), (made, ""));
    let none = ListCampaignsRequest {
        region: region("00"),
        statuses: vec![CampaignStatus::Running.into()],
        ..Default::default()
    };
    assert!(campaigns.list_campaigns(none).await.unwrap().into_inner().campaigns.is_empty());

    let everybody = plan(&["00"], today(), 1).audience.unwrap();
    let but_one =
        Audience { listing: AudienceListing::Except.into(), community_ids: vec![ids[1].clone()], ..everybody.clone() };
    for (audience, communities, provinces) in
        [(everybody, 3, vec![("14", 2), ("51", 1)]), (but_one, 2, vec![("14", 1), ("51", 1)])]
    {
        let request =
            PreviewAudienceRequest { owning_office_id: office.clone(), audience: Some(audience), sample_size: 0 };
        let preview = campaigns.preview_audience(request).await.unwrap().into_inner();
        let shares: Vec<(&str, i32)> = preview
            .provinces
            .iter()
            .map(|share| (share.province.as_ref().unwrap().code.as_str(), share.communities))
            .collect();
        assert_eq!((preview.communities, shares), (communities, provinces));
        assert_eq!(i64::try_from(preview.sample.len()).unwrap(), communities);
        assert!(preview.registry_position > 0 && preview.decree == "2025");
    }
}
