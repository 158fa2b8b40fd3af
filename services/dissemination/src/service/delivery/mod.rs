//! `DeliveryService`: what becomes of a campaign at each community, rung by rung.

mod carry_out;
mod import;
mod list;
mod open;
mod request;
mod told;

pub(super) use request::language;

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::dissemination::v1::{self as pb, delivery_service_server::DeliveryService};
use kim_desk::{
    call::Call,
    failure::vault_failed,
    field,
    import::Results,
    problem::{Problems, one},
    wire::Paired,
};
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::{desk::Desk, id};
use crate::domain::{
    delivery::{Command, Receipt, ReceiptKind, SessionWithdrawalReason, VerificationWithdrawalReason},
    ids::{OfficeId, SessionId},
};
use carry_out::{Named, Opened};
use request::Received;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

/// Which delivery a request names.
macro_rules! named {
    ($request:ident) => {
        Named { campaign_id: &$request.campaign_id, community_id: &$request.community_id, etag: &$request.etag }
    };
}

#[tonic::async_trait]
impl DeliveryService for Handler {
    async fn report_delivered(
        &self,
        request: Request<pb::ReportDeliveredRequest>,
    ) -> Answer<pb::ReportDeliveredResponse> {
        let (call, request) = self.0.command(request)?;
        let pb::ReportDeliveredRequest { channel, material_version, happened_at, .. } = &request;
        let received = received(&call, (*channel, *material_version), happened_at.as_ref())?;
        let delivery = self.receive(&call, named!(request), ReceiptKind::Delivered, received).await?;
        Ok(Response::new(pb::ReportDeliveredResponse { delivery: Some(delivery) }))
    }

