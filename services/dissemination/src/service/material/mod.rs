//! `MaterialService`: what is told, version by version, from the draft to what everybody reads; and the media beside it.

mod carry_out;
mod download;
mod list;
mod request;
mod upload;
mod version;

use std::pin::Pin;

use futures::Stream;
use kim_chassis::access::Action;
use kim_contract::dissemination::v1::{self as pb, material_service_server::MaterialService};
use kim_desk::{
    call::Call,
    failure::vault_failed,
    problem::{Problems, one},
    target::Target,
};
use tonic::{Request, Response, Status, Streaming};

use super::desk::Desk;
use crate::{
    domain::{
        content::Wording,
        material::{Command, ReturnReason, Stage},
    },
    service::id,
    wire::material::{mark, said},
};
use carry_out::Acting;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl MaterialService for Handler {
    async fn draft_material(&self, request: Request<pb::DraftMaterialRequest>) -> Answer<pb::DraftMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let programme = id::programme(&request.programme_id)?;
        let wording = Wording { contents: request::contents(&request.contents)?, note: None };
        let material = self.draft(&call, programme, &wording).await?;
        Ok(Response::new(pb::DraftMaterialResponse { material: Some(material) }))
    }

    async fn amend_material(&self, request: Request<pb::AmendMaterialRequest>) -> Answer<pb::AmendMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialWrite, id::material(target.id)?).await?;
        let wording = request::wording(&request.contents, &request.revision_note)?;
        let material = self.amend(&call, &found, target.expected()?, &wording).await?;
        Ok(Response::new(pb::AmendMaterialResponse { material: Some(material) }))
    }

    async fn submit_material(&self, request: Request<pb::SubmitMaterialRequest>) -> Answer<pb::SubmitMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialWrite, id::material(target.id)?).await?;
        let submit = |Acting { by, today }| Command::Submit { by, today };
        let material = self.carry_out(&call, &found, target.expected()?, Vec::new(), submit).await?;
        Ok(Response::new(pb::SubmitMaterialResponse { material: Some(material) }))
    }

    async fn return_material(&self, request: Request<pb::ReturnMaterialRequest>) -> Answer<pb::ReturnMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialReview, id::material(target.id)?).await?;
        let mut problems = Problems::default();
        let reasons = problems.note("reasons", request::return_reasons(&request.reasons));
        let note = problems.note("note", request::note(&request.note));
        let (reasons, note): (Vec<ReturnReason>, String) = problems.finish(reasons.zip(note))?;
        let (note, sealed) = self.sealed_note(found.id, &note).await?;
        let give_back = |Acting { by, today }| Command::Return { reasons: reasons.clone(), note, by, today };
        let material = self.carry_out(&call, &found, target.expected()?, sealed, give_back).await?;
        Ok(Response::new(pb::ReturnMaterialResponse { material: Some(material) }))
    }

    async fn approve_material(
        &self,
        request: Request<pb::ApproveMaterialRequest>,
    ) -> Answer<pb::ApproveMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialReview, id::material(target.id)?).await?;
        let hash = one("content_hash", request::content_hash(&request.content_hash))?;
        if !request.personal_data_checked {
            self.has_no_marks(&found, hash).await?;
        }
        let approve = |Acting { by, today }| Command::Approve { hash, by, today };
        let material = self.carry_out(&call, &found, target.expected()?, Vec::new(), approve).await?;
        Ok(Response::new(pb::ApproveMaterialResponse { material: Some(material) }))
    }

    async fn publish_material(
        &self,
        request: Request<pb::PublishMaterialRequest>,
    ) -> Answer<pb::PublishMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialWrite, id::material(target.id)?).await?;
        let material = self.publish(&call, &found, target.expected()?).await?;
        Ok(Response::new(pb::PublishMaterialResponse { material: Some(material) }))
    }

    async fn revise_material(&self, request: Request<pb::ReviseMaterialRequest>) -> Answer<pb::ReviseMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialWrite, id::material(target.id)?).await?;
        let (reason, wording) = request::revision(&request)?;
        let programme = self.programme_status(found.material.outline.programme).await?;
        let (content, sealed) = self.sealed(found.id, &wording).await?;
        let revise = |Acting { by, today }| Command::Revise { reason, content: content.clone(), programme, by, today };
        let material = self.carry_out(&call, &found, target.expected()?, vec![sealed], revise).await?;
        Ok(Response::new(pb::ReviseMaterialResponse { material: Some(material) }))
    }

    async fn discard_material(
        &self,
        request: Request<pb::DiscardMaterialRequest>,
    ) -> Answer<pb::DiscardMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialWrite, id::material(target.id)?).await?;
        let discard = |Acting { by, today }| Command::Discard { by, today };
        let material = self.carry_out(&call, &found, target.expected()?, Vec::new(), discard).await?;
        Ok(Response::new(pb::DiscardMaterialResponse { material: Some(material) }))
    }

    async fn withdraw_material(
        &self,
        request: Request<pb::WithdrawMaterialRequest>,
    ) -> Answer<pb::WithdrawMaterialResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.material_id, etag: &request.etag };
        let found = self.found(&call, Action::MaterialWrite, id::material(target.id)?).await?;
        let mut problems = Problems::default();
        let reason = problems.note("reason", request::withdrawal_reason(request.reason));
        let note = problems.note("note", request::note(&request.note));
        let (reason, note) = problems.finish(reason.zip(note))?;
        let (note, sealed) = self.sealed_note(found.id, &note).await?;
        let withdraw = |Acting { by, today }| Command::Withdraw { reason, note, by, today };
        let material = self.carry_out(&call, &found, target.expected()?, sealed, withdraw).await?;
        Ok(Response::new(pb::WithdrawMaterialResponse { material: Some(material) }))
    }

    async fn get_material(&self, request: Request<pb::GetMaterialRequest>) -> Answer<pb::GetMaterialResponse> {
        let (call, request) = Call::question(request)?;
        let found = self.found(&call, Action::MaterialRead, id::material(&request.material_id)?).await?;
        let (records, mut material) = (&self.0.records, found.message());
        if let (Some(working), Some(version)) = (&found.material.working, &mut material.working_version) {
            let wording = records.open_wording(working.content.reference).await.map_err(|e| vault_failed(&e))?;
            if let Some(wording) = wording {
                *version = said(std::mem::take(version), &wording);
                version.personal_data_marks = wording.marks().iter().map(mark).collect();
            }
            if let Stage::Returned { note, .. } = working.stage {
                version.return_note = records.open_text(note).await.map_err(|error| vault_failed(&error))?;
            }
        }
        if let (Some(withdrawn), Some(withdrawal)) = (&found.material.withdrawn, &mut material.withdrawal) {
            withdrawal.note = records.open_text(withdrawn.note).await.map_err(|error| vault_failed(&error))?;
        }
        Ok(Response::new(pb::GetMaterialResponse { material: Some(material) }))
    }

    async fn get_material_version(
        &self,
        request: Request<pb::GetMaterialVersionRequest>,
    ) -> Answer<pb::GetMaterialVersionResponse> {
        let (call, request) = Call::question(request)?;
        let shown = self.shown(&call, &request.material_id, request.version).await?;
        Ok(Response::new(shown.message()))
    }

    async fn list_materials(&self, request: Request<pb::ListMaterialsRequest>) -> Answer<pb::ListMaterialsResponse> {
        let (call, request) = Call::question(request)?;
        let page = self.list(&call, &request).await?;
        Ok(Response::new(pb::ListMaterialsResponse { materials: page.materials, next_page_token: page.next }))
    }

    async fn upload_media(
        &self,
        request: Request<Streaming<pb::UploadMediaRequest>>,
    ) -> Answer<pb::UploadMediaResponse> {
        let (call, chunks) = Call::question(request)?;
        let kept = self.upload(&call, chunks).await?;
        let size = i64::try_from(kept.size).expect("a medium is within its size");
        Ok(Response::new(pb::UploadMediaResponse { hash: kept.hash.to_string(), size }))
    }

    type GetMediaStream = Pin<Box<dyn Stream<Item = Result<pb::GetMediaResponse, Status>> + Send>>;

    async fn get_media(&self, request: Request<pb::GetMediaRequest>) -> Answer<Self::GetMediaStream> {
        let (call, request) = Call::question(request)?;
        let media = self.medium(&call, &request).await?;
        Ok(Response::new(Box::pin(self.download(&media))))
    }
}
