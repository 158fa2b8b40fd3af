//! Refusals of campaigns.

use kim_desk::words::{Words, invalid, precondition};
use kim_territory::spelling::grouped;
use tonic::Code;

use crate::domain::{
    campaign::{CampaignError, MAX_BATCH, Status},
    window::MAX_DAYS,
};

#[expect(clippy::too_many_lines, reason = "a table: one row a refusal")]
pub(super) fn words(error: CampaignError) -> (Code, Words) {
    match error {
        CampaignError::NotDraft(status) => precondition(
            "CAMPAIGN_NOT_DRAFT",
            format!("Kampanye ini {}; hanya rancangan yang dapat diubah atau dijadwalkan.", status_words(status)),
            match status {
                Status::Scheduled => "Batalkan jadwalnya lebih dulu.",
                _ => "Buat kampanye baru.",
            },
        ),
        CampaignError::NotScheduled(status) => precondition(
            "CAMPAIGN_NOT_SCHEDULED",
            format!("Kampanye ini {}, bukan sedang dijadwalkan.", status_words(status)),
            "Yang dapat dibatalkan jadwalnya hanya kampanye yang dijadwalkan dan belum mulai.",
        ),
        CampaignError::NotRunning(status) => precondition(
            "CAMPAIGN_NOT_RUNNING",
            format!("Kampanye ini {}, tidak sedang berjalan.", status_words(status)),
            "Yang dapat dijeda hanya kampanye yang sedang berjalan.",
        ),
        CampaignError::NotPaused(status) => precondition(
            "CAMPAIGN_NOT_PAUSED",
            format!("Kampanye ini {}, tidak sedang dijeda.", status_words(status)),
            "Yang dapat dilanjutkan hanya kampanye yang sedang dijeda.",
        ),
        CampaignError::Ended(status) => precondition(
            "CAMPAIGN_ENDED",
            format!("Kampanye ini {}.", status_words(status)),
            "Buat kampanye baru bila masih diperlukan.",
        ),
        CampaignError::ByItselfOnly => invalid(
            "CANCELLATION_REASON_BY_ITSELF",
            "Alasan ini hanya terjadi dengan sendirinya, ketika materinya ditarik.",
            "Tarik materinya, atau pilih alasan lain.",
        ),
        CampaignError::OutsideOfficeRegion(code) => invalid(
            "AUDIENCE_OUTSIDE_REGION",
            format!("Wilayah {code} di luar wilayah kantor pemilik kampanye."),
            "Hapus wilayah itu, atau minta kantor di atasnya yang membuat kampanye.",
        ),
        CampaignError::WindowReversed => invalid(
            "WINDOW_REVERSED",
            "Hari terakhir kampanye lebih awal dari hari pertamanya.",
            "Periksa kedua tanggalnya.",
        ),
        CampaignError::WindowTooLong => invalid(
            "WINDOW_TOO_LONG",
            format!("Kampanye berlangsung lebih dari {MAX_DAYS} hari."),
            "Persingkat, atau bagi menjadi beberapa kampanye.",
        ),
        CampaignError::WindowInPast => precondition(
            "WINDOW_IN_PAST",
            "Hari pertama kampanye sudah lewat.",
            "Ubah rancangannya: mulai hari ini atau sesudahnya.",
        ),
        CampaignError::BatchEmpty => batch("BATCH_EMPTY", "kelompoknya kosong"),
        CampaignError::BatchTooLarge => {
            batch("BATCH_TOO_LARGE", &format!("kelompoknya memuat lebih dari {} KIM", grouped(MAX_BATCH)))
        }
        CampaignError::BatchOfNoRegency(code) => batch("BATCH_OF_NO_REGENCY", &format!("{code} bukan kabupaten/kota")),
        CampaignError::BatchUnordered => batch("BATCH_UNORDERED", "urutan KIM dalam kelompoknya salah"),
        CampaignError::BatchBehind => batch("BATCH_BEHIND", "kelompoknya sudah lewat"),
        CampaignError::NotOpenYet(code) => batch("WINDOW_NOT_OPEN", &format!("kampanye belum dibuka di {code}")),
        CampaignError::WindowOver(code) => batch("WINDOW_OVER", &format!("kampanye sudah berakhir di {code}")),
        CampaignError::AudienceExceeded(size) => {
            batch("AUDIENCE_EXCEEDED", &format!("KIM-nya lebih banyak dari {} sasaran", grouped(size)))
        }
        CampaignError::AudienceIncomplete { done, size } => batch(
            "AUDIENCE_INCOMPLETE",
            &format!("baru {} dari {} sasaran yang mendapat giliran", grouped(done), grouped(size)),
        ),
        CampaignError::AudienceNotDrawn => batch("AUDIENCE_NOT_DRAWN", "sasaran awalnya belum selesai dibagikan"),
    }
}

/// What no officer asks for: only the policy assigns.
fn batch(reason: &'static str, why: &str) -> (Code, Words) {
    precondition(
        reason,
        format!("Kampanye ini tidak dapat dibagikan: {why}."),
        "Beri tahu pengelola: pembagian kampanye berjalan sendiri.",
    )
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Draft => "masih berupa rancangan",
        Status::Scheduled => "sudah dijadwalkan",
        Status::Running => "sedang berjalan",
        Status::Paused => "sedang dijeda",
        Status::Completed => "sudah selesai",
        Status::Cancelled => "sudah dibatalkan",
    }
}

#[cfg(test)]
mod tests {
    use kim_chassis::errors::Fault;
    use kim_desk::words::says_what_to_do;
    use kim_territory::RegionCode;

    use super::*;
    use crate::domain::Refusal;

    #[test]
    fn every_refusal_has_a_reason_and_says_what_to_do() {
        let statuses =
            [Status::Draft, Status::Scheduled, Status::Running, Status::Paused, Status::Completed, Status::Cancelled];
        let of_status = [
            CampaignError::NotDraft,
            CampaignError::NotScheduled,
            CampaignError::NotRunning,
            CampaignError::NotPaused,
            CampaignError::Ended,
        ];
        let mut all: Vec<CampaignError> = of_status.iter().flat_map(|error| statuses.map(error)).collect();
        let nation = RegionCode::NATION;
        all.extend([
            CampaignError::ByItselfOnly,
            CampaignError::OutsideOfficeRegion(nation),
            CampaignError::WindowReversed,
            CampaignError::WindowTooLong,
            CampaignError::WindowInPast,
            CampaignError::BatchEmpty,
            CampaignError::BatchTooLarge,
            CampaignError::BatchOfNoRegency(nation),
            CampaignError::BatchUnordered,
            CampaignError::BatchBehind,
            CampaignError::NotOpenYet(nation),
            CampaignError::WindowOver(nation),
            CampaignError::AudienceExceeded(84_000),
            CampaignError::AudienceIncomplete { done: 1, size: 84_000 },
            CampaignError::AudienceNotDrawn,
        ]);
        for error in all {
            let fault = Fault::from(Refusal::from(error));
            assert!(says_what_to_do(&fault), "{error:?}: {fault:?}");
        }
    }
}
