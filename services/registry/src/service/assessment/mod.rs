//! `AssessmentService`: rubrics, and communities assessed by them.

mod carry_out;
mod compare;
mod list;
mod parse;
mod rubric;

use kim_chassis::{access::Action, errors::Thing};
use kim_contract::registry::v1::{self as pb, assessment_service_server::AssessmentService};
use kim_desk::{
    call::Call,
    failure::behind,
    field,
    problem::one,
    target::{Expected, Target},
    wire::Paired,
};
use tonic::{Request, Response, Status};

use self::carry_out::{Known, Subject};
use super::{
    community::visible,
    desk::{Desk, Rejection, failed},
};
use crate::{
    domain::{
        Refusal,
        assessment::{Assessment, Command, WithdrawalReason},
        ids::AssessmentId,
    },
    service::id,
    wire::assessment::assessment_id,
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl AssessmentService for Handler {
    async fn set_rubric(&self, request: Request<pb::SetRubricRequest>) -> Answer<pb::SetRubricResponse> {
        let (call, request) = self.0.command(request)?;
        let rubric = Some(self.0.set_rubric(&call, &request).await?);
        Ok(Response::new(pb::SetRubricResponse { rubric }))
    }

    async fn get_rubric(&self, request: Request<pb::GetRubricRequest>) -> Answer<pb::GetRubricResponse> {
        let (call, request) = Call::question(request)?;
        let rubric = Some(self.0.get_rubric(&call, &request).await?);
        Ok(Response::new(pb::GetRubricResponse { rubric }))
    }

    async fn list_rubrics(&self, request: Request<pb::ListRubricsRequest>) -> Answer<pb::ListRubricsResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.0.list_rubrics(&call, &request).await?))
    }

    async fn assess_community(
        &self,
        request: Request<pb::AssessCommunityRequest>,
    ) -> Answer<pb::AssessCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let asked = parse::assess(&request)?;
        let community = id::community(&request.community_id)?;
        let snapshot = self.0.communities.load(community.0).await.map_err(failed)?;
        let record = visible(&snapshot, &call, Action::AssessmentWrite, community)?;
        let seat = record.profile.seat;
        self.0.may_assess(&call, asked.office, seat).await?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let rubrics = self.0.index.masters().borrow().rubrics.clone();
        let rubric = rubrics.scoring(asked.rubric, asked.version, asked.period).map_err(Rejection::from)?;
        let (note, sealed) = self.0.assessment_note(community, &request.note).await?;
        let id = assessment_id(community, asked.rubric, asked.period);
        let command = Command::Assess {
            community,
            status: record.stage.status(),
            seat,
            rubric: rubric.clone(),
            period: asked.period,
            given: asked.given,
            office: asked.office,
            note,
            today: seat.today(call.now),
        };
        let subject = Subject { id, seat, expected: Expected::ANY, sealed };
        let assessment = self.0.decide_assessment(&call, &subject, |_| Ok(command.clone())).await?;
        Ok(Response::new(pb::AssessCommunityResponse { assessment: Some(assessment) }))
    }

    async fn revise_assessment(
        &self,
        request: Request<pb::ReviseAssessmentRequest>,
    ) -> Answer<pb::ReviseAssessmentResponse> {
        let (call, request) = self.0.command(request)?;
        let asked = parse::revise(&request)?;
        let expected = Target { id: &request.assessment_id, etag: &request.etag }.expected()?;
        let Known { id, community, seat } = self.known(&call, Action::AssessmentWrite, &request.assessment_id).await?;
        self.0.may_assess(&call, asked.office, seat).await?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let rubrics = self.0.index.masters().borrow().rubrics.clone();
        let (note, sealed) = self.0.assessment_note(community, &request.note).await?;
        let revise = |assessment: &Assessment| -> Result<Command, Rejection> {
            let rubric = assessment.record().ok_or(Refusal::AssessmentNotFound)?.rubric;
            let version = asked.version.unwrap_or(rubric.version);
            let rubric = rubrics.version(rubric.code, version).ok_or(Refusal::RubricNotFound)?;
            Ok(Command::Revise {
                rubric: rubric.clone(),
                given: asked.given.clone(),
                office: asked.office,
                reason: asked.reason,
                note,
                today: seat.today(call.now),
            })
        };
        let subject = Subject { id, seat, expected, sealed };
        let assessment = self.0.decide_assessment(&call, &subject, revise).await?;
        Ok(Response::new(pb::ReviseAssessmentResponse { assessment: Some(assessment) }))
    }

    async fn withdraw_assessment(
        &self,
        request: Request<pb::WithdrawAssessmentRequest>,
    ) -> Answer<pb::WithdrawAssessmentResponse> {
        let (call, request) = self.0.command(request)?;
        let missing = || field::unknown("WITHDRAWAL_REASON_UNKNOWN", "Alasan penarikan");
        let reason = one("reason", WithdrawalReason::from_proto(request.reason).ok_or_else(missing))?;
        let expected = Target { id: &request.assessment_id, etag: &request.etag }.expected()?;
        let Known { id, community, seat } = self.known(&call, Action::AssessmentWrite, &request.assessment_id).await?;
        let (note, sealed) = self.0.assessment_note(community, &request.note).await?;
        let command = Command::Withdraw { reason, note, today: seat.today(call.now) };
        let subject = Subject { id, seat, expected, sealed };
        let assessment = self.0.decide_assessment(&call, &subject, |_| Ok(command.clone())).await?;
        Ok(Response::new(pb::WithdrawAssessmentResponse { assessment: Some(assessment) }))
    }

    async fn get_assessment(&self, request: Request<pb::GetAssessmentRequest>) -> Answer<pb::GetAssessmentResponse> {
        let (call, request) = Call::question(request)?;
        let known = self.known(&call, Action::AssessmentRead, &request.assessment_id).await?;
        let assessment = self.0.present_assessment(known.id).await?;
        Ok(Response::new(pb::GetAssessmentResponse { assessment: Some(assessment) }))
    }

    async fn list_assessments(
        &self,
        request: Request<pb::ListAssessmentsRequest>,
    ) -> Answer<pb::ListAssessmentsResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.0.list_assessments(&call, &request).await?))
    }

    async fn compare_assessments(
        &self,
        request: Request<pb::CompareAssessmentsRequest>,
    ) -> Answer<pb::CompareAssessmentsResponse> {
        let (call, request) = Call::question(request)?;
        let steps = self.0.compare_assessments(&call, &request).await?;
        Ok(Response::new(pb::CompareAssessmentsResponse { steps }))
    }
}

impl Handler {
    /// An assessment that is there for this caller, for its community is.
    async fn known(&self, call: &Call, action: Action, id: &str) -> Result<Known, Status> {
        let hidden = || Status::from(Thing::ASSESSMENT.not_found());
        let id = AssessmentId::parse(id).ok_or_else(hidden)?;
        let snapshot = self.0.assessments.load(id.0).await.map_err(failed)?;
        let community = snapshot.state.record().ok_or_else(hidden)?.community;
        let of = self.0.communities.load(community.0).await.map_err(failed)?;
        let record = visible(&of, call, action, community).map_err(|_| hidden())?;
        Ok(Known { id, community, seat: record.profile.seat })
    }
}
