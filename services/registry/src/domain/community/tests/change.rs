//! Changes to a registered record, corrections, and merging into another community.

use super::*;

fn id(n: u128) -> ChangeId {
    ChangeId(Uuid::from_u128(n))
}

fn community(n: u128) -> CommunityId {
    CommunityId(Uuid::from_u128(n))
}

fn renamed() -> Profile {
    Profile { name: PublicName::stored("KIM Kumantan Jaya"), ..profile() }
}

fn change(n: u128) -> Change {
    Change { id: id(n), profile: renamed(), sealed: sealed(2), on: TODAY }
}

fn propose(n: u128, profile: Profile) -> Command {
    Command::ProposeChange { id: id(n), profile, sealed: sealed(2), today: TODAY }
}

pub(super) fn proposed() -> Vec<Event> {
    [registered(), vec![Event::ChangeProposed { change: change(1), before: profile() }]].concat()
}

pub(super) fn merged() -> Vec<Event> {
    let gone = Event::Merged {
        into: community(7),
        on: date!(2021 - 06 - 01),
        reason: MergeReason::MembersDecided,
        note: None,
    };
    [registered(), vec![gone]].concat()
}

fn merge(seat: &str, status: Status) -> Command {
    Command::Merge {
        into: community(7),
        other: (region(seat), status),
        reason: MergeReason::SameCommunity,
        note: None,
        today: TODAY,
    }
}

fn refuse(reasons: &[ChangeRefusalReason]) -> Command {
    Command::RefuseChange { id: id(1), reasons: reasons.to_vec(), note: sealed(4), today: TODAY }
}

fn correct(profile: Profile) -> Command {
    Command::Correct { profile, sealed: sealed(1), note: sealed(3), today: TODAY }
}

pub(super) fn commands() -> Vec<Command> {
    vec![
        propose(2, renamed()),
        Command::AcceptChange { id: id(1), today: TODAY },
        refuse(&[ChangeRefusalReason::ProofMissing]),
        refuse(&[]),
        Command::WithdrawChange { id: id(1), today: TODAY },
        correct(renamed()),
        merge("14.01.02", Status::Active),
        merge("14.02", Status::Active),
        merge("14.01.02", Status::Draft),
        Command::Absorb { merged: community(8), on: TODAY },
    ]
}

#[test]
fn a_change_is_proposed_and_answered_one_at_a_time() {
    table(vec![
        (
            "proposed",
            registered(),
            propose(1, renamed()),
            Ok(vec![Event::ChangeProposed { change: change(1), before: profile() }]),
        ),
        ("a second one", proposed(), propose(2, renamed()), Err(Refusal::ChangeOpen)),
        (
            "nothing else than what stands",
            registered(),
            Command::ProposeChange { id: id(1), profile: profile(), sealed: sealed(1), today: TODAY },
            Err(Refusal::NothingChanges),
        ),
        (
            "to another regency",
            registered(),
            propose(1, Profile { seat: region("14.02.01"), ..profile() }),
            Err(Refusal::SeatLeavesRegency),
        ),
        (
            "formed tomorrow",
            registered(),
            propose(1, Profile { formed_on: date!(2022 - 10 - 07), ..profile() }),
            Err(Refusal::Record(vec![Flaw::FormedInFuture])),
        ),
        ("of a draft", drafted(), propose(1, renamed()), Err(Refusal::NotRegistered(Status::Draft))),
        (
            "accepted",
            proposed(),
            Command::AcceptChange { id: id(1), today: TODAY },
            Ok(vec![Event::ChangeAccepted { change: change(1), on: TODAY }]),
        ),
        (
            "another one accepted",
            proposed(),
            Command::AcceptChange { id: id(2), today: TODAY },
            Err(Refusal::ChangeNotFound),
        ),
        (
            "none accepted",
            registered(),
            Command::AcceptChange { id: id(1), today: TODAY },
            Err(Refusal::ChangeNotFound),
        ),
        (
            "refused",
            proposed(),
            refuse(&[ChangeRefusalReason::NameTaken]),
            Ok(vec![Event::ChangeRefused {
                id: id(1),
                reasons: vec![ChangeRefusalReason::NameTaken],
                note: sealed(4),
                on: TODAY,
            }]),
        ),
        ("refused without a reason", proposed(), refuse(&[]), Err(Refusal::ChangeReasonMissing)),
        (
            "withdrawn",
            proposed(),
            Command::WithdrawChange { id: id(1), today: TODAY },
            Ok(vec![Event::ChangeWithdrawn { id: id(1), on: TODAY }]),
        ),
    ]);
    let accepted = [proposed(), vec![Event::ChangeAccepted { change: change(1), on: TODAY }]].concat();
    let community = state(&accepted);
    let record = community.known().expect("known");
    assert_eq!((&record.profile, record.sealed, &record.change), (&renamed(), sealed(2), &None));
    let withdrawn = [proposed(), vec![Event::ChangeWithdrawn { id: id(1), on: TODAY }]].concat();
    assert!(decide(&state(&withdrawn), propose(2, renamed())).is_ok(), "the next one may come");
}

#[test]
fn a_correction_says_what_stood_there() {
    table(vec![
        (
            "a wrong name",
            registered(),
            correct(renamed()),
            Ok(vec![Event::Corrected {
                before: profile(),
                after: renamed(),
                sealed: sealed(1),
                note: sealed(3),
                on: TODAY,
            }]),
        ),
        ("nothing was wrong", registered(), correct(profile()), Err(Refusal::NothingChanges)),
        ("a draft is amended", drafted(), correct(renamed()), Err(Refusal::NotRegistered(Status::Draft))),
        ("after its end", dissolved(), correct(renamed()), Err(Refusal::Dissolved)),
    ]);
}

#[test]
fn one_community_goes_on_in_another_of_its_regency() {
    let gone = Event::Merged { into: community(7), on: TODAY, reason: MergeReason::SameCommunity, note: None };
    table(vec![
        ("registered", registered(), merge("14.01.02", Status::Dormant), Ok(vec![gone.clone()])),
        ("active", active(TODAY), merge("14.01.02", Status::Active), Ok(vec![gone])),
        ("into another regency", registered(), merge("14.02.01", Status::Active), Err(Refusal::MergeLeavesRegency)),
        (
            "into a draft",
            registered(),
            merge("14.01.02", Status::Draft),
            Err(Refusal::MergeIntoUnregistered(Status::Draft)),
        ),
        ("a draft", drafted(), merge("14.01.02", Status::Active), Err(Refusal::NotRegistered(Status::Draft))),
        ("twice", merged(), merge("14.01.02", Status::Active), Err(Refusal::Merged(community(7)))),
        ("an activity after its end", merged(), report(2, date!(2021 - 06 - 02)), Err(Refusal::Merged(community(7)))),
        (
            "an activity before its end",
            merged(),
            report(2, date!(2021 - 05 - 31)),
            Ok(vec![reported(2, date!(2021 - 05 - 31))]),
        ),
        (
            "the other one learns of it",
            active(TODAY),
            Command::Absorb { merged: community(8), on: TODAY },
            Ok(vec![Event::Absorbed { merged: community(8), on: TODAY }]),
        ),
    ]);
}
