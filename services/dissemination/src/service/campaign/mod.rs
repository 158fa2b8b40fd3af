//! `CampaignService`.

use kim_contract::dissemination::v1::{self as pb, campaign_service_server::CampaignService};
use tonic::{Request, Response, Status};

use super::desk::Desk;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CampaignService for Handler {
    async fn draft_campaign(&self, _request: Request<pb::DraftCampaignRequest>) -> Answer<pb::DraftCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn amend_campaign(&self, _request: Request<pb::AmendCampaignRequest>) -> Answer<pb::AmendCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn schedule_campaign(
        &self,
        _request: Request<pb::ScheduleCampaignRequest>,
    ) -> Answer<pb::ScheduleCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn unschedule_campaign(
        &self,
        _request: Request<pb::UnscheduleCampaignRequest>,
    ) -> Answer<pb::UnscheduleCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn pause_campaign(&self, _request: Request<pb::PauseCampaignRequest>) -> Answer<pb::PauseCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn resume_campaign(
        &self,
        _request: Request<pb::ResumeCampaignRequest>,
    ) -> Answer<pb::ResumeCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn cancel_campaign(
        &self,
        _request: Request<pb::CancelCampaignRequest>,
    ) -> Answer<pb::CancelCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_campaign(&self, _request: Request<pb::GetCampaignRequest>) -> Answer<pb::GetCampaignResponse> {
        Err(Status::unimplemented(""))
    }

    async fn list_campaigns(&self, _request: Request<pb::ListCampaignsRequest>) -> Answer<pb::ListCampaignsResponse> {
        Err(Status::unimplemented(""))
    }

    async fn preview_audience(
        &self,
        _request: Request<pb::PreviewAudienceRequest>,
    ) -> Answer<pb::PreviewAudienceResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_audience(&self, _request: Request<pb::GetAudienceRequest>) -> Answer<pb::GetAudienceResponse> {
        Err(Status::unimplemented(""))
    }
}
