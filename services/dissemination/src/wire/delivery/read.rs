//! A delivery's events, as they are read.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{
    Paired,
    stored::{stored_date, stored_reference},
};
use kim_eventlog::Recorded;
use prost::Message;
use prost_types::Timestamp;

use super::{
    DELIVERY_ACKNOWLEDGED, DELIVERY_DECLINED, DELIVERY_DELIVERED, DELIVERY_NOTICE_ACKNOWLEDGED, DELIVERY_OPENED,
    DELIVERY_REACH_CORRECTED, DELIVERY_REACH_REPORTED, DELIVERY_RECEIPT_CORRECTED, DELIVERY_SESSION_CORRECTED,
    DELIVERY_SESSION_HELD, DELIVERY_SESSION_WITHDRAWN, DELIVERY_UNDELIVERABLE, DELIVERY_VERIFICATION_WITHDRAWN,
    DELIVERY_VERIFIED,
    message::{stored_reach, stored_recipient, stored_session},
};
use crate::{
    domain::{
        campaign::Notice,
        delivery::{Decline, Event, Fact, Failure, NoticeReceipt, Receipt, ReceiptKind},
        ids::{OfficeId, SessionId},
    },
    wire::stored::{stored_count, stored_moment, stored_version},
};

/// `None` for an event that is no delivery's, or whose content this version does not know.
pub(super) fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    let (recipient, fact) = match recorded.event_type.as_str() {
        DELIVERY_DELIVERED => {
            let e = pb::DeliveryDelivered::decode(payload).ok()?;
            let receipt = stored_receipt(e.happened_at, e.channel, e.material_version)?;
            (e.recipient, Fact::Received { kind: ReceiptKind::Delivered, receipt })
        }
        DELIVERY_OPENED => {
            let e = pb::DeliveryOpened::decode(payload).ok()?;
            let receipt = stored_receipt(e.happened_at, e.channel, e.material_version)?;
            (e.recipient, Fact::Received { kind: ReceiptKind::Opened, receipt })
        }
        DELIVERY_ACKNOWLEDGED => {
            let e = pb::DeliveryAcknowledged::decode(payload).ok()?;
            let receipt = stored_receipt(e.happened_at, e.channel, e.material_version)?;
            (e.recipient, Fact::Received { kind: ReceiptKind::Acknowledged, receipt })
        }
        DELIVERY_RECEIPT_CORRECTED => {
            let e = pb::DeliveryReceiptCorrected::decode(payload).ok()?;
            let receipt = stored_receipt(e.happened_at, e.channel, e.material_version)?;
            (e.recipient, Fact::ReceiptCorrected { kind: Paired::from_proto(e.kind)?, receipt })
        }
        DELIVERY_DECLINED => {
            let e = pb::DeliveryDeclined::decode(payload).ok()?;
            let decline = Decline { reason: Paired::from_proto(e.reason)?, at: stored_moment(e.declined_at)? };
            (e.recipient, Fact::Declined { decline, note: stored_reference(&e.note_ref).ok()? })
        }
        DELIVERY_UNDELIVERABLE => {
            let e = pb::DeliveryUndeliverable::decode(payload).ok()?;
            let failure = Failure { reason: Paired::from_proto(e.reason)?, at: stored_moment(e.happened_at)? };
            (e.recipient, Fact::Undeliverable { channel: Paired::from_proto(e.channel)?, failure })
        }
        DELIVERY_NOTICE_ACKNOWLEDGED => {
            let e = pb::DeliveryNoticeAcknowledged::decode(payload).ok()?;
            let notice = Notice { kind: Paired::from_proto(e.kind)?, version: stored_version(e.material_version)? };
            let receipt = NoticeReceipt { at: stored_moment(e.happened_at)?, channel: Paired::from_proto(e.channel)? };
            (e.recipient, Fact::NoticeAcknowledged { notice, receipt })
        }
        _ => told(recorded)?,
    };
    Some(Event { recipient: stored_recipient(&recipient?)?, fact })
}

fn stored_receipt(at: Option<Timestamp>, channel: i32, version: i32) -> Option<Receipt> {
    let (at, version) = (stored_moment(at)?, stored_version(version)?);
    Some(Receipt { at, channel: Paired::from_proto(channel)?, version })
}

/// What a community told people, and what the office says to it.
fn told(recorded: &Recorded) -> Option<(Option<pb::Recipient>, Fact)> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        DELIVERY_SESSION_HELD => {
            let e = pb::DeliverySessionHeld::decode(payload).ok()?;
            let session = stored_session(e.session.as_ref())?;
            (e.recipient, Fact::SessionHeld { id: SessionId::parse(&e.session_id)?, session })
        }
        DELIVERY_SESSION_CORRECTED => {
            let e = pb::DeliverySessionCorrected::decode(payload).ok()?;
            let fact = Fact::SessionCorrected {
                id: SessionId::parse(&e.session_id)?,
                before: stored_session(e.before.as_ref())?,
                after: stored_session(e.after.as_ref())?,
                on: stored_date(e.corrected_on)?,
            };
            (e.recipient, fact)
        }
        DELIVERY_SESSION_WITHDRAWN => {
            let e = pb::DeliverySessionWithdrawn::decode(payload).ok()?;
            let (id, reason) = (SessionId::parse(&e.session_id)?, Paired::from_proto(e.reason)?);
            (e.recipient, Fact::SessionWithdrawn { id, reason, on: stored_date(e.withdrawn_on)? })
        }
        DELIVERY_REACH_REPORTED => {
            let e = pb::DeliveryReachReported::decode(payload).ok()?;
            let reach = stored_reach(e.reach.as_ref())?;
            (e.recipient, Fact::ReachReported(reach))
        }
        DELIVERY_REACH_CORRECTED => {
            let e = pb::DeliveryReachCorrected::decode(payload).ok()?;
            let (before, after) = (stored_reach(e.before.as_ref())?, stored_reach(e.after.as_ref())?);
            (e.recipient, Fact::ReachCorrected { before, after, on: stored_date(e.corrected_on)? })
        }
        DELIVERY_VERIFIED => {
            let e = pb::DeliveryVerified::decode(payload).ok()?;
            let fact = Fact::Verified {
                office: OfficeId::parse(&e.office_id)?,
                sessions: stored_count(e.sessions)?,
                people: u64::try_from(e.people_reached).ok()?,
                on: stored_date(e.verified_on)?,
            };
            (e.recipient, fact)
        }
        DELIVERY_VERIFICATION_WITHDRAWN => {
            let e = pb::DeliveryVerificationWithdrawn::decode(payload).ok()?;
            let (office, reason) = (OfficeId::parse(&e.office_id)?, Paired::from_proto(e.reason)?);
            (e.recipient, Fact::VerificationWithdrawn { office, reason, on: stored_date(e.withdrawn_on)? })
        }
        _ => return None,
    })
}
