//! `PartnershipService`: agreements of offices with communities.

mod carry_out;
mod list;
mod propose;

use kim_chassis::access::Action;
use kim_contract::registry::v1::{self as pb, partnership_service_server::PartnershipService};
use kim_desk::{
    call::Call,
    failure::vault_failed,
    field,
    problem::{Problems, one},
    target::Target,
    wire::Paired,
    words::Words,
};
use kim_eventlog::Sealed;
use kim_values::{DocumentHash, VaultRef};
use tonic::{Request, Response, Status};

use super::desk::Desk;
use crate::{
    domain::{
        ids::PartnershipId,
        partnership::{Command, DeclineReason, Partners, Stage, TerminationReason},
    },
    service::id,
    wire,
};
use carry_out::By;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

/// As long as the number of a decree.
const MAX_NUMBER: usize = 80;

#[tonic::async_trait]
impl PartnershipService for Handler {
    async fn propose_partnership(
        &self,
        request: Request<pb::ProposePartnershipRequest>,
    ) -> Answer<pb::ProposePartnershipResponse> {
        let (call, request) = self.0.command(request)?;
        let partnership = self.propose(&call, &request).await?;
        Ok(Response::new(pb::ProposePartnershipResponse { partnership: Some(partnership) }))
    }

    async fn sign_partnership(
        &self,
        request: Request<pb::SignPartnershipRequest>,
    ) -> Answer<pb::SignPartnershipResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.partnership_id, etag: &request.etag };
        let mut problems = Problems::default();
        let signed_on = field::optional_date(request.signed_on.as_ref(), "Tanggal penandatanganan");
        let on = problems.note("signed_on", signed_on);
        let document = problems.note("document_hash", document(&request.document_hash));
        let number = problems.note("number", number(&request.number));
        let (on, document, number) = problems.finish(on.zip(document).zip(number).map(|((on, d), n)| (on, d, n)))?;
        let (number, sealed) = self.seal_number(id::partnership(target.id)?, &number).await?;
        let sign =
            |partners: Partners, today| Command::Sign { on: on.unwrap_or(today), number, document, partners, today };
        let partnership = self.carry_out(&call, &target, By::Office, sealed, sign).await?;
        Ok(Response::new(pb::SignPartnershipResponse { partnership: Some(partnership) }))
    }

    async fn renew_partnership(
        &self,
        request: Request<pb::RenewPartnershipRequest>,
    ) -> Answer<pb::RenewPartnershipResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.partnership_id, etag: &request.etag };
        let mut problems = Problems::default();
        let until = problems.note("until", until(request.until.as_ref()));
        let document = problems.note("document_hash", document(&request.document_hash));
        let (until, document) = problems.finish(until.zip(document))?;
        let renew = |partners, today| Command::Renew { until, document, partners, today };
        let partnership = self.carry_out(&call, &target, By::Office, Vec::new(), renew).await?;
        Ok(Response::new(pb::RenewPartnershipResponse { partnership: Some(partnership) }))
    }

    async fn terminate_partnership(
        &self,
        request: Request<pb::TerminatePartnershipRequest>,
    ) -> Answer<pb::TerminatePartnershipResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.partnership_id, etag: &request.etag };
        let mut problems = Problems::default();
        let on = problems.note("on", field::optional_date(request.on.as_ref(), "Tanggal pengakhiran"));
        let unknown = || field::unknown("TERMINATION_REASON_UNKNOWN", "Alasan pengakhiran");
        let reason = problems.note("reason", TerminationReason::from_proto(request.reason).ok_or_else(unknown));
        let note = problems.note("note", field::private(&request.note, 2_000, "NOTE_TOO_LONG", "Catatan"));
        let (on, reason, note) = problems.finish(on.zip(reason).zip(note).map(|((on, r), n)| (on, r, n)))?;
        let sealed =
            self.0.records.seal_note(id::partnership(target.id)?.0, &note).await.map_err(|e| vault_failed(&e))?;
        let (note, sealed) = sealed.unzip();
        let sealed = sealed.into_iter().collect();
        let terminate = |_, today| Command::Terminate { on: on.unwrap_or(today), reason, note, today };
        let partnership = self.carry_out(&call, &target, By::Office, sealed, terminate).await?;
        Ok(Response::new(pb::TerminatePartnershipResponse { partnership: Some(partnership) }))
    }

    async fn withdraw_partnership(
        &self,
        request: Request<pb::WithdrawPartnershipRequest>,
    ) -> Answer<pb::WithdrawPartnershipResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.partnership_id, etag: &request.etag };
        let by = carry_out::side(&call)?;
        let withdraw = |_, today| Command::Withdraw { by, today };
        let partnership = self.carry_out(&call, &target, By::Side(by), Vec::new(), withdraw).await?;
        Ok(Response::new(pb::WithdrawPartnershipResponse { partnership: Some(partnership) }))
    }

    async fn decline_partnership(
        &self,
        request: Request<pb::DeclinePartnershipRequest>,
    ) -> Answer<pb::DeclinePartnershipResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.partnership_id, etag: &request.etag };
        let by = carry_out::side(&call)?;
        let reason = one("reason", decline_reason(request.reason))?;
        let decline = |_, today| Command::Decline { by, reason, today };
        let partnership = self.carry_out(&call, &target, By::Side(by), Vec::new(), decline).await?;
        Ok(Response::new(pb::DeclinePartnershipResponse { partnership: Some(partnership) }))
    }

    async fn get_partnership(&self, request: Request<pb::GetPartnershipRequest>) -> Answer<pb::GetPartnershipResponse> {
        let (call, request) = Call::question(request)?;
        let id = id::partnership(&request.partnership_id)?;
        let found = self.found(&call, Action::PartnershipRead, id).await?;
        let mut message = wire::partnership::message(id, &found.partnership, found.version);
        let note = match found.partnership.stage {
            Stage::Terminated { note, .. } => note,
            _ => None,
        };
        let records = &self.0.records;
        message.number = records.open_text(found.partnership.agreement.number).await.map_err(|e| vault_failed(&e))?;
        message.termination_note = records.open_text(note).await.map_err(|e| vault_failed(&e))?;
        Ok(Response::new(pb::GetPartnershipResponse { partnership: Some(message) }))
    }

    async fn list_partnerships(
        &self,
        request: Request<pb::ListPartnershipsRequest>,
    ) -> Answer<pb::ListPartnershipsResponse> {
        let (call, request) = Call::question(request)?;
        let page = self.list(&call, &request).await?;
        let (partnerships, next_page_token) = (page.partnerships, page.next);
        Ok(Response::new(pb::ListPartnershipsResponse { partnerships, next_page_token }))
    }
}

