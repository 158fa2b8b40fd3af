//! What a community's life needs: from its draft to its end.

use anyhow::Context;
use kim_contract::registry::v1::{self as pb, community_service_client::CommunityServiceClient};

use super::Moment;
use crate::sample::{
    dice::{Dice, Topic},
    life::Cause,
    load::{Loader, ids::Made, messages::community},
};

const CLIENT: fn(tonic::transport::Channel) -> CommunityServiceClient<tonic::transport::Channel> =
    CommunityServiceClient::new;

impl Loader<'_> {
    pub(super) async fn draft(&self, moment: Moment, kim: usize) -> anyhow::Result<Made> {
        let record = &self.plan.kims[kim].record;
        let message = pb::DraftCommunityRequest {
            request_id: self.request_id(moment, 0),
            profile: Some(community::profile(record, moment.at.date())),
            decree_number: record.decree_number.clone(),
            contacts: Some(community::contacts(&record.board)),
            decree_issuer_name: String::new(),
        };
        let answer =
            self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.draft_community(r).await });
        let drafted = answer.await?.community.context("the registry drafts a community and does not say which")?;
        Ok(Made::Community(kim, drafted.community_id))
    }

    pub(super) async fn submit(&self, moment: Moment, kim: usize) -> anyhow::Result<()> {
        let message = pb::SubmitCommunityRequest {
            request_id: self.request_id(moment, 0),
            community_id: self.ids.community(self.plan, kim)?,
            etag: String::new(),
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.submit_community(r).await }).await?;
        Ok(())
    }

    pub(super) async fn send_back(&self, moment: Moment, kim: usize) -> anyhow::Result<()> {
        let reasons = [
            pb::ReturnReason::OfficersIncomplete,
            pb::ReturnReason::DecreeMismatch,
            pb::ReturnReason::DecreeUnreadable,
        ];
        let reason = *Dice::of(Topic::Applicant, u64::from(self.plan.kims[kim].number), 1).pick(&reasons);
        let message = pb::ReturnCommunityRequest {
            request_id: self.request_id(moment, 0),
            community_id: self.ids.community(self.plan, kim)?,
            etag: String::new(),
            reasons: vec![reason.into()],
            note: String::new(),
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.return_community(r).await }).await?;
        Ok(())
    }

    pub(super) async fn register(&self, moment: Moment, kim: usize) -> anyhow::Result<()> {
        let message = pb::RegisterCommunityRequest {
            request_id: self.request_id(moment, 0),
            community_id: self.ids.community(self.plan, kim)?,
            etag: String::new(),
            registered_on: None,
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.register_community(r).await }).await?;
        Ok(())
    }

    pub(super) async fn plan_revitalisation(&self, moment: Moment, kim: usize, cause: Cause) -> anyhow::Result<()> {
        let message = pb::PlanRevitalisationRequest {
            request_id: self.request_id(moment, 0),
            community_id: self.ids.community(self.plan, kim)?,
            etag: String::new(),
            preceded_by: Some(community::preceding(cause)),
        };
        self.registry
            .call(CLIENT, message, moment.at, |mut c, r| async move { c.plan_revitalisation(r).await })
            .await?;
        Ok(())
    }

    pub(super) async fn dissolve(&self, moment: Moment, kim: usize) -> anyhow::Result<()> {
        let mut dice = Dice::of(Topic::Dissolve, u64::from(self.plan.kims[kim].number), 2);
        let reason = match dice.below(10) {
            ..7 => pb::DissolutionReason::MembersDecided,
            7 | 8 => pb::DissolutionReason::DecreeRevoked,
            _ => pb::DissolutionReason::RegisteredInError,
        };
        let message = pb::DissolveCommunityRequest {
            request_id: self.request_id(moment, 0),
            community_id: self.ids.community(self.plan, kim)?,
            etag: String::new(),
            reason: reason.into(),
            note: String::new(),
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.dissolve_community(r).await }).await?;
        Ok(())
    }

    pub(super) async fn merge(&self, moment: Moment, kim: usize, into: usize) -> anyhow::Result<()> {
        let mut dice = Dice::of(Topic::Merger, u64::from(self.plan.kims[kim].number), 1);
        let reason = if dice.chance(0.7) { pb::MergeReason::MembersDecided } else { pb::MergeReason::SameCommunity };
        let message = pb::MergeCommunityRequest {
            request_id: self.request_id(moment, 0),
            community_id: self.ids.community(self.plan, kim)?,
            etag: String::new(),
            into_community_id: self.ids.community(self.plan, into)?,
            reason: reason.into(),
            note: String::new(),
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.merge_community(r).await }).await?;
        Ok(())
    }
}
