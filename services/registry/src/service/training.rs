//! `TrainingService`: bimtek and sosialisasi, with the communities that took part.

use std::collections::HashMap;

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::registry::v1::{self as pb, training_service_server::TrainingService};
use kim_eventlog::{Done, Proposal};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    call::Call,
    desk::{Desk, Rejection, behind, failed, unavailable},
    parse,
    problem::Problems,
    words::Words,
};
use crate::{
    domain::{
        baseline::is_code,
        ids::{CommunityId, OfficeId, TrainingId},
        training::{self, Training, TrainingKind},
    },
    wire::{Happened, master::training_message, pairs::Paired},
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl TrainingService for Handler {
    async fn hold_training(&self, request: Request<pb::HoldTrainingRequest>) -> Answer<pb::HoldTrainingResponse> {
        let (call, request) = Call::command(request, &self.0.keys, self.0.log.is_simulated())?;
        let training = training(request.training.as_ref())?;
        let permit = call.permit(Action::TrainingHold, Resource::Region(&training.region.code))?;
        self.known(&call, &training).await?;
        let (id, region) = (Uuid::now_v7(), training.region);
        let command = training::Command::Hold { training, today: region.today(call.now) };
        let done = self
            .0
            .trainings
            .execute(id, &call.envelope(&permit), |snapshot| {
                let events = training::decide(snapshot.state.as_ref(), command.clone())?;
                let training::Command::Hold { training, .. } = &command;
                let happened = |event| Happened::new(id, event, Some(training.held_from), region, call.now);
                let result = Bytes::copy_from_slice(id.as_bytes());
                Ok::<_, Rejection>(Proposal { result, ..Proposal::of(events.into_iter().map(happened).collect()) })
            })
            .await
            .map_err(failed)?;
        let training_id = self.follow(done).await?.to_string();
        Ok(Response::new(pb::HoldTrainingResponse { training_id }))
    }

    async fn get_training(&self, request: Request<pb::GetTrainingRequest>) -> Answer<pb::GetTrainingResponse> {
        let (call, request) = Call::question(request)?;
        let hidden = || Status::from(Thing::TRAINING.not_found());
        let id = TrainingId::parse(&request.training_id).ok_or_else(hidden)?;
        let snapshot = self.0.trainings.load(id.0).await.map_err(failed)?;
        let training = snapshot.state.as_ref().ok_or_else(hidden)?;
        let _permit =
            call.permit(Action::TrainingRead, Resource::Region(&training.region.code)).map_err(|_| hidden())?;
        let training = Some(training_message(training));
        Ok(Response::new(pb::GetTrainingResponse { training_id: id.to_string(), training }))
    }
}

impl Handler {
    /// The host and all participants are there, within the caller's reach and the training's region.
    async fn known(&self, call: &Call, training: &Training) -> Result<(), Status> {
        let mut problems = Problems::default();
        if let Some(host) = training.host
            && !self.may_host(call, host, training).await?
        {
            problems.add(
                "training.host_office_id",
                Words::new(
                    "HOST_OFFICE_NOT_FOUND",
                    "Kantor penyelenggara tidak ditemukan.",
                    "Periksa nomor kantornya.",
                ),
            );
        }
        self.0.index.caught_up().await.map_err(|error| behind(&error))?;
        let ids: Vec<Uuid> = training.participants.iter().map(|id| id.0).collect();
        let found = self.0.index.find(&ids).await.map_err(|error| unavailable(&error))?;
        let seats: HashMap<Uuid, _> = found.into_iter().map(|found| (found.id, found.seat)).collect();
        for id in ids {
            let seat = seats
                .get(&id)
                .filter(|seat| call.permit(Action::TrainingHold, Resource::Community { id, seat: &seat.code }).is_ok());
            match seat {
                None => problems.add(
                    "training.community_ids",
                    Words::new(
                        "PARTICIPANT_NOT_FOUND",
                        format!("KIM {id} tidak ditemukan."),
                        "Periksa nomornya, atau wilayah kerja Anda.",
                    ),
                ),
                Some(seat) if !training.region.code.contains(&seat.code) => problems.add(
                    "training.community_ids",
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

    /// An office that the caller may read, or one that stands above the training's region. Any other is one that is not there.
    async fn may_host(&self, call: &Call, host: OfficeId, training: &Training) -> Result<bool, Status> {
        let office = self.0.offices.load::<Rejection>(host.0).await.map_err(failed)?;
        Ok(office.state.as_ref().is_some_and(|office| {
            let there = office.region.code;
            there.contains(&training.region.code) || call.permit(Action::OfficeRead, Resource::Region(&there)).is_ok()
        }))
    }

    /// The training's id, once its dormant participants have their plans. Should that fail, the policy goes on by itself.
    async fn follow(&self, done: Done<Option<Training>>) -> Result<Uuid, Status> {
        let result = match done {
            Done::New { result, first, .. } => {
                self.0.settle(first).await;
                result
            }
            Done::Repeated { result } => result,
        };
        if let Err(error) = self.0.policies.react().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "plans are made later");
        }
        Uuid::from_slice(&result).map_err(|error| unavailable(&error))
    }
}

fn training(training: Option<&pb::Training>) -> Result<Training, Problems> {
    let empty = pb::Training::default();
    let training = training.unwrap_or(&empty);
    let mut problems = Problems::default();
    let unknown = || parse::unknown("TRAINING_KIND_UNKNOWN", "Jenis bimtek");
    let kind = problems.note("training.kind", TrainingKind::from_proto(training.kind).ok_or_else(unknown));
    let topic = problems.note("training.topic", topic(&training.topic));
    let region = problems.note("training.region.code", parse::region(training.region.as_ref()));
    let host = problems.note("training.host_office_id", host(&training.host_office_id));
    let from = parse::required_date(training.held_from.as_ref(), "HELD_FROM_MISSING", "Tanggal mulai");
    let held_from = problems.note("training.held_from", from);
    let to = parse::optional_date(training.held_to.as_ref(), "Tanggal selesai");
    let held_to = problems.note("training.held_to", to);
    let participants = problems.note("training.community_ids", participants(&training.community_ids));
    let staff = parse::count(training.office_staff, 100_000, "OFFICE_STAFF_INVALID", "Jumlah petugas kantor");
    let staff = problems.note("training.office_staff", staff);
    let parsed = (|| {
        let held_from = held_from?;
        Some(Training {
            kind: kind?,
            topic: topic?,
            region: region?,
            host: host?,
            held_from,
            held_to: held_to?.unwrap_or(held_from),
            participants: participants?,
            office_staff: staff?,
        })
    })();
    problems.finish(parsed)
}

fn topic(topic: &str) -> Result<Box<str>, Words> {
    if is_code(topic) {
        return Ok(topic.into());
    }
    Err(Words::new(
        "TOPIC_INVALID",
        "Kode topik tidak sah.",
        "Tulis 3 sampai 64 huruf kecil, angka, atau garis bawah, diawali huruf: platform_kim.",
    ))
}

fn host(id: &str) -> Result<Option<OfficeId>, Words> {
    if id.is_empty() {
        return Ok(None);
    }
    OfficeId::parse(id).map(Some).ok_or_else(|| {
        Words::new(
            "HOST_OFFICE_NOT_FOUND",
            "Nomor kantor penyelenggara salah bentuk.",
            "Salin nomornya dari daftar kantor.",
        )
    })
}

fn participants(ids: &[String]) -> Result<Vec<CommunityId>, Words> {
    ids.iter().map(|id| parse::community_id(id)).collect()
}
