//! What a community counts for, as net changes by month. A figure's change is the difference between what a community
//! counts for after an event and before it; a series is the running sum of the changes.

use std::collections::HashMap;

use kim_territory::Level;
use uuid::Uuid;

use super::{
    Place, codes,
    community::{Attendance, Community},
};
use crate::pages::{Basis, Month, Status};

/// Net changes of the figures of one region in one month, in the order of the read model's columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub [i32; Counts::COLUMNS.len()]);

impl Counts {
    pub const COLUMNS: [&'static str; 13] = [
        "draft",
        "submitted",
        "returned",
        "registered",
        "active",
        "dormant",
        "dissolved",
        "merged",
        "revitalised",
        "revived_after_training",
        "regencies",
        "districts",
        "villages",
    ];
    pub const ACTIVE: usize = 4;
    pub const REVITALISED: usize = 8;
    pub const REVIVED_AFTER_TRAINING: usize = 9;

    /// The column of communities in a state.
    #[must_use]
    pub fn of(status: Status) -> usize {
        usize::try_from(codes::status(status) - 1).expect("states are numbered from 1")
    }

    /// The column of covered regions of a rank.
    #[must_use]
    pub fn covered(level: Level) -> Option<usize> {
        match level {
            Level::Nation | Level::Province => None,
            Level::Regency => Some(10),
            Level::District => Some(11),
            Level::Village => Some(12),
        }
    }

    fn add(&mut self, other: &Self) {
        for (sum, more) in self.0.iter_mut().zip(other.0) {
            *sum += more;
        }
    }
}

/// Where and when figures change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    pub basis: Basis,
    pub place: Place,
    pub month: Month,
}

/// Net changes of a training's outcome: communities that took part, dormant before, revived in 90 days.
pub type Outcome = [i32; 3];

/// Net changes of figures.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub figures: HashMap<Cell, Counts>,
    pub outcomes: HashMap<(Uuid, Cell), Outcome>,
}

impl Changes {
    /// Adds (`sign` 1) or takes away (−1) what a community counts for, at its seat only.
    pub fn count(&mut self, community: &Community, attended: &[Attendance], sign: i32) {
        for basis in codes::BASES {
            self.count_states(community, basis, sign);
            self.count_revivals(community, attended, basis, sign);
            self.count_trainings(community, attended, basis, sign);
        }
    }

    /// Without those that changed nothing.
    pub fn settle(&mut self) {
        self.figures.retain(|_, counts| *counts != Counts::default());
        self.outcomes.retain(|_, outcome| *outcome != Outcome::default());
    }

    /// Carries what changed at seats into every region above them.
    pub fn roll_up(&mut self) {
        for (cell, counts) in self.figures.clone() {
            for place in cell.place.upwards().skip(1) {
                self.figures.entry(Cell { place, ..cell }).or_default().add(&counts);
            }
        }
        for ((training, cell), outcome) in self.outcomes.clone() {
            for place in cell.place.upwards().skip(1) {
                let sums = self.outcomes.entry((training, Cell { place, ..cell })).or_default();
                for (sum, more) in sums.iter_mut().zip(outcome) {
                    *sum += more;
                }
            }
        }
    }

    pub fn add(&mut self, cell: Cell, column: usize, change: i32) {
        self.figures.entry(cell).or_default().0[column] += change;
    }

    fn count_states(&mut self, community: &Community, basis: Basis, sign: i32) {
        let timeline = match basis {
            Basis::Happened => &community.happened,
            Basis::Recorded => &community.recorded,
        };
        let mut before = None;
        for stay in timeline.stays() {
            let month = Month::of(stay.from);
            self.add(Cell { basis, place: stay.seat, month }, Counts::of(stay.status), sign);
            if let Some((status, place)) = before {
                self.add(Cell { basis, place, month }, Counts::of(status), -sign);
            }
            before = Some((stay.status, stay.seat));
        }
    }

    fn count_revivals(&mut self, community: &Community, attended: &[Attendance], basis: Basis, sign: i32) {
        for revival in &community.revivals {
            let cell = |month| Cell { basis, place: community.seat, month };
            let known = match basis {
                Basis::Happened => Month::of(revival.active_from),
                Basis::Recorded => Month::of(revival.recorded_on),
            };
            self.add(cell(known), Counts::REVITALISED, sign);
            // By the date of recording it is known to have followed a training when both were recorded.
            let followed = attended.iter().filter(|attendance| attendance.is_followed_by(revival));
            let month = match basis {
                Basis::Happened => followed.map(|_| known).min(),
                Basis::Recorded => followed.map(|attendance| known.max(Month::of(attendance.recorded_on))).min(),
            };
            if let Some(month) = month {
                self.add(cell(month), Counts::REVIVED_AFTER_TRAINING, sign);
            }
        }
    }

    fn count_trainings(&mut self, community: &Community, attended: &[Attendance], basis: Basis, sign: i32) {
        for attendance in attended {
            let held = match basis {
                Basis::Happened => Month::of(attendance.held_from),
                Basis::Recorded => Month::of(attendance.recorded_on),
            };
            let dormant = i32::from(attendance.found_dormant(&community.happened));
            let mut add = |month, outcome: Outcome| {
                let cell = Cell { basis, place: community.seat, month };
                let sums = self.outcomes.entry((attendance.training, cell)).or_default();
                for (sum, more) in sums.iter_mut().zip(outcome) {
                    *sum += sign * more;
                }
            };
            add(held, [1, dormant, 0]);
            let revivals = community.revivals.iter().filter(|revival| attendance.is_followed_by(revival));
            let revived = match basis {
                Basis::Happened => revivals.map(|revival| Month::of(revival.active_from)).min(),
                Basis::Recorded => revivals.map(|revival| held.max(Month::of(revival.recorded_on))).min(),
            };
            if let Some(month) = revived {
                add(month, [0, 0, 1]);
            }
        }
    }
}
