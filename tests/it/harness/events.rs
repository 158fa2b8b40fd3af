//! Members and events for tests of the log itself.

use bytes::Bytes;
use kim_eventlog::{Aggregate, Member, NewEvent, Place, Recorded, Version};
use time::OffsetDateTime;
use uuid::Uuid;

pub fn plain_event(payload: &str) -> NewEvent {
    NewEvent {
        event_type: "kim.registry.v1.CommunityDrafted",
        place: Place { province: "14".into(), regency: "1401".into() },
        time: OffsetDateTime::now_utc(),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
    }
}

/// A member with one event.
pub fn member(aggregate: Uuid, expected: i64) -> Member {
    Member {
        aggregate,
        expected: Version::new(expected).expect("not negative"),
        events: vec![plain_event("x")],
        key: None,
        claims: vec![],
        releases: vec![],
        vault: vec![],
        actor: "test".into(),
        traceparent: None,
        recorded: None,
        result: Bytes::new(),
    }
}

/// An aggregate that counts its events.
pub struct Plain;

impl Aggregate for Plain {
    type State = u32;
    type Event = ();

    fn decode(recorded: &Recorded) -> Option<()> {
        (recorded.event_type == "kim.registry.v1.CommunityDrafted").then_some(())
    }

    fn encode((): &(), _: &u32) -> NewEvent {
        plain_event("x")
    }

    fn evolve(state: u32, (): &()) -> u32 {
        state + 1
    }

    const SHAPE: Option<&'static str> = Some("plain.1");

    fn write(state: &u32) -> Vec<u8> {
        state.to_be_bytes().into()
    }

    fn read(written: &[u8]) -> Option<u32> {
        written.try_into().ok().map(u32::from_be_bytes)
    }
}

/// A member with one event of this place: `14`, `1401`.
pub fn member_at(province: &str, regency: &str, aggregate: Uuid, expected: i64) -> Member {
    let mut member = member(aggregate, expected);
    member.events[0].place = Place { province: province.into(), regency: regency.into() };
    member
}
