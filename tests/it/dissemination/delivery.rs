//! Deliveries at their communities: the ladder, sessions, notices, and who may what.

use kim_contract::{
    dissemination::v1::{
        AcknowledgeDeliveryRequest, AcknowledgeNoticeRequest, CampaignPriority, CorrectReachRequest,
        CorrectSessionRequest, DeclineDeliveryRequest, Delivery, DeliveryChannel, DeliveryDeclineReason,
        DeliveryStatus, GetDeliveryRequest, ImportReportsRequest, ListDeliveriesRequest, NoticeKind,
        OpenMaterialRequest, OpenMaterialResponse, Reach, ReachByChannel, ReceiptKind, ReportDeliveredRequest,
        ReportOutcome, ReportReachRequest, ReportRow, ReportSessionRequest, ReportUndeliverableRequest, Session,
        SessionChannel, SessionWithdrawalReason, UndeliverableReason, UndeliverableReport,
        VerificationWithdrawalReason, VerifyDeliveryRequest, WithdrawSessionRequest, WithdrawVerificationRequest,
        report_row::Report,
    },
    r#type::v1::Date,
};
use kim_desk::wire::date;
use kim_dissemination::domain::material::RevisionReason;
use kim_eventlog::{instant, timestamp};
use prost_types::Timestamp;
use time::{Duration, OffsetDateTime};
use tonic::{Code, Status};

use crate::dissemination::{
    nation::{region, request_id},
    stage::{Stage, home, reason},
};

const INBOX: i32 = DeliveryChannel::Inbox as i32;

/// So long after the assignment.
#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn after(delivery: &Delivery, seconds: i64) -> Option<Timestamp> {
    let assigned = instant(delivery.assigned_at.unwrap()).unwrap();
    Some(timestamp(assigned + Duration::seconds(seconds)))
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn today() -> Option<Date> {
    Some(date::to_proto(home().today(OffsetDateTime::now_utc())))
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn session(attendance: i32) -> Option<Session> {
    Some(Session { held_on: today(), channel: SessionChannel::Meeting.into(), attendance, women: Some(12) })
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn reach(people: i32) -> Option<Reach> {
    let by_channel = vec![ReachByChannel { channel: SessionChannel::Loudspeaker.into(), people }];
    Some(Reach { counted_on: today(), by_channel })
}

fn receipt(delivery: &Delivery, kind: ReceiptKind) -> Option<Timestamp> {
    delivery.receipts.iter().find(|receipt| receipt.kind() == kind).and_then(|receipt| receipt.happened_at)
}

impl Stage {
    pub async fn acknowledge(
        &self,
        token: &str,
        campaign: &str,
        nth: usize,
        at: Option<Timestamp>,
    ) -> Result<Delivery, Status> {
        let request = AcknowledgeDeliveryRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            channel: INBOX,
            happened_at: at,
            ..AcknowledgeDeliveryRequest::default()
        };
        let answer = self.nation.deliveries(token).acknowledge_delivery(request).await?;
        Ok(answer.into_inner().delivery.unwrap())
    }

    async fn delivered(&self, campaign: &str, nth: usize, at: Option<Timestamp>) -> Result<Delivery, Status> {
        let request = ReportDeliveredRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            channel: INBOX,
            happened_at: at,
            ..ReportDeliveredRequest::default()
        };
        let answer = self.nation.deliveries(&self.kim(nth)).report_delivered(request).await?;
        Ok(answer.into_inner().delivery.unwrap())
    }

    pub async fn open(
        &self,
        token: &str,
        campaign: &str,
        nth: usize,
        language: &str,
    ) -> Result<OpenMaterialResponse, Status> {
        let request = OpenMaterialRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            channel: INBOX,
            language: language.into(),
        };
        Ok(self.nation.deliveries(token).open_material(request).await?.into_inner())
    }

    pub async fn hold(
        &self,
        token: &str,
        campaign: &str,
        nth: usize,
        attendance: i32,
    ) -> Result<(Delivery, String), Status> {
        let request = ReportSessionRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            etag: String::new(),
            session: session(attendance),
        };
        let answer = self.nation.deliveries(token).report_session(request).await?.into_inner();
        Ok((answer.delivery.unwrap(), answer.session_id))
    }

    async fn verify(&self, token: &str, office: &str, campaign: &str, nth: usize) -> Result<Delivery, Status> {
        let request = VerifyDeliveryRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            etag: String::new(),
            office_id: office.into(),
        };
        let answer = self.nation.deliveries(token).verify_delivery(request).await?;
        Ok(answer.into_inner().delivery.unwrap())
    }

    async fn notice(&self, campaign: &str, nth: usize, kind: NoticeKind, version: i32) -> Result<Delivery, Status> {
        let request = AcknowledgeNoticeRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            kind: kind.into(),
            material_version: version,
            channel: INBOX,
            ..AcknowledgeNoticeRequest::default()
        };
        let answer = self.nation.deliveries(&self.kim(nth)).acknowledge_notice(request).await?;
        Ok(answer.into_inner().delivery.unwrap())
    }

    async fn list(&self, token: &str, asked: ListDeliveriesRequest) -> Vec<Delivery> {
        self.nation.deliveries(token).list_deliveries(asked).await.unwrap().into_inner().deliveries
    }
}

