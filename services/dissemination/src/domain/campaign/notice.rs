//! A correction or a withdrawal follows every batch that got an older version.

use time::OffsetDateTime;

use super::{Campaign, CancellationReason, Event, FanOut, Stage, fan_out::count};
use crate::domain::material::{RevisionReason, Version};

/// As many batches as one command tells.
pub const NOTICES_AT_ONCE: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    Corrected,
    Withdrawn,
}

/// What whoever got an older version is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Notice {
    pub kind: NoticeKind,
    /// The version that corrects, or the one that was withdrawn.
    pub version: Version,
}

/// A notice, and how far it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeProgress {
    pub notice: Notice,
    /// The batches from the first that are to be told: none that came later got an older version.
    pub of: u32,
    /// Those of them that were.
    pub told: u32,
}

/// What is assigned from now on gets the newer version. Only a correction is told to those who got an older one; a later correction takes
/// the place of one that is still on its way.
pub(super) fn replace_material(
    campaign: &Campaign,
    to: Version,
    reason: RevisionReason,
    now: OffsetDateTime,
) -> Vec<Event> {
    let replaced = |from, to_notify| vec![Event::MaterialReplaced { from, to, reason, to_notify, at: now }];
    match &campaign.stage {
        Stage::Scheduled { version } if *version < to => replaced(*version, 0),
        stage => match stage.fan_out() {
            Some(fan_out) if fan_out.version < to && !fan_out.is_withdrawn() => {
                let corrected = reason == RevisionReason::Correction;
                if stage.status().has_ended() && !corrected {
                    return Vec::new();
                }
                replaced(fan_out.version, if corrected { count(fan_out.batches.len()) } else { 0 })
            }
            _ => Vec::new(),
        },
    }
}

/// Whatever has not ended is cancelled by it.
pub(super) fn withdraw_material(campaign: &Campaign, now: OffsetDateTime) -> Vec<Event> {
    let mut events = Vec::new();
    if let Some(fan_out) = campaign.stage.fan_out().filter(|fan_out| !fan_out.is_withdrawn()) {
        let (version, to_notify) = (fan_out.version, count(fan_out.batches.len()));
        events.push(Event::MaterialWithdrawn { version, to_notify, at: now });
    }
    if !campaign.stage.status().has_ended() {
        let reason = CancellationReason::MaterialWithdrawn;
        events.push(Event::Cancelled { reason, note: None, at: now });
    }
    events
}

/// A pause and an end stop the assigning, not the truth.
pub(super) fn issue(campaign: &Campaign, now: OffsetDateTime) -> Vec<Event> {
    let Some(fan_out) = campaign.stage.fan_out() else { return Vec::new() };
    let Some(NoticeProgress { notice, of, told }) = fan_out.notice else { return Vec::new() };
    (told + 1..=of)
        .zip(&fan_out.batches[usize::try_from(told).expect("a number of batches")..])
        .take(NOTICES_AT_ONCE)
        .map(|(batch, to)| Event::NoticeIssued {
            notice,
            batch,
            regency: to.regency,
            communities: to.communities,
            at: now,
        })
        .collect()
}

impl FanOut {
    pub(super) fn is_withdrawn(&self) -> bool {
        self.notice.is_some_and(|progress| progress.notice.kind == NoticeKind::Withdrawn)
    }

    pub(super) fn notify(&mut self, kind: NoticeKind, version: Version, of: u32) {
        self.notice = Some(NoticeProgress { notice: Notice { kind, version }, of, told: 0 });
    }
}