    async fn open_material(&self, request: Request<pb::OpenMaterialRequest>) -> Answer<pb::OpenMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        Ok(Response::new(self.open_newest(&call, &request).await?))
    }

    async fn acknowledge_delivery(
        &self,
        request: Request<pb::AcknowledgeDeliveryRequest>,
    ) -> Answer<pb::AcknowledgeDeliveryResponse> {
        let (call, request) = self.0.command(request)?;
        let pb::AcknowledgeDeliveryRequest { channel, material_version, happened_at, .. } = &request;
        let received = received(&call, (*channel, *material_version), happened_at.as_ref())?;
        let delivery = self.receive(&call, named!(request), ReceiptKind::Acknowledged, received).await?;
        Ok(Response::new(pb::AcknowledgeDeliveryResponse { delivery: Some(delivery) }))
    }

    async fn acknowledge_notice(
        &self,
        request: Request<pb::AcknowledgeNoticeRequest>,
    ) -> Answer<pb::AcknowledgeNoticeResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let notice =
            request::notice(request.kind, request.material_version, &mut problems, ["kind", "material_version"]);
        let channel = problems.note("channel", request::channel(request.channel));
        let at = problems.note("happened_at", request::moment(request.happened_at.as_ref(), call.now));
        let ((notice, channel), at) = problems.finish(notice.zip(channel).zip(at))?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let issued_at = self.0.told_at(&opened.known, notice).await?;
        let command = Command::AcknowledgeNotice { notice, issued_at, channel, at };
        let delivery = self.report(&call, &opened, &request.etag, command).await?;
        Ok(Response::new(pb::AcknowledgeNoticeResponse { delivery: Some(delivery) }))
    }

    async fn decline_delivery(
        &self,
        request: Request<pb::DeclineDeliveryRequest>,
    ) -> Answer<pb::DeclineDeliveryResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let reason = problems.note("reason", request::decline_reason(request.reason));
        let note = problems.note("note", field::private(&request.note, 2_000, "NOTE_TOO_LONG", "Catatan"));
        let at = problems.note("declined_at", request::moment(request.declined_at.as_ref(), call.now));
        let ((reason, note), at) = problems.finish(reason.zip(note).zip(at))?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let sealed = self.0.records.seal_note(opened.id.0, &note).await.map_err(|error| vault_failed(&error))?;
        let (note, sealed) = sealed.unzip();
        let command = Command::Decline { reason, note, at };
        let sealed = sealed.into_iter().collect();
        self.carry_out(&call, &opened, &request.etag, sealed, (command, opened.id.0)).await?;
        Ok(Response::new(pb::DeclineDeliveryResponse { delivery: Some(self.present(&opened).await?) }))
    }

    async fn report_undeliverable(
        &self,
        request: Request<pb::ReportUndeliverableRequest>,
    ) -> Answer<pb::ReportUndeliverableResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let channel = problems.note("channel", request::channel(request.channel));
        let reason = problems.note("reason", request::undeliverable_reason(request.reason));
        let at = problems.note("happened_at", request::moment(request.happened_at.as_ref(), call.now));
        let ((channel, reason), at) = problems.finish(channel.zip(reason).zip(at))?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let command = Command::Fail { channel, reason, at };
        let delivery = self.report(&call, &opened, &request.etag, command).await?;
        Ok(Response::new(pb::ReportUndeliverableResponse { delivery: Some(delivery) }))
    }

    async fn report_session(&self, request: Request<pb::ReportSessionRequest>) -> Answer<pb::ReportSessionResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let session = request::session(request.session.as_ref(), &mut problems);
        let session = problems.finish(session)?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let id = SessionId(Uuid::now_v7());
        let command = (Command::HoldSession { id, session }, id.0);
        let id = SessionId(self.carry_out(&call, &opened, &request.etag, Vec::new(), command).await?);
        let delivery = Some(self.present(&opened).await?);
        Ok(Response::new(pb::ReportSessionResponse { delivery, session_id: id.to_string() }))
    }

    async fn correct_session(&self, request: Request<pb::CorrectSessionRequest>) -> Answer<pb::CorrectSessionResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let session = request::session(request.session.as_ref(), &mut problems);
        let session = problems.finish(session)?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let command = Command::CorrectSession { id: id::session(&request.session_id)?, session };
        let delivery = self.report(&call, &opened, &request.etag, command).await?;
        Ok(Response::new(pb::CorrectSessionResponse { delivery: Some(delivery) }))
    }

    async fn withdraw_session(
        &self,
        request: Request<pb::WithdrawSessionRequest>,
    ) -> Answer<pb::WithdrawSessionResponse> {
        let (call, request) = self.0.command(request)?;
        let unknown = || field::unknown("SESSION_WITHDRAWAL_REASON_UNKNOWN", "Alasan penarikan sesi");
        let reason = one("reason", SessionWithdrawalReason::from_proto(request.reason).ok_or_else(unknown))?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let command = Command::WithdrawSession { id: id::session(&request.session_id)?, reason };
        let delivery = self.report(&call, &opened, &request.etag, command).await?;
        Ok(Response::new(pb::WithdrawSessionResponse { delivery: Some(delivery) }))
    }

    async fn report_reach(&self, request: Request<pb::ReportReachRequest>) -> Answer<pb::ReportReachResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let reach = request::reach(request.reach.as_ref(), &mut problems);
        let reach = problems.finish(reach)?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let delivery = self.report(&call, &opened, &request.etag, Command::ReportReach(reach)).await?;
        Ok(Response::new(pb::ReportReachResponse { delivery: Some(delivery) }))
    }

    async fn correct_reach(&self, request: Request<pb::CorrectReachRequest>) -> Answer<pb::CorrectReachResponse> {
        let (call, request) = self.0.command(request)?;
        let mut problems = Problems::default();
        let reach = request::reach(request.reach.as_ref(), &mut problems);
        let reach = problems.finish(reach)?;
        let opened = self.open(&call, Action::DeliveryReport, named!(request)).await?;
        let delivery = self.report(&call, &opened, &request.etag, Command::CorrectReach(reach)).await?;
        Ok(Response::new(pb::CorrectReachResponse { delivery: Some(delivery) }))
    }

    async fn verify_delivery(&self, request: Request<pb::VerifyDeliveryRequest>) -> Answer<pb::VerifyDeliveryResponse> {
        let (call, request) = self.0.command(request)?;
        let opened = self.open(&call, Action::DeliveryVerify, named!(request)).await?;
        let office = self.verifier(&call, &opened, &request.office_id).await?;
        let delivery = self.report(&call, &opened, &request.etag, Command::Verify { office }).await?;
        Ok(Response::new(pb::VerifyDeliveryResponse { delivery: Some(delivery) }))
    }

    async fn withdraw_verification(
        &self,
        request: Request<pb::WithdrawVerificationRequest>,
    ) -> Answer<pb::WithdrawVerificationResponse> {
        let (call, request) = self.0.command(request)?;
        let unknown = || field::unknown("VERIFICATION_WITHDRAWAL_REASON_UNKNOWN", "Alasan pembatalan verifikasi");
        let reason = one("reason", VerificationWithdrawalReason::from_proto(request.reason).ok_or_else(unknown))?;
        let opened = self.open(&call, Action::DeliveryVerify, named!(request)).await?;
        let office = self.verifier(&call, &opened, &request.office_id).await?;
        let command = Command::WithdrawVerification { office, reason };
        let delivery = self.report(&call, &opened, &request.etag, command).await?;
        Ok(Response::new(pb::WithdrawVerificationResponse { delivery: Some(delivery) }))
    }

    async fn get_delivery(&self, request: Request<pb::GetDeliveryRequest>) -> Answer<pb::GetDeliveryResponse> {
        let (call, request) = Call::question(request)?;
        let named = Named { campaign_id: &request.campaign_id, community_id: &request.community_id, etag: "" };
        let opened = self.open(&call, Action::DeliveryRead, named).await?;
        Ok(Response::new(pb::GetDeliveryResponse { delivery: Some(self.present(&opened).await?) }))
    }

    async fn list_deliveries(&self, request: Request<pb::ListDeliveriesRequest>) -> Answer<pb::ListDeliveriesResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.list(&call, &request).await?))
    }

    type ImportReportsStream = Results<pb::ImportReportsResponse>;

    async fn import_reports(
        &self,
        request: Request<Streaming<pb::ImportReportsRequest>>,
    ) -> Answer<Self::ImportReportsStream> {
        let (call, rows) = Call::question(request)?;
        Ok(Response::new(import::reports(self.0.clone(), call, rows)?))
    }
}

