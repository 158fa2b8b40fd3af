//! Deliveries in the log.

mod answer;
mod message;
mod read;
mod write;

pub use answer::answer;
pub use message::{reach, recipient, session};

use kim_contract::dissemination::event::EventType;
use kim_desk::wire::{Happened, region::place};
use kim_eventlog::{Aggregate, NewEvent, Recorded};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::delivery::{self, Delivery, Event, Fact};

pub const DELIVERY_DELIVERED: &str = EventType::DeliveryDelivered.name();
pub const DELIVERY_OPENED: &str = EventType::DeliveryOpened.name();
pub const DELIVERY_ACKNOWLEDGED: &str = EventType::DeliveryAcknowledged.name();
pub const DELIVERY_RECEIPT_CORRECTED: &str = EventType::DeliveryReceiptCorrected.name();
pub const DELIVERY_DECLINED: &str = EventType::DeliveryDeclined.name();
pub const DELIVERY_UNDELIVERABLE: &str = EventType::DeliveryUndeliverable.name();
pub const DELIVERY_SESSION_HELD: &str = EventType::DeliverySessionHeld.name();
pub const DELIVERY_SESSION_CORRECTED: &str = EventType::DeliverySessionCorrected.name();
pub const DELIVERY_SESSION_WITHDRAWN: &str = EventType::DeliverySessionWithdrawn.name();
pub const DELIVERY_REACH_REPORTED: &str = EventType::DeliveryReachReported.name();
pub const DELIVERY_REACH_CORRECTED: &str = EventType::DeliveryReachCorrected.name();
pub const DELIVERY_VERIFIED: &str = EventType::DeliveryVerified.name();
pub const DELIVERY_VERIFICATION_WITHDRAWN: &str = EventType::DeliveryVerificationWithdrawn.name();
pub const DELIVERY_NOTICE_ACKNOWLEDGED: &str = EventType::DeliveryNoticeAcknowledged.name();

/// Deliveries in dissemination's log.
#[derive(Debug)]
pub struct Deliveries;

impl Aggregate for Deliveries {
    type State = Option<Delivery>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        read::read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, _: &Self::State) -> NewEvent {
        write::write(happened, place(happened.event.recipient.seat))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        delivery::evolve(state, &happened.event)
    }
}

/// An event of a delivery, recorded `now`. What was received, held or counted happened when it was.
#[must_use]
pub fn happened(id: Uuid, event: Event, now: OffsetDateTime) -> Happened<Event> {
    let (moment, day) = match &event.fact {
        Fact::Received { receipt, .. } | Fact::ReceiptCorrected { receipt, .. } => (Some(receipt.at), None),
        Fact::Declined { decline, .. } => (Some(decline.at), None),
        Fact::Undeliverable { failure, .. } => (Some(failure.at), None),
        Fact::NoticeAcknowledged { receipt, .. } => (Some(receipt.at), None),
        Fact::SessionHeld { session, .. } => (None, Some(session.held_on())),
        Fact::ReachReported(reach) => (None, Some(reach.counted_on())),
        _ => (None, None),
    };
    let seat = event.recipient.seat;
    match moment {
        Some(at) => Happened { aggregate: id, at, event },
        None => Happened::new(id, event, day, seat, now),
    }
}
