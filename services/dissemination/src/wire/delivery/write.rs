//! A delivery's events, as they are written.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{
    Happened, Paired, date,
    stored::{count, or_empty},
};
use kim_eventlog::{NewEvent, Place};

use super::{
    DELIVERY_ACKNOWLEDGED, DELIVERY_DECLINED, DELIVERY_DELIVERED, DELIVERY_NOTICE_ACKNOWLEDGED, DELIVERY_OPENED,
    DELIVERY_REACH_CORRECTED, DELIVERY_REACH_REPORTED, DELIVERY_RECEIPT_CORRECTED, DELIVERY_SESSION_CORRECTED,
    DELIVERY_SESSION_HELD, DELIVERY_SESSION_WITHDRAWN, DELIVERY_UNDELIVERABLE, DELIVERY_VERIFICATION_WITHDRAWN,
    DELIVERY_VERIFIED, reach, recipient, session,
};
use crate::{
    domain::delivery::{Event, Fact, Receipt, ReceiptKind},
    wire::stored::{moment, version as number},
};

pub(super) fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let delivery_id = happened.aggregate.to_string();
    let recipient = Some(recipient(happened.event.recipient));
    match &happened.event.fact {
        Fact::Received { kind, receipt } => received(happened, place, delivery_id, recipient, *kind, *receipt),
        Fact::ReceiptCorrected { kind, receipt } => happened.written(
            DELIVERY_RECEIPT_CORRECTED,
            place,
            &pb::DeliveryReceiptCorrected {
                delivery_id,
                recipient,
                kind: kind.to_proto(),
                channel: receipt.channel.to_proto(),
                material_version: number(receipt.version),
                happened_at: moment(receipt.at),
            },
        ),
        Fact::Declined { decline, note } => happened.written(
            DELIVERY_DECLINED,
            place,
            &pb::DeliveryDeclined {
                delivery_id,
                recipient,
                reason: decline.reason.to_proto(),
                note_ref: or_empty(*note),
                declined_at: moment(decline.at),
            },
        ),
        Fact::Undeliverable { channel, failure } => happened.written(
            DELIVERY_UNDELIVERABLE,
            place,
            &pb::DeliveryUndeliverable {
                delivery_id,
                recipient,
                channel: channel.to_proto(),
                reason: failure.reason.to_proto(),
                happened_at: moment(failure.at),
            },
        ),
        Fact::NoticeAcknowledged { notice, receipt } => happened.written(
            DELIVERY_NOTICE_ACKNOWLEDGED,
            place,
            &pb::DeliveryNoticeAcknowledged {
                delivery_id,
                recipient,
                kind: notice.kind.to_proto(),
                material_version: number(notice.version),
                channel: receipt.channel.to_proto(),
                happened_at: moment(receipt.at),
            },
        ),
        _ => told(happened, place, delivery_id, recipient),
    }
}

fn received(
    happened: &Happened<Event>,
    place: Place,
    delivery_id: String,
    recipient: Option<pb::Recipient>,
    kind: ReceiptKind,
    receipt: Receipt,
) -> NewEvent {
    let (channel, material_version) = (receipt.channel.to_proto(), number(receipt.version));
    let happened_at = moment(receipt.at);
    match kind {
        ReceiptKind::Delivered => happened.written(
            DELIVERY_DELIVERED,
            place,
            &pb::DeliveryDelivered { delivery_id, recipient, channel, material_version, happened_at },
        ),
        ReceiptKind::Opened => happened.written(
            DELIVERY_OPENED,
            place,
            &pb::DeliveryOpened { delivery_id, recipient, channel, material_version, happened_at },
        ),
        ReceiptKind::Acknowledged => happened.written(
            DELIVERY_ACKNOWLEDGED,
            place,
            &pb::DeliveryAcknowledged { delivery_id, recipient, channel, material_version, happened_at },
        ),
    }
}

/// What a community told people, and what the office says to it.
fn told(happened: &Happened<Event>, place: Place, delivery_id: String, recipient: Option<pb::Recipient>) -> NewEvent {
    match &happened.event.fact {
        Fact::SessionHeld { id, session: held } => {
            let (session_id, session) = (id.to_string(), Some(session(*held)));
            let message = pb::DeliverySessionHeld { delivery_id, recipient, session_id, session };
            happened.written(DELIVERY_SESSION_HELD, place, &message)
        }
        Fact::SessionCorrected { id, before, after, on } => happened.written(
            DELIVERY_SESSION_CORRECTED,
            place,
            &pb::DeliverySessionCorrected {
                delivery_id,
                recipient,
                session_id: id.to_string(),
                before: Some(session(*before)),
                after: Some(session(*after)),
                corrected_on: Some(date::to_proto(*on)),
            },
        ),
        Fact::SessionWithdrawn { id, reason, on } => happened.written(
            DELIVERY_SESSION_WITHDRAWN,
            place,
            &pb::DeliverySessionWithdrawn {
                delivery_id,
                recipient,
                session_id: id.to_string(),
                reason: reason.to_proto(),
                withdrawn_on: Some(date::to_proto(*on)),
            },
        ),
        Fact::ReachReported(counted) => {
            let reach = Some(reach(counted));
            let message = pb::DeliveryReachReported { delivery_id, recipient, reach };
            happened.written(DELIVERY_REACH_REPORTED, place, &message)
        }
        Fact::ReachCorrected { before, after, on } => happened.written(
            DELIVERY_REACH_CORRECTED,
            place,
            &pb::DeliveryReachCorrected {
                delivery_id,
                recipient,
                before: Some(reach(before)),
                after: Some(reach(after)),
                corrected_on: Some(date::to_proto(*on)),
            },
        ),
        Fact::Verified { office, sessions, people, on } => happened.written(
            DELIVERY_VERIFIED,
            place,
            &pb::DeliveryVerified {
                delivery_id,
                recipient,
                office_id: office.to_string(),
                sessions: count(*sessions),
                people_reached: i64::try_from(*people).unwrap_or(i64::MAX),
                verified_on: Some(date::to_proto(*on)),
            },
        ),
        Fact::VerificationWithdrawn { office, reason, on } => happened.written(
            DELIVERY_VERIFICATION_WITHDRAWN,
            place,
            &pb::DeliveryVerificationWithdrawn {
                delivery_id,
                recipient,
                office_id: office.to_string(),
                reason: reason.to_proto(),
                withdrawn_on: Some(date::to_proto(*on)),
            },
        ),
        _ => unreachable!("written above"),
    }
}
