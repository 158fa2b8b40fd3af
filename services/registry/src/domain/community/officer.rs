//! Who comes onto a community's board after its registration, and who leaves it.

use time::Date;

use super::{Event, Record, Stage};
use crate::domain::{
    Refusal,
    board::{LeaveReason, Left, Term},
    ids::OfficerId,
    profile::Flaw,
};

/// A hand-over is one command: whoever is replaced leaves on the day on which the new term begins.
pub(super) fn appoint(
    record: &Record,
    term: Term,
    replaces: Option<OfficerId>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    if record.board.erased.contains(&term.officer) {
        return Err(Refusal::OfficerErased);
    }
    if term.from > today {
        return Err(Refusal::TermInFuture);
    }
    let mut board = record.board.clone();
    let mut events = Vec::new();
    if let Some(officer) = replaces {
        let end = Left { on: term.from, reason: LeaveReason::Replaced };
        events.push(left(record, officer, end)?);
        board.leave(officer, end);
    }
    if let Some(flaw) = board.flaw_of(&term) {
        return Err(Refusal::Record(vec![Flaw::Term(flaw)]));
    }
    events.push(Event::OfficerAppointed(term));
    Ok(events)
}

pub(super) fn leave(
    record: &Record,
    officer: OfficerId,
    (on, reason): (Date, LeaveReason),
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    if on > today {
        return Err(Refusal::LeavesInFuture);
    }
    Ok(vec![left(record, officer, Left { on, reason })?])
}

fn left(record: &Record, officer: OfficerId, left: Left) -> Result<Event, Refusal> {
    let served = record.board.running(officer).ok_or(Refusal::OfficerNotInOffice)?;
    if left.on < served.term.from {
        return Err(Refusal::LeavesBeforeBegin);
    }
    Ok(Event::OfficerLeft { officer, on: left.on, reason: left.reason })
}

/// In every stage, and in office or not.
pub(super) fn erase(record: &Record, officer: OfficerId, today: Date) -> Result<Vec<Event>, Refusal> {
    if !record.board.knows(officer) {
        return Err(Refusal::OfficerUnknown);
    }
    if record.board.erased.contains(&officer) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::OfficerErased { officer, on: today }])
}

/// The policy's: an officer whose term runs on, or who left before, is not touched.
pub(super) fn end_term(record: &Record, officer: OfficerId, due: Date) -> Vec<Event> {
    if matches!(record.stage, Stage::Dissolved { .. } | Stage::Merged { .. }) {
        return Vec::new();
    }
    let ended = |_: &_| Event::OfficerLeft { officer, on: due, reason: LeaveReason::TermEnded };
    record.board.ending(officer, due).map(ended).into_iter().collect()
}
