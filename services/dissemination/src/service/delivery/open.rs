//! `OpenMaterial`: what is published, in the language that is asked for, and that it was opened.

use kim_chassis::{access::Action, errors::Fault};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{call::Call, failure::unavailable, problem::one};
use kim_eventlog::Aggregate;
use tonic::Status;

use super::{
    Handler,
    carry_out::Named,
    request::{channel, language},
};
use crate::{
    domain::{
        Refusal,
        delivery::{Command, DeliveryError, Receipt, ReceiptKind},
        material::{Event, Publication},
    },
    index::CampaignSide,
    service::desk::Rejection,
    wire::{
        content::{content, languages},
        material::Materials,
    },
};

impl Handler {
    pub(super) async fn open_newest(
        &self,
        call: &Call,
        request: &pb::OpenMaterialRequest,
    ) -> Result<pb::OpenMaterialResponse, Status> {
        let channel = one("channel", channel(request.channel))?;
        let language = language(&request.language)?;
        let named = Named { campaign_id: &request.campaign_id, community_id: &request.community_id, etag: "" };
        let opened = self.open(call, Action::DeliveryReport, named).await?;
        let refused = |error: DeliveryError| Status::from(Rejection::Refused(Refusal::from(error)));
        // Also where the same request was carried out while it was not withdrawn.
        if let Some(at) = opened.known.withdrawn_at() {
            return Err(refused(DeliveryError::Withdrawn(at)));
        }
        let (Some(side), Some(_)) = (opened.known.side, opened.known.got) else {
            return Err(refused(DeliveryError::NotAssigned));
        };
        let publication = self.publication(side).await?;
        let receipt = Receipt { at: call.now, channel, version: side.newest };
        let command = Command::Receive { kind: ReceiptKind::Opened, receipt };
        let delivery = self.report(call, &opened, "", command).await?;
        let contents = &publication.wording.contents;
        Ok(pb::OpenMaterialResponse {
            delivery: Some(delivery),
            material_version: i32::try_from(publication.version.number()).unwrap_or(i32::MAX),
            content: Some(content(contents.in_language(language))),
            languages: languages(&contents.languages()),
        })
    }

    /// What is shown stands in the event that published it.
    async fn publication(&self, side: CampaignSide) -> Result<Box<Publication>, Status> {
        let recorded = self.0.log.at(side.published_at).await.map_err(|error| unavailable(&error))?;
        let event = recorded.as_ref().and_then(Materials::decode).map(|happened| happened.event);
        if let Some(Event::Published(publication)) = event {
            return Ok(publication);
        }
        let (material, position) = (side.material, side.published_at);
        tracing::error!(%material, %position, "the log has no publication where the index has one");
        Err(Fault::internal().into())
    }
}
