//! `MaterialService`.

use kim_contract::dissemination::v1::{self as pb, material_service_server::MaterialService};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::desk::Desk;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl MaterialService for Handler {
    async fn draft_material(&self, _request: Request<pb::DraftMaterialRequest>) -> Answer<pb::DraftMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn amend_material(&self, _request: Request<pb::AmendMaterialRequest>) -> Answer<pb::AmendMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn submit_material(
        &self,
        _request: Request<pb::SubmitMaterialRequest>,
    ) -> Answer<pb::SubmitMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn return_material(
        &self,
        _request: Request<pb::ReturnMaterialRequest>,
    ) -> Answer<pb::ReturnMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn approve_material(
        &self,
        _request: Request<pb::ApproveMaterialRequest>,
    ) -> Answer<pb::ApproveMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn publish_material(
        &self,
        _request: Request<pb::PublishMaterialRequest>,
    ) -> Answer<pb::PublishMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn revise_material(
        &self,
        _request: Request<pb::ReviseMaterialRequest>,
    ) -> Answer<pb::ReviseMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn discard_material(
        &self,
        _request: Request<pb::DiscardMaterialRequest>,
    ) -> Answer<pb::DiscardMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn withdraw_material(
        &self,
        _request: Request<pb::WithdrawMaterialRequest>,
    ) -> Answer<pb::WithdrawMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_material(&self, _request: Request<pb::GetMaterialRequest>) -> Answer<pb::GetMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_material_version(
        &self,
        _request: Request<pb::GetMaterialVersionRequest>,
    ) -> Answer<pb::GetMaterialVersionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn list_materials(&self, _request: Request<pb::ListMaterialsRequest>) -> Answer<pb::ListMaterialsResponse> {
        Err(Status::unimplemented(""))
    }

    async fn upload_media(
        &self,
        _request: Request<Streaming<pb::UploadMediaRequest>>,
    ) -> Answer<pb::UploadMediaResponse> {
        Err(Status::unimplemented(""))
    }

    type GetMediaStream = ReceiverStream<Result<pb::GetMediaResponse, Status>>;

    async fn get_media(&self, _request: Request<pb::GetMediaRequest>) -> Answer<Self::GetMediaStream> {
        Err(Status::unimplemented(""))
    }
}
