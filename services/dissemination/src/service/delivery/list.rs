//! Deliveries of a campaign, or at the communities of a region, as far as the caller reaches.

use kim_chassis::access::{Action, reach};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed, unavailable},
    field,
    list::{Paging, narrowed},
    problem::{Problems, one},
    words::Words,
};
use kim_eventlog::Snapshots;
use kim_values::Region;
use tonic::Status;
use uuid::Uuid;

use super::{Handler, request::statuses};
use crate::{
    domain::{
        delivery::{Assigned, Delivery, Recipient},
        ids::{CampaignId, DeliveryId},
    },
    index::{DeliveryFilter, Listed},
    wire::delivery::answer,
};

impl Handler {
    pub(super) async fn list(
        &self,
        call: &Call,
        request: &pb::ListDeliveriesRequest,
    ) -> Result<pb::ListDeliveriesResponse, Status> {
        let reach = reach(&call.principal, Action::DeliveryRead)?;
        let region = match &request.region {
            None => Region::nation(),
            region => one("region.code", field::region(region.as_ref(), &self.0.territory()))?,
        };
        let mut problems = Problems::default();
        let statuses = problems.note("statuses", statuses(&request.statuses));
        let campaign = problems.note("campaign_id", campaign(&request.campaign_id));
        let (statuses, campaign) = problems.finish(statuses.zip(campaign))?;
        let filter = DeliveryFilter {
            reach,
            within: region.code,
            campaign,
            statuses,
            notice_unacknowledged: request.notice_unacknowledged,
        };
        let depends_on = format!("deliveries {filter:?} {}", call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &depends_on).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else { return Ok(pb::ListDeliveriesResponse::default()) };
        let filter = DeliveryFilter { within, ..filter };
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let (listed, next_page_token) = self.0.index.deliveries(&filter, &paging).await.map_err(list_failed)?;
        let ids: Vec<Uuid> = listed.iter().map(|listed| DeliveryId::of(listed.campaign, listed.community).0).collect();
        let reported = self.0.deliveries.load_each(&ids).await.map_err(|error| unavailable(&error))?;
        let deliveries = listed.iter().filter_map(|listed| shown(listed, &reported)).collect();
        Ok(pb::ListDeliveriesResponse { deliveries, next_page_token })
    }
}

/// `None` for one with something that only a newer version of this service understands.
fn shown(listed: &Listed, reported: &Snapshots<Option<Delivery>>) -> Option<pb::Delivery> {
    let id = DeliveryId::of(listed.campaign, listed.community);
    let Some(snapshot) = reported.get(&id.0) else {
        tracing::error!(delivery = %id, "a delivery has an event that this version does not know");
        return None;
    };
    let recipient = Recipient { campaign: listed.campaign, community: listed.community, seat: listed.seat };
    let assigned = Assigned { version: listed.version, at: listed.assigned_at };
    Some(answer(recipient, assigned, snapshot.state.as_ref(), snapshot.version))
}

fn campaign(id: &str) -> Result<Option<CampaignId>, Words> {
    if id.is_empty() {
        return Ok(None);
    }
    CampaignId::parse(id).map(Some).ok_or_else(|| {
        Words::new("CAMPAIGN_ID_MALFORMED", "Nomor kampanye salah bentuk.", "Salin nomornya dari daftar kampanye.")
    })
}
