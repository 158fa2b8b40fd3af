//! Refusals of partnerships.

use kim_desk::words::{Words, invalid, precondition};
use kim_territory::spelling::day;
use tonic::Code;

use crate::domain::partnership::{PartnershipError, Status};

pub(super) fn words(error: PartnershipError) -> (Code, Words) {
    match error {
        PartnershipError::NotProposed(status) => precondition(
            "PARTNERSHIP_NOT_PROPOSED",
            format!("Kemitraan ini {}, bukan lagi usulan.", status_words(status)),
            "Untuk kesepakatan lain, buat usulan baru.",
        ),
        PartnershipError::NotInForce(status) => precondition(
            "PARTNERSHIP_NOT_IN_FORCE",
            format!("Kemitraan ini {}, tidak sedang berlaku.", status_words(status)),
            "Yang dapat diperpanjang atau diakhiri hanya kemitraan yang berlaku.",
        ),
        PartnershipError::OwnProposal => {
            precondition("OWN_PROPOSAL", "Usulan sendiri tidak dapat ditolak.", "Tarik kembali usulan itu.")
        }
        PartnershipError::NotOwnProposal => {
            precondition("NOT_OWN_PROPOSAL", "Usulan pihak lain tidak dapat ditarik.", "Tolak usulan itu.")
        }
        PartnershipError::OutsideOfficeRegion => precondition(
            "OUTSIDE_OFFICE_REGION",
            "KIM ini berada di luar wilayah kantor.",
            "Pilih kantor dari wilayah KIM itu.",
        ),
        PartnershipError::PeriodReversed => {
            invalid("PERIOD_REVERSED", "Kemitraan berakhir sebelum dimulai.", "Periksa kedua tanggalnya.")
        }
        PartnershipError::PeriodTooLong => invalid(
            "PERIOD_TOO_LONG",
            "Masa kemitraan lebih dari sepuluh tahun.",
            "Tulis hari terakhir yang lebih awal; kemitraan dapat diperpanjang.",
        ),
        PartnershipError::Over => {
            invalid("PARTNERSHIP_OVER", "Masa kemitraan itu sudah lewat.", "Periksa hari terakhirnya.")
        }
        PartnershipError::SignedInFuture => {
            invalid("SIGNED_IN_FUTURE", "Tanggal penandatanganan ada di masa depan.", "Catat setelah ditandatangani.")
        }
        PartnershipError::RenewalNotLater(until) => invalid(
            "RENEWAL_NOT_LATER",
            format!("Kemitraan ini memang berlaku sampai {}.", day(until)),
            "Tulis hari terakhir yang lebih kemudian.",
        ),
        PartnershipError::TerminatedInFuture => invalid(
            "TERMINATED_IN_FUTURE",
            "Tanggal pengakhiran ada di masa depan.",
            "Catat setelah kemitraan diakhiri.",
        ),
        PartnershipError::TerminatedBeforeSigning => invalid(
            "TERMINATED_BEFORE_SIGNING",
            "Tanggal pengakhiran lebih awal dari penandatanganan.",
            "Periksa tanggalnya.",
        ),
    }
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Proposed => "masih usulan",
        Status::Signed => "sudah ditandatangani",
        Status::Renewed => "sudah diperpanjang",
        Status::Expired => "sudah habis masanya",
        Status::Terminated => "sudah diakhiri",
        Status::Declined => "sudah ditolak atau ditarik",
    }
}