impl Handler {
    async fn receive(
        &self,
        call: &Call,
        named: Named<'_>,
        kind: ReceiptKind,
        received: Received,
    ) -> Result<pb::Delivery, Status> {
        let opened = self.open(call, Action::DeliveryReport, named).await?;
        let Received { channel, version, at } = received;
        let receipt = Receipt { at, channel, version: version.unwrap_or_else(|| opened.known.newest()) };
        self.report(call, &opened, named.etag, Command::Receive { kind, receipt }).await
    }

    /// The office that verifies: one that the caller may act for, and in whose region the community is.
    async fn verifier(&self, call: &Call, opened: &Opened, office_id: &str) -> Result<OfficeId, Status> {
        let id = id::office(office_id)?;
        let (office, permit) = self.0.acting(call, Action::DeliveryVerify, id, Thing::OFFICE).await?;
        let Opened { known, .. } = opened;
        let seat = known.recipient.seat.code;
        let community = Resource::Community { id: known.recipient.community.0, seat: &seat };
        let covers = office.region.on(&self.0.territory()).code.contains(&seat) && permit.reach().covers(community);
        if covers { Ok(id) } else { Err(Thing::OFFICE.not_found().into()) }
    }
}

fn received(
    call: &Call,
    numbers: (i32, i32),
    happened_at: Option<&prost_types::Timestamp>,
) -> Result<Received, Problems> {
    let mut problems = Problems::default();
    let fields = ["channel", "material_version", "happened_at"];
    let received = request::received(numbers, happened_at, call.now, &mut problems, fields);
    problems.finish(received)
}
