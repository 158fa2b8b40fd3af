//! `ImportReports`: reports in bulk, in any order. A delivery's rows go one after another; what each row asks is asked once for all rows of a
//! message.

mod result;
mod row;

use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use kim_chassis::access::{Action, Resource, reach};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::unavailable,
    import::{Admitted, AdmittedBy, Importer, Outcome, RETRY, Results, at_time, is_busy, office_of, reach_by, run},
    problem::Problems,
};
use kim_eventlog::{Done, ExecuteError, Proposal};
use time::OffsetDateTime;
use tokio::time::sleep;
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::told::Known;
use crate::{
    domain::{
        campaign::Notice,
        delivery::{self, Recipient, Told},
        ids::{CampaignId, CommunityId, DeliveryId},
    },
    service::desk::{Desk, Rejection, failed},
    startup::CONTEXT,
    wire::delivery::happened,
};
use result::{accepted, not_found, refused, refused_for, unchanged};
use row::{Report, session_id};

pub fn reports(
    desk: Desk,
    call: Call,
    rows: Streaming<pb::ImportReportsRequest>,
) -> Result<Results<pb::ImportReportsResponse>, Status> {
    let draining = desk.draining.clone();
    reach(&call.principal, Action::DeliveryReport)?;
    let office = office_of(&call.principal);
    Ok(run(Import { desk, call, office }, CONTEXT, rows, draining))
}

struct Import {
    desk: Desk,
    call: Call,
    /// Whose the keys of sessions are.
    office: String,
}

/// A row that says whom it is of, and what.
struct Parsed {
    number: i64,
    call: Call,
    campaign: CampaignId,
    community: CommunityId,
    report: Report,
}

pub(super) struct Row {
    number: i64,
    call: Call,
    id: DeliveryId,
    told: Told,
    report: Report,
    /// When the community was told what the row takes notice of.
    issued_at: Option<OffsetDateTime>,
}

type Answered = Admitted<Row, pb::ReportResult>;

impl Importer for Import {
    type Message = pb::ImportReportsRequest;
    type Answer = pb::ImportReportsResponse;
    type Row = Row;
    type Result = pb::ReportResult;
    type Work = Pin<Box<dyn Future<Output = Result<pb::ReportResult, Status>> + Send>>;

    async fn admit(&mut self, message: Self::Message) -> Result<Vec<AdmittedBy<Self>>, Status> {
        let parsed: Vec<Result<Parsed, pb::ReportResult>> = message.rows.iter().map(|row| self.parse(row)).collect();
        let recipients = self.recipients(parsed.iter().flatten()).await?;
        let named: Vec<Recipient> = recipients.values().copied().collect();
        let known = self.desk.known(&named).await?;
        let known: HashMap<(CampaignId, CommunityId), Known> =
            known.into_iter().map(|known| ((known.recipient.campaign, known.recipient.community), known)).collect();
        let issued = self.issued(parsed.iter().flatten(), &known).await?;
        let ids: Vec<Uuid> =
            known.keys().map(|(campaign, community)| DeliveryId::of(*campaign, *community).0).collect();
        self.desk.deliveries.load_each(&ids).await.map_err(|error| unavailable(&error))?;
        Ok(parsed.into_iter().map(|parsed| admitted(parsed, &known, &issued)).collect())
    }

    fn work(&self) -> impl Fn(Row) -> Self::Work + Send + Sync + 'static {
        let work = Arc::new((self.desk.clone(), self.office.clone()));
        move |row| {
            let work = work.clone();
            Box::pin(async move { report(&work.0, &work.1, row).await })
        }
    }

    fn outcome(result: &pb::ReportResult) -> Option<Outcome> {
        result::outcome(result)
    }

    fn answer(results: Vec<pb::ReportResult>) -> Self::Answer {
        pb::ImportReportsResponse { results }
    }
}

impl Import {
    fn parse(&self, row: &pb::ReportRow) -> Result<Parsed, pb::ReportResult> {
        let mut problems = Problems::default();
        let simulated = self.desk.log.is_simulated();
        let campaign = problems.note("campaign_id", CampaignId::parse(&row.campaign_id).ok_or_else(not_found));
        let community = problems.note("community_id", CommunityId::parse(&row.community_id).ok_or_else(not_found));
        let call = problems.note("recorded_time", at_time(&self.call, row.recorded_time.as_ref(), simulated));
        let now = call.as_ref().map_or(self.call.now, |call| call.now);
        let report = row::report(row.report.as_ref(), now, &mut problems);
        let parsed = campaign.zip(community).zip(call).zip(report);
        let (((campaign, community), call), report) =
            problems.finish(parsed).map_err(|problems| refused(row.row, problems))?;
        Ok(Parsed { number: row.row, call, campaign, community, report })
    }

