//! What is told of a registered community beside what its life needs. It changes no figure of the story, and may wait for a step in
//! which nothing else is told of the community.

use time::Date;

use super::{
    board::{Election, HandOver},
    change::{Amendment, Answer},
    life::Life,
    month::{Month, next_stop},
};

/// Something to be told on a day on which the clock stops, or at the first stop after it that is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errand {
    pub on: Date,
    pub matter: Matter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    Elected(Election),
    HandedOver(HandOver),
    /// So many members.
    Counted(u32),
    Proposed(Amendment),
    Answered(Answer),
    Corrected(Amendment),
}

/// The days on which such things are told of a community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The stop after the one in which it was registered.
    pub from: Date,
    /// The first day on which nothing is told any more: what had to wait is told before the community ends, or before the plan does.
    pub before: Date,
}

impl Told {
    #[must_use]
    pub fn of(life: &Life, registered: Date, end: Date) -> Self {
        let before = life.dissolved.map_or(end, |month| month.plus(-2).day(1).min(end));
        Self { from: next_stop(registered), before }
    }

    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        (self.from..self.before).contains(&day)
    }

    /// The years of which a part is in it.
    pub fn years(self) -> impl Iterator<Item = i32> {
        self.from.year()..=self.before.year()
    }

    /// Whether it is in it, and the community does something at that time.
    #[must_use]
    pub fn is_lively(self, life: &Life, day: Date) -> bool {
        self.contains(day) && life.is_lively(Month::of(day))
    }
}
