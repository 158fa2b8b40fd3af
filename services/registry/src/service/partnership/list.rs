//! Partnerships of a region, as far as the caller reaches.

use kim_chassis::access::{Action, Reach, reach};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    field,
    list::{Paging, narrowed},
    problem::Problems,
    wire::Paired,
    words::Words,
};
use kim_territory::Adopted;
use kim_values::Region;
use tonic::Status;

use super::Handler;
use crate::{
    domain::{
        ids::{CommunityId, OfficeId},
        partnership::Status as Stage,
    },
    index::{PartnershipFilter, PartnershipPage},
    service::parse,
};

impl Handler {
    pub(super) async fn list(
        &self,
        call: &Call,
        request: &pb::ListPartnershipsRequest,
    ) -> Result<PartnershipPage, Status> {
        let reach = reach(&call.principal, Action::PartnershipRead)?;
        let asked = asked(request, &self.0.territory())?;
        let paging = Paging::new(request.page_size, &request.page_token, &key(call, request)).map_err(list_failed)?;
        let nothing = PartnershipPage { partnerships: vec![], next: String::new() };
        let Some(within) = narrowed(reach, asked.within) else { return Ok(nothing) };
        let community = match (reach, asked.community) {
            (Reach::Community(own), Some(asked)) if asked.0 != own => return Ok(nothing),
            (Reach::Community(own), _) => Some(CommunityId(own)),
            (_, asked) => asked,
        };
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let filter = PartnershipFilter { within, community, ..asked };
        self.0.index.partnerships(&filter, &paging).await.map_err(list_failed)
    }
}

/// All that a page depends on.
fn key(call: &Call, request: &pb::ListPartnershipsRequest) -> String {
    let request = pb::ListPartnershipsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    format!("partnerships {request:?} {}", call.principal.subject)
}

fn asked(request: &pb::ListPartnershipsRequest, adopted: &Adopted) -> Result<PartnershipFilter, Status> {
    let mut problems = Problems::default();
    let region = match &request.region {
        None => Some(Region::nation()),
        region => problems.note("region.code", field::region(region.as_ref(), adopted)),
    };
    let community = problems.note("community_id", optional(&request.community_id, parse::community_id));
    let office = problems.note("office_id", optional(&request.office_id, office_id));
    let unknown = || field::unknown("STATUS_UNKNOWN", "Status kemitraan");
    let statuses = request.statuses.iter().map(|&status| Stage::from_proto(status).ok_or_else(unknown));
    let statuses = problems.note("statuses", statuses.collect());
    let before = field::optional_date(request.expiring_before.as_ref(), "Batas hari terakhir");
    let expiring_before = problems.note("expiring_before", before);
    let parsed = (|| {
        Some(PartnershipFilter {
            within: region?.code,
            community: community?,
            office: office?,
            statuses: statuses?,
            expiring_before: expiring_before?,
        })
    })();
    Ok(problems.finish(parsed)?)
}

fn optional<T>(text: &str, parse: impl FnOnce(&str) -> Result<T, Words>) -> Result<Option<T>, Words> {
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn office_id(text: &str) -> Result<OfficeId, Words> {
    OfficeId::parse(text.trim()).ok_or_else(|| {
        Words::new("OFFICE_ID_MALFORMED", "Nomor kantor salah bentuk.", "Salin nomornya dari daftar kantor.")
    })
}