    /// The deliveries that the caller may report on.
    async fn recipients(
        &self,
        rows: impl Iterator<Item = &Parsed>,
    ) -> Result<HashMap<(CampaignId, CommunityId), Recipient>, Status> {
        let adopted = self.desk.territory();
        let reach = reach_by(&adopted, &self.call.principal, Action::DeliveryReport)?;
        let asked: Vec<(CampaignId, CommunityId)> = rows.map(|row| (row.campaign, row.community)).collect();
        let mut communities: Vec<CommunityId> = asked.iter().map(|(_, community)| *community).collect();
        communities.sort_unstable();
        communities.dedup();
        let members = self.desk.audiences.communities_now(&communities).await.map_err(|error| unavailable(&error))?;
        let seats: HashMap<CommunityId, _> =
            members.into_iter().map(|member| (member.community, member.seat.on(&adopted))).collect();
        let recipient = |(campaign, community): (CampaignId, CommunityId)| {
            let seat = *seats.get(&community)?;
            let within = reach.covers(Resource::Community { id: community.0, seat: &seat.code });
            within.then_some(((campaign, community), Recipient { campaign, community, seat }))
        };
        Ok(asked.into_iter().filter_map(recipient).collect())
    }

    /// When the notices that rows acknowledge were given.
    async fn issued(
        &self,
        rows: impl Iterator<Item = &Parsed>,
        known: &HashMap<(CampaignId, CommunityId), Known>,
    ) -> Result<HashMap<(CampaignId, u32, Notice), OffsetDateTime>, Status> {
        let asked = rows.filter_map(|row| {
            let got = known.get(&(row.campaign, row.community))?.got?;
            Some((row.campaign, got.batch, row.report.notice()?))
        });
        let asked: Vec<_> = asked.collect();
        self.desk.index.notices(&asked).await.map_err(|error| unavailable(&error))
    }
}

fn admitted(
    parsed: Result<Parsed, pb::ReportResult>,
    known: &HashMap<(CampaignId, CommunityId), Known>,
    issued: &HashMap<(CampaignId, u32, Notice), OffsetDateTime>,
) -> Answered {
    let Parsed { number, call, campaign, community, report } = match parsed {
        Ok(parsed) => parsed,
        Err(result) => return Admitted::Answered(result),
    };
    let Some(known) = known.get(&(campaign, community)) else {
        return Admitted::Answered(refused_for(number, "community_id", not_found()));
    };
    let id = DeliveryId::of(campaign, community);
    let notice = known.got.zip(report.notice());
    let issued_at = notice.and_then(|(got, notice)| issued.get(&(campaign, got.batch, notice)).copied());
    let row = Row { number, told: known.told(call.now), call, id, report, issued_at };
    Admitted::Ready { key: id.0.as_u128(), row }
}

async fn report(desk: &Desk, office: &str, row: Row) -> Result<pb::ReportResult, Status> {
    let Row { number, call, id, told, report, issued_at } = row;
    let session = session_id(&desk.secrets, office, id, &report);
    let mut envelope = call.envelope_until_permitted();
    envelope.key = report.key(&desk.keys, id, session);
    let newest = told.newest;
    loop {
        let done = desk
            .deliveries
            .execute(id.0, &envelope, |snapshot| {
                let command = report.command(session, newest, issued_at);
                let events = delivery::decide(snapshot.state.as_ref(), &told, command)?;
                let happened = |event| happened(id.0, event, call.now);
                Ok::<_, Rejection>(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await;
        return match done {
            Ok(Done::New { first: Some(_), .. }) => Ok(accepted(number, id)),
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(unchanged(number, id)),
            Err(ExecuteError::Refused(Rejection::Refused(refusal))) => Ok(report.refused(number, &refusal)),
            Err(ExecuteError::Append(error)) if is_busy(&error) => {
                sleep(RETRY).await;
                continue;
            }
            Err(error) => Err(failed(error)),
        };
    }
}
