//! Given these events, when this command, then these events or this refusal.

use kim_territory::Decree;
use time::macros::{date, datetime};
use uuid::Uuid;

use super::*;
use crate::domain::matrix::{assert_same, matrix};

const TODAY: Date = date!(2026 - 01 - 05);
const NOW: OffsetDateTime = datetime!(2026-01-05 03:00 UTC);

fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a code"), decree: Decree::CURRENT }
}

fn set(kind: Kind, seat: &str, address: u128) -> Event {
    let community = CommunityId(Uuid::from_u128(1));
    Event::Set { community, kind, seat: region(seat), address: VaultRef(Uuid::from_u128(address)), on: TODAY }
}

fn state(events: &[Event]) -> Option<Endpoint> {
    events.iter().fold(None, evolve)
}

fn webhook() -> Vec<Event> {
    vec![set(Kind::Webhook, "14.01.01.2009", 7)]
}

fn suspended() -> Vec<Event> {
    [webhook(), vec![Event::Suspended { reason: SuspensionReason::Gone, at: NOW }]].concat()
}

#[test]
fn every_command_in_every_state() {
    let removed = [webhook(), vec![Event::Removed { on: TODAY }]].concat();
    let states = [
        ("none", None),
        ("set", state(&webhook())),
        ("suspended", state(&suspended())),
        ("removed", state(&removed)),
        ("e-mail", state(&[set(Kind::Email, "14.01.01.2009", 7)])),
    ];
    let address = VaultRef(Uuid::from_u128(8));
    let (community, seat) = (CommunityId(Uuid::from_u128(1)), region("14.02"));
    let commands = [
        ("set", Command::Set { community, kind: Kind::Webhook, seat, address, today: TODAY }),
        ("rotate secret", Command::RotateSecret { address, today: TODAY }),
        ("suspend", Command::Suspend { reason: SuspensionReason::Unreachable, now: NOW }),
        ("resume", Command::Resume { now: NOW }),
        ("remove", Command::Remove { today: TODAY }),
    ];
    let table = matrix(&states, &commands, decide, evolve, |endpoint| format!("{:?}", endpoint.status()));
    assert_same(&table, include_str!("matrix.expected.txt"));
}

#[test]
fn an_endpoint_belongs_where_it_was_first_set_and_its_newest_address_counts() {
    let moved = Command::Set {
        community: CommunityId(Uuid::from_u128(1)),
        kind: Kind::Webhook,
        seat: region("14.02"),
        address: VaultRef(Uuid::from_u128(9)),
        today: TODAY,
    };
    let events = decide(state(&suspended()).as_ref(), moved).expect("it is set");
    assert_eq!(events, [set(Kind::Webhook, "14.01.01.2009", 9)]);
    let after = state(&[suspended(), events].concat()).expect("an endpoint");
    assert_eq!(after.stage, Stage::Set { address: VaultRef(Uuid::from_u128(9)) });
    let rotated = Event::SecretRotated { address: VaultRef(Uuid::from_u128(10)), on: TODAY };
    let after = state(&[suspended(), vec![rotated]].concat()).expect("an endpoint");
    assert_eq!((after.status(), after.address()), (Status::Suspended, Some(VaultRef(Uuid::from_u128(10)))));
}