#[tokio::test]
async fn rungs_come_in_any_order_late_and_twice_and_the_earliest_time_stands() {
    let stage = Stage::set(&["14.01.01.2009"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 1).await;
    let kim = stage.kim(0);
    let first = stage.delivery(&campaign, 0).await;
    assert_eq!((first.status(), first.assigned_version, first.etag.as_str()), (DeliveryStatus::Assigned, 1, "v0"));
    assert!(first.receipts.is_empty());

    let delivery = stage.acknowledge(&kim, &campaign, 0, after(&first, 60)).await.unwrap();
    assert_eq!(delivery.status(), DeliveryStatus::Acknowledged);
    let delivery = stage.delivered(&campaign, 0, after(&first, 20)).await.unwrap();
    assert_eq!((delivery.status(), delivery.etag.as_str()), (DeliveryStatus::Acknowledged, "v2"));
    let doubled = stage.delivered(&campaign, 0, after(&first, 40)).await.unwrap();
    assert_eq!(doubled, delivery, "a later report of what is known adds nothing");
    let earlier = stage.delivered(&campaign, 0, after(&first, 10)).await.unwrap();
    assert_eq!((receipt(&earlier, ReceiptKind::Delivered), earlier.etag.as_str()), (after(&first, 10), "v3"));

    let opened = stage.open(&kim, &campaign, 0, "jv").await.unwrap();
    assert_eq!(opened.content.unwrap().title, "Nyegah stunting wiwit cilik 1");
    assert_eq!((opened.material_version, opened.languages), (1, vec!["id".to_owned(), "jv".to_owned()]));
    assert_eq!(opened.delivery.unwrap().receipts.len(), 3);
    let in_indonesian = stage.open(&kim, &campaign, 0, "min").await.unwrap();
    assert_eq!(in_indonesian.content.unwrap().title, "Cegah stunting sejak dini 1");

    for (at, wanted) in [(-1, "REPORT_BEFORE_ASSIGNMENT"), (3_600, "REPORT_IN_FUTURE")] {
        let refused = stage.delivered(&campaign, 0, after(&first, at)).await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::InvalidArgument, wanted));
    }
    let outdated = ReportReachRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: stage.communities[0].clone(),
        etag: "v1".into(),
        reach: reach(5),
    };
    let refused = stage.nation.deliveries(&kim).report_reach(outdated).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::Aborted, "ETAG_STALE"));
}

