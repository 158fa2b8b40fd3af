//! What a person reads for the words of the contract.

use kim_contract::{
    dissemination::v1::{CampaignCancellationReason, CampaignPriority, CampaignStatus, NoticeKind},
    registry::v1::RegionLevel,
};

pub(super) fn status(status: CampaignStatus) -> &'static str {
    match status {
        CampaignStatus::Unspecified => "tidak dikenal",
        CampaignStatus::Draft => "rancangan",
        CampaignStatus::Scheduled => "terjadwal",
        CampaignStatus::Running => "berjalan",
        CampaignStatus::Paused => "dijeda",
        CampaignStatus::Completed => "selesai",
        CampaignStatus::Cancelled => "dibatalkan",
    }
}

pub(crate) fn priority(priority: CampaignPriority) -> &'static str {
    match priority {
        CampaignPriority::Unspecified => "tidak dikenal",
        CampaignPriority::Ordinary => "biasa",
        CampaignPriority::Important => "penting",
        CampaignPriority::Urgent => "mendesak",
    }
}

pub(super) fn level(level: RegionLevel) -> &'static str {
    match level {
        RegionLevel::Unspecified => "tidak dikenal",
        RegionLevel::Nation => "nasional",
        RegionLevel::Province => "provinsi",
        RegionLevel::Regency => "kabupaten/kota",
        RegionLevel::District => "kecamatan",
        RegionLevel::Village => "desa/kelurahan",
    }
}

pub(super) fn cancellation(reason: CampaignCancellationReason) -> &'static str {
    match reason {
        CampaignCancellationReason::Unspecified => "tidak disebut",
        CampaignCancellationReason::NotNeeded => "tidak diperlukan lagi",
        CampaignCancellationReason::EnteredInError => "salah catat",
        CampaignCancellationReason::Disaster => "bencana",
        CampaignCancellationReason::MaterialWithdrawn => "materinya ditarik",
        CampaignCancellationReason::Other => "lain-lain",
    }
}

pub(crate) fn notice(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Unspecified => "tidak dikenal",
        NoticeKind::Corrected => "koreksi",
        NoticeKind::Withdrawn => "penarikan",
    }
}
