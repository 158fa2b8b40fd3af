//! A campaign: a published material to an audience, in a window of days:
//! `Draft → Scheduled → Running ⇄ Paused → Completed | Cancelled`. Each community gets it once: the drawn audience in batches along one
//! order, at whose last community the next batch begins, and newcomers in the order in which the registry's log has them. Who has had as
//! many ordinary ones as a week has room for is deferred, and gets it later.

use std::collections::BTreeSet;

use kim_territory::Decree;
use kim_values::{PublicName, Region, VaultRef};
use time::{Date, OffsetDateTime};

use super::{
    Refusal,
    audience::{Audience, RegistryPosition},
    ids::{CommunityId, MaterialId, OfficeId, ProgrammeId},
    material::{RevisionReason, Version},
    programme,
    window::{MAX_DAYS, Window},
};

mod decide;
mod error;
mod evolve;
mod fan_out;
mod group;
#[cfg(test)]
pub(crate) mod histories;
mod notice;
pub mod quota;
#[cfg(test)]
mod tests;

pub use decide::decide;
pub use error::CampaignError;
pub use evolve::evolve;
pub use fan_out::{Batch, FanOut};
pub use group::{Cursor, Group, MAX_BATCH};
pub use notice::{NOTICES_AT_ONCE, Notice, NoticeKind, NoticeProgress};

/// Whose a campaign is, and what it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outline {
    pub material: MaterialId,
    pub programme: ProgrammeId,
    pub office: OfficeId,
    /// The office's region: what is not of one regency belongs there.
    pub region: Region,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub name: PublicName,
    pub audience: Audience,
    pub window: Window,
    pub priority: Priority,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Within the quota.
    Ordinary,
    Important,
    Urgent,
}

/// A campaign as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    pub outline: Outline,
    pub plan: Plan,
    pub stage: Stage,
}

/// A stage of a campaign's life, with what only that stage has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    Draft,
    Scheduled {
        version: Version,
    },
    Running(Box<FanOut>),
    Paused(Box<FanOut>),
    Completed(Box<FanOut>),
    /// Without a fan-out when it had not started.
    Cancelled {
        reason: CancellationReason,
        fan_out: Option<Box<FanOut>>,
    },
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Draft,
    Scheduled,
    Running,
    Paused,
    Completed,
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancellationReason {
    NotNeeded,
    EnteredInError,
    Disaster,
    /// By itself.
    MaterialWithdrawn,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseReason {
    Dissolved,
    Merged,
}

/// How communities come to be in a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignmentKind {
    Initial,
    Newcomer,
    /// Of those who were deferred.
    Deferred,
}

/// The audience, as it was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draw {
    pub position: RegistryPosition,
    pub decree: Decree,
    /// Communities.
    pub size: u32,
}

/// How the office, the programme and the material stand when something is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub office_is_open: bool,
    pub programme: programme::Status,
    pub material: MaterialStanding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaterialStanding {
    /// Not yet: a campaign of it can be drafted.
    Unpublished,
    Published(Version),
    /// Withdrawn, or given up.
    Ended,
}

