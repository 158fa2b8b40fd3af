//! Campaigns: a material to an audience, in a window of days.

use kim_territory::RegionCode;
use time::Date;

use super::audience::Audience;
use crate::sample::{month::stop_before, places::key};

#[derive(Debug, Clone)]
pub struct Campaign {
    pub office: RegionCode,
    pub programme: usize,
    pub material: usize,
    pub name: String,
    pub audience: Audience,
    /// A stop of the clock, in whose morning it opens.
    pub from: Date,
    pub until: Date,
    pub priority: Priority,
    pub turns: Vec<(Date, Turn)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    Ordinary,
    Important,
    Urgent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Drafted,
    Scheduled,
    Paused,
    Resumed,
    Cancelled(CancellationReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancellationReason {
    NotNeeded,
    Disaster,
}

impl Campaign {
    /// Drafted and scheduled in time for opening on `from`.
    #[must_use]
    pub fn planned(from: Date) -> Vec<(Date, Turn)> {
        vec![(stop_before(from, 2), Turn::Drafted), (stop_before(from, 1), Turn::Scheduled)]
    }

    /// A number to key dice by: an office opens one campaign on a day.
    #[must_use]
    pub fn key(&self) -> u64 {
        campaign_key(self.office, self.from)
    }

    /// Whether it was cancelled before the morning of `stop`.
    #[must_use]
    pub fn is_cancelled_before(&self, stop: Date) -> bool {
        self.turns.iter().any(|(on, turn)| matches!(turn, Turn::Cancelled(_)) && *on < stop)
    }
}

/// The key of the campaign that `office` opens on `from`.
#[must_use]
pub fn campaign_key(office: RegionCode, from: Date) -> u64 {
    key(&office) * 10_000_000 + u64::from(from.to_julian_day().unsigned_abs())
}
