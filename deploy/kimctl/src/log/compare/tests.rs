use kim_eventlog::{LogId, Position, Version};
use time::macros::datetime;

use super::*;
use crate::log::Remedy;

const LOG: Uuid = Uuid::from_u128(1);

/// An event of aggregate `aggregate`; the event's own number is its position.
fn event(position: i64, aggregate: u128, version: i64) -> Recorded {
    Recorded {
        log_id: LogId(LOG),
        position: Position::new(position).unwrap(),
        event_id: Uuid::from_u128(position.unsigned_abs().into()),
        event_type: "kim.registry.v1.CommunityDrafted".into(),
        aggregate: Uuid::from_u128(aggregate),
        version: Version::new(version).unwrap(),
        time: datetime!(2022-10-06 10:00 +7),
        recorded_time: datetime!(2022-10-06 10:00 +7) + time::Duration::seconds(position),
        subject: "kim.evt.registry.v1.14.1401.community_drafted".into(),
        payload: "x".into(),
        traceparent: None,
    }
}

/// Three events of two aggregates.
fn three() -> Vec<Recorded> {
    vec![event(1, 10, 1), event(2, 20, 1), event(3, 10, 2)]
}

fn messages(events: &[Recorded]) -> Vec<Message> {
    events.iter().map(|event| Message { sequence: event.position.get(), event: Ok(event.clone()) }).collect()
}

struct Case {
    log: Vec<Recorded>,
    stream: Vec<Message>,
    head: i64,
    first: i64,
    last: i64,
    simulated: bool,
}

impl Case {
    fn of(log: Vec<Recorded>) -> Self {
        let stream = messages(&log);
        let head = log.last().map_or(0, |event| event.position.get());
        Self { log, stream, head, first: 1, last: head, simulated: false }
    }

    fn verdict(self) -> Verdict {
        let response = GetLogResponse {
            log_id: LOG.to_string(),
            head: self.head,
            simulated: self.simulated,
            ..Default::default()
        };
        let mut comparison = Comparison::new(LogContext::Registry, &response, self.first, self.last).unwrap();
        let (mut log, mut stream) = (self.log.iter().peekable(), self.stream.iter().peekable());
        loop {
            match comparison.step(log.peek().copied(), stream.peek().copied()) {
                Next::Both => {
                    log.next();
                    stream.next();
                }
                Next::Log => drop(log.next()),
                Next::Stream => drop(stream.next()),
                Next::End => return comparison.end(Duration::from_secs(1)),
            }
        }
    }
}

#[test]
fn a_log_and_its_stream_agree() {
    let verdict = Case::of(three()).verdict();
    assert!(verdict.is_sound(), "{}", verdict.screen());
    assert_eq!((verdict.events, verdict.same, verdict.aggregates), (3, 3, 2));
    assert!(Case::of(vec![]).verdict().is_sound());
}

#[test]
fn what_the_broker_no_longer_keeps_is_no_difference() {
    let mut case = Case::of(three());
    case.first = 3;
    case.stream.drain(..2);
    let verdict = case.verdict();
    assert!(verdict.is_sound(), "{}", verdict.screen());
    assert_eq!((verdict.events, verdict.same), (3, 1));
    assert!(verdict.screen().contains("disimpan mulai posisi 3"));
}

#[test]
fn recorded_times_fall_in_simulated_logs_only() {
    let mut log = three();
    log[2].recorded_time = datetime!(2019-01-01 00:00 UTC);
    let real = Case::of(log.clone()).verdict();
    assert_eq!(real.differences, [Difference::RecordedEarlier { position: 3 }]);
    assert!(Case { simulated: true, ..Case::of(log) }.verdict().is_sound());
}

