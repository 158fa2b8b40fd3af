//! Materials, from draft to withdrawal.

use kim_contract::dissemination::v1::{self as pb, material_service_client::MaterialServiceClient};

use super::messages;
use crate::sample::{
    dissemination::material::Turn,
    load::{Loader, carry_out::Moment, ids::Made},
};

const CLIENT: fn(tonic::transport::Channel) -> MaterialServiceClient<tonic::transport::Channel> =
    MaterialServiceClient::new;

impl Loader<'_> {
    pub(super) async fn write_material(&self, moment: Moment, place: usize, turn: Turn) -> anyhow::Result<Made> {
        let material = &self.plan.dissemination.materials[place];
        let (service, at, request_id, etag) =
            (&self.dissemination, moment.at, self.request_id(moment, 0), String::new());
        if turn == Turn::Drafted {
            let programme_id = self.ids.programme(material.programme)?;
            let contents = messages::contents(material, turn);
            let message = pb::DraftMaterialRequest { request_id, programme_id, contents };
            let made = service.call(CLIENT, message, at, |mut c, r| async move { c.draft_material(r).await }).await?;
            return Ok(Made::Material(place, made.material.unwrap_or_default().material_id));
        }
        let material_id = self.ids.material(place)?;
        match turn {
            Turn::Drafted => unreachable!("drafted above"),
            Turn::Submitted => {
                let message = pb::SubmitMaterialRequest { request_id, material_id, etag };
                service.call(CLIENT, message, at, |mut c, r| async move { c.submit_material(r).await }).await?;
            }
            Turn::Returned(reason) => {
                let (reasons, note) = (vec![messages::return_reason(reason).into()], String::new());
                let message = pb::ReturnMaterialRequest { request_id, material_id, etag, reasons, note };
                service.review(CLIENT, message, at, |mut c, r| async move { c.return_material(r).await }).await?;
            }
            Turn::Amended => {
                let (contents, revision_note) = (messages::contents(material, turn), String::new());
                let message = pb::AmendMaterialRequest { request_id, material_id, etag, contents, revision_note };
                service.call(CLIENT, message, at, |mut c, r| async move { c.amend_material(r).await }).await?;
            }
            Turn::Approved => {
                // What is not worked on any more was approved and published before the loading was broken off.
                let Some(read) = service.material(&material_id).await?.working_version else {
                    return Ok(Made::Nothing);
                };
                let content_hash = read.content_hash;
                let rest = pb::ApproveMaterialRequest::default();
                let message = pb::ApproveMaterialRequest { request_id, material_id, etag, content_hash, ..rest };
                service.review(CLIENT, message, at, |mut c, r| async move { c.approve_material(r).await }).await?;
            }
            Turn::Published => {
                let message = pb::PublishMaterialRequest { request_id, material_id, etag };
                service.call(CLIENT, message, at, |mut c, r| async move { c.publish_material(r).await }).await?;
            }
            Turn::Revised(revision) => {
                let message = pb::ReviseMaterialRequest {
                    request_id,
                    material_id,
                    etag,
                    reason: messages::revision_reason(revision).into(),
                    revision_note: messages::revision_note(revision).to_owned(),
                    contents: messages::contents(material, turn),
                };
                service.call(CLIENT, message, at, |mut c, r| async move { c.revise_material(r).await }).await?;
            }
            Turn::Withdrawn(reason) => {
                let (reason, note) = (messages::withdrawal_reason(reason).into(), String::new());
                let message = pb::WithdrawMaterialRequest { request_id, material_id, etag, reason, note };
                service.call(CLIENT, message, at, |mut c, r| async move { c.withdraw_material(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }
}
