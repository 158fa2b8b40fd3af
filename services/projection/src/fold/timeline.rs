//! A community's states by date, on one date basis.

use time::Date;

use super::Place;
use crate::pages::Status;

/// A state and where the community had its seat, from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub from: Date,
    pub status: Status,
    pub seat: Place,
}

/// Stays in the order of their dates; each lasts until the next begins. No two begin on one day, and none is like the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline(Vec<Stay>);

/// The day on which a stay ends that has not ended: later than any date of an event.
pub const NEVER: Date = time::macros::date!(9999 - 12 - 31);

impl Timeline {
    /// Stays as the read model has them, in the order of their dates.
    #[must_use]
    pub fn stored(stays: Vec<Stay>) -> Self {
        debug_assert!(stays.windows(2).all(|pair| pair[0].from < pair[1].from));
        Self(stays)
    }

    /// An event says what holds from a day on. It was written after all others, so whatever they said of that day and
    /// later ones no longer holds.
    pub fn turn(&mut self, from: Date, status: Status, seat: Place) {
        while self.0.last().is_some_and(|stay| stay.from >= from) {
            self.0.pop();
        }
        if self.0.last().is_none_or(|stay| (stay.status, stay.seat) != (status, seat)) {
            self.0.push(Stay { from, status, seat });
        }
    }

    /// The seat was wrong from the beginning.
    pub fn reseat(&mut self, seat: Place) {
        self.relocate(|_| seat);
    }

    /// Seats are at other places now, and ever were.
    pub fn relocate(&mut self, now: impl Fn(Place) -> Place) {
        for stay in &mut self.0 {
            stay.seat = now(stay.seat);
        }
        self.0.dedup_by(|later, earlier| (later.status, later.seat) == (earlier.status, earlier.seat));
    }

    /// What holds on a day.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<Stay> {
        self.0.iter().rev().find(|stay| stay.from <= day).copied()
    }

    /// What the newest event said.
    #[must_use]
    pub fn last(&self) -> Option<Stay> {
        self.0.last().copied()
    }

    #[must_use]
    pub fn stays(&self) -> &[Stay] {
        &self.0
    }

    /// Each stay with the day on which the next one begins, or [`NEVER`].
    pub fn spans(&self) -> impl Iterator<Item = (Stay, Date)> {
        let ends = self.0.iter().skip(1).map(|stay| stay.from).chain([NEVER]);
        self.0.iter().copied().zip(ends)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use Status::{Active, Dormant, Draft, Registered, Submitted};

    const HERE: Place = Place::NATION;

    fn timeline(turns: &[(Date, Status)]) -> Timeline {
        let mut timeline = Timeline::default();
        for (from, status) in turns {
            timeline.turn(*from, *status, HERE);
        }
        timeline
    }

    fn shown(timeline: &Timeline) -> Vec<(Date, Status)> {
        timeline.stays().iter().map(|stay| (stay.from, stay.status)).collect()
    }

    #[test]
    fn a_later_event_overrules_from_its_day_on() {
        for (turns, expected) in [
            // A record entered late: it was drafted today, but registered long ago.
            (
                vec![
                    (date!(2026 - 01 - 01), Draft),
                    (date!(2018 - 05 - 02), Submitted),
                    (date!(2018 - 05 - 02), Registered),
                ],
                vec![(date!(2018 - 05 - 02), Registered)],
            ),
            (
                vec![
                    (date!(2020 - 01 - 01), Active),
                    (date!(2021 - 03 - 01), Dormant),
                    (date!(2021 - 03 - 01), Active),
                ],
                vec![(date!(2020 - 01 - 01), Active)],
            ),
            (
                vec![
                    (date!(2020 - 01 - 01), Active),
                    (date!(2021 - 03 - 01), Dormant),
                    (date!(2022 - 10 - 20), Active),
                ],
                vec![
                    (date!(2020 - 01 - 01), Active),
                    (date!(2021 - 03 - 01), Dormant),
                    (date!(2022 - 10 - 20), Active),
                ],
            ),
        ] {
            assert_eq!(shown(&timeline(&turns)), expected);
        }
    }

    #[test]
    fn a_day_has_the_state_that_began_last_before_it() {
        let timeline = timeline(&[(date!(2020 - 01 - 01), Active), (date!(2021 - 03 - 01), Dormant)]);
        let status = |day| timeline.on(day).map(|stay| stay.status);
        assert_eq!(status(date!(2019 - 12 - 31)), None);
        assert_eq!(status(date!(2021 - 02 - 28)), Some(Active));
        assert_eq!(status(date!(2021 - 03 - 01)), Some(Dormant));
        let ends: Vec<_> = timeline.spans().map(|(_, until)| until).collect();
        assert_eq!(ends, [date!(2021 - 03 - 01), NEVER]);
    }
}
