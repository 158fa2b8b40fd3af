//! Reports of deliveries as dice have them: any rungs, in any order, some twice, some of an earlier time than was told before.

use kim_contract::dissemination::v1::{
    Decline, DeliveryChannel, DeliveryDeclineReason, ImportReportsRequest, NoticeKind, NoticeReport, Reach,
    ReachByChannel, ReceiptKind, ReceiptReport, ReportOutcome, ReportResult, ReportRow, Session, SessionChannel,
    SessionReport, UndeliverableReason, UndeliverableReport, report_row::Report,
};
use kim_desk::wire::date;
use kim_eventlog::timestamp;
use rand::{RngExt, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use time::{Duration, OffsetDateTime};

use crate::dissemination::nation::Nation;

/// A delivery: its campaign and its community.
pub type Delivery = (String, String);

/// Sends rows in this order; the results in the same one.
pub async fn import(nation: &Nation, mut rows: Vec<ReportRow>) -> Vec<ReportResult> {
    for (number, row) in (1..).zip(&mut rows) {
        row.row = number;
    }
    let messages: Vec<ImportReportsRequest> =
        rows.chunks(500).map(|rows| ImportReportsRequest { rows: rows.to_vec() }).collect();
    let answers = nation.deliveries(&nation.national()).import_reports(tokio_stream::iter(messages)).await.unwrap();
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

/// How many rows were accepted, and how many were known already; others are refused only for what a community cannot know better.
pub fn outcomes(results: &[ReportResult]) -> [usize; 2] {
    for problem in results.iter().flat_map(|result| &result.problems) {
        assert!(["PEOPLE_TOLD_ALREADY", "MATERIAL_WITHDRAWN"].contains(&problem.reason.as_str()), "{problem:?}");
    }
    [ReportOutcome::Accepted, ReportOutcome::Unchanged]
        .map(|outcome| results.iter().filter(|result| result.outcome() == outcome).count())
}

pub fn row((campaign, community): &Delivery, report: Report) -> ReportRow {
    ReportRow {
        campaign_id: campaign.clone(),
        community_id: community.clone(),
        report: Some(report),
        ..ReportRow::default()
    }
}

pub fn receipt(kind: ReceiptKind, at: OffsetDateTime) -> Report {
    let (channel, happened_at) = (DeliveryChannel::Office.into(), Some(timestamp(at)));
    Report::Receipt(ReceiptReport { kind: kind.into(), channel, material_version: 0, happened_at })
}

pub fn notice(kind: NoticeKind, material_version: i32) -> Report {
    let channel = DeliveryChannel::Office.into();
    Report::Notice(NoticeReport { kind: kind.into(), material_version, channel, happened_at: None })
}

/// Some of them twice, and in any order.
pub fn doubled_and_shuffled(mut rows: Vec<ReportRow>, rng: &mut ChaCha8Rng) -> Vec<ReportRow> {
    let doubled: Vec<ReportRow> = rows.iter().filter(|_| rng.random_bool(0.1)).cloned().collect();
    rows.extend(doubled);
    rows.shuffle(rng);
    rows
}

/// What is reported of some deliveries; a turn has its own sessions.
pub fn thrown(deliveries: &[Delivery], turn: usize, from: OffsetDateTime, rng: &mut ChaCha8Rng) -> Vec<ReportRow> {
    let mut rows = Vec::new();
    for delivery in deliveries {
        let mut reports = Vec::new();
        for (kind, chance) in
            [(ReceiptKind::Delivered, 0.6), (ReceiptKind::Opened, 0.4), (ReceiptKind::Acknowledged, 0.4)]
        {
            while rng.random_bool(chance) {
                reports.push(receipt(kind, from + Duration::milliseconds(rng.random_range(0..200_000))));
            }
        }
        let on = kim_values::Region::nation().today(from);
        while rng.random_bool(0.3) {
            let source_key = format!("{turn}-{}", reports.len());
            let (channel, attendance) = (SessionChannel::Meeting.into(), rng.random_range(1..200));
            let session = Some(Session { held_on: Some(date::to_proto(on)), channel, attendance, women: None });
            reports.push(Report::Session(SessionReport { source_key, session }));
        }
        // It is reported once, and corrected otherwise.
        if turn == 0 && rng.random_bool(0.3) {
            let reach = |channel: SessionChannel, people| ReachByChannel { channel: channel.into(), people };
            let by_channel = vec![
                reach(SessionChannel::Radio, rng.random_range(0..900)),
                reach(SessionChannel::HouseVisit, rng.random_range(0..90)),
            ];
            reports.push(Report::Reach(Reach { counted_on: Some(date::to_proto(on)), by_channel }));
        }
        if rng.random_bool(0.15) {
            let (reason, declined_at) = (DeliveryDeclineReason::Language.into(), Some(timestamp(from)));
            reports.push(Report::Decline(Decline { reason, declined_at }));
        }
        if rng.random_bool(0.3) {
            let (channel, reason) = (DeliveryChannel::Email.into(), UndeliverableReason::Unreachable.into());
            reports.push(Report::Undeliverable(UndeliverableReport {
                channel,
                reason,
                happened_at: Some(timestamp(from)),
            }));
        }
        rows.extend(reports.into_iter().map(|report| row(delivery, report)));
    }
    doubled_and_shuffled(rows, rng)
}
