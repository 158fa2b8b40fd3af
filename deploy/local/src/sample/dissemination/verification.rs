//! What is set right of a report, and what the regency's office verifies.

use time::Date;

use super::{
    answer::Answering,
    session::{Reach, Session, Told},
};
use crate::sample::{
    dice::{Dice, Topic},
    month::stop_after,
    places::key,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// So many came to that session.
    CorrectSession {
        session: Session,
        attendance: u32,
    },
    /// It stands there twice.
    WithdrawSession(Session),
    Verify,
    /// The community has something to correct.
    WithdrawVerification,
    CorrectReach(Reach),
}

/// How many of the regencies' offices verify at all, and how much of what is reported they come to: it takes a telephone call each.
const OFFICES: f64 = 0.56;
const VERIFIED: f64 = 0.66;
/// How often a session is set right, or one of several is taken out.
const CORRECTED: f64 = 0.04;
const TAKEN_OUT: f64 = 0.06;
/// How often a verification is taken back, because the community counted wrongly.
const TAKEN_BACK: f64 = 0.02;

/// Each at a stop of its own, after all sessions were written down.
#[must_use]
pub fn turns(answering: Answering<'_>, told: &Told) -> Vec<(Date, Turn)> {
    let mut dice = answering.dice(Topic::Verification);
    let recorded = told.recorded().expect("a session was held").date();
    let mut on = stop_after(recorded, 1);
    let mut turns = Vec::new();
    let (_, first) = told.sessions[0];
    if dice.chance(CORRECTED) {
        let attendance = first.attendance + dice.between(1, 9);
        turns.push((on, Turn::CorrectSession { session: first, attendance }));
        on = stop_after(on, 1);
    }
    if let [_, .., (_, last)] = told.sessions.as_slice()
        && dice.chance(TAKEN_OUT)
    {
        turns.push((on, Turn::WithdrawSession(*last)));
        on = stop_after(on, 1);
    }
    if !verifies(answering) || !dice.chance(VERIFIED) {
        return turns;
    }
    on = stop_after(on, dice.below(8));
    turns.push((on, Turn::Verify));
    if let Some((counted, reach)) = told.reach.filter(|(counted, _)| counted.date() < on)
        && dice.chance(TAKEN_BACK)
    {
        debug_assert!(counted.date() < on);
        let back = stop_after(on, dice.between(1, 3));
        turns.push((back, Turn::WithdrawVerification));
        turns.push((stop_after(back, 1), Turn::CorrectReach(fewer(reach))));
        turns.push((stop_after(back, 2), Turn::Verify));
    }
    turns
}

/// Whether the office of the community's regency does so.
fn verifies(answering: Answering<'_>) -> bool {
    let seat = answering.community.0.record.seat;
    let regency = seat.regency().expect("a seat lies in a regency");
    Dice::of(Topic::Verification, key(&regency), 0).chance(OFFICES)
}

/// Somebody was counted twice.
fn fewer(mut reach: Reach) -> Reach {
    if let Some((_, people)) = &mut reach.by_channel[0] {
        *people -= *people / 10 + 1;
    }
    reach
}
