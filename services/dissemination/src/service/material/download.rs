//! The bytes of a medium of a version.

use futures::{Stream, StreamExt};
use kim_chassis::{access::Action, errors::Thing};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{unavailable, vault_failed},
    wire::Paired,
};
use kim_values::DocumentHash;
use tonic::{Code, Status};

use super::Handler;
use crate::{
    domain::{
        content::{Contents, Media},
        material::{Version, Working},
    },
    service::id,
};

impl Handler {
    /// The medium that a version shows; of the version that is worked on for those who may read it.
    pub(super) async fn medium(&self, call: &Call, request: &pb::GetMediaRequest) -> Result<Media, Status> {
        let hidden = || Status::from(Thing::MEDIA.not_found());
        let hash = DocumentHash::parse(&request.hash).ok_or_else(hidden)?;
        let contents = match self.worked_on(call, request).await? {
            Some(contents) => contents,
            None => self.shown(call, &request.material_id, request.version).await?.publication.wording.contents,
        };
        let media = contents.each().flat_map(|content| &content.media).find(|media| media.hash == hash);
        media.cloned().ok_or_else(hidden)
    }

    /// What the version says that is asked for, if it is the one that is worked on and the caller may read it.
    async fn worked_on(&self, call: &Call, request: &pb::GetMediaRequest) -> Result<Option<Contents>, Status> {
        let is_asked_for = |working: &Working| {
            Version::new(u32::try_from(request.version).unwrap_or_default()) == Some(working.version)
        };
        let found = match self.found(call, Action::MaterialRead, id::material(&request.material_id)?).await {
            Ok(found) => found,
            Err(hidden) if hidden.code() == Code::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(version) = found.material.working.filter(is_asked_for) else { return Ok(None) };
        let wording = self.0.records.open_wording(version.content.reference).await.map_err(|e| vault_failed(&e))?;
        Ok(wording.map(|wording| wording.contents))
    }

    /// Type and size first, then the bytes.
    pub(super) fn download(
        &self,
        media: &Media,
    ) -> impl Stream<Item = Result<pb::GetMediaResponse, Status>> + Send + use<> {
        let begins = pb::GetMediaResponse {
            r#type: media.media_type.to_proto(),
            size: i64::try_from(media.size).expect("a medium is within its size"),
            chunk: Vec::new(),
        };
        let pieces = self.0.media.read(media.hash, media.media_type, media.size).map(|piece| {
            let chunk = piece.map_err(|error| unavailable(&error))?.to_vec();
            Ok(pb::GetMediaResponse { chunk, ..pb::GetMediaResponse::default() })
        });
        futures::stream::once(std::future::ready(Ok(begins))).chain(pieces)
    }
}
