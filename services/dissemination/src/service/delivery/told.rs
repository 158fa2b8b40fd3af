//! What a report stands on: a community that the caller may report for, and what the campaign has told it.

use std::collections::HashMap;

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    target::found,
};
use time::OffsetDateTime;
use tonic::Status;

use crate::{
    domain::{
        campaign::Notice,
        delivery::{Assigned, Recipient, Told},
        ids::{CampaignId, CommunityId},
        material::Version,
    },
    index::{CampaignSide, GotCampaign},
    service::desk::Desk,
};

/// The campaign's side of one delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub recipient: Recipient,
    pub got: Option<GotCampaign>,
    pub side: Option<CampaignSide>,
}

impl Known {
    pub fn assigned(&self) -> Option<Assigned> {
        self.got.map(|got| Assigned { version: got.version, at: got.at })
    }

    pub fn newest(&self) -> Version {
        self.side.map_or(Version::FIRST, |side| side.newest)
    }

    pub fn withdrawn_at(&self) -> Option<OffsetDateTime> {
        self.side.and_then(|side| side.withdrawn_at)
    }

    pub(crate) fn told(&self, now: OffsetDateTime) -> Told {
        Told {
            recipient: self.recipient,
            assigned: self.assigned(),
            newest: self.newest(),
            withdrawn_at: self.withdrawn_at(),
            now,
        }
    }
}

impl Desk {
    /// A delivery to a community for which the caller may do this; else it is not there. Whether the campaign got there is another question.
    pub(in crate::service) async fn recipient(
        &self,
        call: &Call,
        action: Action,
        campaign: &str,
        community: &str,
    ) -> Result<Recipient, Status> {
        let hidden = || Status::from(Thing::DELIVERY.not_found());
        let campaign = found(CampaignId::parse(campaign), Thing::DELIVERY)?;
        let community = found(CommunityId::parse(community), Thing::DELIVERY)?;
        let member = self.audiences.community_now(community).await.map_err(|error| unavailable(&error))?;
        let seat = member.ok_or_else(hidden)?.seat.on(&self.territory());
        match call.permit(action, Resource::Community { id: community.0, seat: &seat.code }) {
            Ok(_permit) => Ok(Recipient { campaign, community, seat }),
            Err(_) => Err(hidden()),
        }
    }

    /// What these were told, once the index has all that is committed now: an assignment, a correction and a withdrawal among it.
    pub(in crate::service) async fn known(&self, recipients: &[Recipient]) -> Result<Vec<Known>, Status> {
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let asked: Vec<_> = recipients.iter().map(|recipient| (recipient.campaign, recipient.community)).collect();
        let mut campaigns: Vec<CampaignId> = recipients.iter().map(|recipient| recipient.campaign).collect();
        campaigns.sort_unstable();
        campaigns.dedup();
        let got = self.index.assigned(&asked).await.map_err(|error| unavailable(&error))?;
        let sides = self.index.sides(&campaigns).await.map_err(|error| unavailable(&error))?;
        let got: HashMap<_, GotCampaign> = got.into_iter().map(|got| ((got.campaign, got.community), got)).collect();
        let known = |recipient: &Recipient| Known {
            recipient: *recipient,
            got: got.get(&(recipient.campaign, recipient.community)).copied(),
            side: sides.get(&recipient.campaign).copied(),
        };
        Ok(recipients.iter().map(known).collect())
    }

    /// What a community was told, whoever asks; `None` for one that is not there.
    pub(crate) async fn known_now(
        &self,
        campaign: CampaignId,
        community: CommunityId,
    ) -> Result<Option<Known>, Status> {
        let member = self.audiences.community_now(community).await.map_err(|error| unavailable(&error))?;
        let Some(member) = member else { return Ok(None) };
        let seat = member.seat.on(&self.territory());
        self.known_of(Recipient { campaign, community, seat }).await.map(Some)
    }

    /// The same of one.
    pub(in crate::service) async fn known_of(&self, recipient: Recipient) -> Result<Known, Status> {
        Ok(self.known(&[recipient]).await?.remove(0))
    }

    /// When a community was told that.
    pub(in crate::service) async fn told_at(
        &self,
        known: &Known,
        notice: Notice,
    ) -> Result<Option<OffsetDateTime>, Status> {
        let Some(got) = known.got else { return Ok(None) };
        let asked = (got.campaign, got.batch, notice);
        let issued = self.index.notices(&[asked]).await.map_err(|error| unavailable(&error))?;
        Ok(issued.get(&asked).copied())
    }
}
