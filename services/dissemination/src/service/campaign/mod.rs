//! `CampaignService`: campaigns from draft to end, whom they would reach and whom they got to.

mod audience;
mod carry_out;
mod request;

use kim_chassis::{
    access::{Action, reach},
    errors::Thing,
};
use kim_contract::dissemination::v1::{self as pb, campaign_service_server::CampaignService};
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    field,
    list::{Paging, narrowed},
    problem::one,
    target::Target,
};
use kim_values::Region;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{desk::Desk, id};
use crate::domain::{
    campaign::{Command, Outline},
    ids::CampaignId,
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

/// Which campaign a request is about.
macro_rules! target {
    ($request:ident) => {
        Target { id: &$request.campaign_id, etag: &$request.etag }
    };
}

#[tonic::async_trait]
impl CampaignService for Handler {
    async fn draft_campaign(&self, request: Request<pb::DraftCampaignRequest>) -> Answer<pb::DraftCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let plan = request::plan(request.plan.as_ref(), &self.0.territory())?;
        let (material_id, office_id) = (id::material(&request.material_id)?, id::office(&request.owning_office_id)?);
        let (office, permit) = self.0.acting(&call, Action::CampaignWrite, office_id, Thing::OFFICE).await?;
        let material = self.material(&call, material_id).await?;
        let programme = material.outline.programme;
        let outline = Outline { material: material_id, programme, office: office_id, region: office.region };
        let standing = self.standing(&call, &outline, &material).await?;
        let today = outline.region.today(call.now);
        let command = Command::Draft { outline, plan, standing, today };
        let id = CampaignId(Uuid::now_v7());
        let campaign = self.begin(&call, permit, id, (outline, command)).await?;
        Ok(Response::new(pb::DraftCampaignResponse { campaign: Some(campaign) }))
    }

    async fn amend_campaign(&self, request: Request<pb::AmendCampaignRequest>) -> Answer<pb::AmendCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let plan = request::plan(request.plan.as_ref(), &self.0.territory())?;
        let amend = |today| Command::Amend { plan: plan.clone(), today };
        let campaign = self.carry_out(&call, &target!(request), amend).await?;
        Ok(Response::new(pb::AmendCampaignResponse { campaign: Some(campaign) }))
    }

    async fn schedule_campaign(
        &self,
        request: Request<pb::ScheduleCampaignRequest>,
    ) -> Answer<pb::ScheduleCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let found = self.found(&call, Action::CampaignWrite, &request.campaign_id).await?;
        let outline = found.campaign.outline;
        let material = self.material(&call, outline.material).await?;
        let standing = self.standing(&call, &outline, &material).await?;
        let schedule = |today| Command::Schedule { standing, today };
        let campaign = self.carry_out(&call, &target!(request), schedule).await?;
        Ok(Response::new(pb::ScheduleCampaignResponse { campaign: Some(campaign) }))
    }

    async fn unschedule_campaign(
        &self,
        request: Request<pb::UnscheduleCampaignRequest>,
    ) -> Answer<pb::UnscheduleCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let unschedule = |today| Command::Unschedule { today };
        let campaign = self.carry_out(&call, &target!(request), unschedule).await?;
        Ok(Response::new(pb::UnscheduleCampaignResponse { campaign: Some(campaign) }))
    }

    async fn pause_campaign(&self, request: Request<pb::PauseCampaignRequest>) -> Answer<pb::PauseCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let pause = |note| Command::Pause { note, now: call.now };
        let campaign = self.carry_out_noting(&call, &target!(request), &request.note, pause).await?;
        Ok(Response::new(pb::PauseCampaignResponse { campaign: Some(campaign) }))
    }

    async fn resume_campaign(&self, request: Request<pb::ResumeCampaignRequest>) -> Answer<pb::ResumeCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let resume = |_| Command::Resume { now: call.now };
        let campaign = self.carry_out(&call, &target!(request), resume).await?;
        Ok(Response::new(pb::ResumeCampaignResponse { campaign: Some(campaign) }))
    }

    async fn cancel_campaign(&self, request: Request<pb::CancelCampaignRequest>) -> Answer<pb::CancelCampaignResponse> {
        let (call, request) = self.0.command(request)?;
        let reason = one("reason", request::reason(request.reason))?;
        let cancel = |note| Command::Cancel { reason, note, now: call.now };
        let campaign = self.carry_out_noting(&call, &target!(request), &request.note, cancel).await?;
        Ok(Response::new(pb::CancelCampaignResponse { campaign: Some(campaign) }))
    }

    async fn get_campaign(&self, request: Request<pb::GetCampaignRequest>) -> Answer<pb::GetCampaignResponse> {
        let (call, request) = Call::question(request)?;
        let campaign = self.whole(&call, &request.campaign_id).await?;
        Ok(Response::new(pb::GetCampaignResponse { campaign: Some(campaign) }))
    }

    async fn list_campaigns(&self, request: Request<pb::ListCampaignsRequest>) -> Answer<pb::ListCampaignsResponse> {
        let (call, request) = Call::question(request)?;
        let reach = reach(&call.principal, Action::CampaignRead)?;
        let region = match &request.region {
            None => Region::nation(),
            region => one("region.code", field::region(region.as_ref(), &self.0.territory()))?,
        };
        let filter = request::filter(&request)?;
        let depends_on = format!("campaigns {} {filter:?} {}", region.code, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &depends_on).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else {
            return Ok(Response::new(pb::ListCampaignsResponse::default()));
        };
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let page = self.0.index.campaigns(within, &filter, &paging).await.map_err(list_failed)?;
        Ok(Response::new(pb::ListCampaignsResponse { campaigns: page.campaigns, next_page_token: page.next }))
    }

    async fn preview_audience(
        &self,
        request: Request<pb::PreviewAudienceRequest>,
    ) -> Answer<pb::PreviewAudienceResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.preview(&call, &request).await?))
    }

    async fn get_audience(&self, request: Request<pb::GetAudienceRequest>) -> Answer<pb::GetAudienceResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.drawn(&call, &request).await?))
    }
}
