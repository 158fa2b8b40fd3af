//! Given these events, when this command, then these events or this refusal.

use time::macros::date;
use uuid::Uuid;

use super::{
    histories::{answers, origin},
    *,
};
use crate::domain::matrix::{assert_same, matrix};

const TODAY: Date = date!(2026 - 01 - 20);
const OFFICE: OfficeId = OfficeId(Uuid::from_u128(1));
const OTHER: OfficeId = OfficeId(Uuid::from_u128(2));
const OFFICIAL: ActorRef = ActorRef(Uuid::from_u128(1));
const REVIEWER: ActorRef = ActorRef(Uuid::from_u128(2));

fn text(n: u128) -> VaultRef {
    VaultRef(Uuid::from_u128(n))
}

fn ask() -> Command {
    Command::Ask { origin: origin(), office: OFFICE, text: text(1), today: TODAY }
}

fn answer() -> Command {
    Command::Answer { text: text(2), by: OFFICIAL, today: TODAY }
}

fn reopen() -> Command {
    Command::Reopen { text: text(3), today: TODAY }
}

fn redirect(to: OfficeId, office_is_open: bool) -> Command {
    Command::Redirect { to, office_is_open, note: None, today: TODAY }
}

fn set_aside() -> Command {
    Command::SetAside { reason: SetAsideReason::AskedBefore, note: None, today: TODAY }
}

fn publish(answer: &str, by: ActorRef) -> Command {
    Command::Publish { answers: answers(answer, &["id"]), by, today: TODAY }
}

/// What these commands, each of which is taken, make.
fn after(commands: Vec<Command>) -> Option<Question> {
    commands.into_iter().fold(None, |state, command| {
        let events = decide(state.as_ref(), command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        events.iter().fold(state, evolve)
    })
}

#[test]
fn every_command_in_every_state() {
    let states = [
        ("none", None),
        ("asked", after(vec![ask()])),
        ("redirected", after(vec![ask(), redirect(OTHER, true)])),
        ("answered", after(vec![ask(), answer()])),
        ("reopened", after(vec![ask(), answer(), reopen()])),
        ("set aside", after(vec![ask(), set_aside()])),
    ];
    let commands = [
        ("ask", ask()),
        ("answer", answer()),
        ("reopen", reopen()),
        ("redirect", redirect(OTHER, true)),
        ("set aside", set_aside()),
        ("publish", publish("Gratis di posyandu.", REVIEWER)),
    ];
    let table = matrix(&states, &commands, decide, evolve, |question| format!("{:?}", question.stage.status()));
    assert_same(&table, include_str!("matrix.expected.txt"));
}

#[test]
fn a_question_goes_to_another_open_office_which_answers_it() {
    let asked = after(vec![ask()]);
    assert_eq!(decide(asked.as_ref(), redirect(OFFICE, true)), Err(QuestionError::WithThisOffice.into()));
    assert_eq!(decide(asked.as_ref(), redirect(OTHER, false)), Err(Refusal::OfficeClosed));
    let answered = after(vec![ask(), redirect(OTHER, true), answer(), reopen(), answer()]).expect("answered");
    let turn = |office, n| Turn::Answered { office, text: text(n), by: OFFICIAL, on: TODAY };
    let asked = |n| Turn::Asked { text: text(n), on: TODAY };
    assert_eq!(answered.turns, [asked(1), turn(OTHER, 2), asked(3), turn(OTHER, 2)]);
}

#[test]
fn an_answer_is_published_by_a_second_person_and_once_unless_it_changes() {
    let answered = vec![ask(), answer()];
    let state = after(answered.clone());
    assert_eq!(decide(state.as_ref(), publish("Gratis.", OFFICIAL)), Err(QuestionError::OwnAnswer.into()));
    let published = after([answered, vec![publish("Gratis di posyandu.", REVIEWER)]].concat());
    assert_eq!(decide(published.as_ref(), publish("Gratis di posyandu.", REVIEWER)), Ok(vec![]));
    let other = decide(published.as_ref(), publish("Gratis di puskesmas.", REVIEWER)).expect("another answer");
    let shown = other.iter().fold(published, evolve).and_then(|question| question.published);
    assert_eq!(shown, Some(answers("Gratis di puskesmas.", &["id"])));
}
