//! What an event says of a delivery.

use kim_contract::dissemination::{event::EventType, v1 as proto};
use kim_eventlog::Recorded;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{id, moment, notice};
use crate::fold::{
    dissemination::{
        delivery::{Receipt, Session},
        notice::Notice,
    },
    event,
};

/// Something about one campaign at one community.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryEvent {
    pub campaign: Uuid,
    pub community: Uuid,
    pub fact: Fact,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// Received, or received at an earlier time than was known.
    Received {
        receipt: Receipt,
        at: OffsetDateTime,
    },
    Declined {
        at: OffsetDateTime,
    },
    Undeliverable,
    /// A session as it was reported, or corrected.
    Session(Session),
    SessionWithdrawn {
        id: Uuid,
    },
    /// As it was reported, or corrected.
    Reach {
        on: Date,
        people: i64,
    },
    Verified {
        on: Date,
    },
    VerificationWithdrawn,
    TookNotice(Notice),
}

/// `None` for a type that is no delivery's.
pub fn decode(event_type: EventType, event: &Recorded) -> Result<Option<DeliveryEvent>, String> {
    macro_rules! body {
        ($type:ident) => {
            event.message_of(|e: &proto::$type| &e.delivery_id)?
        };
    }
    let received = |receipt, at| Ok::<_, String>(Fact::Received { receipt, at: moment(at, "happened_at")? });
    let (recipient, fact) = match event_type {
        EventType::DeliveryDelivered => {
            let body = body!(DeliveryDelivered);
            (body.recipient, received(Receipt::Delivered, body.happened_at)?)
        }
        EventType::DeliveryOpened => {
            let body = body!(DeliveryOpened);
            (body.recipient, received(Receipt::Opened, body.happened_at)?)
        }
        EventType::DeliveryAcknowledged => {
            let body = body!(DeliveryAcknowledged);
            (body.recipient, received(Receipt::Acknowledged, body.happened_at)?)
        }
        EventType::DeliveryReceiptCorrected => {
            let body = body!(DeliveryReceiptCorrected);
            let receipt = match body.kind() {
                proto::ReceiptKind::Delivered => Receipt::Delivered,
                proto::ReceiptKind::Opened => Receipt::Opened,
                proto::ReceiptKind::Acknowledged => Receipt::Acknowledged,
                proto::ReceiptKind::Unspecified => return Err("kind tidak dikenal".into()),
            };
            (body.recipient, received(receipt, body.happened_at)?)
        }
        EventType::DeliveryDeclined => {
            let body = body!(DeliveryDeclined);
            (body.recipient, Fact::Declined { at: moment(body.declined_at, "declined_at")? })
        }
        EventType::DeliveryUndeliverable => (body!(DeliveryUndeliverable).recipient, Fact::Undeliverable),
        EventType::DeliverySessionHeld => {
            let body = body!(DeliverySessionHeld);
            (body.recipient, Fact::Session(session(&body.session_id, body.session)?))
        }
        EventType::DeliverySessionCorrected => {
            let body = body!(DeliverySessionCorrected);
            (body.recipient, Fact::Session(session(&body.session_id, body.after)?))
        }
        EventType::DeliverySessionWithdrawn => {
            let body = body!(DeliverySessionWithdrawn);
            (body.recipient, Fact::SessionWithdrawn { id: id(&body.session_id, "session_id")? })
        }
        EventType::DeliveryReachReported => {
            let body = body!(DeliveryReachReported);
            (body.recipient, reach(body.reach)?)
        }
        EventType::DeliveryReachCorrected => {
            let body = body!(DeliveryReachCorrected);
            (body.recipient, reach(body.after)?)
        }
        EventType::DeliveryVerified => {
            let body = body!(DeliveryVerified);
            (body.recipient, Fact::Verified { on: event::date(body.verified_on, "verified_on")? })
        }
        EventType::DeliveryVerificationWithdrawn => {
            (body!(DeliveryVerificationWithdrawn).recipient, Fact::VerificationWithdrawn)
        }
        EventType::DeliveryNoticeAcknowledged => {
            let body = body!(DeliveryNoticeAcknowledged);
            let told = notice(body.kind(), body.material_version)?;
            (body.recipient, Fact::TookNotice(told))
        }
        _ => return Ok(None),
    };
    let recipient = recipient.ok_or("recipient tidak ada")?;
    Ok(Some(DeliveryEvent {
        campaign: id(&recipient.campaign_id, "recipient.campaign_id")?,
        community: id(&recipient.community_id, "recipient.community_id")?,
        fact,
    }))
}

fn session(session_id: &str, session: Option<proto::Session>) -> Result<Session, String> {
    let session = session.ok_or("session tidak ada")?;
    Ok(Session {
        id: id(session_id, "session_id")?,
        held_on: event::date(session.held_on, "session.held_on")?,
        attendance: session.attendance,
    })
}

fn reach(reach: Option<proto::Reach>) -> Result<Fact, String> {
    let reach = reach.ok_or("reach tidak ada")?;
    Ok(Fact::Reach {
        on: event::date(reach.counted_on, "reach.counted_on")?,
        people: reach.by_channel.iter().map(|by| i64::from(by.people)).sum(),
    })
}
