//! What goes into the log comes out of it.

use kim_territory::{Decree, Level};
use kim_values::{Code, DocumentHash, PublicName, VaultRef};
use time::{
    OffsetDateTime,
    macros::{date, datetime},
};

use super::*;
use crate::domain::{
    board::{Board, LeaveReason, OfficerRole},
    channel::{Channel, ChannelKind},
    community::{
        Activity, ActivityKind, Arrival, ChangeRefusalReason, DissolutionReason, MergeReason, Preceding, Registration,
        ReturnReason, Status,
    },
    ids::{ActivityId, ChangeId, OfficerId, TrainingId},
    profile::{BaseGroup, DecreeIssuer, FormationDecree, Profile, Statutes},
    reach::Reach,
    registration::RegistrationNumber,
    rule::RuleVersion,
};

const NOW: OffsetDateTime = datetime!(2022-10-06 03:41:00 UTC);

fn profile() -> Profile {
    Profile {
        name: PublicName::stored("KIM Kumantan"),
        seat: Region { code: "14.01.01.2009".parse().expect("a code"), decree: kim_territory::Decree::CURRENT },
        formed_on: date!(2015 - 08 - 17),
        decree: Some(FormationDecree {
            date: date!(2015 - 08 - 17),
            issuer: DecreeIssuer::Lurah,
            document: Some(DocumentHash([7; 32])),
        }),
        base_group: BaseGroup::Farmers,
        members: None,
        deliberated_on: Some(date!(2015 - 08 - 10)),
        statutes: Some(Statutes { adopted_on: date!(2015 - 08 - 17), document: Some(DocumentHash([3; 32])) }),
        channels: vec![Channel::stored(ChannelKind::Website, "kimkumantan.id")],
    }
}

fn record(stage: Stage) -> Record {
    Record { profile: profile(), members_on: None, board: Board::default(), sealed: None, change: None, stage }
}

fn seat(code: &str, decree: Decree) -> Region {
    Region { code: code.parse().expect("a code"), decree }
}

