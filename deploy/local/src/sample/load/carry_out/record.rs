//! What is told of a registered community's record: its board, its members, changes and corrections.

use kim_contract::registry::v1::{self as pb, community_service_client::CommunityServiceClient};

use super::Moment;
use crate::sample::{
    board::{Election, HandOver},
    change::{Amendment, Answer},
    errand::Matter,
    load::{Loader, messages, messages::community},
};

const CLIENT: fn(tonic::transport::Channel) -> CommunityServiceClient<tonic::transport::Channel> =
    CommunityServiceClient::new;

impl Loader<'_> {
    pub(super) async fn tell_matter(&self, moment: Moment, kim: usize, matter: Matter) -> anyhow::Result<()> {
        let community_id = self.ids.community(self.plan, kim)?;
        match matter {
            Matter::Elected(election) => self.elect(moment, kim, community_id, election).await,
            Matter::HandedOver(hand_over) => self.hand_over(moment, kim, community_id, hand_over).await,
            Matter::Counted(members) => self.count(moment, community_id, members).await,
            Matter::Proposed(amendment) => self.propose(moment, kim, community_id, amendment).await,
            Matter::Answered(answer) => self.answer(moment, community_id, answer).await,
            Matter::Corrected(amendment) => self.correct(moment, kim, community_id, amendment).await,
        }
    }

    /// Chair after chair.
    async fn elect(&self, moment: Moment, kim: usize, community_id: String, election: Election) -> anyhow::Result<()> {
        let kim = &self.plan.kims[kim];
        for ((role, _), n) in kim.record.board.officers.iter().zip(0..) {
            let message = pb::AppointOfficerRequest {
                request_id: self.request_id(moment, n),
                community_id: community_id.clone(),
                etag: String::new(),
                officer: Some(community::elected(kim.number, *role, election)),
                replaces_officer_id: String::new(),
            };
            self.registry
                .call(CLIENT, message, moment.at, |mut c, r| async move { c.appoint_officer(r).await })
                .await?;
        }
        Ok(())
    }

    async fn hand_over(
        &self,
        moment: Moment,
        kim: usize,
        community_id: String,
        hand_over: HandOver,
    ) -> anyhow::Result<()> {
        let role = community::role(hand_over.role);
        let officers = self.registry.community(&community_id).await?.officers;
        let mut terms = officers.into_iter().filter(|tenure| tenure.left_on.is_none()).filter_map(|tenure| tenure.term);
        let Some(sits) = terms.rfind(|term| term.role() == role) else { return Ok(()) };
        // Whoever sits there since today took the chair before the loading was broken off.
        if sits.from == Some(messages::date(moment.at.date())) {
            return Ok(());
        }
        let message = pb::AppointOfficerRequest {
            request_id: self.request_id(moment, 0),
            community_id,
            etag: String::new(),
            officer: Some(community::successor(self.plan.kims[kim].number, hand_over)),
            replaces_officer_id: sits.officer_id,
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.appoint_officer(r).await }).await?;
        Ok(())
    }

    async fn count(&self, moment: Moment, community_id: String, members: u32) -> anyhow::Result<()> {
        let message = pb::CountMembersRequest {
            request_id: self.request_id(moment, 0),
            community_id,
            etag: String::new(),
            member_count: messages::count(members),
            counted_on: None,
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.count_members(r).await }).await?;
        Ok(())
    }

    /// The whole record as it stands, with what should become otherwise: the same, if it is told a second time.
    async fn wished(
        &self,
        moment: Moment,
        kim: usize,
        community_id: &str,
        amendment: Amendment,
    ) -> anyhow::Result<pb::CommunityProfile> {
        let stands = self.registry.community(community_id).await?.profile.unwrap_or_default();
        Ok(community::amended(&self.plan.kims[kim], moment.at.date(), stands, amendment))
    }

    async fn propose(
        &self,
        moment: Moment,
        kim: usize,
        community_id: String,
        amendment: Amendment,
    ) -> anyhow::Result<()> {
        let message = pb::ProposeChangeRequest {
            request_id: self.request_id(moment, 0),
            profile: Some(self.wished(moment, kim, &community_id, amendment).await?),
            community_id,
            ..pb::ProposeChangeRequest::default()
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.propose_change(r).await }).await?;
        Ok(())
    }

    async fn answer(&self, moment: Moment, community_id: String, answer: Answer) -> anyhow::Result<()> {
        // What waits no more was answered before the loading was broken off.
        let Some(waits) = self.registry.community(&community_id).await?.proposed_change else { return Ok(()) };
        let (request_id, change_id, etag) = (self.request_id(moment, 0), waits.change_id, String::new());
        let (registry, at) = (&self.registry, moment.at);
        match answer {
            Answer::Accepted => {
                let message = pb::AcceptChangeRequest { request_id, community_id, etag, change_id };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.accept_change(r).await }).await?;
            }
            Answer::Refused(reason) => {
                let reasons = vec![community::change_refusal_reason(reason).into()];
                let note = String::new();
                let message = pb::RefuseChangeRequest { request_id, community_id, etag, change_id, reasons, note };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.refuse_change(r).await }).await?;
            }
            Answer::Withdrawn => {
                let message = pb::WithdrawChangeRequest { request_id, community_id, etag, change_id };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.withdraw_change(r).await }).await?;
            }
        }
        Ok(())
    }

    async fn correct(
        &self,
        moment: Moment,
        kim: usize,
        community_id: String,
        amendment: Amendment,
    ) -> anyhow::Result<()> {
        let message = pb::CorrectCommunityRequest {
            request_id: self.request_id(moment, 0),
            profile: Some(self.wished(moment, kim, &community_id, amendment).await?),
            community_id,
            ..pb::CorrectCommunityRequest::default()
        };
        self.registry.call(CLIENT, message, moment.at, |mut c, r| async move { c.correct_community(r).await }).await?;
        Ok(())
    }
}
