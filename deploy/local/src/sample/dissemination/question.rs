//! What people ask in sessions, and when they are answered.

use kim_territory::RegionCode;
use time::Date;

use super::{
    answer::{self, Answering},
    lesson::Asked,
    session::{Session, Told},
};
use crate::sample::{dice::Topic, month::stop_after};

/// Of a delivery: it has one at most.
#[derive(Debug, Clone)]
pub struct Question {
    pub campaign: usize,
    pub kim: usize,
    pub session: Session,
    pub asked: &'static Asked,
    /// Each at a stop of its own, in order.
    pub turns: Vec<(Date, Turn)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Asked,
    /// To the office of that region.
    Redirected(RegionCode),
    Answered,
    Reopened,
    /// By somebody who did not answer.
    Published,
    SetAside(SetAsideReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAsideReason {
    AskedBefore,
    NotAboutTheProgramme,
    Aspiration,
}

/// How often a session brings a question that nobody there could answer, and somebody writes it down.
const ASKED: f64 = 0.055;
/// How often another office is to answer, and how often none is given.
const REDIRECTED: f64 = 0.10;
const SET_ASIDE: f64 = 0.05;
/// Percent that are answered within two stops of the clock, within two months, and within the better part of a year; the others wait on.
const SOON: u32 = 54;
const LATER: u32 = 78;
const AT_LAST: u32 = 91;
/// How often an answer does not do, and how often one is published for everybody.
const REOPENED: f64 = 0.07;
const PUBLISHED: f64 = 0.16;

/// The question of a delivery with sessions, if it has one. The community says nothing more after `until`.
#[must_use]
pub fn asked(answering: Answering<'_>, told: &Told, until: Date) -> Option<answer::Question> {
    let mut question = put(answering, told)?;
    let says = |turn: Turn| matches!(turn, Turn::Asked | Turn::Reopened);
    let heard = question.turns.iter().take_while(|(on, turn)| *on <= until || !says(*turn)).count();
    question.turns.truncate(heard);
    (heard > 0).then_some(question)
}

fn put(answering: Answering<'_>, told: &Told) -> Option<answer::Question> {
    let mut dice = answering.dice(Topic::Question);
    if !dice.chance(ASKED) {
        return None;
    }
    let (recorded, session) = told.sessions[0];
    let mut on = stop_after(recorded.date(), 1);
    let asked = dice.pick(answering.material.lesson.questions);
    let mut turns = vec![(on, Turn::Asked)];
    let mut then = |stops: u32, turn: Turn| {
        on = stop_after(on, stops);
        turns.push((on, turn));
    };
    let regency = answering.community.0.record.seat.regency().expect("a seat lies in a regency");
    if regency != answering.campaign.office && dice.chance(REDIRECTED) {
        then(dice.between(1, 3), Turn::Redirected(regency));
    }
    if dice.chance(SET_ASIDE) {
        let reasons = [SetAsideReason::AskedBefore, SetAsideReason::NotAboutTheProgramme, SetAsideReason::Aspiration];
        then(dice.between(1, 6), Turn::SetAside(*dice.pick(&reasons)));
        return Some(answer::Question { session, asked, turns });
    }
    let throw = dice.below(100);
    let wait = match throw {
        ..SOON => dice.between(1, 2),
        SOON..LATER => dice.between(3, 8),
        LATER..AT_LAST => dice.between(9, 32),
        _ => return Some(answer::Question { session, asked, turns }),
    };
    then(wait, Turn::Answered);
    if dice.chance(REOPENED) {
        then(dice.between(1, 4), Turn::Reopened);
        if dice.chance(0.7) {
            then(dice.between(1, 8), Turn::Answered);
        }
    } else if dice.chance(PUBLISHED) {
        then(dice.between(1, 4), Turn::Published);
    }
    Some(answer::Question { session, asked, turns })
}
