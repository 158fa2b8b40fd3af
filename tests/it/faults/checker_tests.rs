//! The checker finds what it is there for: a history and a log that agree are tampered with, each time in one way.

use std::time::Duration;

use bytes::Bytes;
use kim_contract::registry::v1::{ActivityReported, CommunityDrafted, CommunitySubmitted};
use kim_eventlog::{LogId, Position, Recorded, Version, subject};
use prost::Message;
use time::OffsetDateTime;
use tonic::Code;
use uuid::Uuid;

use super::{
    checker::{Rule, check, vault},
    history::{Answer, Asked, Attempt, History, Operation, Read},
};
use crate::harness::profile;

const SEAT: &str = "14.01.01.2001";

/// A log and a history that agree: a draft that is submitted, a row of an import, and an activity of each kind.
struct Case {
    history: History,
    log: Vec<Recorded>,
    stream: Vec<Recorded>,
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn event(position: i64, aggregate: Uuid, version: i64, name: &str, payload: &impl Message) -> Recorded {
    let event_type = format!("kim.registry.v1.{name}");
    Recorded {
        log_id: LogId(id(1)),
        position: Position::new(position).unwrap(),
        event_id: id(1_000 + u128::from(position.unsigned_abs())),
        subject: subject("registry", "14", "1401", &event_type),
        event_type,
        aggregate,
        version: Version::new(version).unwrap(),
        time: OffsetDateTime::UNIX_EPOCH,
        recorded_time: OffsetDateTime::UNIX_EPOCH + Duration::from_secs(position.unsigned_abs()),
        payload: Bytes::from(payload.encode_to_vec()),
        traceparent: None,
    }
}

fn drafted(name: &str, reference: Uuid) -> CommunityDrafted {
    let (profile, record_ref) = (profile(name, SEAT), reference.to_string());
    CommunityDrafted { profile, record_ref, ..CommunityDrafted::default() }
}

fn reported(activity: Uuid) -> ActivityReported {
    ActivityReported { activity_id: activity.to_string(), ..ActivityReported::default() }
}

fn nothing() -> CommunitySubmitted {
    CommunitySubmitted::default()
}

fn done(community: Uuid, version: i64) -> Answer {
    Answer::Done { community, version: Some(version), activity: None, new: None }
}

fn attempt(invoked: u64, answered: u64, answer: Answer) -> Attempt {
    Attempt { invoked: Duration::from_secs(invoked), answered: Duration::from_secs(answered), answer }
}

fn refused(code: Code, reason: &str) -> Answer {
    Answer::Refused { code, reason: reason.into() }
}

fn unknown() -> Answer {
    Answer::Unknown("cut off".into())
}

const DRAFTED: u128 = 10;
const ROW: u128 = 20;
const ACTIVITY: u128 = 30;
const SILENT: u128 = 31;

fn sound() -> Case {
    let (community, row) = (id(DRAFTED), id(ROW));
    let log = vec![
        event(1, community, 1, "CommunityDrafted", &drafted("KIM Satu", id(50))),
        event(2, community, 2, "CommunitySubmitted", &nothing()),
        event(3, row, 1, "CommunityDrafted", &drafted("KIM Dua", id(51))),
        event(4, row, 2, "CommunitySubmitted", &nothing()),
        event(5, row, 3, "CommunityRegistered", &nothing()),
        event(6, row, 4, "ActivityReported", &reported(id(SILENT))),
        event(7, row, 5, "CommunityActivated", &nothing()),
        event(8, row, 6, "DormancyReminded", &nothing()),
        event(9, row, 7, "CommunityBecameDormant", &nothing()),
        event(10, row, 8, "ActivityReported", &reported(id(ACTIVITY))),
    ];
    let report =
        |activity: u128, version, silent| Asked::Report { community: row, version, activity: id(activity), silent };
    let activity = |activity: u128, version| Answer::Done {
        community: row,
        version: Some(version),
        activity: Some(id(activity)),
        new: None,
    };
    let operations = vec![
        Operation {
            asked: Asked::Draft { name: "KIM Satu".into(), seat: SEAT.into() },
            attempts: vec![
                attempt(1, 2, unknown()),
                attempt(3, 4, done(community, 1)),
                attempt(3, 5, done(community, 1)),
            ],
        },
        Operation { asked: Asked::Submit { community, version: 1 }, attempts: vec![attempt(6, 7, unknown())] },
        Operation {
            asked: Asked::Row { name: "KIM Dua".into() },
            attempts: vec![attempt(
                8,
                9,
                Answer::Done { community: row, version: None, activity: None, new: Some(true) },
            )],
        },
        Operation { asked: report(SILENT, None, true), attempts: vec![attempt(10, 11, activity(SILENT, 5))] },
        Operation { asked: report(ACTIVITY, Some(7), false), attempts: vec![attempt(12, 13, activity(ACTIVITY, 8))] },
        Operation {
            asked: report(99, Some(7), false),
            attempts: vec![attempt(12, 14, refused(Code::Aborted, "ETAG_STALE"))],
        },
        Operation {
            asked: Asked::Reuse { community: row },
            attempts: vec![attempt(15, 16, refused(Code::InvalidArgument, "REQUEST_ID_REUSED"))],
        },
    ];
    let reads = vec![Read { community: row, invoked: Duration::from_secs(12), version: 7 }];
    Case { history: History { operations, reads }, stream: log.clone(), log }
}

impl Case {
    fn rules(&self) -> Vec<Rule> {
        let mut rules: Vec<Rule> = check(&self.history, &self.log, &self.stream, 0).iter().map(|v| v.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// The log and the stream are changed alike.
    fn both(mut self, change: impl Fn(&mut Vec<Recorded>)) -> Self {
        change(&mut self.log);
        change(&mut self.stream);
        self
    }

    fn answered(mut self, operation: usize, attempts: Vec<Attempt>) -> Self {
        self.history.operations[operation].attempts = attempts;
        self
    }
}

/// Moves an event to another place; positions and times stay where they are.
fn swap(log: &mut [Recorded], a: usize, b: usize) {
    log.swap(a, b);
    for (position, event) in (1..).zip(log) {
        event.position = Position::new(position).unwrap();
        event.recorded_time = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(position.unsigned_abs());
    }
}

#[test]
fn what_agrees_is_not_complained_about() {
    let case = sound();
    assert_eq!(check(&case.history, &case.log, &case.stream, 0), vec![]);
    assert_eq!(vault(&case.log, &[id(50), id(51)]), vec![]);
}

#[test]
fn a_log_that_was_tampered_with_is_seen() {
    let gap = sound().both(|log| log.iter_mut().skip(4).for_each(|e| e.position = e.position.next()));
    assert!(gap.rules().contains(&Rule::PositionsAreGapless));
    let earlier = sound().both(|log| log[4].recorded_time = OffsetDateTime::UNIX_EPOCH);
    assert_eq!(earlier.rules(), [Rule::RecordedTimesNeverFall]);
    let versions = sound().both(|log| log[9].version = Version::new(9).unwrap());
    assert!(versions.rules().contains(&Rule::VersionsAreGapless));
    let ids = sound().both(|log| log[9].event_id = log[0].event_id);
    assert_eq!(ids.rules(), [Rule::AnEventIsThereOnce]);
    let torn = sound().both(|log| swap(log, 1, 3));
    assert!(torn.rules().contains(&Rule::ARowStandsOrFallsWhole), "{:?}", torn.rules());
}

#[test]
fn a_stream_that_differs_is_seen() {
    let changes: [fn(&mut Vec<Recorded>); 5] = [
        |stream| drop(stream.pop()),
        |stream| stream.swap(0, 2),
        |stream| stream[3].payload = Bytes::from_static(b"x"),
        |stream| stream[3].event_id = id(7),
        |stream| stream[3].subject.push('x'),
    ];
    for change in changes {
        let mut case = sound();
        change(&mut case.stream);
        assert_eq!(case.rules(), [Rule::TheStreamIsTheLog]);
    }
}

#[test]
fn a_command_that_was_lost_doubled_or_never_asked_for_is_seen() {
    let lost = sound().both(|log| drop(log.pop()));
    assert!(lost.rules().contains(&Rule::AcknowledgedIsThere), "{:?}", lost.rules());
    // An unknown one may be missing, and may not be there twice.
    let mut missing = sound().both(|log| drop(log.remove(1)));
    missing.history.operations.truncate(2);
    let missing = missing.both(|log| {
        log.truncate(1);
    });
    let missing = Case { history: History { reads: vec![], ..missing.history }, ..missing };
    assert_eq!(missing.rules(), []);
    let doubled = sound().both(|log| log.push(event(11, id(60), 1, "CommunityDrafted", &drafted("KIM Satu", id(52)))));
    assert_eq!(doubled.rules(), [Rule::NothingIsDoubled]);
    let again = sound().both(|log| log.push(event(11, id(ROW), 9, "ActivityReported", &reported(id(ACTIVITY)))));
    assert_eq!(again.rules(), [Rule::NothingIsDoubled]);
    let stranger = sound().both(|log| log.push(event(11, id(60), 1, "CommunityDrafted", &drafted("KIM Lain", id(52)))));
    assert_eq!(stranger.rules(), [Rule::NothingComesFromNowhere]);
    let unheard_of = sound().both(|log| log.push(event(11, id(60), 1, "CommunityDissolved", &nothing())));
    assert_eq!(unheard_of.rules(), [Rule::NothingComesFromNowhere]);
    // Refused for good, and carried out all the same.
    let refused = sound().answered(1, vec![attempt(6, 7, refused(Code::ResourceExhausted, "TOO_MANY_REQUESTS"))]);
    assert_eq!(refused.rules(), [Rule::NothingIsDoubled]);
    let new = |community| Answer::Done { community, version: None, activity: None, new: Some(true) };
    let twice = sound().answered(2, vec![attempt(8, 9, new(id(ROW))), attempt(9, 10, new(id(ROW)))]);
    assert_eq!(twice.rules(), [Rule::NothingIsDoubled]);
}

#[test]
fn a_retry_that_is_answered_otherwise_is_seen() {
    let community = id(DRAFTED);
    let other = sound().answered(0, vec![attempt(1, 2, done(community, 1)), attempt(3, 4, done(id(61), 1))]);
    assert!(other.rules().contains(&Rule::ARetryIsAnsweredAsTheFirst));
    let refused_later =
        vec![attempt(1, 2, done(community, 1)), attempt(3, 4, refused(Code::AlreadyExists, "NAME_TAKEN"))];
    assert!(sound().answered(0, refused_later).rules().contains(&Rule::ARetryIsAnsweredAsTheFirst));
    let taken = sound().answered(6, vec![attempt(15, 16, done(id(ROW), 8))]);
    assert_eq!(taken.rules(), [Rule::ARetryIsAnsweredAsTheFirst]);
    let elsewhere = sound().answered(0, vec![attempt(1, 2, done(id(61), 1))]);
    assert!(elsewhere.rules().contains(&Rule::ARetryIsAnsweredAsTheFirst));
}

#[test]
fn a_refusal_without_a_cause_is_seen() {
    for (code, reason) in [
        (Code::NotFound, "COMMUNITY_NOT_FOUND"),
        (Code::Internal, "INTERNAL"),
        (Code::Unauthenticated, "TOKEN_INVALID"),
        (Code::InvalidArgument, "REQUEST_ID_REUSED"),
        (Code::AlreadyExists, "NAME_TAKEN"),
    ] {
        let case = sound().answered(5, vec![attempt(12, 14, refused(code, reason))]);
        assert_eq!(case.rules(), [Rule::ARefusalHasItsCause], "{reason}");
    }
    // Nothing came after the version that was read.
    let mut stale = sound();
    stale.history.operations[5].asked =
        Asked::Report { community: id(ROW), version: Some(8), activity: id(99), silent: false };
    assert_eq!(stale.rules(), [Rule::ARefusalHasItsCause]);
    // What came after it was asked for later.
    let early = sound().answered(5, vec![attempt(1, 2, refused(Code::Aborted, "ETAG_STALE"))]);
    assert_eq!(early.rules(), [Rule::ARefusalHasItsCause]);
    // The only command that came after it was its own.
    let own =
        sound().answered(4, vec![attempt(12, 13, unknown()), attempt(14, 15, refused(Code::Aborted, "ETAG_STALE"))]);
    assert_eq!(own.rules(), [Rule::ARefusalHasItsCause]);
}

#[test]
fn an_order_that_nobody_can_have_seen_is_seen() {
    // The row was acknowledged before the draft was asked for.
    let mut case = sound();
    case.history.operations[0].attempts = vec![attempt(20, 21, done(id(DRAFTED), 1))];
    assert!(case.rules().contains(&Rule::WhatIsAcknowledgedComesBeforeWhatIsAskedLater));
}

#[test]
fn a_reader_that_saw_an_old_or_an_invented_state_is_seen() {
    for version in [4, 9] {
        let mut case = sound();
        case.history.reads = vec![Read { community: id(ROW), invoked: Duration::from_secs(12), version }];
        assert_eq!(case.rules(), [Rule::AReaderSeesWhatWasAcknowledged], "{version}");
    }
}

#[test]
fn a_timer_that_fired_twice_or_never_is_seen() {
    let twice = sound().both(|log| log.push(event(11, id(ROW), 9, "CommunityBecameDormant", &nothing())));
    assert_eq!(twice.rules(), [Rule::ATimerFiresOnce]);
    let never = sound().both(|log| log[8].event_type = "kim.registry.v1.CommunityActivated".into());
    assert_eq!(never.rules(), [Rule::ATimerFiresOnce]);
}

#[test]
fn a_vault_that_has_more_or_less_than_the_log_refers_to_is_seen() {
    for references in [vec![id(50)], vec![id(50), id(51), id(52)], vec![id(50), id(53)]] {
        assert_eq!(vault(&sound().log, &references).len(), 1);
    }
}
