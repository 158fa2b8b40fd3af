//! Whom a campaign would reach, and whom it was drawn of.

use kim_chassis::access::Action;
use kim_chassis::errors::Thing;
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{list_failed, unavailable},
    list::{After, Paging},
    problem::one,
    wire::region,
    words::{Words, precondition},
};
use kim_eventlog::Position;
use kim_values::Region;
use tonic::{Code, Status};
use uuid::Uuid;

use super::{Handler, request};
use crate::{
    audience::{Criteria, Member, SeatOrder},
    domain::{Refusal, campaign::CampaignError, ids::CommunityId},
    service::{
        desk::{Rejection, not_drawn},
        id,
    },
    wire::campaign::draw,
};

impl Handler {
    pub(super) async fn preview(
        &self,
        call: &Call,
        asked: &pb::PreviewAudienceRequest,
    ) -> Result<pb::PreviewAudienceResponse, Status> {
        // What is known of master data is no older than the position that is answered.
        let at = self.0.audiences.position().await.map_err(|error| unavailable(&error))?;
        self.0.audiences.learn().await.map_err(|error| unavailable(&error))?;
        let audience = request::previewed(asked.audience.as_ref(), &self.0.territory())?;
        let most = one("sample_size", request::sample_size(asked.sample_size))?;
        let office_id = id::office(&asked.owning_office_id)?;
        let (office, _permit) = self.0.acting(call, Action::CampaignRead, office_id, Thing::OFFICE).await?;
        if let Some(outside) = audience.codes().find(|code| !office.region.code.contains(code)) {
            let refusal = Refusal::from(CampaignError::OutsideOfficeRegion(outside));
            return Err(Rejection::Refused(refusal).into());
        }
        let criteria = Criteria { audience: &audience, office: office_id, on: office.region.today(call.now) };
        let count = self.0.audiences.count(&criteria, at).await.map_err(|error| not_drawn(&error))?;
        let sample = self.0.audiences.sample(&criteria, at, most).await.map_err(|error| not_drawn(&error))?;
        let decree = self.0.territory().in_force();
        let number = |communities: u64| i64::try_from(communities).unwrap_or(i64::MAX);
        let share = |(code, communities)| pb::AudienceShare {
            province: Some(region::to_proto(Region { code, decree })),
            communities: i32::try_from(communities).unwrap_or(i32::MAX),
        };
        Ok(pb::PreviewAudienceResponse {
            communities: number(count.total),
            provinces: count.by_province.into_iter().map(share).collect(),
            sample: sample.iter().map(member).collect(),
            registry_position: at.get(),
            decree: decree.key().to_owned(),
        })
    }

    /// Drawn again where it was drawn: whatever became of the communities, these were asked.
    pub(super) async fn drawn(
        &self,
        call: &Call,
        asked: &pb::GetAudienceRequest,
    ) -> Result<pb::GetAudienceResponse, Status> {
        let found = self.found(call, Action::CampaignRead, &asked.campaign_id).await?;
        let fan_out = found.campaign.stage.fan_out().ok_or_else(not_started)?;
        let depends_on = format!("audience {} {}", found.id, call.principal.subject);
        let paging = Paging::new(asked.page_size, &asked.page_token, &depends_on).map_err(list_failed)?;
        let after = paging.after().map(seat_order).transpose()?;
        let audience = self.0.audiences.followed(&found.campaign.plan.audience, fan_out.draw.decree);
        let outline = found.campaign.outline;
        let on = outline.region.today(fan_out.started_at);
        let criteria = Criteria { audience: &audience, office: outline.office, on };
        let at = Position::from_sequence(fan_out.draw.position.0).unwrap_or_default();
        let most = usize::try_from(paging.limit()).unwrap_or(usize::MAX);
        let members =
            self.0.audiences.by_seat(&criteria, at, after.as_ref(), most).await.map_err(|error| not_drawn(&error))?;
        let row = |found: &Member| (found.community.0, found.seat.code.to_string(), found.name.clone(), member(found));
        let (members, next_page_token) = paging.cut(members.iter().map(row).collect::<Vec<(Uuid, _, _, _)>>());
        Ok(pb::GetAudienceResponse { members, draw: Some(draw(&fan_out.draw)), next_page_token })
    }
}

fn not_started() -> Status {
    let (code, words): (Code, Words) = precondition(
        "CAMPAIGN_NOT_STARTED",
        "Sasaran kampanye ini belum diambil: kampanyenya belum mulai.",
        "Lihat perkiraan sasarannya, atau tunggu sampai kampanye mulai.",
    );
    words.fault(code, "the audience is drawn when the campaign starts").into()
}

fn seat_order(after: &After) -> Result<SeatOrder, Status> {
    let seat = after.code.parse().map_err(|_| list_failed(kim_desk::list::ListError::Token))?;
    Ok(SeatOrder { seat, name: after.name_key.clone(), community: CommunityId(after.id) })
}

fn member(member: &Member) -> pb::AudienceMember {
    pb::AudienceMember {
        community_id: member.community.to_string(),
        name: member.name.clone(),
        seat: Some(region::to_proto(member.seat)),
        status: member.status.into(),
        base_group: member.base_group.into(),
    }
}
