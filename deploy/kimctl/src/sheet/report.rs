//! A list of reports on campaigns: one report a row, in any order.

use kim_contract::dissemination::v1::{
    self as pb, DeliveryChannel, DeliveryDeclineReason, NoticeKind, ReachByChannel, ReceiptKind, SessionChannel,
    UndeliverableReason, report_row::Report,
};
use time::OffsetDateTime;

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

const fn column(name: &'static str, required: bool, example: &'static str) -> Column {
    Column::new(name, required, example)
}

/// The columns of a list of reports. What a report does not need stays empty.
pub const REPORT: [Column; 21] = [
    column("id_kampanye", true, "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d"),
    column("id_kim", true, "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3e"),
    column("laporan", true, "sesi"),
    column("waktu", false, "14/03/2026 08.30").or_called(&["tanggal"]),
    column("saluran", false, ""),
    column("versi", false, ""),
    column("alasan", false, ""),
    column("kunci", false, "kampar-001"),
    column("cara", false, "pertemuan"),
    column("hadir", false, "40"),
    column("perempuan", false, "25"),
    column("terjangkau_pertemuan", false, ""),
    column("terjangkau_daring", false, ""),
    column("terjangkau_kunjungan", false, ""),
    column("terjangkau_radio", false, ""),
    column("terjangkau_pengeras_suara", false, ""),
    column("terjangkau_media_sosial", false, ""),
    column("terjangkau_grup_pesan", false, ""),
    column("terjangkau_cetakan", false, ""),
    column("terjangkau_pertunjukan", false, ""),
    column("terjangkau_lain", false, ""),
];

/// The columns of people reached by channel.
const REACHED: [(&str, SessionChannel); 10] = [
    ("terjangkau_pertemuan", SessionChannel::Meeting),
    ("terjangkau_daring", SessionChannel::OnlineMeeting),
    ("terjangkau_kunjungan", SessionChannel::HouseVisit),
    ("terjangkau_radio", SessionChannel::Radio),
    ("terjangkau_pengeras_suara", SessionChannel::Loudspeaker),
    ("terjangkau_media_sosial", SessionChannel::SocialMedia),
    ("terjangkau_grup_pesan", SessionChannel::MessagingGroup),
    ("terjangkau_cetakan", SessionChannel::Print),
    ("terjangkau_pertunjukan", SessionChannel::Performance),
    ("terjangkau_lain", SessionChannel::Other),
];

/// What a row reports.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Receipt(ReceiptKind),
    Notice(NoticeKind),
    Session,
    Reach,
    Decline,
    Undeliverable,
}

const KINDS: [(&str, Option<Kind>); 9] = [
    ("sampai", Some(Kind::Receipt(ReceiptKind::Delivered))),
    ("dibuka", Some(Kind::Receipt(ReceiptKind::Opened))),
    ("dikonfirmasi", Some(Kind::Receipt(ReceiptKind::Acknowledged))),
    ("sesi", Some(Kind::Session)),
    ("jangkauan", Some(Kind::Reach)),
    ("ditolak", Some(Kind::Decline)),
    ("tidak sampai", Some(Kind::Undeliverable)),
    ("koreksi diketahui", Some(Kind::Notice(NoticeKind::Corrected))),
    ("penarikan diketahui", Some(Kind::Notice(NoticeKind::Withdrawn))),
];

const CHANNELS: [(&str, DeliveryChannel); 5] = [
    ("kotak masuk", DeliveryChannel::Inbox),
    ("webhook", DeliveryChannel::Webhook),
    ("surel", DeliveryChannel::Email),
    ("buletin", DeliveryChannel::Bulletin),
    ("petugas", DeliveryChannel::Office),
];

const WAYS: [(&str, SessionChannel); 10] = [
    ("pertemuan", SessionChannel::Meeting),
    ("pertemuan daring", SessionChannel::OnlineMeeting),
    ("kunjungan rumah", SessionChannel::HouseVisit),
    ("radio", SessionChannel::Radio),
    ("pengeras suara", SessionChannel::Loudspeaker),
    ("media sosial", SessionChannel::SocialMedia),
    ("grup pesan", SessionChannel::MessagingGroup),
    ("cetakan", SessionChannel::Print),
    ("pertunjukan", SessionChannel::Performance),
    ("lain", SessionChannel::Other),
];

