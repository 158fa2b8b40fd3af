//! Refusals of materials.

use kim_desk::words::{Words, invalid, precondition};
use tonic::Code;

use crate::domain::material::{MaterialError, Status};

pub(super) fn words(error: MaterialError) -> (Code, Words) {
    match error {
        MaterialError::NothingWorkedOn => precondition(
            "NOTHING_WORKED_ON",
            "Tidak ada versi yang sedang dikerjakan.",
            "Mulai versi baru dari yang sudah terbit.",
        ),
        MaterialError::NotAmendable(status) => precondition(
            "MATERIAL_NOT_AMENDABLE",
            format!("Versi ini {}; isinya tidak dapat diubah.", status_words(status)),
            "Minta pemeriksa mengembalikannya lebih dulu.",
        ),
        MaterialError::NotDraft(status) => precondition(
            "MATERIAL_NOT_DRAFT",
            format!("Versi ini {}; yang dapat diajukan hanya rancangan.", status_words(status)),
            "Bila versi ini dikembalikan, perbaiki isinya, lalu ajukan.",
        ),
        MaterialError::NotInReview(status) => precondition(
            "MATERIAL_NOT_IN_REVIEW",
            format!("Versi ini {}, tidak sedang diperiksa.", status_words(status)),
            "Minta penulisnya mengajukan versi ini lebih dulu.",
        ),
        MaterialError::NotReturnable(status) => precondition(
            "MATERIAL_NOT_RETURNABLE",
            format!("Versi ini {}; tidak ada yang perlu dikembalikan.", status_words(status)),
            "Yang dapat dikembalikan hanya versi yang diperiksa atau sudah disetujui.",
        ),
        MaterialError::NotApproved(status) => precondition(
            "MATERIAL_NOT_APPROVED",
            format!("Versi ini {}, belum disetujui.", status_words(status)),
            "Minta orang lain memeriksa dan menyetujuinya lebih dulu.",
        ),
        MaterialError::ReturnReasonMissing => {
            invalid("RETURN_REASON_MISSING", "Alasan pengembalian belum dipilih.", "Pilih sedikitnya satu alasan.")
        }
        MaterialError::OwnWork => precondition(
            "OWN_WORK",
            "Anda ikut menulis versi ini, jadi tidak dapat menyetujuinya.",
            "Minta orang lain yang tidak ikut menulis memeriksanya.",
        ),
        MaterialError::ContentChanged => precondition(
            "CONTENT_CHANGED",
            "Isi versi ini sudah lain dari yang Anda baca.",
            "Muat ulang, baca lagi, lalu setujui.",
        ),
        MaterialError::NotAsApproved => precondition(
            "NOT_AS_APPROVED",
            "Isi versi ini tidak sama dengan yang disetujui.",
            "Kembalikan versi ini, lalu ajukan dan periksa lagi.",
        ),
        MaterialError::RevisionNote => invalid(
            "REVISION_NOTE",
            "Keterangan perubahan harus ada pada versi pengganti, dan hanya di sana.",
            "Isi apa yang salah, berubah, atau ditambah; pada versi pertama kosongkan.",
        ),
        MaterialError::WorkedOnAlready(version) => precondition(
            "WORKED_ON_ALREADY",
            format!("Versi {} dari materi ini sedang dikerjakan.", version.number()),
            "Lanjutkan versi itu, atau buang dulu.",
        ),
    }
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Draft => "masih rancangan",
        Status::InReview => "sedang diperiksa",
        Status::Returned => "dikembalikan kepada penulisnya",
        Status::Approved => "sudah disetujui",
        Status::Published => "sudah terbit",
        Status::Superseded => "sudah diganti versi yang lebih baru",
        Status::Withdrawn => "sudah ditarik",
        Status::Discarded => "sudah dibuang",
    }
}

#[cfg(test)]
mod tests {
    use kim_chassis::errors::Fault;
    use kim_desk::words::says_what_to_do;

    use super::*;
    use crate::domain::{Refusal, material::Version};

    #[test]
    fn every_refusal_of_a_material_has_a_reason_and_says_what_to_do() {
        for error in [
            MaterialError::NothingWorkedOn,
            MaterialError::NotAmendable(Status::InReview),
            MaterialError::NotDraft(Status::Returned),
            MaterialError::NotInReview(Status::Draft),
            MaterialError::NotReturnable(Status::Draft),
            MaterialError::NotApproved(Status::InReview),
            MaterialError::ReturnReasonMissing,
            MaterialError::OwnWork,
            MaterialError::ContentChanged,
            MaterialError::NotAsApproved,
            MaterialError::RevisionNote,
            MaterialError::WorkedOnAlready(Version::FIRST),
        ] {
            let fault = Fault::from(Refusal::from(error));
            assert!(says_what_to_do(&fault), "{fault:?}");
        }
    }
}
