//! Funnels of campaigns, and what waits, over gRPC.

use kim_chassis::errors::Fault;
use kim_contract::{reporting::v1 as proto, r#type::v1 as common};
use kim_territory::Zone;
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    Reporting, answer, failed,
    request::{self, Asked, Range},
    unanswered,
};
use crate::{
    pages::{COUNTED_FROM, CampaignFunnel, CampaignQuery, Funnel, NoticeKind, Rung, Step, Unacknowledged, Unanswered},
    store::{
        Snapshot,
        dissemination::{self as figures, Period},
    },
};

/// Campaigns of one answer: by default, and at most.
const PAGE: usize = 50;
const MOST: usize = 500;

impl Reporting {
    /// A view of the read model with figures of dissemination in it.
    async fn told(&self) -> Result<Snapshot, Status> {
        let snapshot = self.snapshot().await?;
        figures::heard(&snapshot).map_err(unanswered)?;
        Ok(snapshot)
    }

    pub(super) async fn funnel(
        &self,
        request: Request<proto::GetDisseminationFunnelRequest>,
    ) -> Result<Response<proto::GetDisseminationFunnelResponse>, Status> {
        let asked = request.get_ref();
        let Asked { region, territory } = self.asked(&request, asked.region.as_ref(), "region")?;
        let campaign = id(&asked.campaign_id, "campaign_id")?;
        if let Some(campaign) = campaign {
            let mut snapshot = self.told().await?;
            let query = CampaignQuery { campaign, region, territory };
            let found = figures::campaign(&mut snapshot, query).await.map_err(unanswered)?;
            let view = found.ok_or_else(|| Status::from(no_such_campaign(campaign)))?;
            return Ok(Response::new(proto::GetDisseminationFunnelResponse {
                funnel: Some(funnel(&view.funnel)),
                campaigns: 1,
                steps: view.steps.iter().map(step).collect(),
                as_of: Some(answer::as_of(&view.as_of)),
            }));
        }
        let period = self.period(asked.from, asked.to, &asked.programme_id)?;
        let mut snapshot = self.told().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let connection = &mut snapshot.transaction;
        let (campaigns, _) = figures::in_scope(connection, &territories, &scope, period).await.map_err(failed)?;
        let sum: Funnel = campaigns.iter().map(|one| &one.funnel).sum();
        Ok(Response::new(proto::GetDisseminationFunnelResponse {
            funnel: Some(funnel(&sum)),
            campaigns: i64::try_from(campaigns.len()).unwrap_or(i64::MAX),
            steps: Vec::new(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&COUNTED_FROM).by(scope.decree))),
        }))
    }

    pub(super) async fn campaigns(
        &self,
        request: Request<proto::ListCampaignFunnelsRequest>,
    ) -> Result<Response<proto::ListCampaignFunnelsResponse>, Status> {
        let asked = request.get_ref();
        let Asked { region, territory } = self.asked(&request, asked.region.as_ref(), "region")?;
        let period = self.period(asked.from, asked.to, &asked.programme_id)?;
        let size = page_size(asked.page_size)?;
        let after = id(&asked.page_token, "page_token")?;
        let mut snapshot = self.told().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let connection = &mut snapshot.transaction;
        let (all, _) = figures::in_scope(connection, &territories, &scope, period).await.map_err(failed)?;
        let begin = match after {
            None => 0,
            Some(after) => {
                let last = all.iter().position(|one| one.campaign.id == after);
                last.ok_or_else(|| Status::from(unknown_token()))? + 1
            }
        };
        let page = &all[begin..all.len().min(begin + size)];
        let next = page.last().filter(|_| begin + size < all.len()).map(|one| one.campaign.id.to_string());
        Ok(Response::new(proto::ListCampaignFunnelsResponse {
            campaigns: page.iter().map(campaign_funnel).collect(),
            next_page_token: next.unwrap_or_default(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&COUNTED_FROM).by(scope.decree))),
        }))
    }

    pub(super) async fn questions(
        &self,
        request: Request<proto::ListUnansweredQuestionsRequest>,
    ) -> Result<Response<proto::ListUnansweredQuestionsResponse>, Status> {
        let asked = request.get_ref();
        let Asked { region, territory } = self.asked(&request, asked.region.as_ref(), "region")?;
        let office = id(&asked.office_id, "office_id")?;
        let mut snapshot = self.told().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let today = Zone::JAKARTA.date_of((self.clock)());
        let connection = &mut snapshot.transaction;
        let waiting = figures::unanswered(connection, &territories, &scope, office, today).await.map_err(failed)?;
        Ok(Response::new(proto::ListUnansweredQuestionsResponse {
            offices: waiting.iter().map(unanswered_questions).collect(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&COUNTED_FROM).by(scope.decree))),
        }))
    }

    pub(super) async fn notices(
        &self,
        request: Request<proto::ListUnacknowledgedNoticesRequest>,
    ) -> Result<Response<proto::ListUnacknowledgedNoticesResponse>, Status> {
        let Asked { region, territory } = self.asked(&request, request.get_ref().region.as_ref(), "region")?;
        let mut snapshot = self.told().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let connection = &mut snapshot.transaction;
        let waiting = figures::unacknowledged(connection, &territories, &scope).await.map_err(failed)?;
        Ok(Response::new(proto::ListUnacknowledgedNoticesResponse {
            campaigns: waiting.iter().map(unacknowledged).collect(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&COUNTED_FROM).by(scope.decree))),
        }))
    }

    /// Without months the twelve to the running one: what runs now is what most ask for.
    fn period(&self, from: Option<proto::Month>, to: Option<proto::Month>, programme: &str) -> Result<Period, Status> {
        let programme = id(programme, "programme_id")?;
        let Range { from, to } = if from.is_none() && to.is_none() {
            let running = request::running(self.clock);
            Range { from: running.plus(-11), to: running }
        } else {
            request::months(from, to, self.clock)?
        };
        Ok(Period { from: from.first_day(), to: to.last_day(), programme })
    }
}

