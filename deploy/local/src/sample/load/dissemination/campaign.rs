//! Campaigns, as far as people carry them out.

use kim_contract::dissemination::v1::{self as pb, campaign_service_client::CampaignServiceClient};

use super::messages;
use crate::sample::{
    dissemination::campaign::Turn,
    load::{Loader, carry_out::Moment, ids::Made},
};

const CLIENT: fn(tonic::transport::Channel) -> CampaignServiceClient<tonic::transport::Channel> =
    CampaignServiceClient::new;

impl Loader<'_> {
    pub(super) async fn run_campaign(&self, moment: Moment, place: usize, turn: Turn) -> anyhow::Result<Made> {
        let campaign = &self.plan.dissemination.campaigns[place];
        let (service, at, request_id, etag) =
            (&self.dissemination, moment.at, self.request_id(moment, 0), String::new());
        if turn == Turn::Drafted {
            let message = pb::DraftCampaignRequest {
                request_id,
                material_id: self.ids.material(campaign.material)?,
                owning_office_id: self.ids.office(self.plan, campaign.office)?,
                plan: Some(messages::campaign_plan(campaign, at.date())),
            };
            let made = service.call(CLIENT, message, at, |mut c, r| async move { c.draft_campaign(r).await }).await?;
            return Ok(Made::Campaign(place, made.campaign.unwrap_or_default().campaign_id));
        }
        let campaign_id = self.ids.campaign(place)?;
        match turn {
            Turn::Drafted => unreachable!("drafted above"),
            Turn::Scheduled => {
                let message = pb::ScheduleCampaignRequest { request_id, campaign_id, etag };
                service.call(CLIENT, message, at, |mut c, r| async move { c.schedule_campaign(r).await }).await?;
            }
            Turn::Paused => {
                let message = pb::PauseCampaignRequest { request_id, campaign_id, etag, note: String::new() };
                service.call(CLIENT, message, at, |mut c, r| async move { c.pause_campaign(r).await }).await?;
            }
            Turn::Resumed => {
                let message = pb::ResumeCampaignRequest { request_id, campaign_id, etag };
                service.call(CLIENT, message, at, |mut c, r| async move { c.resume_campaign(r).await }).await?;
            }
            Turn::Cancelled(reason) => {
                let (reason, note) = (messages::cancellation_reason(reason).into(), String::new());
                let message = pb::CancelCampaignRequest { request_id, campaign_id, etag, reason, note };
                service.call(CLIENT, message, at, |mut c, r| async move { c.cancel_campaign(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }
}
