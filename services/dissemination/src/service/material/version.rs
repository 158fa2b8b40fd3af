//! A version as it was shown. What is published stands in its event, and is read from there: for ever, and to the letter.

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{call::Call, failure::unavailable, words::Words};
use kim_eventlog::{Aggregate, Position, Version as AggregateVersion};
use tonic::{Code, Status};

use super::Handler;
use crate::{
    domain::{
        ids::MaterialId,
        material::{Event, Material, Publication, Status as Standing, Version},
    },
    service::{
        desk::{Desk, Rejection, failed},
        id,
    },
    wire::material::{Materials, publication},
};

/// A version that the caller may read.
pub(super) struct Shown {
    pub publication: Publication,
    standing: Standing,
    withdrawn: bool,
    position: Position,
}

impl Shown {
    pub(super) fn message(&self) -> pb::GetMaterialVersionResponse {
        pb::GetMaterialVersionResponse {
            material_version: Some(publication(&self.publication, self.standing)),
            withdrawn: self.withdrawn,
            position: self.position.get(),
        }
    }
}

impl Handler {
    /// The version of that number, or the newest for 0. What is superseded or withdrawn is only for those who audit it.
    pub(super) async fn shown(&self, call: &Call, id: &str, number: i32) -> Result<Shown, Status> {
        let hidden = || Status::from(Thing::MATERIAL.not_found());
        let id = id::material(id)?;
        let snapshot = self.0.materials.load::<Rejection>(id.0).await.map_err(failed)?;
        let material = snapshot.state.as_ref().ok_or_else(hidden)?;
        let version = published(material, number).ok_or_else(hidden)?;
        let standing = material.status_of(version).ok_or_else(hidden)?;
        let withdrawn = material.withdrawn.is_some();
        if withdrawn || standing != Standing::Published {
            if !self.audits(call, material).await? {
                return Err(not_shown(withdrawn));
            }
        } else {
            let _permit = call.permit(Action::PublicationRead, Resource::Nation).map_err(|_| hidden())?;
        }
        let (position, publication) = self.0.publication(id, version).await?.ok_or_else(hidden)?;
        Ok(Shown { publication, standing, withdrawn, position })
    }

    async fn audits(&self, call: &Call, material: &Material) -> Result<bool, Status> {
        let office = self.0.office(material.outline.office).await?;
        let region = office.map(|office| office.region.code);
        Ok(region.is_some_and(|code| call.permit(Action::PublicationAudit, Resource::Region(&code)).is_ok()))
    }
}

impl Desk {
    /// A version as the log has it, and where; `None` for one that was never published.
    pub async fn publication(
        &self,
        id: MaterialId,
        version: Version,
    ) -> Result<Option<(Position, Publication)>, Status> {
        let events = self.log.load(id.0, AggregateVersion::NONE).await.map_err(|error| unavailable(&error))?;
        Ok(events.iter().find_map(|recorded| match Materials::decode(recorded)?.event {
            Event::Published(publication) if publication.version == version => Some((recorded.position, *publication)),
            _ => None,
        }))
    }
}

fn published(material: &Material, number: i32) -> Option<Version> {
    let wanted = match number {
        0 => material.published.last()?.version,
        number => Version::new(u32::try_from(number).ok()?)?,
    };
    material.published.iter().map(|published| published.version).find(|version| *version == wanted)
}

/// That it was there is no secret: whoever got it is told what to do instead.
fn not_shown(withdrawn: bool) -> Status {
    let (words, detail) = if withdrawn {
        let words = Words::new(
            "MATERIAL_WITHDRAWN",
            "Materi ini sudah ditarik; jangan dipakai atau disebarkan lagi.",
            "Hapus salinannya, dan tanyakan penggantinya kepada kantor yang menerbitkannya.",
        );
        (words, "the material was withdrawn")
    } else {
        let words = Words::new(
            "VERSION_SUPERSEDED",
            "Versi ini sudah diganti dengan yang lebih baru.",
            "Buka versi terbaru: kosongkan nomor versinya.",
        );
        (words, "a newer version is published")
    };
    words.fault(Code::FailedPrecondition, detail).into()
}
