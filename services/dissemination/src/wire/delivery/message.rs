//! What events and answers say of a delivery.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{
    Paired, date, region,
    stored::{count, stored_date},
};

use crate::{
    domain::{
        delivery::{Reach, Recipient, Session, SessionChannel},
        ids::{CampaignId, CommunityId},
    },
    wire::stored::stored_count,
};

#[must_use]
pub fn recipient(recipient: Recipient) -> pb::Recipient {
    pb::Recipient {
        campaign_id: recipient.campaign.to_string(),
        community_id: recipient.community.to_string(),
        seat: Some(region::to_proto(recipient.seat)),
    }
}

#[must_use]
pub fn session(session: Session) -> pb::Session {
    pb::Session {
        held_on: Some(date::to_proto(session.held_on())),
        channel: session.channel().to_proto(),
        attendance: count(session.attendance()),
        women: session.women().map(count),
    }
}

#[must_use]
pub fn reach(reach: &Reach) -> pb::Reach {
    let by_channel = |(channel, people): (SessionChannel, u32)| pb::ReachByChannel {
        channel: channel.to_proto(),
        people: count(people),
    };
    pb::Reach {
        counted_on: Some(date::to_proto(reach.counted_on())),
        by_channel: reach.by_channel().map(by_channel).collect(),
    }
}

pub(super) fn stored_recipient(recipient: &pb::Recipient) -> Option<Recipient> {
    Some(Recipient {
        campaign: CampaignId::parse(&recipient.campaign_id)?,
        community: CommunityId::parse(&recipient.community_id)?,
        seat: region::stored(recipient.seat.as_ref())?,
    })
}

pub(super) fn stored_session(session: Option<&pb::Session>) -> Option<Session> {
    let session = session?;
    let women = match session.women {
        None => None,
        Some(women) => Some(stored_count(women)?),
    };
    let held_on = stored_date(session.held_on)?;
    Session::new(held_on, Paired::from_proto(session.channel)?, stored_count(session.attendance)?, women)
}

pub(super) fn stored_reach(reach: Option<&pb::Reach>) -> Option<Reach> {
    let reach = reach?;
    let by_channel = |by: &pb::ReachByChannel| Some((Paired::from_proto(by.channel)?, stored_count(by.people)?));
    Reach::new(stored_date(reach.counted_on)?, reach.by_channel.iter().map(by_channel).collect::<Option<_>>()?)
}
