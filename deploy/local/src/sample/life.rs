//! A community's life by months, and where it stands in the simulation.

use kim_territory::RegionCode;
use time::Date;

use super::{month::Month, tide::DORMANT_AFTER};

/// A community and what it did, by months.
#[derive(Debug, Clone)]
pub struct Life {
    /// From 1, in the order of entry.
    pub number: u32,
    pub seat: RegionCode,
    /// The month in which it is registered; the first activity is in the same one.
    pub entered: Month,
    pub entry: Entry,
    pub beats: Vec<Beat>,
    pub returns: Vec<Return>,
    /// The month in which it ends.
    pub dissolved: Option<Month>,
    /// The number of the community that goes on in its place, when it ends by a merger.
    pub merged_into: Option<u32>,
    pub(super) vigour: f64,
    pub(super) standing: Standing,
}

/// How a community comes into the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// In bulk, with the office's list.
    Listed,
    /// Step by step: drafted, submitted, perhaps returned, registered.
    Applied,
    /// Step by step, and not to the end.
    Stuck,
}

/// A month in which a community did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    pub month: Month,
    pub count: u32,
    /// It becomes known only after the community was taken for dormant.
    pub belated: bool,
}

/// A dormant community does something again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Return {
    pub on: Date,
    pub after: Cause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The training of that index.
    Training(usize),
    Partnership,
    Visit,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Standing {
    /// Registered and never heard of, or not registered.
    Mute,
    Active {
        last: Month,
        silent: bool,
        busy_until: Month,
    },
    Dormant {
        since: Month,
        returns: Option<Return>,
    },
    Gone,
}

impl Life {
    /// Active, and nothing is decided for it in this month.
    pub(super) fn is_free(&self, month: Month) -> bool {
        matches!(self.standing, Standing::Active { last, silent: false, busy_until } if busy_until < month && last < month)
    }

    /// Whether it stands in the register since the month before, or longer, and goes on.
    pub(super) fn may_be_invited(&self, month: Month) -> bool {
        self.is_registered() && self.entered < month && self.standing != Standing::Gone
    }

    pub(super) fn plan(&mut self, planned: Return) {
        if let Standing::Dormant { returns, .. } = &mut self.standing {
            *returns = Some(planned);
        }
    }

    pub(super) fn beat(&mut self, month: Month, count: u32, belated: bool) {
        match self.beats.last_mut() {
            Some(last) if last.month == month => last.count += count,
            _ => self.beats.push(Beat { month, count, belated }),
        }
    }

    /// Whether it did something in the twelve months before `month`, as far as anybody can know in it.
    #[must_use]
    pub fn is_lively(&self, month: Month) -> bool {
        self.beats.iter().any(|beat| !beat.belated && (1..=DORMANT_AFTER).contains(&month.since(beat.month)))
    }

    /// Whether it is ever registered.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        self.entry != Entry::Stuck
    }
}
