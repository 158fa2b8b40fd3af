//! `kimctl training`: bimtek and sosialisasi, from plan to report.

mod outcome;
mod participants;
mod report;
mod summary;
mod whole;
mod words;

pub use outcome::{Outcome, outcome};
pub use report::MaterialFile;
pub use summary::{Summaries, Summary};
pub use whole::Whole;
pub use words::{KINDS, REASONS, STATUSES, Word};

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use crate::{
    cli::training::{
        AmendTraining, CancelTraining, HoldTraining, InviteToTraining, ListTrainings, OneTraining, PlanTraining,
        ReportTraining,
    },
    connection::Services,
};
use participants::participants;

/// Trainings on a page; all pages are fetched.
const PAGE: i32 = 500;

/// All trainings that the wish and the caller's scope have in common.
pub async fn list(services: &Services, wish: &ListTrainings) -> anyhow::Result<Summaries> {
    let mut request = pb::ListTrainingsRequest {
        region: wish.region.map(region),
        kinds: wish.kind.into_iter().map(Into::into).collect(),
        statuses: wish.statuses.iter().map(|&status| status.into()).collect(),
        from: wish.from.map(date),
        to: wish.to.map(date),
        page_size: PAGE,
        page_token: String::new(),
    };
    let mut trainings = Vec::new();
    loop {
        let asked = services.trainings().list_trainings(services.request(request.clone())).await;
        let page = asked.map_err(|status| services.registry_said(&status))?.into_inner();
        trainings.extend(page.trainings.into_iter().map(Summary::from));
        if page.next_page_token.is_empty() {
            return Ok(Summaries(trainings));
        }
        request.page_token = page.next_page_token;
    }
}

pub async fn show(services: &Services, wish: &OneTraining) -> anyhow::Result<Whole> {
    let request = pb::GetTrainingRequest { training_id: wish.training.to_string() };
    let asked = services.trainings().get_training(services.request(request)).await;
    Ok(asked.map_err(|status| services.registry_said(&status))?.into_inner().into())
}

pub async fn plan(services: &Services, wish: &PlanTraining) -> anyhow::Result<Summary> {
    let plan = pb::TrainingPlan {
        kind: wish.outline.kind.into(),
        topic: wish.outline.topic.clone(),
        region: Some(region(wish.outline.region)),
        host_office_id: wish.outline.host.map(|id| id.to_string()).unwrap_or_default(),
        planned_from: Some(date(wish.from)),
        planned_to: wish.to.map(date),
        title: wish.title.clone().unwrap_or_default(),
        place: wish.place.map(region),
    };
    let request = pb::PlanTrainingRequest { request_id: request_id(), plan: Some(plan) };
    let done = services.trainings().plan_training(services.request(request)).await;
    Ok(done.map_err(|status| services.registry_said(&status))?.into_inner().summary.into())
}

pub async fn amend(services: &Services, wish: &AmendTraining) -> anyhow::Result<Summary> {
    let request = pb::AmendTrainingRequest {
        request_id: request_id(),
        training_id: wish.one.training.to_string(),
        etag: String::new(),
        topic: wish.topic.clone().unwrap_or_default(),
        planned_from: wish.from.map(date),
        planned_to: wish.to.map(date),
    };
    let done = services.trainings().amend_training(services.request(request)).await;
    Ok(done.map_err(|status| services.registry_said(&status))?.into_inner().summary.into())
}

pub async fn invite(services: &Services, wish: &InviteToTraining) -> anyhow::Result<Summary> {
    let invited = participants(&wish.communities)?;
    let request = pb::InviteToTrainingRequest {
        request_id: request_id(),
        training_id: wish.one.training.to_string(),
        etag: String::new(),
        community_ids: invited.into_iter().map(|participant| participant.community_id).collect(),
    };
    let done = services.trainings().invite_to_training(services.request(request)).await;
    Ok(done.map_err(|status| services.registry_said(&status))?.into_inner().summary.into())
}

pub async fn hold(services: &Services, wish: &HoldTraining) -> anyhow::Result<Summary> {
    let participants = participants(&wish.communities)?;
    let training = pb::Training {
        kind: wish.kind.unwrap_or_default().into(),
        topic: wish.topic.clone().unwrap_or_default(),
        region: wish.region.map(region),
        host_office_id: wish.host.map(|id| id.to_string()).unwrap_or_default(),
        held_from: Some(date(wish.from)),
        held_to: wish.to.map(date),
        community_ids: participants.iter().map(|participant| participant.community_id.clone()).collect(),
        office_staff: wish.staff.into(),
        // Who is only named was not counted.
        attendance: participants.into_iter().filter(|came| came.people > 0 || !came.officer_ids.is_empty()).collect(),
    };
    let request = pb::HoldTrainingRequest {
        request_id: request_id(),
        training: Some(training),
        training_id: wish.training.map(|id| id.to_string()).unwrap_or_default(),
        etag: String::new(),
    };
    let done = services.trainings().hold_training(services.request(request)).await;
    Ok(done.map_err(|status| services.registry_said(&status))?.into_inner().summary.into())
}

pub async fn report(services: &Services, wish: &ReportTraining) -> anyhow::Result<Summary> {
    let request = pb::ReportTrainingRequest {
        request_id: request_id(),
        training_id: wish.one.training.to_string(),
        etag: String::new(),
        report_hash: report::hash(&wish.report)?,
        materials: wish.materials.iter().map(MaterialFile::material).collect::<anyhow::Result<_>>()?,
    };
    let done = services.trainings().report_training(services.request(request)).await;
    Ok(done.map_err(|status| services.registry_said(&status))?.into_inner().summary.into())
}

pub async fn cancel(services: &Services, wish: &CancelTraining) -> anyhow::Result<Summary> {
    let request = pb::CancelTrainingRequest {
        request_id: request_id(),
        training_id: wish.one.training.to_string(),
        etag: String::new(),
        reason: wish.reason.into(),
        note: wish.note.clone(),
    };
    let done = services.trainings().cancel_training(services.request(request)).await;
    Ok(done.map_err(|status| services.registry_said(&status))?.into_inner().summary.into())
}

fn request_id() -> String {
    Uuid::now_v7().to_string()
}

fn region(code: RegionCode) -> pbt::Region {
    pbt::Region { code: code.to_string(), decree: String::new() }
}

fn date(day: Date) -> pbt::Date {
    pbt::Date { year: day.year(), month: u8::from(day.month()).into(), day: day.day().into() }
}
