//! The host and the communities of a training are there, within the caller's reach and the training's region.

use std::collections::HashMap;

use kim_chassis::access::{Action, Resource};
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    problem::{Problems, one},
    words::Words,
};
use kim_values::Region;
use time::Date;
use tonic::Status;
use uuid::Uuid;

use super::Handler;
use crate::{
    domain::{
        ids::{CommunityId, OfficeId},
        office::Office,
        training::{Ended, Outline},
    },
    service::desk::{Rejection, failed},
};

impl Handler {
    /// The host, if there is one, was not closed yet `on` the training's first day.
    pub(super) async fn host_is_known(
        &self,
        call: &Call,
        outline: &Outline,
        on: Date,
        field: &'static str,
    ) -> Result<(), Status> {
        let Some(host) = outline.host else { return Ok(()) };
        let known = match self.host(call, host, outline.region).await? {
            None => Err(Words::new(
                "HOST_OFFICE_NOT_FOUND",
                "Kantor penyelenggara tidak ditemukan.",
                "Periksa nomor kantornya.",
            )),
            Some(office) if !office.is_open_on(on) => Err(Words::new(
                "HOST_OFFICE_CLOSED",
                "Kantor penyelenggara sudah ditutup pada hari pertama bimtek.",
                "Pakai kantor penggantinya.",
            )),
            Some(_) => Ok(()),
        };
        Ok(one(field, known)?)
    }

    /// An office that the caller may read, or one that stands above the training's region. Any other is one that is not there.
    async fn host(&self, call: &Call, host: OfficeId, region: Region) -> Result<Option<Office>, Status> {
        let office = self.0.offices.load::<Rejection>(host.0).await.map_err(failed)?;
        let is_known = |office: &Office| {
            let there = office.region.code;
            there.contains(&region.code) || call.permit(Action::OfficeRead, Resource::Region(&there)).is_ok()
        };
        Ok(office.state.clone().filter(is_known))
    }

    /// Returns those of them that were dissolved, or merged into others.
    pub(super) async fn communities_are_known(
        &self,
        call: &Call,
        communities: &[CommunityId],
        region: Region,
        field: &'static str,
    ) -> Result<Vec<Ended>, Status> {
        let mut problems = Problems::default();
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let ids: Vec<Uuid> = communities.iter().map(|id| id.0).collect();
        let found = self.0.index.find(&ids).await.map_err(|error| unavailable(&error))?;
        let seats: HashMap<Uuid, _> = found.iter().map(|found| (found.id, found.seat)).collect();
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
        problems.finish(Some(()))?;
        let mut ended = Vec::new();
        for community in found.iter().filter(|found| found.status.has_ended()).map(|found| CommunityId(found.id)) {
            let snapshot = self.0.communities.load::<Rejection>(community.0).await.map_err(failed)?;
            let on = snapshot.state.known().ok().and_then(|record| record.stage.ended_on());
            ended.extend(on.map(|on| Ended { community, on }));
        }
        Ok(ended)
    }
}
