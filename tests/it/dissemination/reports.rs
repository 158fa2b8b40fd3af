//! Reports in bulk: a national campaign's receipts in any order, doubled and late, are counted exactly; and what a bad row is told.

use std::{
    collections::{BTreeMap, HashMap},
    time::Instant,
};

use kim_contract::dissemination::v1::{
    CampaignPriority, Decline, DeliveryChannel, DeliveryDeclineReason, DeliveryStatus, ImportReportsRequest,
    NoticeKind, NoticeReport, Reach, ReachByChannel, ReceiptKind, ReceiptReport, ReportOutcome, ReportResult,
    ReportRow, Session, SessionChannel, SessionReport, UndeliverableReason, UndeliverableReport, report_row::Report,
};
use kim_desk::wire::date;
use kim_eventlog::timestamp;
use kim_territory::{Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::dissemination::stage::{PROVINCE, Stage, home};

/// A KIM for each village of the nation.
const COMMUNITIES: usize = 84_000;
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

    /// Communities of the province, put into the copy as they are.
    async fn populate(&self, communities: &[Uuid]) {
        let province: RegionCode = PROVINCE.parse().unwrap();
        let villages: Vec<RegionCode> =
            Territory::current().within(&province, Level::Village).map(|village| village.code).collect();
        let seats: Vec<RegionCode> = villages.iter().copied().cycle().take(communities.len()).collect();
        let texts = |text: &dyn Fn(&RegionCode) -> String| seats.iter().map(text).collect::<Vec<_>>();
        sqlx::query(
            "INSERT INTO audience.community (community_id, from_position, name, seat_code, seat_decree, regency_code, province_code,
                                             seat_level, status, base_group)
             SELECT id, 1, 'KIM ' || seat, seat, $4, regency, $5, 5, 5, 0 FROM unnest($1::uuid[], $2::text[], $3::text[]) AS c (id, seat, regency)",
        )
        .bind(communities)
        .bind(texts(&|seat| seat.to_string()))
        .bind(texts(&|seat| seat.regency().unwrap().to_string()))
        .bind(home().decree.key())
        .bind(PROVINCE)
        .execute(&self.nation.pool)
        .await
        .unwrap();
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

/// The log's own events of a campaign, told apart by what they say alone: deliveries by regency and by their receipts.
async fn recounted(stage: &Stage) -> (BTreeMap<(String, bool, bool), i64>, i64) {
    let events: Vec<(Uuid, String, String)> = sqlx::query_as(
        "SELECT aggregate_id, regency, type FROM log.event WHERE type LIKE 'kim.dissemination.v1.Delivery%' ORDER BY position",
    )
    .fetch_all(&stage.nation.pool)
    .await
    .unwrap();
    let mut deliveries: HashMap<Uuid, (String, bool, bool)> = HashMap::new();
    let many = i64::try_from(events.len()).unwrap();
    for (id, regency, event_type) in events {
        let delivery = deliveries.entry(id).or_insert((regency, false, false));
        match event_type.as_str() {
            "kim.dissemination.v1.DeliveryDelivered" => delivery.1 = true,
            "kim.dissemination.v1.DeliveryAcknowledged" => delivery.2 = true,
            other => panic!("{other}"),
        }
    }
    let mut counted = BTreeMap::new();
    for delivery in deliveries.into_values() {
        *counted.entry(delivery).or_default() += 1;
    }
    (counted, many)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_of_a_whole_nation_are_counted_exactly_whatever_their_order() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let stage = Stage::set(&[]).await;
    let communities: Vec<Uuid> = (0..COMMUNITIES).map(|_| Uuid::from_u128(rng.random())).collect();
    stage.populate(&communities).await;
    let began = Instant::now();
    let campaign =
        stage.campaign("Cegah stunting Juli", CampaignPriority::Urgent, i64::try_from(COMMUNITIES).unwrap()).await;
    println!("{COMMUNITIES} communities got it in {:.1} s", began.elapsed().as_secs_f64());

    let assigned = OffsetDateTime::now_utc();
    let mut at = || assigned + Duration::milliseconds(rng.random_range(0..200_000));
    let report = |kind, community: &Uuid, at| row(&campaign, &community.to_string(), receipt(kind, at));
    let mut delivered: Vec<ReportRow> = communities.iter().map(|id| report(ReceiptKind::Delivered, id, at())).collect();
    let mut acknowledged: Vec<ReportRow> =
        communities.iter().map(|id| report(ReceiptKind::Acknowledged, id, at())).collect();
    // One in a hundred is acknowledged before it is known that it arrived, and one in twenty is told twice.
    delivered.shuffle(&mut rng);
    let late = delivered.split_off(COMMUNITIES - COMMUNITIES / 100);
    acknowledged.shuffle(&mut rng);
    let doubled: Vec<ReportRow> = acknowledged[..COMMUNITIES / 20].to_vec();
    acknowledged.extend(doubled);
    acknowledged.shuffle(&mut rng);

    let token = stage.officer();
    for (what, rows, wanted) in [
        ("deliveries", delivered, [COMMUNITIES - COMMUNITIES / 100, 0, 0]),
        ("acknowledgements", acknowledged, [COMMUNITIES, COMMUNITIES / 20, 0]),
        ("late deliveries", late, [COMMUNITIES / 100, 0, 0]),
    ] {
        let (rows, began) = (numbered(rows), Instant::now());
        let many = rows.len();
        let results = stage.import(&token, rows).await;
        let seconds = began.elapsed().as_secs_f64();
        println!("{many} {what} in {seconds:.1} s: {:.0} rows/s", many as f64 / seconds);
        assert_eq!(outcomes(&results), wanted, "{what}, seed {seed}");
    }

    let (counted, events) = recounted(&stage).await;
    assert_eq!(events, 2 * i64::try_from(COMMUNITIES).unwrap(), "each once, seed {seed}");
    stage.until_indexed().await;
    let indexed: Vec<(String, bool, bool, i64)> = sqlx::query_as(
        "SELECT replace(c.regency_code, '.', ''), d.delivered, d.acknowledged, count(*)
         FROM dissemination.delivery d JOIN audience.community c USING (community_id)
         WHERE d.status = $1 GROUP BY 1, 2, 3",
    )
    .bind(i16::try_from(DeliveryStatus::Acknowledged as i32).unwrap())
    .fetch_all(&stage.nation.pool)
    .await
    .unwrap();
    let indexed: BTreeMap<_, _> = indexed
        .into_iter()
        .map(|(regency, delivered, acknowledged, many)| ((regency, delivered, acknowledged), many))
        .collect();
    assert_eq!(indexed, counted, "seed {seed}");
    assert_eq!(counted.values().sum::<i64>(), i64::try_from(COMMUNITIES).unwrap());
    assert!(counted.keys().all(|(_, delivered, acknowledged)| *delivered && *acknowledged));
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
