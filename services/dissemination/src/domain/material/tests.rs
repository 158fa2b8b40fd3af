//! Given these events, when this command, then these events or this refusal.

use kim_territory::Decree;
use time::macros::date;
use uuid::Uuid;

use super::*;
use crate::domain::{
    Refusal,
    content::samples::wording,
    matrix::{assert_same, matrix},
};

const TODAY: Date = date!(2026 - 01 - 05);
const OPEN: programme::Status = programme::Status::Established;
const CLOSED: programme::Status = programme::Status::Closed;
const NOTE: Option<&str> = Some("Jadwalnya sudah diperbaiki.");

/// Writes, writes too, reviews.
const AUTHOR: ActorRef = ActorRef(Uuid::from_u128(1));
const COAUTHOR: ActorRef = ActorRef(Uuid::from_u128(2));
const REVIEWER: ActorRef = ActorRef(Uuid::from_u128(3));

fn first() -> Wording {
    wording("Imunisasi melindungi anak.", None)
}

fn second() -> Wording {
    wording("Imunisasi hari Rabu.", NOTE)
}

fn sealed(wording: &Wording) -> SealedContent {
    let reference = VaultRef(Uuid::from_u128(9));
    SealedContent { reference, hash: wording.hash(), languages: wording.contents.languages() }
}

fn draft() -> Command {
    let region = Region { code: "14.01".parse().expect("a code"), decree: Decree::CURRENT };
    let outline = Outline { programme: ProgrammeId(Uuid::from_u128(1)), office: OfficeId(Uuid::from_u128(2)), region };
    Command::Draft { outline, content: sealed(&first()), programme: OPEN, by: AUTHOR, today: TODAY }
}

fn amend(wording: &Wording, by: ActorRef) -> Command {
    Command::Amend { content: sealed(wording), by, today: TODAY }
}

fn submit() -> Command {
    Command::Submit { by: AUTHOR, today: TODAY }
}

fn give_back() -> Command {
    Command::Return { reasons: vec![ReturnReason::SourceMissing], note: None, by: REVIEWER, today: TODAY }
}

fn approve(wording: &Wording, by: ActorRef) -> Command {
    Command::Approve { hash: wording.hash(), by, today: TODAY }
}

fn publish(wording: Wording, programme: programme::Status) -> Command {
    Command::Publish { wording: Box::new(wording), programme, by: AUTHOR, today: TODAY }
}

fn revise(reason: RevisionReason, programme: programme::Status) -> Command {
    Command::Revise { reason, content: sealed(&second()), programme, by: AUTHOR, today: TODAY }
}

fn withdraw() -> Command {
    Command::Withdraw { reason: WithdrawalReason::Outdated, note: None, by: AUTHOR, today: TODAY }
}

const DISCARD: Command = Command::Discard { by: AUTHOR, today: TODAY };

/// What these commands, each of which is taken, make.
fn after(commands: Vec<Command>) -> Option<Material> {
    commands.into_iter().fold(None, |state, command| {
        let events = decide(state.as_ref(), command.clone()).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        events.iter().fold(state, evolve)
    })
}

fn approved() -> Vec<Command> {
    vec![draft(), submit(), approve(&first(), REVIEWER)]
}

fn published() -> Vec<Command> {
    [approved(), vec![publish(first(), OPEN)]].concat()
}

fn revised() -> Vec<Command> {
    [published(), vec![revise(RevisionReason::Update, OPEN)]].concat()
}

fn revision_approved() -> Vec<Command> {
    [revised(), vec![submit(), approve(&second(), REVIEWER)]].concat()
}

/// Of what is shown, and of what is worked on.
fn name(material: &Material) -> String {
    match &material.working {
        Some(working) if !material.published.is_empty() => {
            format!("{:?}+{:?}", material.status(), working.stage.status())
        }
        _ => format!("{:?}", material.status()),
    }
}

#[test]
fn every_command_in_every_state() {
    let states = [
        ("none", None),
        ("draft", after(vec![draft()])),
        ("in review", after(vec![draft(), submit()])),
        ("returned", after(vec![draft(), submit(), give_back()])),
        ("approved", after(approved())),
        ("published", after(published())),
        ("revised", after(revised())),
        ("revision approved", after(revision_approved())),
        ("discarded", after(vec![draft(), DISCARD])),
        ("withdrawn", after([published(), vec![withdraw()]].concat())),
    ];
    let commands = [
        ("draft", draft()),
        ("amend", amend(&wording("Datanglah ke posyandu.", None), COAUTHOR)),
        ("submit", submit()),
        ("return", give_back()),
        ("approve", approve(&first(), REVIEWER)),
        ("publish", publish(first(), OPEN)),
        ("revise", revise(RevisionReason::Correction, OPEN)),
        ("discard", DISCARD),
        ("withdraw", withdraw()),
    ];
    assert_same(&matrix(&states, &commands, decide, evolve, name), include_str!("matrix.expected.txt"));
}

