//! `TrainingService`: bimtek and sosialisasi, from plan to report, and what the communities that took part did after it.

mod carry_out;
mod known;
mod outcome;
mod request;

use kim_chassis::access::{Action, Resource, reach};
use kim_contract::registry::v1::{self as pb, training_service_server::TrainingService};
use kim_desk::{
    call::Call,
    failure::{behind, list_failed, vault_failed},
    field,
    list::{Paging, narrowed},
    problem::one,
    target::Target,
    wire::Paired,
};
use kim_values::Region;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::desk::{Desk, failed};
use crate::{
    domain::training::{CancellationReason, Command, Stage, Training},
    service::id,
    wire::training::{cancellation_message, plan_message, report_message, summary, training_message},
};
use carry_out::visible;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl TrainingService for Handler {
    async fn plan_training(&self, request: Request<pb::PlanTrainingRequest>) -> Answer<pb::PlanTrainingResponse> {
        let (call, request) = self.0.command(request)?;
        let (outline, plan) = request::plan(request.plan.as_ref(), &self.0.territory())?;
        let region = outline.region;
        let permit = call.permit(Action::TrainingHold, Resource::Region(&region.code))?;
        self.host_is_known(&call, &outline, plan.from, "plan.host_office_id").await?;
        let command = Command::Plan { outline, plan, today: region.today(call.now) };
        let summary = self.begin(&call, &permit, Uuid::now_v7(), region, &command).await?;
        Ok(Response::new(pb::PlanTrainingResponse { summary: Some(summary) }))
    }

    async fn amend_training(&self, request: Request<pb::AmendTrainingRequest>) -> Answer<pb::AmendTrainingResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.training_id, etag: &request.etag };
        let (topic, from, to) = request::amendment(&request)?;
        let amend = |today| Command::Amend { topic: topic.clone(), from, to, today };
        let summary = self.carry_out(&call, &target, Vec::new(), amend).await?;
        Ok(Response::new(pb::AmendTrainingResponse { summary: Some(summary) }))
    }

    async fn invite_to_training(
        &self,
        request: Request<pb::InviteToTrainingRequest>,
    ) -> Answer<pb::InviteToTrainingResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.training_id, etag: &request.etag };
        let communities = one("community_ids", request::communities(&request.community_ids))?;
        let region = self.region(&call, &target).await?;
        let ended = self.communities_are_known(&call, &communities, region, "community_ids").await?;
        let invite = |_| Command::Invite { communities: communities.clone(), ended: ended.clone() };
        let summary = self.carry_out(&call, &target, Vec::new(), invite).await?;
        Ok(Response::new(pb::InviteToTrainingResponse { summary: Some(summary) }))
    }

    async fn hold_training(&self, request: Request<pb::HoldTrainingRequest>) -> Answer<pb::HoldTrainingResponse> {
        let (call, request) = self.0.command(request)?;
        let training = request.training.as_ref();
        let summary = if request.training_id.is_empty() {
            let (outline, session) = request::training(training, &self.0.territory())?;
            let region = outline.region;
            let permit = call.permit(Action::TrainingHold, Resource::Region(&region.code))?;
            self.host_is_known(&call, &outline, session.held_from, "training.host_office_id").await?;
            let ended =
                self.communities_are_known(&call, &session.participants, region, "training.community_ids").await?;
            let command = Command::Hold { outline, session, ended, today: region.today(call.now) };
            self.begin(&call, &permit, Uuid::now_v7(), region, &command).await?
        } else {
            let target = Target { id: &request.training_id, etag: &request.etag };
            let session = request::planned_session(training)?;
            let region = self.region(&call, &target).await?;
            let ended =
                self.communities_are_known(&call, &session.participants, region, "training.community_ids").await?;
            let hold = |today| Command::HoldPlanned { session: session.clone(), ended: ended.clone(), today };
            self.carry_out(&call, &target, Vec::new(), hold).await?
        };
        self.give_plans().await;
        let training_id = summary.training_id.clone();
        Ok(Response::new(pb::HoldTrainingResponse { training_id, summary: Some(summary) }))
    }

    async fn report_training(&self, request: Request<pb::ReportTrainingRequest>) -> Answer<pb::ReportTrainingResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.training_id, etag: &request.etag };
        let report = request::report(&request)?;
        let tell = |today| Command::Report { report: report.clone(), today };
        let summary = self.carry_out(&call, &target, Vec::new(), tell).await?;
        Ok(Response::new(pb::ReportTrainingResponse { summary: Some(summary) }))
    }

    async fn cancel_training(&self, request: Request<pb::CancelTrainingRequest>) -> Answer<pb::CancelTrainingResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.training_id, etag: &request.etag };
        let unknown = || field::unknown("TRAINING_CANCELLATION_REASON_UNKNOWN", "Alasan pembatalan");
        let reason = one("reason", CancellationReason::from_proto(request.reason).ok_or_else(unknown))?;
        let note = one("note", field::private(&request.note, 2_000, "NOTE_TOO_LONG", "Catatan"))?;
        let sealed = self.0.records.seal_note(id::training(target.id)?.0, &note).await.map_err(|e| vault_failed(&e))?;
        let (reference, sealed) = sealed.unzip();
        let cancel = |today| Command::Cancel { reason, note: reference, today };
        let summary = self.carry_out(&call, &target, sealed.into_iter().collect(), cancel).await?;
        Ok(Response::new(pb::CancelTrainingResponse { summary: Some(summary) }))
    }

    async fn get_training(&self, request: Request<pb::GetTrainingRequest>) -> Answer<pb::GetTrainingResponse> {
        let (call, request) = Call::question(request)?;
        let id = id::training(&request.training_id)?;
        let snapshot = self.0.trainings.load(id.0).await.map_err(failed)?;
        let training = visible(&snapshot, &call, Action::TrainingRead, &self.0.territory())?;
        let summary = Some(summary(id, training, snapshot.version));
        Ok(Response::new(pb::GetTrainingResponse { training_id: id.to_string(), summary, ..whole(training) }))
    }

    async fn list_trainings(&self, request: Request<pb::ListTrainingsRequest>) -> Answer<pb::ListTrainingsResponse> {
        let (call, request) = Call::question(request)?;
        let reach = reach(&call.principal, Action::TrainingRead)?;
        let region = match &request.region {
            None => Region::nation(),
            region => one("region.code", field::region(region.as_ref(), &self.0.territory()))?,
        };
        let filter = request::filter(&request)?;
        let depends_on = format!("trainings {} {filter:?} {}", region.code, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &depends_on).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else {
            return Ok(Response::new(pb::ListTrainingsResponse::default()));
        };
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let page = self.0.index.trainings(within, &filter, &paging).await.map_err(list_failed)?;
        Ok(Response::new(pb::ListTrainingsResponse { trainings: page.trainings, next_page_token: page.next }))
    }

    async fn get_training_outcome(
        &self,
        request: Request<pb::GetTrainingOutcomeRequest>,
    ) -> Answer<pb::GetTrainingOutcomeResponse> {
        let (call, request) = Call::question(request)?;
        let outcome = self.outcome(&call, &request.training_id).await?;
        Ok(Response::new(outcome))
    }
}

/// All that is known of a training, but for its summary.
fn whole(training: &Training) -> pb::GetTrainingResponse {
    let outline = &training.outline;
    let mut answer = pb::GetTrainingResponse {
        training: training.session().map(|session| training_message(outline, session)),
        plan: training.plan.as_ref().map(|plan| plan_message(outline, plan)),
        invited_community_ids: training.invited.iter().map(ToString::to_string).collect(),
        ..pb::GetTrainingResponse::default()
    };
    match &training.stage {
        Stage::Planned | Stage::Held(_) => {}
        Stage::Reported { report, on, .. } => answer.report = Some(report_message(report, *on)),
        Stage::Cancelled { on, reason } => answer.cancellation = Some(cancellation_message(*on, *reason)),
    }
    answer
}
