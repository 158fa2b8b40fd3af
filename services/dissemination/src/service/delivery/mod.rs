//! `DeliveryService`.

use kim_contract::dissemination::v1::{self as pb, delivery_service_server::DeliveryService};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::desk::Desk;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl DeliveryService for Handler {
    async fn report_delivered(
        &self,
        _request: Request<pb::ReportDeliveredRequest>,
    ) -> Answer<pb::ReportDeliveredResponse> {
        Err(Status::unimplemented(""))
    }

    async fn open_material(&self, _request: Request<pb::OpenMaterialRequest>) -> Answer<pb::OpenMaterialResponse> {
        Err(Status::unimplemented(""))
    }

    async fn acknowledge_delivery(
        &self,
        _request: Request<pb::AcknowledgeDeliveryRequest>,
    ) -> Answer<pb::AcknowledgeDeliveryResponse> {
        Err(Status::unimplemented(""))
    }

    async fn acknowledge_notice(
        &self,
        _request: Request<pb::AcknowledgeNoticeRequest>,
    ) -> Answer<pb::AcknowledgeNoticeResponse> {
        Err(Status::unimplemented(""))
    }

    async fn decline_delivery(
        &self,
        _request: Request<pb::DeclineDeliveryRequest>,
    ) -> Answer<pb::DeclineDeliveryResponse> {
        Err(Status::unimplemented(""))
    }

    async fn report_undeliverable(
        &self,
        _request: Request<pb::ReportUndeliverableRequest>,
    ) -> Answer<pb::ReportUndeliverableResponse> {
        Err(Status::unimplemented(""))
    }

    async fn report_session(&self, _request: Request<pb::ReportSessionRequest>) -> Answer<pb::ReportSessionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn correct_session(
        &self,
        _request: Request<pb::CorrectSessionRequest>,
    ) -> Answer<pb::CorrectSessionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn withdraw_session(
        &self,
        _request: Request<pb::WithdrawSessionRequest>,
    ) -> Answer<pb::WithdrawSessionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn report_reach(&self, _request: Request<pb::ReportReachRequest>) -> Answer<pb::ReportReachResponse> {
        Err(Status::unimplemented(""))
    }

    async fn correct_reach(&self, _request: Request<pb::CorrectReachRequest>) -> Answer<pb::CorrectReachResponse> {
        Err(Status::unimplemented(""))
    }

    async fn verify_delivery(
        &self,
        _request: Request<pb::VerifyDeliveryRequest>,
    ) -> Answer<pb::VerifyDeliveryResponse> {
        Err(Status::unimplemented(""))
    }

    async fn withdraw_verification(
        &self,
        _request: Request<pb::WithdrawVerificationRequest>,
    ) -> Answer<pb::WithdrawVerificationResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_delivery(&self, _request: Request<pb::GetDeliveryRequest>) -> Answer<pb::GetDeliveryResponse> {
        Err(Status::unimplemented(""))
    }

    async fn list_deliveries(
        &self,
        _request: Request<pb::ListDeliveriesRequest>,
    ) -> Answer<pb::ListDeliveriesResponse> {
        Err(Status::unimplemented(""))
    }

    type ImportReportsStream = ReceiverStream<Result<pb::ImportReportsResponse, Status>>;

    async fn import_reports(
        &self,
        _request: Request<Streaming<pb::ImportReportsRequest>>,
    ) -> Answer<Self::ImportReportsStream> {
        Err(Status::unimplemented(""))
    }
}
