//! Deliveries in the log.

mod answer;
mod message;
mod read;
mod write;

pub use answer::answer;
pub use message::{reach, recipient, session};

use kim_desk::wire::{Happened, region::place};
use kim_eventlog::{Aggregate, NewEvent, Recorded};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::delivery::{self, Delivery, Event, Fact};

pub const DELIVERY_DELIVERED: &str = "kim.dissemination.v1.DeliveryDelivered";
pub const DELIVERY_OPENED: &str = "kim.dissemination.v1.DeliveryOpened";
pub const DELIVERY_ACKNOWLEDGED: &str = "kim.dissemination.v1.DeliveryAcknowledged";
pub const DELIVERY_RECEIPT_CORRECTED: &str = "kim.dissemination.v1.DeliveryReceiptCorrected";
pub const DELIVERY_DECLINED: &str = "kim.dissemination.v1.DeliveryDeclined";
pub const DELIVERY_UNDELIVERABLE: &str = "kim.dissemination.v1.DeliveryUndeliverable";
pub const DELIVERY_SESSION_HELD: &str = "kim.dissemination.v1.DeliverySessionHeld";
pub const DELIVERY_SESSION_CORRECTED: &str = "kim.dissemination.v1.DeliverySessionCorrected";
pub const DELIVERY_SESSION_WITHDRAWN: &str = "kim.dissemination.v1.DeliverySessionWithdrawn";
pub const DELIVERY_REACH_REPORTED: &str = "kim.dissemination.v1.DeliveryReachReported";
pub const DELIVERY_REACH_CORRECTED: &str = "kim.dissemination.v1.DeliveryReachCorrected";
pub const DELIVERY_VERIFIED: &str = "kim.dissemination.v1.DeliveryVerified";
pub const DELIVERY_VERIFICATION_WITHDRAWN: &str = "kim.dissemination.v1.DeliveryVerificationWithdrawn";
pub const DELIVERY_NOTICE_ACKNOWLEDGED: &str = "kim.dissemination.v1.DeliveryNoticeAcknowledged";

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