/// `None` when it is not named.
fn id(text: &str, field: &'static str) -> Result<Option<Uuid>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| {
        let message = format!("{text:?} bukan nomor. Tulis nomor seperti yang ada dalam daftar, atau kosongkan.");
        Fault::invalid("ID_MALFORMED", message.clone(), format!("{field} is no id")).violation(field, message)
    })
}

fn page_size(asked: i32) -> Result<usize, Fault> {
    match usize::try_from(asked) {
        Ok(0) => Ok(PAGE),
        Ok(size) if size <= MOST => Ok(size),
        _ => {
            let message = format!("page_size {asked} di luar 1 sampai {MOST}. Kosongkan untuk {PAGE}.");
            Err(Fault::invalid("PAGE_SIZE_OUT_OF_RANGE", message.clone(), "page_size is from 1 to 500")
                .violation("page_size", message))
        }
    }
}

fn unknown_token() -> Fault {
    let message = "page_token bukan dari daftar ini. Mulai lagi dari halaman pertama, tanpa page_token.";
    Fault::invalid("PAGE_TOKEN_INVALID", message, "page_token is not one of this list").violation("page_token", message)
}

fn no_such_campaign(campaign: Uuid) -> Fault {
    Fault::new(
        tonic::Code::NotFound,
        "CAMPAIGN_NOT_FOUND",
        format!("Tidak ada kampanye {campaign} yang sudah dimulai. Periksa nomornya di ListCampaignFunnels."),
        "no such campaign has begun",
    )
}

fn funnel(funnel: &Funnel) -> proto::Funnel {
    let count =
        |of| proto::RungCount { rung: rung(of).into(), reached: funnel.reached(of), itself: funnel.reported(of) };
    proto::Funnel {
        rungs: Rung::ALL.into_iter().map(count).collect(),
        declined: funnel.declined(),
        undeliverable: funnel.undeliverable(),
        released: funnel.released(),
        sessions: funnel.sessions(),
        attendance: funnel.attendance(),
        people: funnel.people(),
    }
}

fn rung(rung: Rung) -> proto::Rung {
    match rung {
        Rung::Assigned => proto::Rung::Assigned,
        Rung::Delivered => proto::Rung::Delivered,
        Rung::Opened => proto::Rung::Opened,
        Rung::Acknowledged => proto::Rung::Acknowledged,
        Rung::SessionHeld => proto::Rung::SessionHeld,
        Rung::ReachReported => proto::Rung::ReachReported,
        Rung::Verified => proto::Rung::Verified,
    }
}

fn step(step: &Step) -> proto::Step {
    proto::Step {
        from: rung(step.from).into(),
        to: rung(step.to).into(),
        deliveries: step.deliveries,
        median_hours: step.median_hours,
    }
}

fn campaign_funnel(one: &CampaignFunnel) -> proto::CampaignFunnel {
    let CampaignFunnel { campaign, funnel: counted } = one;
    proto::CampaignFunnel {
        campaign_id: campaign.id.to_string(),
        name: campaign.name.clone(),
        programme_id: campaign.programme_id.to_string(),
        programme_name: campaign.programme.clone().unwrap_or_default(),
        office_name: campaign.office.clone().unwrap_or_default(),
        material_title: campaign.material.as_ref().map(|material| material.title.clone()).unwrap_or_default(),
        from: day(campaign.from),
        until: day(campaign.until),
        funnel: Some(funnel(counted)),
    }
}

fn unanswered_questions(one: &Unanswered) -> proto::UnansweredQuestions {
    let [young, older, old, longer] = one.by_age;
    proto::UnansweredQuestions {
        office_id: one.office_id.to_string(),
        office_name: one.office.clone().unwrap_or_default(),
        questions: one.total(),
        up_to_3_days: young,
        up_to_7_days: older,
        up_to_30_days: old,
        longer,
        oldest: day(one.oldest),
    }
}

fn unacknowledged(one: &Unacknowledged) -> proto::UnacknowledgedNotices {
    let kind = match one.kind {
        NoticeKind::Corrected => proto::NoticeKind::Corrected,
        NoticeKind::Withdrawn => proto::NoticeKind::Withdrawn,
    };
    proto::UnacknowledgedNotices {
        campaign_id: one.campaign_id.to_string(),
        campaign_name: one.campaign.clone(),
        kind: kind.into(),
        told: one.told,
        acknowledged: one.acknowledged,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
fn day(date: time::Date) -> Option<common::Date> {
    Some(answer::date(date))
}
