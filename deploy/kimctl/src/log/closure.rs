//! Why a log takes no events, what its relay cannot mend, and what was decided, in an operator's words.

use kim_contract::log::v1::{ClosureReason, Decision, LogClosure, ReconcileChoice, RelayAlarm};
use kim_territory::spelling::grouped;
use serde::Serialize;
use time::OffsetDateTime;

use super::LogContext;
use crate::times::moment;

/// What is wrong with a log that is closed, and what to do.
#[must_use]
pub fn closure(context: LogContext, closure: &LogClosure) -> (String, String) {
    let at = if closure.position > 0 { format!(" (posisi {})", grouped(closure.position)) } else { String::new() };
    let (service, option) = (context.service(), context.option());
    let reconcile = || format!("jangan hapus aliran; lihat dan putuskan dengan kimctl log reconcile{option}");
    let (what, remedy) = match closure.reason() {
        ClosureReason::Moved | ClosureReason::Unspecified => (
            "basis data baru dipulihkan atau dipindahkan, dan belum dicocokkan dengan alirannya",
            "pastikan NATS berjalan; log dibuka sendiri bila cocok".to_owned(),
        ),
        ClosureReason::SetBack => ("basis data mundur: ada kejadian yang sudah tercatat lalu hilang", reconcile()),
        ClosureReason::Behind => ("basis data mundur: ada kejadian yang tinggal di aliran", reconcile()),
        ClosureReason::Differs => ("basis data mundur, lalu mencatat kejadian lain daripada alirannya", reconcile()),
        ClosureReason::OtherLog => (
            "alirannya milik log lain",
            format!(
                "sambungkan {service} ke basis data dan NATS yang sepasang; hapus aliran hanya bila log lain itu dilepas"
            ),
        ),
        ClosureReason::NoStream => {
            ("basis data mungkin mundur, dan alirannya tidak ada untuk mencocokkan", reconcile())
        }
        ClosureReason::Damaged => (
            "basis data rusak: ada posisi yang hilang di tengah log",
            format!("pulihkan basis data {service} dari cadangan, lalu kimctl log reconcile{option}"),
        ),
    };
    (format!("log tertutup: {what}{at}"), remedy)
}

/// What the relay cannot mend by itself, and what to do; `None` when there is nothing.
#[must_use]
pub fn alarm(context: LogContext, alarm: RelayAlarm) -> Option<(&'static str, String)> {
    let service = context.service();
    match alarm {
        RelayAlarm::Unspecified => None,
        RelayAlarm::AnotherPublisher => Some((
            "ada pihak lain yang berulang kali menulis ke aliran",
            format!(
                "cari siapa yang berhak atas kim.evt.{}.> selain {service}, dan cabut haknya; relai memperbaiki aliran sendiri",
                context.as_str()
            ),
        )),
        RelayAlarm::SettingsRefused => Some((
            "NATS menolak setelan aliran: masa simpan, ukuran, atau jumlah salinan",
            format!("cocokkan [stream] di konfigurasi {service} dengan jumlah peladen dan ruang NATS"),
        )),
        RelayAlarm::NothingKept => Some((
            "NATS menjawab, tetapi tidak menyimpan kejadian: diskanya penuh, atau pernah penuh",
            "beri ruang pada diska NATS, lalu jalankan ulang NATS; relai menyusul sendiri".to_owned(),
        )),
    }
}

/// A decision as it is on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    pub decision_id: String,
    /// `take_back` or `keep_log`.
    pub choice: &'static str,
    pub subject: String,
    /// In seconds since 1970.
    pub decided: i64,
    pub from_position: i64,
    pub to_position: i64,
    pub events: i64,
    /// Whether it was carried out to its end.
    pub ended: bool,
}

impl From<&Decision> for Decided {
    fn from(decision: &Decision) -> Self {
        Self {
            decision_id: decision.decision_id.clone(),
            choice: match decision.choice() {
                ReconcileChoice::TakeBack => "take_back",
                ReconcileChoice::KeepLog => "keep_log",
                ReconcileChoice::Unspecified => "",
            },
            subject: decision.subject.clone(),
            decided: decision.decided_time.map_or(0, |time| time.seconds),
            from_position: decision.from_position,
            to_position: decision.to_position,
            events: decision.events,
            ended: decision.ended_time.is_some(),
        }
    }
}

impl Decided {
    #[must_use]
    pub fn words(&self) -> String {
        let what = match self.choice {
            "take_back" => format!("{} kejadian diambil kembali dari aliran", grouped(self.events)),
            _ => format!("log dibiarkan seperti adanya, {} pesan aliran disisihkan", grouped(self.events)),
        };
        let when = OffsetDateTime::from_unix_timestamp(self.decided).map(moment).unwrap_or_default();
        let end = if self.ended { "" } else { ", belum selesai" };
        format!("{what}; diputuskan {} pada {when}{end}", self.subject)
    }
}