#[tokio::test]
async fn a_campaign_is_declined_and_a_channel_fails_and_people_may_be_told_all_the_same() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let mut deliveries = stage.nation.deliveries(&stage.kim(0));
    for (channel, wanted) in [(DeliveryChannel::Webhook, 1), (DeliveryChannel::Email, 2), (DeliveryChannel::Email, 2)] {
        let request = ReportUndeliverableRequest {
            request_id: request_id(),
            campaign_id: campaign.clone(),
            community_id: stage.communities[0].clone(),
            channel: channel.into(),
            reason: UndeliverableReason::NoAddress.into(),
            ..ReportUndeliverableRequest::default()
        };
        let failed = deliveries.report_undeliverable(request).await.unwrap().into_inner().delivery.unwrap();
        assert_eq!((failed.status(), failed.undeliverable.len()), (DeliveryStatus::Undeliverable, wanted));
    }
    let decline = |reason: DeliveryDeclineReason| DeclineDeliveryRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: stage.communities[0].clone(),
        reason: reason.into(),
        note: "Semua pengurus sedang panen".into(),
        ..DeclineDeliveryRequest::default()
    };
    let answer = deliveries.decline_delivery(decline(DeliveryDeclineReason::NoCapacity)).await.unwrap();
    assert_eq!(answer.into_inner().delivery.unwrap().status(), DeliveryStatus::Declined);
    let refused = deliveries.decline_delivery(decline(DeliveryDeclineReason::Content)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "DECLINED_OTHERWISE"));
    let words: i64 =
        sqlx::query_scalar("SELECT count(*) FROM log.event WHERE position(convert_to('panen', 'UTF8') in payload) > 0")
            .fetch_one(&stage.nation.pool)
            .await
            .unwrap();
    assert_eq!(words, 0, "what somebody wrote is not in an event");
    let (told, _) = stage.hold(&stage.kim(0), &campaign, 0, 20).await.unwrap();
    assert_eq!(told.status(), DeliveryStatus::SessionHeld);

    stage.hold(&stage.kim(1), &campaign, 1, 20).await.unwrap();
    let late =
        DeclineDeliveryRequest { community_id: stage.communities[1].clone(), ..decline(DeliveryDeclineReason::Other) };
    let refused = stage.nation.deliveries(&stage.kim(1)).decline_delivery(late).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "PEOPLE_TOLD_ALREADY"));
}

#[tokio::test]
async fn sessions_and_reach_are_corrected_until_an_office_verifies_them_and_again_when_it_takes_that_back() {
    let stage = Stage::set(&["14.01.01.2009"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 1).await;
    let (kim, office) = (stage.kim(0), stage.regency_officer());
    let mut deliveries = stage.nation.deliveries(&kim);
    let community = stage.communities[0].clone();
    let refused = stage.verify(&office, &stage.regency, &campaign, 0).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "NOTHING_TO_VERIFY"));

    let request = ReportSessionRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        etag: String::new(),
        session: session(30),
    };
    let first = deliveries.report_session(request.clone()).await.unwrap().into_inner();
    let again = deliveries.report_session(request.clone()).await.unwrap().into_inner();
    assert_eq!(first, again, "the same request is answered as then");
    let other = ReportSessionRequest { session: session(31), ..request };
    let refused = deliveries.report_session(other).await.unwrap_err();
    assert_eq!(reason(&refused), "REQUEST_ID_REUSED");
    let (delivery, doubled) = stage.hold(&kim, &campaign, 0, 30).await.unwrap();
    assert_eq!(delivery.sessions.len(), 2);

    let corrected = |session_id: &str, attendance| CorrectSessionRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        etag: String::new(),
        session_id: session_id.into(),
        session: session(attendance),
    };
    let answer = deliveries.correct_session(corrected(&first.session_id, 35)).await.unwrap().into_inner();
    assert_eq!(answer.delivery.unwrap().sessions[0].session, session(35));
    let missing = deliveries.correct_session(corrected(&community, 35)).await.unwrap_err();
    assert_eq!((missing.code(), reason(&missing).as_str()), (Code::NotFound, "SESSION_NOT_FOUND"));
    let withdrawn = WithdrawSessionRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        etag: String::new(),
        session_id: doubled,
        reason: SessionWithdrawalReason::Doubled.into(),
    };
    let answer = deliveries.withdraw_session(withdrawn).await.unwrap().into_inner();
    assert!(answer.delivery.unwrap().sessions[1].withdrawn);

    let report = |people| ReportReachRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        etag: String::new(),
        reach: reach(people),
    };
    deliveries.report_reach(report(400)).await.unwrap();
    let refused = deliveries.report_reach(report(500)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::AlreadyExists, "REACH_REPORTED_OTHERWISE"));
    let correct = |people| CorrectReachRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        etag: String::new(),
        reach: reach(people),
    };
    let answer = deliveries.correct_reach(correct(450)).await.unwrap().into_inner().delivery.unwrap();
    assert_eq!((answer.status(), answer.reach), (DeliveryStatus::ReachReported, reach(450)));

    let verified = stage.verify(&office, &stage.regency, &campaign, 0).await.unwrap();
    let verification = verified.verification.clone().unwrap();
    assert_eq!(verified.status(), DeliveryStatus::Verified);
    assert_eq!((verification.sessions, verification.people_reached), (1, 450));
    assert_eq!(verification.office_id, stage.regency);
    for refused in [
        deliveries.correct_session(corrected(&first.session_id, 36)).await.unwrap_err(),
        deliveries.correct_reach(correct(500)).await.unwrap_err(),
    ] {
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "DELIVERY_VERIFIED"));
    }
    let (more, _) = stage.hold(&kim, &campaign, 0, 12).await.unwrap();
    assert!(more.verification.unwrap().outdated, "more was reported since");
    let taken_back = WithdrawVerificationRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        etag: String::new(),
        reason: VerificationWithdrawalReason::ToBeCorrected.into(),
        office_id: stage.provincial.clone(),
    };
    let answer = stage.nation.deliveries(&stage.officer()).withdraw_verification(taken_back).await.unwrap();
    assert_eq!(answer.into_inner().delivery.unwrap().status(), DeliveryStatus::ReachReported);
    deliveries.correct_session(corrected(&first.session_id, 36)).await.unwrap();
}