fn refused(given: Vec<Command>, when: Command) -> Refusal {
    decide(after(given).as_ref(), when).expect_err("a refusal")
}

#[test]
fn whoever_wrote_any_part_of_a_version_does_not_approve_it() {
    let amended = wording("Datanglah ke posyandu.", None);
    let by_two = vec![draft(), amend(&amended, COAUTHOR), submit()];
    for author in [AUTHOR, COAUTHOR] {
        assert_eq!(refused(by_two.clone(), approve(&amended, author)), MaterialError::OwnWork.into());
    }
    assert!(after([by_two, vec![approve(&amended, REVIEWER)]].concat()).is_some());
    // Who reviewed the first version may write the second, and who wrote the first may review that.
    let by_reviewer = Command::Revise {
        reason: RevisionReason::Update,
        content: sealed(&second()),
        programme: OPEN,
        by: REVIEWER,
        today: TODAY,
    };
    let turned = [published(), vec![by_reviewer, submit()]].concat();
    assert_eq!(refused(turned.clone(), approve(&second(), REVIEWER)), MaterialError::OwnWork.into());
    assert!(after([turned, vec![approve(&second(), AUTHOR)]].concat()).is_some());
}

#[test]
fn what_is_published_is_what_was_approved() {
    let other = wording("Datanglah ke posyandu.", None);
    assert_eq!(refused(vec![draft(), submit()], approve(&other, REVIEWER)), MaterialError::ContentChanged.into());
    assert_eq!(refused(approved(), publish(other, OPEN)), MaterialError::NotAsApproved.into());
    let material = after(published()).expect("published");
    assert_eq!(material.shown().map(|shown| (shown.version, shown.hash)), Some((Version::FIRST, first().hash())));
    // An approval is of one wording: what is returned after it needs another one.
    let returned = [approved(), vec![give_back()]].concat();
    assert_eq!(refused(returned, publish(first(), OPEN)), MaterialError::NotApproved(Status::Returned).into());
}

#[test]
fn a_revision_takes_the_place_of_what_was_published_and_says_why() {
    let without_note = wording("Imunisasi hari Rabu.", None);
    let unsaid = [
        published(),
        vec![revise(RevisionReason::Update, OPEN), amend(&without_note, AUTHOR), submit()],
        vec![approve(&without_note, REVIEWER)],
    ]
    .concat();
    assert_eq!(refused(unsaid, publish(without_note, OPEN)), MaterialError::RevisionNote.into());
    let material = after([revision_approved(), vec![publish(second(), OPEN)]].concat()).expect("published");
    let version = |n| Version::new(n).expect("a version");
    assert_eq!(material.status_of(version(1)), Some(Status::Superseded));
    assert_eq!(material.status_of(version(2)), Some(Status::Published));
    assert_eq!(material.status_of(version(3)), None);
    // A version that is given up leaves its number.
    let given_up = [revised(), vec![DISCARD, revise(RevisionReason::Addition, OPEN)]].concat();
    let material = after(given_up).expect("revised");
    assert_eq!(material.status_of(version(2)), Some(Status::Discarded));
    assert_eq!(material.status_of(version(3)), Some(Status::Draft));
    assert_eq!(material.shown().map(|shown| shown.version), Some(version(1)));
}

#[test]
fn in_a_closed_programme_nothing_begins_but_a_correction() {
    let in_closed = Command::Draft {
        outline: after(vec![draft()]).expect("a draft").outline,
        content: sealed(&first()),
        programme: CLOSED,
        by: AUTHOR,
        today: TODAY,
    };
    assert_eq!(refused(vec![], in_closed), Refusal::ProgrammeClosed);
    assert_eq!(refused(approved(), publish(first(), CLOSED)), Refusal::ProgrammeClosed);
    for reason in [RevisionReason::Update, RevisionReason::Addition] {
        assert_eq!(refused(published(), revise(reason, CLOSED)), Refusal::ProgrammeClosed);
    }
    let corrected = vec![revise(RevisionReason::Correction, CLOSED), submit(), approve(&second(), REVIEWER)];
    assert!(after([published(), corrected, vec![publish(second(), CLOSED)]].concat()).is_some());
}

#[test]
fn a_return_says_why_and_the_same_words_again_are_nothing_new() {
    let without = Command::Return { reasons: vec![], note: None, by: REVIEWER, today: TODAY };
    assert_eq!(refused(vec![draft(), submit()], without), MaterialError::ReturnReasonMissing.into());
    let returned = after(vec![draft(), submit(), give_back()]);
    assert_eq!(decide(returned.as_ref(), amend(&first(), COAUTHOR)), Ok(vec![]));
    let wrote = returned.and_then(|material| material.working).expect("worked on");
    assert_eq!(wrote.authors, BTreeSet::from([AUTHOR]));
}