const DECLINING: [(&str, DeliveryDeclineReason); 5] = [
    ("tidak cocok", DeliveryDeclineReason::NotRelevant),
    ("tidak ada tenaga", DeliveryDeclineReason::NoCapacity),
    ("bahasa", DeliveryDeclineReason::Language),
    ("isi diragukan", DeliveryDeclineReason::Content),
    ("lain", DeliveryDeclineReason::Other),
];

const FAILING: [(&str, UndeliverableReason); 4] = [
    ("tidak ada alamat", UndeliverableReason::NoAddress),
    ("ditolak", UndeliverableReason::Refused),
    ("tidak terjangkau", UndeliverableReason::Unreachable),
    ("tidak diizinkan", UndeliverableReason::NotAllowed),
];

/// The row of a record, or all that cannot be read of it.
pub fn report_row(columns: &Columns, record: &Numbered) -> Result<pb::ReportRow, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    cells.required("laporan");
    let row = pb::ReportRow {
        row: record.row,
        campaign_id: cells.id("id_kampanye", "kampanye"),
        community_id: cells.id("id_kim", "KIM"),
        recorded_time: None,
        report: cells.word("laporan", &KINDS, None).map(|kind| report(&mut cells, kind)),
    };
    let problems = cells.problems();
    if problems.is_empty() { Ok(row) } else { Err(problems) }
}

fn report(cells: &mut Cells<'_>, kind: Kind) -> Report {
    let now = OffsetDateTime::now_utc();
    // A file is the office's own record of what it was told, unless it says otherwise.
    let channel = |cells: &mut Cells<'_>| cells.word("saluran", &CHANNELS, DeliveryChannel::Office).into();
    match kind {
        Kind::Receipt(kind) => Report::Receipt(pb::ReceiptReport {
            kind: kind.into(),
            channel: channel(cells),
            material_version: cells.number("versi"),
            happened_at: cells.moment("waktu", now),
        }),
        Kind::Notice(kind) => Report::Notice(pb::NoticeReport {
            kind: kind.into(),
            channel: channel(cells),
            material_version: cells.number("versi"),
            happened_at: cells.moment("waktu", now),
        }),
        Kind::Decline => Report::Decline(pb::Decline {
            reason: cells.word("alasan", &DECLINING, DeliveryDeclineReason::Unspecified).into(),
            declined_at: cells.moment("waktu", now),
        }),
        Kind::Undeliverable => Report::Undeliverable(pb::UndeliverableReport {
            channel: channel(cells),
            reason: cells.word("alasan", &FAILING, UndeliverableReason::Unspecified).into(),
            happened_at: cells.moment("waktu", now),
        }),
        Kind::Session => Report::Session(pb::SessionReport {
            source_key: cells.text("kunci").to_owned(),
            session: Some(pb::Session {
                held_on: cells.date("waktu"),
                channel: cells.word("cara", &WAYS, SessionChannel::Unspecified).into(),
                attendance: cells.number("hadir"),
                women: (!cells.text("perempuan").is_empty()).then(|| cells.number("perempuan")),
            }),
        }),
        Kind::Reach => {
            let by_channel = REACHED.into_iter().filter_map(|(column, channel)| {
                let people = cells.number(column);
                (people != 0).then(|| ReachByChannel { channel: channel.into(), people })
            });
            let by_channel = by_channel.collect();
            Report::Reach(pb::Reach { counted_on: cells.date("waktu"), by_channel })
        }
    }
}

/// The column that a field of `ReportRow` came from.
#[must_use]
pub fn report_column(field: &str) -> &'static str {
    let last = field.rsplit('.').next().unwrap_or_default();
    match last {
        _ if field.starts_with("reach.by_channel") => "terjangkau_*",
        "campaign_id" => "id_kampanye",
        "community_id" => "id_kim",
        "report" | "kind" => "laporan",
        "happened_at" | "declined_at" | "held_on" | "counted_on" => "waktu",
        "channel" if field.starts_with("session") => "cara",
        "channel" => "saluran",
        "material_version" => "versi",
        "reason" => "alasan",
        "source_key" => "kunci",
        "attendance" => "hadir",
        "women" => "perempuan",
        _ => "",
    }
}