#[tokio::test]
async fn corrections_and_withdrawals_are_taken_notice_of_and_what_is_withdrawn_is_opened_by_nobody() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let kim = stage.kim(0);
    let request = OpenMaterialRequest {
        request_id: request_id(),
        campaign_id: campaign.clone(),
        community_id: stage.communities[0].clone(),
        channel: INBOX,
        language: String::new(),
    };
    stage.nation.deliveries(&kim).open_material(request.clone()).await.unwrap();
    let unissued = stage.notice(&campaign, 0, NoticeKind::Corrected, 2).await.unwrap_err();
    assert_eq!((unissued.code(), reason(&unissued).as_str()), (Code::FailedPrecondition, "NOTICE_NOT_ISSUED"));

    stage.publish(2, Some(RevisionReason::Correction)).await;
    let opened = stage.open(&kim, &campaign, 0, "").await.unwrap();
    assert_eq!((opened.material_version, opened.content.unwrap().title.as_str()), (2, "Cegah stunting sejak dini 2"));
    stage.until_told(&campaign, 2).await;
    let unacknowledged = || ListDeliveriesRequest {
        campaign_id: campaign.clone(),
        notice_unacknowledged: true,
        ..ListDeliveriesRequest::default()
    };
    assert_eq!(stage.list(&stage.officer(), unacknowledged()).await.len(), 2);
    let noticed = stage.notice(&campaign, 0, NoticeKind::Corrected, 2).await.unwrap();
    assert_eq!((noticed.notices.len(), noticed.notices[0].kind()), (1, NoticeKind::Corrected));
    let left = stage.list(&stage.officer(), unacknowledged()).await;
    assert_eq!(left.iter().map(|left| &left.community_id).collect::<Vec<_>>(), [&stage.communities[1]]);

    stage.withdraw(2).await;
    for token in [&kim, &stage.officer()] {
        let refused = stage.open(token, &campaign, 0, "").await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "MATERIAL_WITHDRAWN"));
    }
    let again = stage.nation.deliveries(&kim).open_material(request).await.unwrap_err();
    assert_eq!(again.code(), Code::FailedPrecondition, "not even by a request that was carried out before");
    let refused = stage.acknowledge(&kim, &campaign, 0, None).await.unwrap_err();
    assert_eq!(reason(&refused), "MATERIAL_WITHDRAWN");
    stage.until_told(&campaign, 4).await;
    stage.notice(&campaign, 0, NoticeKind::Withdrawn, 2).await.unwrap();
    assert_eq!(
        stage.list(&stage.officer(), unacknowledged()).await.len(),
        1,
        "who knows of the withdrawal knows enough"
    );
}

