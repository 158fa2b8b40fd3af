//! Reports in bulk: each kind of them, once, and what a bad row is told.

use kim_contract::dissemination::v1::{
    CampaignPriority, Decline, DeliveryChannel, DeliveryDeclineReason, DeliveryStatus, ImportReportsRequest,
    NoticeKind, NoticeReport, Reach, ReachByChannel, ReceiptKind, ReceiptReport, ReportOutcome, ReportResult,
    ReportRow, Session, SessionChannel, SessionReport, UndeliverableReason, UndeliverableReport, report_row::Report,
};
use kim_desk::wire::date;
use kim_eventlog::timestamp;
use time::{Duration, OffsetDateTime};

use crate::dissemination::stage::{Stage, home};

const IN_A_MESSAGE: usize = 500;

impl Stage {
    /// Sends rows, and says what each came to, in their order.
    async fn import(&self, token: &str, rows: Vec<ReportRow>) -> Vec<ReportResult> {
        let messages: Vec<ImportReportsRequest> =
            rows.chunks(IN_A_MESSAGE).map(|rows| ImportReportsRequest { rows: rows.to_vec() }).collect();
        let answers = self.nation.deliveries(token).import_reports(tokio_stream::iter(messages)).await.unwrap();
        let (mut answers, mut results) = (answers.into_inner(), Vec::with_capacity(rows.len()));
        while let Some(answer) = answers.message().await.unwrap() {
            results.extend(answer.results);
        }
        assert!(
            results.iter().map(|result| result.row).eq(rows.iter().map(|row| row.row)),
            "each row is answered in order"
        );
        results
    }
}

fn outcomes(results: &[ReportResult]) -> [usize; 3] {
    let count = |outcome| results.iter().filter(|result| result.outcome() == outcome).count();
    [ReportOutcome::Accepted, ReportOutcome::Unchanged, ReportOutcome::Refused].map(count)
}

fn row(campaign: &str, community: &str, report: Report) -> ReportRow {
    ReportRow {
        row: 0,
        campaign_id: campaign.into(),
        community_id: community.into(),
        recorded_time: None,
        report: Some(report),
    }
}

fn numbered(mut rows: Vec<ReportRow>) -> Vec<ReportRow> {
    for (n, row) in (1..).zip(&mut rows) {
        row.row = n;
    }
    rows
}

fn receipt(kind: ReceiptKind, at: OffsetDateTime) -> Report {
    let (channel, happened_at) = (DeliveryChannel::Inbox.into(), Some(timestamp(at)));
    Report::Receipt(ReceiptReport { kind: kind.into(), channel, material_version: 0, happened_at })
}

#[tokio::test]
async fn every_kind_of_report_comes_in_bulk_once_and_a_bad_row_says_where_it_is_wrong() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let (now, today) = (OffsetDateTime::now_utc(), Some(date::to_proto(home().today(OffsetDateTime::now_utc()))));
    let channel: i32 = DeliveryChannel::Bulletin.into();
    let session = |source_key: &str, attendance| {
        let session = Session { held_on: today, channel: SessionChannel::Meeting.into(), attendance, women: None };
        Report::Session(SessionReport { source_key: source_key.into(), session: Some(session) })
    };
    let by_channel = vec![ReachByChannel { channel: SessionChannel::Radio.into(), people: 400 }];
    let reach = Report::Reach(Reach { counted_on: today, by_channel });
    let undeliverable = UndeliverableReport {
        channel: DeliveryChannel::Email.into(),
        reason: UndeliverableReason::Unreachable.into(),
        happened_at: None,
    };
    let one = |report| row(&campaign, &stage.communities[0], report);
    let good = || {
        numbered(vec![
            one(session("S-1", 20)),
            one(session("S-2", 20)),
            one(session("", 25)),
            one(reach.clone()),
            one(receipt(ReceiptKind::Acknowledged, now)),
            one(Report::Undeliverable(undeliverable)),
            row(
                &campaign,
                &stage.communities[1],
                Report::Decline(Decline { reason: DeliveryDeclineReason::Language.into(), declined_at: None }),
            ),
        ])
    };
    let token = stage.officer();
    assert_eq!(outcomes(&stage.import(&token, good()).await), [7, 0, 0]);
    assert_eq!(outcomes(&stage.import(&token, good()).await), [0, 7, 0], "the same file again adds nothing");
    let delivery = stage.delivery(&campaign, 0).await;
    assert_eq!((delivery.sessions.len(), delivery.status()), (3, DeliveryStatus::ReachReported));
    // Another office's key is another session; the same facts without a key are the same one.
    let by_kampar =
        stage.import(&stage.regency_officer(), numbered(vec![one(session("S-1", 20)), one(session("", 25))])).await;
    assert_eq!(outcomes(&by_kampar), [1, 1, 0]);

    let bad = numbered(vec![
        one(session("S-1", 21)),
        one(receipt(ReceiptKind::Opened, now + Duration::hours(1))),
        one(receipt(ReceiptKind::Opened, now - Duration::days(1))),
        row(&stage.material.to_string(), &stage.communities[0], receipt(ReceiptKind::Opened, now)),
        one(Report::Notice(NoticeReport {
            kind: NoticeKind::Corrected.into(),
            material_version: 2,
            channel,
            happened_at: None,
        })),
        one(session("", -1)),
        ReportRow { report: None, ..one(reach.clone()) },
        row(&campaign, "x", reach.clone()),
    ]);
    let results = stage.import(&token, bad).await;
    let told: Vec<(&str, &str)> =
        results.iter().flat_map(|result| &result.problems).map(|p| (p.field.as_str(), p.reason.as_str())).collect();
    assert_eq!(
        told,
        [
            ("report", "SESSION_REPORTED_OTHERWISE"),
            ("receipt.happened_at", "REPORT_IN_FUTURE"),
            ("receipt.happened_at", "REPORT_BEFORE_ASSIGNMENT"),
            ("campaign_id", "CAMPAIGN_NOT_ASSIGNED"),
            ("notice.kind", "NOTICE_NOT_ISSUED"),
            ("session.attendance", "PEOPLE_OUT_OF_RANGE"),
            ("report", "REPORT_MISSING"),
            ("community_id", "DELIVERY_NOT_FOUND"),
        ]
    );
    assert!(results.iter().flat_map(|result| &result.problems).all(|p| !p.message.is_empty() && !p.remedy.is_empty()));
}
