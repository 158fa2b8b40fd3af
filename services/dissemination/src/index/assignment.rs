//! Whom campaigns got to: a row for each community, and what each batch was told since.

use std::collections::HashMap;

use kim_desk::wire::Paired;
use kim_eventlog::answered;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Index, campaign::origin_column};
use crate::domain::{
    campaign::{
        Assignment, Campaign, Event, Priority,
        quota::{self, Origin, Received},
    },
    ids::{CampaignId, CommunityId},
    material::Version,
};

/// Rows that a batch of events makes.
#[derive(Default)]
pub(super) struct Batches {
    assigned: Assigned,
    released: (Vec<Uuid>, Vec<Uuid>),
    noticed: Noticed,
}

/// By column.
#[derive(Default)]
struct Assigned {
    campaigns: Vec<Uuid>,
    communities: Vec<Uuid>,
    batches: Vec<i32>,
    versions: Vec<i32>,
    moments: Vec<OffsetDateTime>,
    days: Vec<Date>,
    regencies: Vec<String>,
    decrees: Vec<&'static str>,
    origins: Vec<Option<i16>>,
}

#[derive(Default)]
struct Noticed {
    campaigns: Vec<Uuid>,
    batches: Vec<i32>,
    kinds: Vec<i16>,
    versions: Vec<i32>,
    moments: Vec<OffsetDateTime>,
}

impl Batches {
    pub fn fold(&mut self, id: CampaignId, campaign: &Campaign, event: &Event) {
        match event {
            Event::Assigned(assignment) => self.assigned.add(id, campaign, assignment),
            Event::Released { group, .. } => {
                self.released.0.extend(group.communities.iter().map(|_| id.0));
                self.released.1.extend(group.communities.iter().map(|community| community.0));
            }
            Event::NoticeIssued { notice, batch, at, .. } => {
                self.noticed.campaigns.push(id.0);
                self.noticed.batches.push(number(*batch));
                self.noticed.kinds.push(notice.kind.to_column());
                self.noticed.versions.push(number(notice.version.number()));
                self.noticed.moments.push(*at);
            }
            _ => {}
        }
    }

    pub async fn save(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { assigned, released, noticed } = self;
        if !assigned.communities.is_empty() {
            sqlx::query(ASSIGN)
                .bind(assigned.campaigns)
                .bind(assigned.communities)
                .bind(assigned.batches)
                .bind(assigned.versions)
                .bind(assigned.moments)
                .bind(assigned.days)
                .bind(assigned.regencies)
                .bind(assigned.decrees)
                .bind(assigned.origins)
                .execute(&mut *connection)
                .await?;
        }
        if !released.0.is_empty() {
            sqlx::query(RELEASE).bind(released.0).bind(released.1).execute(&mut *connection).await?;
        }
        if !noticed.campaigns.is_empty() {
            sqlx::query(NOTICE)
                .bind(noticed.campaigns)
                .bind(noticed.batches)
                .bind(noticed.kinds)
                .bind(noticed.versions)
                .bind(noticed.moments)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

impl Assigned {
    fn add(&mut self, id: CampaignId, campaign: &Campaign, assignment: &Assignment) {
        let Assignment { regency, at, .. } = *assignment;
        let is_counted = campaign.plan.priority == Priority::Ordinary;
        let origin = is_counted.then(|| origin_column(Origin::of(campaign.outline.region)));
        for community in &assignment.communities {
            self.campaigns.push(id.0);
            self.communities.push(community.0);
            self.batches.push(number(assignment.batch));
            self.versions.push(number(assignment.version.number()));
            self.moments.push(at);
            self.days.push(regency.today(at));
            self.regencies.push(regency.code.to_string());
            self.decrees.push(regency.decree.key());
            self.origins.push(origin);
        }
    }
}

fn number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

const ASSIGN: &str = "INSERT INTO dissemination.assignment
  (campaign_id, community_id, batch, material_version, assigned_at, assigned_on, regency_code, regency_decree, origin)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::timestamptz[], $6::date[], $7::text[], $8::text[],
                     $9::smallint[])";

/// Those that were taken out before their turn have no row.
const RELEASE: &str = "UPDATE dissemination.assignment AS a SET released = true
FROM unnest($1::uuid[], $2::uuid[]) AS gone (campaign_id, community_id)
WHERE a.campaign_id = gone.campaign_id AND a.community_id = gone.community_id";

const NOTICE: &str = "INSERT INTO dissemination.notice (campaign_id, batch, kind, material_version, issued_at)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::integer[], $5::timestamptz[])";

/// What a community got of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GotCampaign {
    pub campaign: CampaignId,
    pub community: CommunityId,
    pub batch: u32,
    /// The version that it got.
    pub version: Version,
    pub at: OffsetDateTime,
    /// Whether it was taken out since.
    pub released: bool,
}

impl Index {
    /// What these communities got, each of one campaign; what they did not get is left out.
    pub async fn assigned(&self, asked: &[(CampaignId, CommunityId)]) -> Result<Vec<GotCampaign>, sqlx::Error> {
        let (campaigns, communities): (Vec<Uuid>, Vec<Uuid>) =
            asked.iter().map(|(one, other)| (one.0, other.0)).unzip();
        type Row = (Uuid, Uuid, i32, i32, OffsetDateTime, bool);
        let asked = sqlx::query_as(GOT).bind(campaigns).bind(communities);
        let rows: Vec<Row> = answered(asked.fetch_all(&self.pool)).await?;
        let got = |(campaign, community, batch, version, at, released): Row| {
            let corrupt = |column: &str| sqlx::Error::ColumnDecode { index: column.into(), source: "no number".into() };
            Ok(GotCampaign {
                campaign: CampaignId(campaign),
                community: CommunityId(community),
                batch: u32::try_from(batch).map_err(|_| corrupt("batch"))?,
                version: u32::try_from(version)
                    .ok()
                    .and_then(Version::new)
                    .ok_or_else(|| corrupt("material_version"))?,
                at,
                released,
            })
        };
        rows.into_iter().map(got).collect()
    }

    /// The ordinary campaigns that each of these communities got in the week up to `today`; whoever got none is left out.
    pub async fn received(
        &self,
        communities: &[CommunityId],
        today: Date,
    ) -> Result<HashMap<CommunityId, Received>, sqlx::Error> {
        let ids: Vec<Uuid> = communities.iter().map(|community| community.0).collect();
        let asked = sqlx::query_as(RECEIVED).bind(ids).bind(today).bind(i32::from(quota::DAYS));
        let rows: Vec<(Uuid, i16, i64)> = answered(asked.fetch_all(&self.pool)).await?;
        let mut received: HashMap<CommunityId, Received> = HashMap::new();
        for (community, column, campaigns) in rows {
            let origin = Origin::ALL.into_iter().find(|origin| origin_column(*origin) == column);
            let campaigns = u32::try_from(campaigns).unwrap_or(u32::MAX);
            if let Some(origin) = origin {
                received.entry(CommunityId(community)).or_default().add(origin, campaigns);
            }
        }
        Ok(received)
    }
}

const GOT: &str = "SELECT campaign_id, community_id, batch, material_version, assigned_at, released
FROM unnest($1::uuid[], $2::uuid[]) AS asked (campaign_id, community_id)
JOIN dissemination.assignment USING (campaign_id, community_id)";

const RECEIVED: &str = "SELECT community_id, origin, count(*) FROM dissemination.assignment
WHERE community_id = ANY ($1) AND assigned_on > $2::date - $3 AND assigned_on <= $2 AND origin IS NOT NULL
GROUP BY community_id, origin";
