//! Assessments of a region, as far as the caller reaches.

use kim_chassis::access::{Action, Reach, reach};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    field,
    list::{Paging, narrowed},
    problem::{Problems, one},
};
use kim_values::Region;
use tonic::Status;

use super::parse;
use crate::{domain::ids::CommunityId, index::Wanted, service::desk::Desk, wire::assessment::name_rubric};

impl Desk {
    pub(super) async fn list_assessments(
        &self,
        call: &Call,
        request: &pb::ListAssessmentsRequest,
    ) -> Result<pb::ListAssessmentsResponse, Status> {
        let reach = reach(&call.principal, Action::AssessmentRead)?;
        let region = match &request.region {
            None => Region::nation(),
            asked => one("region.code", field::region(asked.as_ref(), &self.territory()))?,
        };
        let mut wanted = wanted(request)?;
        let filter = format!("assessments {} {wanted:?} {}", region.code, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &filter).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else {
            return Ok(pb::ListAssessmentsResponse::default());
        };
        if let Reach::Community(own) = reach {
            if wanted.community.is_some_and(|community| community.0 != own) {
                return Ok(pb::ListAssessmentsResponse::default());
            }
            wanted.community = Some(CommunityId(own));
        }
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let mut page = self.index.assessments(within, wanted, &paging).await.map_err(list_failed)?;
        let rubrics = self.index.masters().borrow().rubrics.clone();
        page.assessments.iter_mut().for_each(|assessment| name_rubric(assessment, &rubrics));
        Ok(pb::ListAssessmentsResponse { assessments: page.assessments, next_page_token: page.next })
    }
}

fn wanted(request: &pb::ListAssessmentsRequest) -> Result<Wanted, Problems> {
    let community = match request.community_id.as_str() {
        "" => None,
        id => Some(one("community_id", crate::service::parse::community_id(id))?),
    };
    let period = match &request.period {
        None => None,
        period => Some(one("period", parse::period(period.as_ref()))?),
    };
    let rubric = match request.rubric.as_str() {
        "" => None,
        text => Some(one("rubric", parse::rubric(text))?),
    };
    Ok(Wanted { community, period, rubric })
}