/// One of each type at least.
pub fn events() -> Vec<Event> {
    let reference = VaultRef(Uuid::from_u128(9));
    let rule = RuleVersion { region: Region::nation(), version: 3 };
    let activity = ActivityId(Uuid::from_u128(5));
    let day = date!(2021 - 02 - 28);
    let term =
        Term { officer: OfficerId(Uuid::from_u128(6)), role: OfficerRole::Managing, from: day, until: Some(day) };
    let change = Change { id: ChangeId(Uuid::from_u128(8)), profile: profile(), sealed: Some(reference), on: day };
    let bare = Profile { decree: None, members: Some(12), deliberated_on: None, statutes: None, ..profile() };
    let number = RegistrationNumber { regency: "14.01".parse().expect("a code"), year: 2021, serial: 3 };
    vec![
        Event::Drafted { profile: profile(), terms: vec![term], sealed: Some(reference) },
        Event::Amended { profile: bare.clone(), terms: vec![Term { until: None, ..term }], sealed: None },
        Event::Submitted { on: day, rule: Some(rule) },
        Event::MembersCounted { count: 14, on: day },
        Event::OfficerAppointed(term),
        Event::OfficerLeft { officer: term.officer, on: day, reason: LeaveReason::TermEnded },
        Event::OfficerErased { officer: term.officer, on: day },
        Event::ChangeProposed { change: change.clone(), before: bare.clone() },
        Event::ChangeAccepted { change, on: day },
        Event::ChangeRefused {
            id: ChangeId(Uuid::from_u128(8)),
            reasons: vec![ChangeRefusalReason::RuleNotMet],
            note: Some(reference),
            on: day,
        },
        Event::ChangeWithdrawn { id: ChangeId(Uuid::from_u128(8)), on: day },
        Event::Corrected { before: bare, after: profile(), sealed: None, note: Some(reference), on: day },
        Event::Merged {
            into: CommunityId(Uuid::from_u128(7)),
            on: day,
            reason: MergeReason::SeatsMerged,
            note: Some(reference),
        },
        Event::Absorbed { merged: CommunityId(Uuid::from_u128(7)), on: day },
        Event::Returned { reasons: vec![ReturnReason::SeatWrong, ReturnReason::Other], note: Some(reference), on: day },
        Event::Registered { on: day, rule: Some(rule), number: Some(number) },
        Event::Registered { on: day, rule: None, number: None },
        Event::ActivityReported(Activity {
            id: activity,
            kind: ActivityKind::LiteracyClass,
            happened_on: day,
            people_reached: 40,
            reach: Reach::new(&[(Level::Village, 30), (Level::District, 10)], 40).expect("a reach"),
            topic: Code::parse("stunting"),
            evidence: Some(DocumentHash([1; 32])),
        }),
        Event::ActivityReported(Activity {
            id: activity,
            kind: ActivityKind::Meeting,
            happened_on: day,
            people_reached: 0,
            reach: None,
            topic: None,
            evidence: None,
        }),
        Event::Activated { from: day, activity },
        Event::Reminded { last_activity: day, due: day, dormant_on: day, rule },
        Event::BecameDormant { last_activity: day, from: day, rule },
        Event::DormancyCorrected { activity, last_activity: day, dormant_from: day },
        Event::RevitalisationPlanned(Plan { on: day, after: Preceding::Training(TrainingId(Uuid::from_u128(3))) }),
        Event::Revitalised { from: day, activity, after: Preceding::Partnership },
        Event::Dissolved { on: day, reason: DissolutionReason::DecreeRevoked, note: None },
        Event::SeatMoved {
            from: seat("92.71.01.1001", Decree::D2022),
            to: seat("92.71.01.1002", Decree::D2023),
            on: day,
        },
        Event::MovedOut {
            from: seat("92.71.01.1001", Decree::D2022),
            to: seat("96.71.01.1001", Decree::D2023),
            on: day,
        },
        Event::MovedIn(Arrival {
            from: seat("92.71.01.1001", Decree::D2022),
            profile: Profile { seat: seat("96.71.01.1001", Decree::D2023), ..profile() },
            status: Status::Dormant,
            registered_on: Some(day),
            number: Some(number),
            last_activity: None,
            on: day,
        }),
    ]
}

#[test]
fn every_event_comes_out_of_the_log_as_it_went_in() {
    let registration = Registration { on: date!(2016 - 01 - 01), number: None, rule: None };
    let state = Community::Known(Box::new(record(Stage::Registered(registration))));
    for event in events() {
        let there = happened(Uuid::from_u128(4), event, profile().seat, NOW);
        let written = Communities::encode(&there, &state);
        assert_eq!((written.place.province.as_str(), written.place.regency.as_str()), ("14", "1401"));
        assert_eq!(Communities::decode(&there.recorded(&written)), Some(there));
    }
}

#[test]
fn an_event_happened_on_its_day_at_the_seat_or_now() {
    let seat = profile().seat;
    let at = |on| happened(Uuid::nil(), Event::Submitted { on, rule: None }, seat, NOW).at;
    assert_eq!(at(date!(2022 - 10 - 06)), NOW);
    assert_eq!(at(date!(2022 - 10 - 05)), datetime!(2022-10-05 00:00 +7));
}

#[test]
fn an_event_of_another_version_is_unknown() {
    let there = happened(Uuid::nil(), Event::Submitted { on: date!(2022 - 10 - 05), rule: None }, profile().seat, NOW);
    let state = Community::Known(Box::new(record(Stage::Draft)));
    let written = Communities::encode(&there, &state);
    let mut other = there.recorded(&written);
    other.event_type = "kim.registry.v1.CommunityOfTheFuture".into();
    assert_eq!(Communities::decode(&other), None);
    let mut empty = there.recorded(&written);
    empty.payload = bytes::Bytes::new();
    assert_eq!(Communities::decode(&empty), None, "a date that must be there is missing");
}
