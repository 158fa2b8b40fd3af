//! Refusals of deliveries.

use kim_desk::words::{Words, exists, invalid, precondition};
use kim_territory::spelling::{day, grouped};
use tonic::Code;

use crate::domain::delivery::{DeliveryError, MAX_SESSIONS};

pub(super) fn words(error: DeliveryError) -> (Code, Words) {
    match error {
        DeliveryError::NotAssigned => precondition(
            "CAMPAIGN_NOT_ASSIGNED",
            "Kampanye ini tidak dikirim kepada KIM ini.",
            "Periksa nomor kampanye dan KIM-nya, atau tunggu sampai kampanyenya sampai.",
        ),
        DeliveryError::InFuture => {
            invalid("REPORT_IN_FUTURE", "Waktu laporan ini belum terjadi.", "Periksa tanggal dan jamnya.")
        }
        DeliveryError::BeforeAssignment => invalid(
            "REPORT_BEFORE_ASSIGNMENT",
            "Waktu laporan ini sebelum kampanyenya dikirim kepada KIM ini.",
            "Periksa tanggal dan jamnya.",
        ),
        DeliveryError::VersionNotShown => invalid(
            "MATERIAL_VERSION_NOT_SHOWN",
            "KIM ini tidak pernah mendapat versi materi itu.",
            "Sebut versi yang diterima, atau kosongkan untuk versi terbaru.",
        ),
        DeliveryError::Withdrawn(at) => precondition(
            "MATERIAL_WITHDRAWN",
            format!("Materi ini sudah ditarik pada {} dan tidak dipakai lagi.", day(at.date())),
            "Beri tahu warga yang sudah menerimanya, dan konfirmasi pemberitahuan penarikannya.",
        ),
        DeliveryError::ToldAlready => precondition(
            "PEOPLE_TOLD_ALREADY",
            "Kampanye ini tidak dapat ditolak: warga sudah diberi tahu.",
            "Tarik sesinya lebih dulu bila keliru.",
        ),
        DeliveryError::DeclinedOtherwise => precondition(
            "DECLINED_OTHERWISE",
            "Kampanye ini sudah ditolak dengan alasan lain.",
            "Penolakan dicatat satu kali; buka catatannya.",
        ),
        DeliveryError::SessionReportedOtherwise => {
            exists("SESSION_REPORTED_OTHERWISE", "Sesi ini sudah dilaporkan dengan isi lain.", "Perbaiki sesi itu.")
        }
        DeliveryError::SessionNotFound => (
            Code::NotFound,
            Words::new(
                "SESSION_NOT_FOUND",
                "Sesi ini tidak ada dalam laporan KIM ini.",
                "Salin nomor sesi dari data kirimannya.",
            ),
        ),
        DeliveryError::SessionWithdrawn => precondition(
            "SESSION_WITHDRAWN",
            "Sesi ini sudah ditarik.",
            "Laporkan sebagai sesi baru bila memang diadakan.",
        ),
        DeliveryError::TooManySessions => precondition(
            "TOO_MANY_SESSIONS",
            format!("Kiriman ini sudah mempunyai {} sesi.", grouped(MAX_SESSIONS)),
            "Gabungkan sesi yang serupa.",
        ),
        DeliveryError::ReachReportedOtherwise => exists(
            "REACH_REPORTED_OTHERWISE",
            "Jangkauan sudah dilaporkan dengan angka lain.",
            "Perbaiki laporan jangkauannya.",
        ),
        DeliveryError::ReachNotReported => precondition(
            "REACH_NOT_REPORTED",
            "Jangkauan belum dilaporkan, jadi tidak ada yang diperbaiki.",
            "Laporkan jangkauannya lebih dulu.",
        ),
        DeliveryError::Verified => precondition(
            "DELIVERY_VERIFIED",
            "Laporan ini sudah diverifikasi dan tidak dapat diubah.",
            "Minta kantor Kominfo membatalkan verifikasinya lebih dulu.",
        ),
        DeliveryError::NothingToVerify => precondition(
            "NOTHING_TO_VERIFY",
            "Belum ada sesi atau jangkauan yang dapat diverifikasi.",
            "Tunggu laporan KIM ini.",
        ),
        DeliveryError::NotVerified => {
            precondition("DELIVERY_NOT_VERIFIED", "Laporan ini belum diverifikasi.", "Periksa kirimannya.")
        }
        DeliveryError::NoticeNotIssued => precondition(
            "NOTICE_NOT_ISSUED",
            "KIM ini tidak mendapat pemberitahuan koreksi atau penarikan itu.",
            "Periksa jenis pemberitahuan dan versinya, atau tunggu sampai pemberitahuannya sampai.",
        ),
        DeliveryError::BeforeNotice => invalid(
            "REPORT_BEFORE_NOTICE",
            "Waktu konfirmasi ini sebelum pemberitahuannya disampaikan.",
            "Periksa tanggal dan jamnya.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use kim_desk::words::says_what_to_do;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_refusal_of_a_report_says_what_to_do() {
        use DeliveryError as E;
        for error in [
            E::NotAssigned,
            E::InFuture,
            E::BeforeAssignment,
            E::VersionNotShown,
            E::Withdrawn(datetime!(2026-01-10 03:00 UTC)),
            E::ToldAlready,
            E::DeclinedOtherwise,
            E::SessionReportedOtherwise,
            E::SessionNotFound,
            E::SessionWithdrawn,
            E::TooManySessions,
            E::ReachReportedOtherwise,
            E::ReachNotReported,
            E::Verified,
            E::NothingToVerify,
            E::NotVerified,
            E::NoticeNotIssued,
            E::BeforeNotice,
        ] {
            let (code, words) = words(error);
            assert!(says_what_to_do(&words.fault(code, "")), "{error:?}");
        }
    }
}
