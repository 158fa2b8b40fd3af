//! A delivery as answers show it.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{Paired, date, region, stored::count};
use kim_eventlog::Version as AggregateVersion;

use super::{reach, session};
use crate::{
    domain::{
        campaign::Notice,
        delivery::{
            Assigned, Channel, Delivery, Failure, HeldSession, NoticeReceipt, Receipt, ReceiptKind, Recipient, Status,
            Verification,
        },
        ids::DeliveryId,
    },
    wire::stored::{etag, moment, version as number},
};

/// What was assigned, and what was reported of it; `None` while nothing was. Of both the recipient is the one of today.
#[must_use]
pub fn answer(
    recipient: Recipient,
    assigned: Assigned,
    reported: Option<&Delivery>,
    version: AggregateVersion,
) -> pb::Delivery {
    let mut delivery = pb::Delivery {
        delivery_id: DeliveryId::of(recipient.campaign, recipient.community).to_string(),
        campaign_id: recipient.campaign.to_string(),
        community_id: recipient.community.to_string(),
        seat: Some(region::to_proto(recipient.seat)),
        status: reported.map_or(Status::Assigned, Delivery::status).to_proto(),
        assigned_version: number(assigned.version),
        assigned_at: moment(assigned.at),
        etag: etag(version),
        ..pb::Delivery::default()
    };
    if let Some(reported) = reported {
        delivery.receipts = reported.receipts.iter().map(receipt).collect();
        delivery.sessions = reported.sessions.iter().map(held).collect();
        delivery.reach = reported.reach.as_ref().map(reach);
        delivery.verification = reported.verification.as_ref().map(verification);
        delivery.decline = reported
            .declined
            .map(|decline| pb::Decline { reason: decline.reason.to_proto(), declined_at: moment(decline.at) });
        delivery.undeliverable = reported.undeliverable.iter().map(failed).collect();
        delivery.notices = reported.notices.iter().map(notice).collect();
    }
    delivery
}

fn receipt((kind, receipt): (&ReceiptKind, &Receipt)) -> pb::Receipt {
    pb::Receipt {
        kind: kind.to_proto(),
        channel: receipt.channel.to_proto(),
        material_version: number(receipt.version),
        happened_at: moment(receipt.at),
    }
}

fn held(held: &HeldSession) -> pb::HeldSession {
    pb::HeldSession { session_id: held.id.to_string(), session: Some(session(held.session)), withdrawn: held.withdrawn }
}

fn verification(verification: &Verification) -> pb::Verification {
    pb::Verification {
        office_id: verification.office.to_string(),
        verified_on: Some(date::to_proto(verification.on)),
        sessions: count(verification.sessions),
        people_reached: i64::try_from(verification.people).unwrap_or(i64::MAX),
        outdated: verification.outdated,
    }
}

fn failed((channel, failure): (&Channel, &Failure)) -> pb::FailedChannel {
    pb::FailedChannel {
        channel: channel.to_proto(),
        reason: failure.reason.to_proto(),
        happened_at: moment(failure.at),
    }
}

fn notice((notice, receipt): (&Notice, &NoticeReceipt)) -> pb::NoticeReceipt {
    pb::NoticeReceipt {
        kind: notice.kind.to_proto(),
        material_version: number(notice.version),
        channel: receipt.channel.to_proto(),
        happened_at: moment(receipt.at),
    }
}
