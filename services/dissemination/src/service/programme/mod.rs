//! `ProgrammeService`.

use kim_contract::dissemination::v1::{self as pb, programme_service_server::ProgrammeService};
use tonic::{Request, Response, Status};

use super::desk::Desk;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ProgrammeService for Handler {
    async fn establish_programme(
        &self,
        _request: Request<pb::EstablishProgrammeRequest>,
    ) -> Answer<pb::EstablishProgrammeResponse> {
        Err(Status::unimplemented(""))
    }

    async fn amend_programme(
        &self,
        _request: Request<pb::AmendProgrammeRequest>,
    ) -> Answer<pb::AmendProgrammeResponse> {
        Err(Status::unimplemented(""))
    }

    async fn extend_programme(
        &self,
        _request: Request<pb::ExtendProgrammeRequest>,
    ) -> Answer<pb::ExtendProgrammeResponse> {
        Err(Status::unimplemented(""))
    }

    async fn close_programme(
        &self,
        _request: Request<pb::CloseProgrammeRequest>,
    ) -> Answer<pb::CloseProgrammeResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_programme(&self, _request: Request<pb::GetProgrammeRequest>) -> Answer<pb::GetProgrammeResponse> {
        Err(Status::unimplemented(""))
    }

    async fn list_programmes(
        &self,
        _request: Request<pb::ListProgrammesRequest>,
    ) -> Answer<pb::ListProgrammesResponse> {
        Err(Status::unimplemented(""))
    }
}
