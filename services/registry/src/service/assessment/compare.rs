//! How a community fared by one rubric, period after period.

use kim_chassis::access::Action;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    problem::one,
};
use kim_values::Code;
use tonic::Status;

use super::parse;
use crate::{
    domain::assessment::{Assessed, Assessment, Compared, Step, course},
    service::{
        community::visible,
        desk::{Desk, failed},
        id,
    },
};

impl Desk {
    pub(super) async fn compare_assessments(
        &self,
        call: &Call,
        request: &pb::CompareAssessmentsRequest,
    ) -> Result<Vec<pb::AssessmentStep>, Status> {
        let rubric = one("rubric", parse::rubric(&request.rubric))?;
        let community = id::community(&request.community_id)?;
        let snapshot = self.communities.load(community.0).await.map_err(failed)?;
        visible(&snapshot, call, Action::AssessmentRead, community)?;
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let ids = self.index.assessments_of(community, rubric).await.map_err(|error| unavailable(&error))?;
        let mut assessed = Vec::with_capacity(ids.len());
        for id in ids {
            let snapshot = self.assessments.load(id.0).await.map_err(failed)?;
            if let Assessment::Standing(record) = &snapshot.state {
                assessed.push(Assessed { id, record: record.clone() });
            }
        }
        let mut steps = Vec::with_capacity(assessed.len());
        for step in course(assessed) {
            let assessment = self.present_assessment(step.assessed.id).await?;
            steps.push(message(assessment, step));
        }
        Ok(steps)
    }
}

fn message(assessment: pb::Assessment, step: Step) -> pb::AssessmentStep {
    let mut message = pb::AssessmentStep { assessment: Some(assessment), ..pb::AssessmentStep::default() };
    match step.compared {
        Compared::First => message.set_basis(pb::ComparisonBasis::First),
        Compared::Criteria { before, total, criteria } => {
            message.set_basis(pb::ComparisonBasis::Criteria);
            message.compared_with_id = before.to_string();
            message.total_difference_basis_points = total;
            let difference = |(criterion, difference): (Code, i32)| pb::ScoreDifference {
                criterion: criterion.to_string(),
                difference,
            };
            message.differences = criteria.into_iter().map(difference).collect();
        }
        Compared::TotalOnly { before, total } => {
            message.set_basis(pb::ComparisonBasis::TotalOnly);
            message.compared_with_id = before.to_string();
            message.total_difference_basis_points = total;
        }
    }
    message
}
