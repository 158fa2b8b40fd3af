//! Opaque ids: of aggregates, of what the registry has, of the people who write and approve.

use kim_values::id;
use uuid::Uuid;

use super::endpoint::Kind;

id!(ProgrammeId);
id!(MaterialId);
id!(CampaignId);
id!(DeliveryId);
id!(SessionId);
id!(QuestionId);
id!(EndpointId);
id!(/// A community (KIM) of the registry.
    CommunityId);
id!(/// An office of the registry.
    OfficeId);
id!(/// Whoever acts: the same for all that one person does, and nothing that tells who it is.
    ActorRef);

impl DeliveryId {
    /// The one delivery of a campaign to a community.
    #[must_use]
    pub fn of(campaign: CampaignId, community: CommunityId) -> Self {
        Self(Uuid::new_v5(&campaign.0, community.0.as_bytes()))
    }
}

impl EndpointId {
    /// The one endpoint of a community of that kind.
    #[must_use]
    pub fn of(community: CommunityId, kind: Kind) -> Self {
        let name: &[u8] = match kind {
            Kind::Webhook => b"webhook",
            Kind::Email => b"email",
        };
        Self(Uuid::new_v5(&community.0, name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_known_by_its_campaign_and_its_community() {
        let (campaign, community) = (CampaignId(Uuid::from_u128(1)), CommunityId(Uuid::from_u128(2)));
        let id = DeliveryId::of(campaign, community);
        // Never another one: deliveries are found by it.
        assert_eq!(id.to_string(), "cfc0356d-8612-54eb-a4d2-4ba6b70a12f0");
        assert_ne!(id, DeliveryId::of(CampaignId(community.0), CommunityId(campaign.0)));
    }
}
