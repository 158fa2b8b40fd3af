//! Communities of a region, as far as the caller reaches.

use kim_chassis::access::{Action, Reach, reach};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    field,
    list::{Paging, narrowed},
    problem::one,
    wire::Paired,
};
use kim_values::Region;
use tonic::Status;
use uuid::Uuid;

use crate::{
    domain::community::Status as Stage,
    index::{CommunityFilter, Page},
    service::desk::Desk,
};

impl Desk {
    pub(super) async fn list_communities(
        &self,
        call: &Call,
        request: &pb::ListCommunitiesRequest,
    ) -> Result<Page, Status> {
        let reach = reach(&call.principal, Action::CommunityRead)?;
        let region = match &request.region {
            None => Region::nation(),
            region => one("region.code", field::region(region.as_ref(), &self.territory()))?,
        };
        let statuses = statuses(&request.statuses)?;
        let key = format!("communities {} {:?} {}", region.code, request.statuses, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &key).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else { return Ok(Page::default()) };
        let filter = CommunityFilter { statuses, only: only(reach), ..CommunityFilter::within(within) };
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        self.index.communities(&filter, &paging).await.map_err(list_failed)
    }
}

/// Their own community, of whoever has one.
pub(super) fn only(reach: Reach) -> Option<Uuid> {
    if let Reach::Community(id) = reach { Some(id) } else { None }
}

fn statuses(statuses: &[i32]) -> Result<Vec<Stage>, Status> {
    let unknown = || field::unknown("STATUS_UNKNOWN", "Status KIM");
    let parsed = statuses.iter().map(|&status| Stage::from_proto(status).ok_or_else(unknown));
    Ok(one("statuses", parsed.collect())?)
}