#[tokio::test]
async fn deliveries_are_listed_by_place_and_name_as_far_as_the_caller_reaches() {
    let seats = ["14.71.01.1003", "14.01.01.2009", "14.01.01.2009", "14.01.01"];
    let stage = Stage::set(&seats).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 4).await;
    stage.acknowledge(&stage.kim(2), &campaign, 2, None).await.unwrap();
    let ids = |deliveries: &[Delivery]| {
        let nth = |delivery: &Delivery| stage.communities.iter().position(|id| *id == delivery.community_id).unwrap();
        deliveries.iter().map(nth).collect::<Vec<_>>()
    };
    let all = stage.list(&stage.officer(), ListDeliveriesRequest::default()).await;
    assert_eq!(ids(&all), [3, 1, 2, 0]);
    let one = stage.delivery(&campaign, 2).await;
    assert_eq!(all[2], one, "a list says what the delivery itself says");

    let (mut paged, mut token) = (Vec::new(), String::new());
    loop {
        let request = ListDeliveriesRequest { page_size: 1, page_token: token, ..ListDeliveriesRequest::default() };
        let page = stage.nation.deliveries(&stage.officer()).list_deliveries(request).await.unwrap().into_inner();
        paged.extend(page.deliveries);
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(paged, all);
    let with = |statuses: Vec<i32>| ListDeliveriesRequest { statuses, ..ListDeliveriesRequest::default() };
    let assigned = stage.list(&stage.officer(), with(vec![DeliveryStatus::Assigned.into()])).await;
    assert_eq!(ids(&assigned), [3, 1, 0]);
    assert_eq!(ids(&stage.list(&stage.regency_officer(), ListDeliveriesRequest::default()).await), [3, 1, 2]);
    assert_eq!(ids(&stage.list(&stage.kim(0), ListDeliveriesRequest::default()).await), [0]);
    let elsewhere = ListDeliveriesRequest { region: region("14.71"), ..ListDeliveriesRequest::default() };
    assert!(stage.list(&stage.regency_officer(), elsewhere).await.is_empty());
}

/// Every method that names a delivery, as somebody calls it.
async fn answers(
    stage: &Stage,
    token: &str,
    office: &str,
    (campaign_id, community_id): (&str, &str),
) -> Vec<(&'static str, Result<(), Status>)> {
    let mut deliveries = stage.nation.deliveries(token);
    macro_rules! asked {
        ($($method:ident: $request:ident { $($field:ident: $value:expr),* }),+ $(,)?) => {
            vec![$((stringify!($method), deliveries.$method($request {
                request_id: request_id(),
                campaign_id: campaign_id.into(),
                community_id: community_id.into(),
                $($field: $value,)*
                ..$request::default()
            }).await.map(|_| ()))),+]
        };
    }
    let session_id = || stage.communities[0].clone();
    let mut answers = asked! {
        report_delivered: ReportDeliveredRequest { channel: INBOX },
        open_material: OpenMaterialRequest { channel: INBOX },
        acknowledge_delivery: AcknowledgeDeliveryRequest { channel: INBOX },
        acknowledge_notice: AcknowledgeNoticeRequest { channel: INBOX, kind: NoticeKind::Corrected.into(), material_version: 2 },
        decline_delivery: DeclineDeliveryRequest { reason: DeliveryDeclineReason::Other.into() },
        report_undeliverable: ReportUndeliverableRequest { channel: INBOX, reason: UndeliverableReason::Refused.into() },
        report_session: ReportSessionRequest { session: session(20) },
        correct_session: CorrectSessionRequest { session_id: session_id(), session: session(20) },
        withdraw_session: WithdrawSessionRequest { session_id: session_id(), reason: SessionWithdrawalReason::Doubled.into() },
        report_reach: ReportReachRequest { reach: reach(20) },
        correct_reach: CorrectReachRequest { reach: reach(20) },
        verify_delivery: VerifyDeliveryRequest { office_id: office.into() },
        withdraw_verification: WithdrawVerificationRequest {
            reason: VerificationWithdrawalReason::ToBeCorrected.into(), office_id: office.into()
        },
    };
    let request = GetDeliveryRequest { campaign_id: campaign_id.into(), community_id: community_id.into() };
    answers.push(("get_delivery", deliveries.get_delivery(request).await.map(|_| ())));
    answers
}

