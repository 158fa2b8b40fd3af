//! What is set right of a delivery, and verified.

use anyhow::Context;
use kim_contract::dissemination::v1::{self as pb, delivery_service_client::DeliveryServiceClient};

use super::messages;
use crate::sample::{
    dissemination::{session::Session, verification::Turn},
    load::{Loader, carry_out::Moment, ids::Made},
};

const CLIENT: fn(tonic::transport::Channel) -> DeliveryServiceClient<tonic::transport::Channel> =
    DeliveryServiceClient::new;

impl Loader<'_> {
    pub(super) async fn settle(
        &self,
        moment: Moment,
        (campaign, kim): (usize, usize),
        turn: Turn,
    ) -> anyhow::Result<Made> {
        let (campaign_id, community_id) = (self.ids.campaign(campaign)?, self.ids.community(self.plan, kim)?);
        let (service, at, request_id, etag) =
            (&self.dissemination, moment.at, self.request_id(moment, 0), String::new());
        match turn {
            Turn::CorrectSession { session, attendance } => {
                let session_id = self.session_id(&campaign_id, &community_id, session).await?;
                let session = Some(messages::session(Session { attendance, ..session }));
                let message =
                    pb::CorrectSessionRequest { request_id, campaign_id, community_id, etag, session_id, session };
                service.call(CLIENT, message, at, |mut c, r| async move { c.correct_session(r).await }).await?;
            }
            Turn::WithdrawSession(session) => {
                let session_id = self.session_id(&campaign_id, &community_id, session).await?;
                let reason = pb::SessionWithdrawalReason::Doubled.into();
                let message =
                    pb::WithdrawSessionRequest { request_id, campaign_id, community_id, etag, session_id, reason };
                service.call(CLIENT, message, at, |mut c, r| async move { c.withdraw_session(r).await }).await?;
            }
            Turn::Verify => {
                let office_id = self.verifier(kim)?;
                let message = pb::VerifyDeliveryRequest { request_id, campaign_id, community_id, etag, office_id };
                service.call(CLIENT, message, at, |mut c, r| async move { c.verify_delivery(r).await }).await?;
            }
            Turn::WithdrawVerification => {
                let (office_id, reason) = (self.verifier(kim)?, pb::VerificationWithdrawalReason::ToBeCorrected.into());
                let message =
                    pb::WithdrawVerificationRequest { request_id, campaign_id, community_id, etag, reason, office_id };
                service.call(CLIENT, message, at, |mut c, r| async move { c.withdraw_verification(r).await }).await?;
            }
            Turn::CorrectReach(reach) => {
                let reach = Some(messages::reach(reach));
                let message = pb::CorrectReachRequest { request_id, campaign_id, community_id, etag, reach };
                service.call(CLIENT, message, at, |mut c, r| async move { c.correct_reach(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }

    /// The office of the community's regency.
    fn verifier(&self, kim: usize) -> anyhow::Result<String> {
        let seat = self.plan.kims[kim].record.seat;
        self.ids.office(self.plan, seat.regency().context("a seat lies in a regency")?)
    }

    /// A community holds one session a day of a campaign.
    pub(super) async fn session_id(
        &self,
        campaign_id: &str,
        community_id: &str,
        session: Session,
    ) -> anyhow::Result<String> {
        let held_on = messages::session(session).held_on;
        let sessions = self.dissemination.delivery(campaign_id, community_id).await?.sessions;
        let found = sessions.into_iter().find(|held| held.session.is_some_and(|session| session.held_on == held_on));
        Ok(found.with_context(|| format!("pertemuan {} belum ada di diseminasi", session.held_on))?.session_id)
    }
}