/// `today` is the day in the zone of the office's region when the command is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Draft {
        outline: Outline,
        plan: Box<Plan>,
        standing: Standing,
        today: Date,
    },
    Amend {
        plan: Box<Plan>,
        today: Date,
    },
    Schedule {
        standing: Standing,
        today: Date,
    },
    Unschedule {
        today: Date,
    },
    /// By the policy only, when the window opens in the first zone. Decides nothing when it no longer applies.
    Start {
        draw: Draw,
        now: OffsetDateTime,
    },
    /// By the policy only: the next of the drawn audience, read `after` the cursor. Decides nothing when the cursor is elsewhere.
    Assign {
        after: Option<Cursor>,
        group: Group,
        /// Those whose week is full; that counts for an ordinary campaign only.
        over_quota: BTreeSet<CommunityId>,
        now: OffsetDateTime,
    },
    /// By the policy only: after the cursor there is nobody. Decides nothing when that is known.
    FinishDraw {
        now: OffsetDateTime,
    },
    /// By the policy only: those who fit since, and did not when the audience was drawn. Decides nothing for what is known.
    AssignNewcomers {
        groups: Vec<Group>,
        over_quota: BTreeSet<CommunityId>,
        up_to: RegistryPosition,
        now: OffsetDateTime,
    },
    /// By the policy only: some of those who were deferred in this regency. Decides nothing for others, nor for those whose week is still
    /// full.
    AssignDeferred {
        group: Group,
        over_quota: BTreeSet<CommunityId>,
        now: OffsetDateTime,
    },
    /// By the policy only: communities of the audience that are no more. Decides nothing for those taken out already.
    Release {
        group: Group,
        reason: ReleaseReason,
        at: RegistryPosition,
    },
    Pause {
        note: Option<VaultRef>,
        now: OffsetDateTime,
    },
    Resume {
        now: OffsetDateTime,
    },
    /// By the policy only, when the window is over in the last zone. Decides nothing when it no longer applies.
    Complete {
        now: OffsetDateTime,
    },
    Cancel {
        reason: CancellationReason,
        note: Option<VaultRef>,
        now: OffsetDateTime,
    },
    /// By the policy only: another version of its material was published. Decides nothing when it no longer applies.
    ReplaceMaterial {
        by: Version,
        reason: RevisionReason,
        now: OffsetDateTime,
    },
    /// By the policy only, like `ReplaceMaterial`.
    WithdrawMaterial {
        now: OffsetDateTime,
    },
    /// By the policy only: the next batches that are told of a correction or withdrawal. Decides nothing when all are.
    IssueNotices {
        now: OffsetDateTime,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Drafted { outline: Outline, plan: Box<Plan>, on: Date },
    Amended { plan: Box<Plan>, on: Date },
    Scheduled { version: Version, starts_at: OffsetDateTime, on: Date },
    Unscheduled { on: Date },
    Started { draw: Draw, version: Version, at: OffsetDateTime },
    Assigned(Assignment),
    AudienceDrawn { batches: u32, communities: u32, at: OffsetDateTime },
    Released { group: Group, reason: ReleaseReason, position: RegistryPosition },
    Paused { note: Option<VaultRef>, at: OffsetDateTime },
    Resumed { at: OffsetDateTime },
    Completed { communities: u32, drawn: bool, deferred: u32, at: OffsetDateTime },
    Cancelled { reason: CancellationReason, note: Option<VaultRef>, at: OffsetDateTime },
    MaterialReplaced { from: Version, to: Version, reason: RevisionReason, to_notify: u32, at: OffsetDateTime },
    MaterialWithdrawn { version: Version, to_notify: u32, at: OffsetDateTime },
    NoticeIssued { notice: Notice, batch: u32, regency: Region, communities: u32, at: OffsetDateTime },
}

/// A batch of communities that get the campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// From 1, without a gap.
    pub batch: u32,
    pub kind: AssignmentKind,
    pub regency: Region,
    pub communities: Vec<CommunityId>,
    /// Whose week is full: they get it later, or not at all.
    pub deferred: Vec<CommunityId>,
    pub position: RegistryPosition,
    pub material: MaterialId,
    pub version: Version,
    /// Of the drawn audience: the last of the regency that the batch goes through.
    pub through: Option<CommunityId>,
    /// Of the drawn audience: those on this stretch that had been taken out before.
    pub skipped: u32,
    pub at: OffsetDateTime,
}

impl Stage {
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Scheduled { .. } => Status::Scheduled,
            Self::Running(_) => Status::Running,
            Self::Paused(_) => Status::Paused,
            Self::Completed(_) => Status::Completed,
            Self::Cancelled { .. } => Status::Cancelled,
        }
    }

    /// Whom it got to, from its start on.
    #[must_use]
    pub fn fan_out(&self) -> Option<&FanOut> {
        match self {
            Self::Draft | Self::Scheduled { .. } => None,
            Self::Running(fan_out) | Self::Paused(fan_out) | Self::Completed(fan_out) => Some(fan_out),
            Self::Cancelled { fan_out, .. } => fan_out.as_deref(),
        }
    }

    pub(super) fn fan_out_mut(&mut self) -> Option<&mut FanOut> {
        match self {
            Self::Draft | Self::Scheduled { .. } => None,
            Self::Running(fan_out) | Self::Paused(fan_out) | Self::Completed(fan_out) => Some(fan_out),
            Self::Cancelled { fan_out, .. } => fan_out.as_deref_mut(),
        }
    }
}

impl Status {
    /// Completed, or cancelled.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled)
    }
}

impl Plan {
    fn sound(&self, outline: &Outline, today: Date) -> Result<(), Refusal> {
        if let Some(outside) = self.audience.codes().find(|code| !outline.region.code.contains(code)) {
            return Err(CampaignError::OutsideOfficeRegion(outside).into());
        }
        if self.window.until < self.window.from {
            return Err(CampaignError::WindowReversed.into());
        }
        if self.window.days() > MAX_DAYS {
            return Err(CampaignError::WindowTooLong.into());
        }
        if kim_values::is_far_ahead(self.window.from, today) {
            return Err(Refusal::TooFarAhead);
        }
        Ok(())
    }
}

impl Standing {
    fn may_begin(self) -> Result<(), Refusal> {
        if !self.office_is_open {
            return Err(Refusal::OfficeClosed);
        }
        if self.material == MaterialStanding::Ended {
            return Err(Refusal::MaterialWithdrawn);
        }
        self.programme.takes_new()
    }
}
