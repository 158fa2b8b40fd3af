//! Endpoints in the log.

use kim_contract::dissemination::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date,
    region::{self, place},
    stored::stored_date,
};
use kim_eventlog::{Aggregate, Erasures, NewEvent, Recorded};
use kim_values::VaultRef;
use prost::Message;
use uuid::Uuid;

use super::stored::{moment, stored_moment};
use crate::domain::{
    endpoint::{self, Endpoint, Event},
    ids::CommunityId,
};

pub const ENDPOINT_SET: &str = EventType::EndpointSet.name();
pub const ENDPOINT_SECRET_ROTATED: &str = EventType::EndpointSecretRotated.name();
pub const ENDPOINT_SUSPENDED: &str = EventType::EndpointSuspended.name();
pub const ENDPOINT_RESUMED: &str = EventType::EndpointResumed.name();
pub const ENDPOINT_REMOVED: &str = EventType::EndpointRemoved.name();

/// Endpoints in dissemination's log.
#[derive(Debug)]
pub struct Endpoints;

impl Aggregate for Endpoints {
    type State = Option<Endpoint>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let endpoint = state.as_ref().expect("an endpoint is there from its first event on");
        write(happened, endpoint)
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        endpoint::evolve(state, &happened.event)
    }
}

/// Addresses are erased with the endpoints that they are of: each has a key of its own, under the endpoint's id.
pub struct AddressErasures;

impl Erasures for AddressErasures {
    fn types(&self) -> Vec<String> {
        vec![ENDPOINT_REMOVED.into()]
    }

    fn owners(&self, event: &Recorded) -> Vec<Uuid> {
        vec![event.aggregate]
    }
}

fn write(happened: &Happened<Event>, endpoint: &Endpoint) -> NewEvent {
    let (endpoint_id, place) = (happened.aggregate.to_string(), place(endpoint.seat));
    match &happened.event {
        Event::Set { community, kind, seat, address, on } => happened.written(
            ENDPOINT_SET,
            place,
            &pb::EndpointSet {
                endpoint_id,
                community_id: community.to_string(),
                seat: Some(region::to_proto(*seat)),
                channel: kind.to_proto(),
                address_ref: address.to_string(),
                set_on: Some(date::to_proto(*on)),
            },
        ),
        Event::SecretRotated { address, on } => {
            let (address_ref, rotated_on) = (address.to_string(), Some(date::to_proto(*on)));
            let event = pb::EndpointSecretRotated { endpoint_id, address_ref, rotated_on };
            happened.written(ENDPOINT_SECRET_ROTATED, place, &event)
        }
        Event::Suspended { reason, at } => {
            let (reason, suspended_at) = (reason.to_proto(), moment(*at));
            let event = pb::EndpointSuspended { endpoint_id, reason, suspended_at };
            happened.written(ENDPOINT_SUSPENDED, place, &event)
        }
        Event::Resumed { at } => {
            let event = pb::EndpointResumed { endpoint_id, resumed_at: moment(*at) };
            happened.written(ENDPOINT_RESUMED, place, &event)
        }
        Event::Removed { on } => {
            let event = pb::EndpointRemoved { endpoint_id, removed_on: Some(date::to_proto(*on)) };
            happened.written(ENDPOINT_REMOVED, place, &event)
        }
    }
}

/// `None` for an event that is no endpoint's, or whose content this version does not know.
fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        ENDPOINT_SET => {
            let e = pb::EndpointSet::decode(payload).ok()?;
            Event::Set {
                community: CommunityId::parse(&e.community_id)?,
                kind: Paired::from_proto(e.channel)?,
                seat: region::stored(e.seat.as_ref())?,
                address: VaultRef::parse(&e.address_ref)?,
                on: stored_date(e.set_on)?,
            }
        }
        ENDPOINT_SECRET_ROTATED => {
            let e = pb::EndpointSecretRotated::decode(payload).ok()?;
            Event::SecretRotated { address: VaultRef::parse(&e.address_ref)?, on: stored_date(e.rotated_on)? }
        }
        ENDPOINT_SUSPENDED => {
            let e = pb::EndpointSuspended::decode(payload).ok()?;
            Event::Suspended { reason: Paired::from_proto(e.reason)?, at: stored_moment(e.suspended_at)? }
        }
        ENDPOINT_RESUMED => {
            let e = pb::EndpointResumed::decode(payload).ok()?;
            Event::Resumed { at: stored_moment(e.resumed_at)? }
        }
        ENDPOINT_REMOVED => {
            let e = pb::EndpointRemoved::decode(payload).ok()?;
            Event::Removed { on: stored_date(e.removed_on)? }
        }
        _ => return None,
    })
}
