//! `kimctl campaign`: a published material to an audience, in a window of days.

mod args;
mod plan;
mod screen;

pub use args::Command;
pub use screen::{Campaign, Shown};
pub(crate) use screen::{notice, priority};

use kim_contract::dissemination::v1::{
    self as pb, AmendCampaignRequest, CancelCampaignRequest, DraftCampaignRequest, GetAudienceRequest,
    GetCampaignRequest, ListCampaignsRequest, PauseCampaignRequest, PreviewAudienceRequest, ResumeCampaignRequest,
    ScheduleCampaignRequest, UnscheduleCampaignRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::{Drawn, List};
use crate::{connection::Services, ids, names::Names, pages, places};

/// What stands in the options, and in the files that they name.
#[derive(Debug, Default)]
struct Typed {
    plan: Option<pb::CampaignPlan>,
    audience: Option<pb::Audience>,
}

/// What was answered.
enum Answer {
    One(Box<pb::Campaign>),
    List(Vec<pb::Campaign>),
    Preview(pb::PreviewAudienceResponse),
    Audience(pb::GetAudienceResponse),
}

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    let typed = match &command {
        Command::Draft(wish) => Typed { plan: Some(plan::plan(&wish.plan)?), audience: None },
        Command::Amend(wish) => Typed { plan: Some(plan::plan(&wish.plan)?), audience: None },
        Command::Preview(wish) => Typed { plan: None, audience: Some(plan::audience(&wish.audience)?) },
        _ => Typed::default(),
    };
    let answer = asked(services, command, typed).await.map_err(|status| services.dissemination_said(&status))?;
    let shown = match &answer {
        Answer::One(campaign) => std::slice::from_ref(campaign.as_ref()),
        Answer::List(campaigns) => campaigns,
        Answer::Preview(_) | Answer::Audience(_) => &[],
    };
    let offices = shown.iter().map(|one| one.owning_office_id.as_str());
    let names = Names::beside(services, offices, []).await;
    Ok(match answer {
        Answer::One(campaign) => Shown::One(Box::new(Campaign::of(*campaign, &names))),
        Answer::List(listed) => Shown::List(listed.into_iter().map(|one| Campaign::of(one, &names)).collect()),
        Answer::Preview(preview) => Shown::Preview(preview.into()),
        Answer::Audience(audience) => Shown::Audience(audience.into()),
    })
}

async fn asked(services: &Services, command: Command, typed: Typed) -> Result<Answer, Status> {
    let mut campaigns = services.campaigns();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and takes the campaign out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            campaigns.$method(services.request($request)).await?.into_inner().campaign
        };
    }
    let campaign = match command {
        Command::List(wish) => return Ok(Answer::List(list(services, &wish).await?)),
        Command::Preview(wish) => {
            let owning_office_id = ids::to_proto(wish.office);
            let request =
                PreviewAudienceRequest { owning_office_id, audience: typed.audience, sample_size: wish.sample };
            return Ok(Answer::Preview(campaigns.preview_audience(services.request(request)).await?.into_inner()));
        }
        Command::Audience(wish) => return Ok(Answer::Audience(audience(services, &wish).await?)),
        Command::Show(which) => {
            send!(get_campaign, GetCampaignRequest { campaign_id: ids::to_proto(which.campaign) })
        }
        Command::Draft(wish) => send!(
            draft_campaign,
            DraftCampaignRequest {
                request_id,
                material_id: ids::to_proto(wish.material),
                owning_office_id: ids::to_proto(wish.office),
                plan: typed.plan,
            }
        ),
        Command::Amend(wish) => {
            let campaign_id = ids::to_proto(wish.which.campaign);
            send!(amend_campaign, AmendCampaignRequest { request_id, campaign_id, etag, plan: typed.plan })
        }
        Command::Schedule(which) => {
            let campaign_id = ids::to_proto(which.campaign);
            send!(schedule_campaign, ScheduleCampaignRequest { request_id, campaign_id, etag })
        }
        Command::Unschedule(which) => {
            let campaign_id = ids::to_proto(which.campaign);
            send!(unschedule_campaign, UnscheduleCampaignRequest { request_id, campaign_id, etag })
        }
        Command::Pause(wish) => {
            let (campaign_id, note) = (ids::to_proto(wish.which.campaign), wish.note.note);
            send!(pause_campaign, PauseCampaignRequest { request_id, campaign_id, etag, note })
        }
        Command::Resume(which) => {
            let campaign_id = ids::to_proto(which.campaign);
            send!(resume_campaign, ResumeCampaignRequest { request_id, campaign_id, etag })
        }
        Command::Cancel(wish) => {
            let (campaign_id, reason) = (ids::to_proto(wish.which.campaign), wish.reason.into());
            let note = wish.note.note;
            send!(cancel_campaign, CancelCampaignRequest { request_id, campaign_id, etag, reason, note })
        }
    };
    Ok(Answer::One(Box::new(campaign.unwrap_or_default())))
}

async fn list(services: &Services, wish: &List) -> Result<Vec<pb::Campaign>, Status> {
    pages::listed(usize::MAX, async |page_size, page_token| {
        let request = services.request(ListCampaignsRequest {
            region: wish.region.map(places::to_proto),
            programme_id: ids::to_proto(wish.programme),
            material_id: ids::to_proto(wish.material),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            page_size,
            page_token,
        });
        let page = services.campaigns().list_campaigns(request).await?.into_inner();
        Ok((page.campaigns, page.next_page_token))
    })
    .await
}

/// As many members as were asked for, with the draw that they come from.
async fn audience(services: &Services, wish: &Drawn) -> Result<pb::GetAudienceResponse, Status> {
    let mut draw = None;
    let members = pages::listed(wish.limit, async |page_size, page_token| {
        let campaign_id = ids::to_proto(wish.which.campaign);
        let request = services.request(GetAudienceRequest { campaign_id, page_size, page_token });
        let page = services.campaigns().get_audience(request).await?.into_inner();
        draw = page.draw;
        Ok((page.members, page.next_page_token))
    })
    .await?;
    Ok(pb::GetAudienceResponse { members, draw, next_page_token: String::new() })
}
