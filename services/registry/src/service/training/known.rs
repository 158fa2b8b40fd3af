//! The host and the communities of a training are there, within the caller's reach and the training's region.

use std::collections::HashMap;

use kim_chassis::access::{Action, Resource};
use tonic::Status;
use uuid::Uuid;

use super::Handler;
use crate::{
    domain::{
        ids::{CommunityId, OfficeId},
        region::Region,
        training::Outline,
    },
    service::{
        call::Call,
        desk::{Rejection, behind, failed, unavailable},
        problem::Problems,
        words::Words,
    },
};

impl Handler {
    pub(super) async fn host_is_known(
        &self,
        call: &Call,
        outline: &Outline,
        field: &'static str,
    ) -> Result<(), Status> {
        let mut problems = Problems::default();
        if let Some(host) = outline.host
            && !self.may_host(call, host, outline.region).await?
        {
            problems.add(
                field,
                Words::new(
                    "HOST_OFFICE_NOT_FOUND",
                    "Kantor penyelenggara tidak ditemukan.",
                    "Periksa nomor kantornya.",
                ),
            );
        }
        Ok(problems.finish(Some(()))?)
    }

    /// An office that the caller may read, or one that stands above the training's region. Any other is one that is not there.
    async fn may_host(&self, call: &Call, host: OfficeId, region: Region) -> Result<bool, Status> {
        let office = self.0.offices.load::<Rejection>(host.0).await.map_err(failed)?;
        Ok(office.state.as_ref().is_some_and(|office| {
            let there = office.region.code;
            there.contains(&region.code) || call.permit(Action::OfficeRead, Resource::Region(&there)).is_ok()
        }))
    }

    pub(super) async fn communities_are_known(
        &self,
        call: &Call,
        communities: &[CommunityId],
        region: Region,
        field: &'static str,
    ) -> Result<(), Status> {
        let mut problems = Problems::default();
        self.0.index.caught_up().await.map_err(|error| behind(&error))?;
        let ids: Vec<Uuid> = communities.iter().map(|id| id.0).collect();
        let found = self.0.index.find(&ids).await.map_err(|error| unavailable(&error))?;
        let seats: HashMap<Uuid, _> = found.into_iter().map(|found| (found.id, found.seat)).collect();
        for id in ids {
            let seat = seats
                .get(&id)
                .filter(|seat| call.permit(Action::TrainingHold, Resource::Community { id, seat: &seat.code }).is_ok());
            match seat {
                None => problems.add(
                    field,
                    Words::new(
                        "PARTICIPANT_NOT_FOUND",
                        format!("KIM {id} tidak ditemukan."),
                        "Periksa nomornya, atau wilayah kerja Anda.",
                    ),
                ),
                Some(seat) if !region.code.contains(&seat.code) => problems.add(
                    field,
                    Words::new(
                        "PARTICIPANT_OUTSIDE_REGION",
                        format!("KIM {id} berada di luar wilayah bimtek."),
                        "Perluas wilayah bimteknya, atau hapus KIM itu.",
                    ),
                ),
                Some(_) => {}
            }
        }
        Ok(problems.finish(Some(()))?)
    }
}
