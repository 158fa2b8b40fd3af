//! Materials of the offices of a region, as far as the caller reaches.

use kim_chassis::access::{Action, reach};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    list::{Paging, narrowed},
};
use tonic::Status;

use super::{Handler, request};
use crate::index::{MaterialPage, place};

impl Handler {
    pub(super) async fn list(&self, call: &Call, request: &pb::ListMaterialsRequest) -> Result<MaterialPage, Status> {
        let reach = reach(&call.principal, Action::MaterialRead)?;
        let mut filter = request::filter(request, &self.0.territory())?;
        let paging = Paging::new(request.page_size, &request.page_token, &key(call, request)).map_err(list_failed)?;
        let Some(within) = narrowed(reach, filter.place.within) else { return Ok(MaterialPage::default()) };
        filter.place = place::Filter { within, ..filter.place };
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        self.0.index.materials(&filter, &paging).await.map_err(list_failed)
    }
}

/// All that a page depends on.
fn key(call: &Call, request: &pb::ListMaterialsRequest) -> String {
    let request = pb::ListMaterialsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    format!("materials {request:?} {}", call.principal.subject)
}
