//! One delivery, and a list of them.

use std::fmt::Write;

use kim_contract::dissemination::v1 as pb;
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::words::{channel, declining, failing, receipt, status, telling};
use crate::{
    campaign::notice,
    dates::{iso, spelled},
    facts::Facts,
    names::Names,
    places::{nearby, place},
    table::Table,
    times,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    pub delivery_id: String,
    pub campaign_id: String,
    pub community_id: String,
    pub community_name: String,
    pub seat: String,
    pub status: &'static str,
    pub assigned_version: i32,
    pub assigned_at: Option<String>,
    pub receipts: Vec<Receipt>,
    pub sessions: Vec<HeldSession>,
    pub reach: Option<Reach>,
    pub verification: Option<Verification>,
    pub decline: Option<Decline>,
    pub undeliverable: Vec<Failed>,
    pub etag: String,
}

/// A rung that was confirmed, or a notice that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    pub kind: &'static str,
    pub channel: &'static str,
    pub material_version: i32,
    pub happened_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldSession {
    pub session_id: String,
    pub held_on: Option<String>,
    pub channel: &'static str,
    pub attendance: i32,
    /// `None` when they were not counted.
    pub women: Option<i32>,
    pub withdrawn: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reach {
    pub counted_on: Option<String>,
    pub by_channel: Vec<(&'static str, i32)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    pub office_id: String,
    pub verified_on: Option<String>,
    pub sessions: i32,
    pub people_reached: i64,
    /// That more was reported since.
    pub outdated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decline {
    pub reason: &'static str,
    pub declined_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failed {
    pub channel: &'static str,
    pub reason: &'static str,
    pub happened_at: Option<String>,
}

impl Delivery {
    #[must_use]
    pub fn of(delivery: pb::Delivery, names: &Names) -> Self {
        let told = delivery.receipts.iter().map(|one| Receipt {
            kind: receipt(one.kind()),
            channel: channel(one.channel()),
            material_version: one.material_version,
            happened_at: times::rfc3339(one.happened_at.as_ref()),
        });
        let noticed = delivery.notices.iter().map(|one| Receipt {
            kind: notice(one.kind()),
            channel: channel(one.channel()),
            material_version: one.material_version,
            happened_at: times::rfc3339(one.happened_at.as_ref()),
        });
        let failed = |one: &pb::FailedChannel| Failed {
            channel: channel(one.channel()),
            reason: failing(one.reason()),
            happened_at: times::rfc3339(one.happened_at.as_ref()),
        };
        Self {
            status: status(delivery.status()),
            community_name: names.get(&delivery.community_id).to_owned(),
            assigned_at: times::rfc3339(delivery.assigned_at.as_ref()),
            receipts: told.chain(noticed).collect(),
            undeliverable: delivery.undeliverable.iter().map(failed).collect(),
            sessions: delivery.sessions.into_iter().map(HeldSession::of).collect(),
            reach: delivery.reach.map(|reach| Reach {
                counted_on: iso(reach.counted_on.as_ref()),
                by_channel: reach.by_channel.iter().map(|by| (telling(by.channel()), by.people)).collect(),
            }),
            verification: delivery.verification.map(|verified| Verification {
                verified_on: iso(verified.verified_on.as_ref()),
                office_id: verified.office_id,
                sessions: verified.sessions,
                people_reached: verified.people_reached,
                outdated: verified.outdated,
            }),
            decline: delivery.decline.map(|decline| Decline {
                reason: declining(decline.reason()),
                declined_at: times::rfc3339(decline.declined_at.as_ref()),
            }),
            delivery_id: delivery.delivery_id,
            campaign_id: delivery.campaign_id,
            community_id: delivery.community_id,
            seat: delivery.seat.unwrap_or_default().code,
            assigned_version: delivery.assigned_version,
            etag: delivery.etag,
        }
    }

    pub(super) fn screen(&self) -> String {
        let moment = |time: &Option<String>| times::spelled(time.as_deref());
        let mut facts = Facts::default();
        facts
            .line("kiriman", &self.delivery_id)
            .line("kampanye", &self.campaign_id)
            .line("KIM", &self.community_name)
            .line("kedudukan", place(&self.seat))
            .line("status", self.status)
            .line("dikirim", format!("{}, versi {}", moment(&self.assigned_at), self.assigned_version));
        for Failed { channel, reason, happened_at } in &self.undeliverable {
            facts.line("tidak sampai", format!("{channel}, {}: {reason}", moment(happened_at)));
        }
        if let Some(Decline { reason, declined_at }) = &self.decline {
            facts.line("ditolak", format!("{}: {reason}", moment(declined_at)));
        }
        if let Some(reach) = &self.reach {
            let by: Vec<String> =
                reach.by_channel.iter().map(|(channel, people)| format!("{channel} {}", grouped(*people))).collect();
            facts.line(
                "jangkauan",
                format!("{} orang, dihitung {}", by.join(", "), spelled(reach.counted_on.as_deref())),
            );
        }
        if let Some(verified) = &self.verification {
            let outdated = if verified.outdated { "; sesudah itu ada laporan lagi" } else { "" };
            let (sessions, people) = (grouped(verified.sessions), grouped(verified.people_reached));
            let on = spelled(verified.verified_on.as_deref());
            facts.line("diverifikasi", format!("{on}: {sessions} sesi, {people} orang{outdated}"));
        }
        let mut text = facts.to_string();
        if !self.receipts.is_empty() {
            let mut table = Table::new(&["LAPORAN", "SALURAN", "VERSI", "WAKTU"]).right(2);
            for one in &self.receipts {
                table.row([one.kind, one.channel, &one.material_version.to_string(), &moment(&one.happened_at)]);
            }
            let _ = write!(text, "\n{table}");
        }
        if !self.sessions.is_empty() {
            let heads = ["SESI", "TANGGAL", "CARA", "HADIR", "PEREMPUAN", "KETERANGAN"];
            let mut table = Table::new(&heads).right(3).right(4);
            for one in &self.sessions {
                table.row([
                    one.session_id.as_str(),
                    &spelled(one.held_on.as_deref()),
                    one.channel,
                    &grouped(one.attendance),
                    &one.women.map_or_else(|| "–".to_owned(), grouped),
                    if one.withdrawn { "ditarik" } else { "" },
                ]);
            }
            let _ = write!(text, "\n{table}");
        }
        text
    }
}

impl HeldSession {
    fn of(held: pb::HeldSession) -> Self {
        let session = held.session.unwrap_or_default();
        Self {
            session_id: held.session_id,
            held_on: iso(session.held_on.as_ref()),
            channel: telling(session.channel()),
            attendance: session.attendance,
            women: session.women,
            withdrawn: held.withdrawn,
        }
    }
}

pub(super) fn table(deliveries: &[Delivery]) -> String {
    if deliveries.is_empty() {
        return "Tidak ada kiriman.\n".to_owned();
    }
    let heads = ["KAMPANYE", "NOMOR KIM", "KIM", "KEDUDUKAN", "STATUS", "DIKIRIM", "VERSI"];
    let mut table = Table::new(&heads).right(6);
    for one in deliveries {
        table.row([
            one.campaign_id.as_str(),
            &one.community_id,
            &one.community_name,
            &nearby(&one.seat),
            one.status,
            &times::spelled(one.assigned_at.as_deref()),
            &one.assigned_version.to_string(),
        ]);
    }
    format!("{table}{} kiriman\n", grouped(deliveries.len()))
}

#[cfg(test)]
mod tests {
    use kim_contract::{
        dissemination::v1::{
            DeliveryChannel, DeliveryStatus, NoticeKind, ReceiptKind, SessionChannel, UndeliverableReason,
        },
        r#type::v1::{Date, Region},
    };
    use prost_types::Timestamp;

    use super::*;

    fn delivery() -> pb::Delivery {
        // 6 October 2022, 10.41 in Jakarta, and hours after.
        let at = |hours: i64| Some(Timestamp { seconds: 1_665_027_660 + hours * 3_600, nanos: 0 });
        let day = |day| Some(Date { year: 2022, month: 10, day });
        let receipt = |kind: ReceiptKind, hours| pb::Receipt {
            kind: kind.into(),
            channel: DeliveryChannel::Inbox.into(),
            material_version: 1,
            happened_at: at(hours),
        };
        let session = |id: &str, women, withdrawn| pb::HeldSession {
            session_id: id.into(),
            session: Some(pb::Session {
                held_on: day(8),
                channel: SessionChannel::Meeting.into(),
                attendance: 40,
                women,
            }),
            withdrawn,
        };
        pb::Delivery {
            delivery_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            campaign_id: "kampanye".into(),
            community_id: "kim".into(),
            seat: Some(Region { code: "14.01".into(), decree: "2025".into() }),
            status: DeliveryStatus::Verified.into(),
            assigned_version: 1,
            assigned_at: at(0),
            receipts: vec![receipt(ReceiptKind::Delivered, 1), receipt(ReceiptKind::Acknowledged, 24)],
            sessions: vec![session("a", Some(25), false), session("b", None, true)],
            reach: Some(pb::Reach {
                counted_on: day(10),
                by_channel: vec![
                    pb::ReachByChannel { channel: SessionChannel::Meeting.into(), people: 40 },
                    pb::ReachByChannel { channel: SessionChannel::Radio.into(), people: 1_200 },
                ],
            }),
            verification: Some(pb::Verification {
                office_id: "kantor".into(),
                verified_on: day(12),
                sessions: 1,
                people_reached: 1_240,
                outdated: true,
            }),
            undeliverable: vec![pb::FailedChannel {
                channel: DeliveryChannel::Email.into(),
                reason: UndeliverableReason::NoAddress.into(),
                happened_at: at(0),
            }],
            notices: vec![pb::NoticeReceipt {
                kind: NoticeKind::Corrected.into(),
                material_version: 2,
                channel: DeliveryChannel::Office.into(),
                happened_at: at(48),
            }],
            ..pb::Delivery::default()
        }
    }

    #[test]
    fn a_delivery_is_shown_with_all_that_was_reported_of_it() {
        assert_eq!(
            Delivery::of(delivery(), &Names::default()).screen(),
            "kiriman         018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             kampanye        kampanye\n\
             KIM             kim\n\
             kedudukan       14.01 Kabupaten Kampar, Provinsi Riau\n\
             status          diverifikasi\n\
             dikirim         6 Oktober 2022 10.41 WIB, versi 1\n\
             tidak sampai    surel, 6 Oktober 2022 10.41 WIB: alamatnya tidak ada\n\
             jangkauan       pertemuan 40, radio 1.200 orang, dihitung 10 Oktober 2022\n\
             diverifikasi    12 Oktober 2022: 1 sesi, 1.240 orang; sesudah itu ada laporan lagi\n\n\
             LAPORAN       SALURAN         VERSI  WAKTU\n\
             sampai        kotak masuk         1  6 Oktober 2022 11.41 WIB\n\
             dikonfirmasi  kotak masuk         1  7 Oktober 2022 10.41 WIB\n\
             koreksi       petugas kantor      2  8 Oktober 2022 10.41 WIB\n\n\
             SESI  TANGGAL         CARA       HADIR  PEREMPUAN  KETERANGAN\n\
             a     8 Oktober 2022  pertemuan     40         25\n\
             b     8 Oktober 2022  pertemuan     40          –  ditarik\n"
        );
    }

    #[test]
    fn a_list_has_a_delivery_a_line() {
        let one = Delivery::of(delivery(), &Names::default());
        assert_eq!(
            table(&[one]),
            "KAMPANYE  NOMOR KIM  KIM  KEDUDUKAN               STATUS        DIKIRIM                   VERSI\n\
             kampanye  kim        kim  14.01 Kabupaten Kampar  diverifikasi  6 Oktober 2022 10.41 WIB      1\n\
             1 kiriman\n"
        );
        assert_eq!(table(&[]), "Tidak ada kiriman.\n");
    }
}
