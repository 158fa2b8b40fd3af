//! Offices of a region, as far as the caller reaches, as they are on a day.

use kim_chassis::access::{Action, reach};
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

use super::Handler;
use crate::{
    domain::office::OfficeKind,
    index::{OfficeFilter, OfficePage},
    wire::master::{office_on, stored_office},
};

impl Handler {
    pub(super) async fn list(&self, call: &Call, request: &pb::ListOfficesRequest) -> Result<OfficePage, Status> {
        let reach = reach(&call.principal, Action::OfficeRead)?;
        let region = match &request.region {
            None => Region::nation(),
            region => one("region.code", field::region(region.as_ref(), &self.0.territory()))?,
        };
        let unknown = || field::unknown("OFFICE_KIND_UNKNOWN", "Jenis kantor");
        let kind = match request.kind {
            0 => None,
            kind => Some(one("kind", OfficeKind::from_proto(kind).ok_or_else(unknown))?),
        };
        let on = one("on", field::optional_date(request.on.as_ref(), "Tanggal"))?;
        let filter = format!("offices {} {kind:?} {on:?} {}", region.code, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &filter).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else {
            return Ok(OfficePage { offices: vec![], next: String::new() });
        };
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let page = self.0.index.offices(&OfficeFilter { within, kind, on }, &paging).await.map_err(list_failed)?;
        let called = |message: pb::Office| match stored_office(&message) {
            Some(office) => office_on(message, &office, on.unwrap_or_else(|| office.region.today(call.now))),
            None => message,
        };
        Ok(OfficePage { offices: page.offices.into_iter().map(called).collect(), ..page })
    }
}