#[test]
fn what_differs_is_named_with_its_remedy() {
    const RESTORE: &str = "dari cadangan";
    const REMAKE: &str = "relai memperbaikinya sendiri";
    const KEEP: &str = "jangan hapus aliran; lihat dan putuskan dengan kimctl log reconcile";
    type Change = fn(&mut Case);
    let cases: [(Change, Difference, &str); 11] = [
        (
            |case| {
                case.log.remove(1);
                case.stream.remove(1);
            },
            Difference::LogGap { from: 2, to: 2 },
            RESTORE,
        ),
        (
            |case| {
                case.log.pop();
                case.stream.pop();
            },
            Difference::LogGap { from: 3, to: 3 },
            RESTORE,
        ),
        (
            |case| {
                case.log[2].version = Version::new(4).unwrap();
                case.stream = messages(&case.log);
            },
            Difference::Version { position: 3, aggregate_id: Uuid::from_u128(10), version: 4, expected: 2 },
            RESTORE,
        ),
        (
            |case| {
                case.log[0].log_id = LogId(Uuid::from_u128(9));
                case.stream = messages(&case.log);
            },
            Difference::ForeignInLog { position: 1, log_id: Uuid::from_u128(9) },
            RESTORE,
        ),
        (
            |case| {
                case.stream.remove(0);
                case.stream.remove(0);
            },
            Difference::NotInStream { from: 1, to: 2 },
            REMAKE,
        ),
        (
            |case| {
                case.stream.pop();
                case.last = 2;
            },
            Difference::Unpublished { from: 3, to: 3 },
            "relai diam",
        ),
        (
            |case| {
                case.stream.extend(messages(&[event(4, 30, 1), event(5, 30, 2)]));
                case.last = 5;
            },
            Difference::OnlyInStream { from: 4, to: 5 },
            KEEP,
        ),
        (
            |case| case.stream[1].event = Err("tanpa kepala".into()),
            Difference::NoEvent { position: 2, why: "tanpa kepala".into() },
            REMAKE,
        ),
        (
            |case| case.stream[1].event.as_mut().unwrap().payload = "y".into(),
            Difference::Unlike { position: 2, parts: vec!["isi"] },
            REMAKE,
        ),
        (
            |case| {
                let told = case.stream[2].event.as_mut().unwrap();
                (told.event_id, told.subject) = (Uuid::nil(), String::new());
            },
            Difference::Unlike { position: 3, parts: vec!["nomor kejadian", "subjek"] },
            KEEP,
        ),
        (
            |case| case.stream[0].event.as_mut().unwrap().recorded_time += time::Duration::nanoseconds(1),
            Difference::Unlike { position: 1, parts: vec!["waktu dicatat"] },
            REMAKE,
        ),
    ];
    for (change, difference, remedy) in cases {
        let mut case = Case::of(three());
        change(&mut case);
        let verdict = case.verdict();
        assert_eq!(verdict.differences, [difference]);
        assert!(verdict.screen().contains(remedy), "{}", verdict.screen());
    }
}

#[test]
fn the_first_ten_are_told_and_the_rest_counted() {
    let log: Vec<Recorded> = (1..=40).map(|position| event(position, 10, position)).collect();
    let mut case = Case::of(log);
    for message in case.stream.iter_mut().step_by(2) {
        message.event = Err("asing".into());
    }
    let verdict = case.verdict();
    assert_eq!((verdict.differing, verdict.differences.len(), verdict.same), (20, 10, 20));
    assert!(verdict.screen().contains("dan 10 lagi"), "{}", verdict.screen());
}

#[test]
fn a_stream_that_may_hold_what_the_log_lost_is_not_to_be_deleted() {
    let mut case = Case::of(three());
    case.stream[0].event = Err("asing".into());
    case.log.pop();
    case.head = 2;
    let verdict = case.verdict();
    assert_eq!(verdict.remedies.iter().copied().collect::<Vec<_>>(), [Remedy::KeepStream]);
    assert!(!verdict.screen().contains("relai memperbaikinya sendiri"), "{}", verdict.screen());
}