impl Handler {
    async fn seal_number(&self, id: PartnershipId, number: &str) -> Result<(Option<VaultRef>, Vec<Sealed>), Status> {
        let sealed = self.0.records.seal_number(id, number).await.map_err(|e| vault_failed(&e))?;
        let (reference, sealed) = sealed.unzip();
        Ok((reference, sealed.into_iter().collect()))
    }
}

fn number(number: &str) -> Result<String, Words> {
    field::private(number, MAX_NUMBER, "AGREEMENT_NUMBER_TOO_LONG", "Nomor perjanjian")
}

fn document(hash: &str) -> Result<Option<DocumentHash>, Words> {
    field::hash(hash, "DOCUMENT_HASH_INVALID", "Sidik dokumen perjanjian")
}

fn until(date: Option<&kim_contract::r#type::v1::Date>) -> Result<time::Date, Words> {
    field::required_date(date, "UNTIL_MISSING", "Hari terakhir kemitraan")
}

/// A withdrawal is no answer of the other side, and neither is its end.
fn decline_reason(reason: i32) -> Result<DeclineReason, Words> {
    let is_answer = |reason: &DeclineReason| !matches!(reason, DeclineReason::Withdrawn | DeclineReason::PartnerGone);
    let known = DeclineReason::from_proto(reason).filter(is_answer);
    known.ok_or_else(|| field::unknown("DECLINE_REASON_UNKNOWN", "Alasan penolakan"))
}