#[tokio::test]
async fn nobody_reads_or_reports_for_a_community_out_of_reach_and_it_looks_as_if_it_were_not_there() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let theirs = (campaign.as_str(), stage.communities[0].as_str());
    let missing = uuid::Uuid::now_v7().to_string();
    let citizen =
        stage.nation.token("test:citizen", kim_chassis::identity::Role::Citizen, kim_chassis::identity::Scope::Citizen);
    let elsewhere = stage.nation.officer_of("test:pekanbaru", "14.71");
    for (who, token) in [("another KIM", stage.kim(1)), ("another regency", elsewhere), ("a citizen", citizen.clone())]
    {
        let hidden = answers(&stage, &token, &stage.regency, theirs).await;
        let unknown = answers(&stage, &token, &stage.regency, (&campaign, &missing)).await;
        assert_eq!(hidden.len(), 14);
        for ((method, hidden), (_, unknown)) in hidden.into_iter().zip(unknown) {
            let (hidden, unknown) = (hidden.unwrap_err(), unknown.unwrap_err());
            assert_eq!(
                (hidden.code(), reason(&hidden).as_str()),
                (Code::NotFound, "DELIVERY_NOT_FOUND"),
                "{who} {method}"
            );
            assert_eq!((hidden.message(), hidden.details()), (unknown.message(), unknown.details()), "{who} {method}");
        }
    }
    assert!(stage.delivery(&campaign, 0).await.receipts.is_empty(), "nothing was recorded");

    // Only an office verifies, and only what is in its region.
    let own = answers(&stage, &stage.kim(0), &stage.regency, theirs).await;
    for (method, answer) in own.iter().filter(|(method, _)| method.contains("verif")) {
        assert_eq!(answer.as_ref().unwrap_err().code(), Code::NotFound, "{method}");
    }
    let pekanbaru = (campaign.as_str(), stage.communities[1].as_str());
    let by_another = answers(&stage, &stage.officer(), &stage.regency, pekanbaru).await;
    let (_, verified) = by_another.iter().find(|(method, _)| *method == "verify_delivery").unwrap();
    assert_eq!(reason(verified.as_ref().unwrap_err()), "OFFICE_NOT_FOUND");

    // What did not get there is refused in the same words as a campaign that is none.
    let draft = uuid::Uuid::now_v7().to_string();
    let refused = stage.acknowledge(&stage.kim(0), &draft, 0, None).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "CAMPAIGN_NOT_ASSIGNED"));

    let denied = stage.nation.deliveries(&citizen).list_deliveries(ListDeliveriesRequest::default()).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    let (channel, reason) = (DeliveryChannel::Webhook.into(), UndeliverableReason::NoAddress.into());
    let failed = UndeliverableReport { channel, reason, happened_at: None };
    let row = |row, community: &str| ReportRow {
        row,
        campaign_id: campaign.clone(),
        community_id: community.into(),
        recorded_time: None,
        report: Some(Report::Undeliverable(failed)),
    };
    let rows = vec![row(1, &stage.communities[0]), row(2, &stage.communities[1]), row(3, &missing)];
    let rows = tokio_stream::once(ImportReportsRequest { rows });
    let answers = stage.nation.deliveries(&stage.kim(1)).import_reports(rows).await.unwrap();
    let results = answers.into_inner().message().await.unwrap().unwrap().results;
    let outcomes: Vec<ReportOutcome> =
        results.iter().map(kim_contract::dissemination::v1::ReportResult::outcome).collect();
    assert_eq!(outcomes, [ReportOutcome::Refused, ReportOutcome::Accepted, ReportOutcome::Refused]);
    assert_eq!(results[0].problems, results[2].problems);
}
