//! How the read model writes what has a name in code: small numbers, the same as in the contract.

use kim_territory::ActKind;

use crate::pages::{ActivityKind, Basis, CampaignStatus, NoticeKind, RevisionReason, Status};

pub const BASES: [Basis; 2] = [Basis::Happened, Basis::Recorded];

#[must_use]
pub fn basis(basis: Basis) -> i16 {
    match basis {
        Basis::Happened => 1,
        Basis::Recorded => 2,
    }
}

#[must_use]
pub fn stored_basis(number: i16) -> Option<Basis> {
    BASES.into_iter().find(|known| basis(*known) == number)
}

pub const STATUSES: [Status; 8] = [
    Status::Draft,
    Status::Submitted,
    Status::Returned,
    Status::Registered,
    Status::Active,
    Status::Dormant,
    Status::Dissolved,
    Status::Merged,
];

#[must_use]
pub fn status(status: Status) -> i16 {
    match status {
        Status::Draft => 1,
        Status::Submitted => 2,
        Status::Returned => 3,
        Status::Registered => 4,
        Status::Active => 5,
        Status::Dormant => 6,
        Status::Dissolved => 7,
        Status::Merged => 8,
    }
}

#[must_use]
pub fn stored_status(number: i16) -> Option<Status> {
    STATUSES.into_iter().find(|known| status(*known) == number)
}

pub const KINDS: [ActivityKind; 7] = [
    ActivityKind::Dissemination,
    ActivityKind::LiteracyClass,
    ActivityKind::Coverage,
    ActivityKind::Meeting,
    ActivityKind::Training,
    ActivityKind::Economic,
    ActivityKind::Social,
];

#[must_use]
pub fn kind(kind: ActivityKind) -> i16 {
    match kind {
        ActivityKind::Dissemination => 1,
        ActivityKind::LiteracyClass => 2,
        ActivityKind::Coverage => 3,
        ActivityKind::Meeting => 4,
        ActivityKind::Training => 5,
        ActivityKind::Economic => 6,
        ActivityKind::Social => 7,
    }
}

#[must_use]
pub fn stored_kind(number: i16) -> Option<ActivityKind> {
    KINDS.into_iter().find(|known| kind(*known) == number)
}

#[must_use]
pub fn act(act: ActKind) -> i16 {
    match act {
        ActKind::Renamed => 1,
        ActKind::Moved => 2,
        ActKind::Split => 3,
        ActKind::Merged => 4,
        ActKind::New => 5,
        ActKind::Gone => 6,
        ActKind::Doubtful => 7,
    }
}

#[must_use]
pub fn stored_act(number: i16) -> Option<ActKind> {
    ActKind::ALL.into_iter().find(|known| act(*known) == number)
}

pub const CAMPAIGN_STATUSES: [CampaignStatus; 6] = [
    CampaignStatus::Draft,
    CampaignStatus::Scheduled,
    CampaignStatus::Running,
    CampaignStatus::Paused,
    CampaignStatus::Completed,
    CampaignStatus::Cancelled,
];

#[must_use]
pub fn campaign_status(status: CampaignStatus) -> i16 {
    match status {
        CampaignStatus::Draft => 1,
        CampaignStatus::Scheduled => 2,
        CampaignStatus::Running => 3,
        CampaignStatus::Paused => 4,
        CampaignStatus::Completed => 5,
        CampaignStatus::Cancelled => 6,
    }
}

#[must_use]
pub fn stored_campaign_status(number: i16) -> Option<CampaignStatus> {
    CAMPAIGN_STATUSES.into_iter().find(|known| campaign_status(*known) == number)
}

const REVISION_REASONS: [RevisionReason; 3] =
    [RevisionReason::Correction, RevisionReason::Update, RevisionReason::Addition];

#[must_use]
pub fn revision_reason(reason: RevisionReason) -> i16 {
    match reason {
        RevisionReason::Correction => 1,
        RevisionReason::Update => 2,
        RevisionReason::Addition => 3,
    }
}

#[must_use]
pub fn stored_revision_reason(number: i16) -> Option<RevisionReason> {
    REVISION_REASONS.into_iter().find(|known| revision_reason(*known) == number)
}

#[must_use]
pub fn notice(kind: NoticeKind) -> i16 {
    match kind {
        NoticeKind::Corrected => 1,
        NoticeKind::Withdrawn => 2,
    }
}

#[must_use]
pub fn stored_notice(number: i16) -> Option<NoticeKind> {
    NoticeKind::ALL.into_iter().find(|known| notice(*known) == number)
}

/// A column holds what no fold writes.
#[must_use]
pub fn corrupt(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: "not a value that the fold writes".into() }
}
