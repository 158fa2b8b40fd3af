//! `kimctl training`: bimtek and sosialisasi, from plan to report.

mod args;
mod participants;
mod report;
mod screen;

pub use args::Command;
pub use screen::{Outcome, Shown, Summary, Whole};

use kim_contract::registry::v1::{
    self as pb, AmendTrainingRequest, CancelTrainingRequest, GetTrainingOutcomeRequest, GetTrainingRequest,
    HoldTrainingRequest, InviteToTrainingRequest, ListTrainingsRequest, PlanTrainingRequest, ReportTrainingRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::{
    args::{Hold, List, Plan},
    participants::participants,
    report::{MaterialFile, hash},
};
use crate::{connection::Services, dates::to_proto, ids, places};

/// As many as the registry gives at a time.
const PAGE: i32 = 500;

/// What stands in the files that a command names.
#[derive(Debug, Default)]
struct Files {
    participants: Vec<pb::Attendance>,
    report_hash: String,
    materials: Vec<pb::TrainingMaterial>,
}

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    let files = read(&command)?;
    asked(services, command, files).await.map_err(|status| services.registry_said(&status))
}

fn read(command: &Command) -> anyhow::Result<Files> {
    Ok(match command {
        Command::Invite(wish) => Files { participants: participants(&wish.communities)?, ..Files::default() },
        Command::Hold(wish) => Files { participants: participants(&wish.communities)?, ..Files::default() },
        Command::Report(wish) => {
            let materials = wish.materials.iter().map(MaterialFile::material).collect::<anyhow::Result<_>>()?;
            Files { report_hash: hash(&wish.document)?, materials, ..Files::default() }
        }
        _ => Files::default(),
    })
}

async fn asked(services: &Services, command: Command, files: Files) -> Result<Shown, Status> {
    let mut trainings = services.trainings();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and takes the training out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            trainings.$method(services.request($request)).await?.into_inner().summary
        };
    }
    let summary = match command {
        Command::List(wish) => return Ok(Shown::List(list(services, &wish).await?)),
        Command::Show(which) => {
            let request = services.request(GetTrainingRequest { training_id: ids::to_proto(which.training) });
            let answer = trainings.get_training(request).await?.into_inner();
            return Ok(Shown::Whole(Box::new(Whole::of(answer))));
        }
        Command::Outcome(which) => {
            let request = services.request(GetTrainingOutcomeRequest { training_id: ids::to_proto(which.training) });
            let answer = trainings.get_training_outcome(request).await?.into_inner();
            return Ok(Shown::Outcome(Outcome::of(answer)));
        }
        Command::Plan(wish) => send!(plan_training, PlanTrainingRequest { request_id, plan: Some(plan(wish)) }),
        Command::Amend(wish) => send!(
            amend_training,
            AmendTrainingRequest {
                request_id,
                training_id: ids::to_proto(wish.which.training),
                etag,
                topic: wish.topic,
                planned_from: wish.from.map(to_proto),
                planned_to: wish.to.map(to_proto),
            }
        ),
        Command::Invite(wish) => {
            let training_id = ids::to_proto(wish.which.training);
            let community_ids = files.participants.into_iter().map(|invited| invited.community_id).collect();
            send!(invite_to_training, InviteToTrainingRequest { request_id, training_id, etag, community_ids })
        }
        Command::Hold(wish) => send!(
            hold_training,
            HoldTrainingRequest {
                request_id,
                training_id: ids::to_proto(wish.training),
                etag,
                training: Some(held(wish, files.participants)),
            }
        ),
        Command::Report(wish) => send!(
            report_training,
            ReportTrainingRequest {
                request_id,
                training_id: ids::to_proto(wish.which.training),
                etag,
                report_hash: files.report_hash,
                materials: files.materials,
            }
        ),
        Command::Cancel(wish) => {
            let (training_id, reason) = (ids::to_proto(wish.which.training), wish.reason.into());
            send!(cancel_training, CancelTrainingRequest { request_id, training_id, etag, reason, note: wish.note })
        }
    };
    Ok(Shown::One(Box::new(Summary::of(summary.unwrap_or_default()))))
}

fn plan(wish: Plan) -> pb::TrainingPlan {
    pb::TrainingPlan {
        kind: wish.kind.into(),
        topic: wish.topic,
        region: Some(places::to_proto(wish.region)),
        host_office_id: ids::to_proto(wish.host),
        planned_from: Some(to_proto(wish.from)),
        planned_to: wish.to.map(to_proto),
        title: wish.title,
        place: wish.place.map(places::to_proto),
    }
}

fn held(wish: Hold, participants: Vec<pb::Attendance>) -> pb::Training {
    pb::Training {
        kind: wish.kind.map(i32::from).unwrap_or_default(),
        topic: wish.topic.unwrap_or_default(),
        region: wish.region.map(places::to_proto),
        host_office_id: ids::to_proto(wish.host),
        held_from: Some(to_proto(wish.from)),
        held_to: wish.to.map(to_proto),
        community_ids: participants.iter().map(|participant| participant.community_id.clone()).collect(),
        office_staff: wish.staff.into(),
        // Who is only named was not counted.
        attendance: participants.into_iter().filter(|came| came.people > 0 || !came.officer_ids.is_empty()).collect(),
    }
}

/// All pages.
async fn list(services: &Services, wish: &List) -> Result<Vec<Summary>, Status> {
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = services.request(ListTrainingsRequest {
            region: wish.region.map(places::to_proto),
            kinds: wish.kind.into_iter().map(Into::into).collect(),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            from: wish.from.map(to_proto),
            to: wish.to.map(to_proto),
            page_size: PAGE,
            page_token,
        });
        let page = services.trainings().list_trainings(request).await?.into_inner();
        listed.extend(page.trainings.into_iter().map(Summary::of));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(listed);
        }
    }
}
