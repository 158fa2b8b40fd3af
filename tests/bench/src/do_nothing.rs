//! A peer: the registry's own contract served by nobody. What a call costs before anything is done for it.

use std::net::SocketAddr;

use kim_contract::registry::v1::{
    self as pb,
    community_service_server::{CommunityService, CommunityServiceServer},
};
use tonic::{Request, Response, Status, Streaming, transport::Server};

use crate::sample;

/// Answers every reported activity with the same community, and every search with the same page.
struct DoNothing {
    reported: pb::ReportActivityResponse,
    found: pb::SearchCommunitiesResponse,
}

macro_rules! nothing_else {
    ($($method:ident: $request:ident -> $response:ident),+ $(,)?) => {
        #[tonic::async_trait]
        impl CommunityService for DoNothing {
            async fn report_activity(
                &self,
                _: Request<pb::ReportActivityRequest>,
            ) -> Result<Response<pb::ReportActivityResponse>, Status> {
                Ok(Response::new(self.reported.clone()))
            }

            async fn search_communities(
                &self,
                _: Request<pb::SearchCommunitiesRequest>,
            ) -> Result<Response<pb::SearchCommunitiesResponse>, Status> {
                Ok(Response::new(self.found.clone()))
            }

            $(async fn $method(&self, _: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                Err(Status::unimplemented("does nothing"))
            })+

            type ImportCommunitiesStream = tokio_stream::Empty<Result<pb::ImportCommunitiesResponse, Status>>;

            async fn import_communities(
                &self,
                _: Request<Streaming<pb::ImportCommunitiesRequest>>,
            ) -> Result<Response<Self::ImportCommunitiesStream>, Status> {
                Err(Status::unimplemented("does nothing"))
            }

            type ImportActivitiesStream = tokio_stream::Empty<Result<pb::ImportActivitiesResponse, Status>>;

            async fn import_activities(
                &self,
                _: Request<Streaming<pb::ImportActivitiesRequest>>,
            ) -> Result<Response<Self::ImportActivitiesStream>, Status> {
                Err(Status::unimplemented("does nothing"))
            }
        }
    };
}

nothing_else! {
    draft_community: DraftCommunityRequest -> DraftCommunityResponse,
    amend_community: AmendCommunityRequest -> AmendCommunityResponse,
    submit_community: SubmitCommunityRequest -> SubmitCommunityResponse,
    return_community: ReturnCommunityRequest -> ReturnCommunityResponse,
    register_community: RegisterCommunityRequest -> RegisterCommunityResponse,
    plan_revitalisation: PlanRevitalisationRequest -> PlanRevitalisationResponse,
    dissolve_community: DissolveCommunityRequest -> DissolveCommunityResponse,
    merge_community: MergeCommunityRequest -> MergeCommunityResponse,
    count_members: CountMembersRequest -> CountMembersResponse,
    appoint_officer: AppointOfficerRequest -> AppointOfficerResponse,
    remove_officer: RemoveOfficerRequest -> RemoveOfficerResponse,
    erase_officer: EraseOfficerRequest -> EraseOfficerResponse,
    propose_change: ProposeChangeRequest -> ProposeChangeResponse,
    accept_change: AcceptChangeRequest -> AcceptChangeResponse,
    refuse_change: RefuseChangeRequest -> RefuseChangeResponse,
    withdraw_change: WithdrawChangeRequest -> WithdrawChangeResponse,
    correct_community: CorrectCommunityRequest -> CorrectCommunityResponse,
    get_community: GetCommunityRequest -> GetCommunityResponse,
    list_communities: ListCommunitiesRequest -> ListCommunitiesResponse,
    get_community_history: GetCommunityHistoryRequest -> GetCommunityHistoryResponse,
    get_community_contacts: GetCommunityContactsRequest -> GetCommunityContactsResponse,
}

pub async fn serve(listen: SocketAddr) -> anyhow::Result<()> {
    let answer = DoNothing { reported: sample::report_answer(), found: sample::search_answer() };
    Ok(Server::builder().tcp_nodelay(true).add_service(CommunityServiceServer::new(answer)).serve(listen).await?)
}
