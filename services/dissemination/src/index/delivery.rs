//! Deliveries in the index: which rungs were reported of each, and pages of them.

use std::collections::BTreeMap;

use kim_chassis::access::Reach;
use kim_desk::{
    list::{After, ListError, Paging, range},
    wire::to_columns,
};
use kim_eventlog::{Recorded, answered};
use kim_territory::RegionCode;
use kim_values::Region;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Index, corrupt};
use crate::domain::{
    campaign::{Notice, NoticeKind},
    delivery::{Event, Fact, ReceiptKind, Status},
    ids::{CampaignId, CommunityId},
    material::Version,
};

/// What a batch of events says of one delivery. It needs nothing that was known before: what was reported is added to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "as its row has them")]
struct Reported {
    position: i64,
    delivered: bool,
    opened: bool,
    acknowledged: bool,
    declined: bool,
    undeliverable: bool,
    /// Held, less those that were withdrawn.
    sessions: i32,
    reach: bool,
    verified: Option<bool>,
    corrected: i32,
    withdrawn: i32,
}

impl Reported {
    fn add(&mut self, recorded: &Recorded, fact: &Fact) {
        self.position = recorded.position.get();
        match fact {
            Fact::Received { kind, .. } | Fact::ReceiptCorrected { kind, .. } => match kind {
                ReceiptKind::Delivered => self.delivered = true,
                ReceiptKind::Opened => self.opened = true,
                ReceiptKind::Acknowledged => self.acknowledged = true,
            },
            Fact::Declined { .. } => self.declined = true,
            Fact::Undeliverable { .. } => self.undeliverable = true,
            Fact::SessionHeld { .. } => self.sessions += 1,
            Fact::SessionWithdrawn { .. } => self.sessions -= 1,
            Fact::ReachReported(_) => self.reach = true,
            Fact::Verified { .. } => self.verified = Some(true),
            Fact::VerificationWithdrawn { .. } => self.verified = Some(false),
            Fact::NoticeAcknowledged { notice: Notice { kind, version }, .. } => {
                let newest = match kind {
                    NoticeKind::Corrected => &mut self.corrected,
                    NoticeKind::Withdrawn => &mut self.withdrawn,
                };
                *newest = number(*version).max(*newest);
            }
            Fact::SessionCorrected { .. } | Fact::ReachCorrected { .. } => {}
        }
    }
}

/// Folds events of deliveries.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let mut reported: BTreeMap<(CommunityId, CampaignId), Reported> = BTreeMap::new();
    for (recorded, event) in events {
        let key = (event.recipient.community, event.recipient.campaign);
        reported.entry(key).or_default().add(recorded, &event.fact);
    }
    let rows: Vec<_> = reported.into_iter().collect();
    sqlx::query(ADD)
        .bind(column(&rows, |((_, campaign), _)| campaign.0))
        .bind(column(&rows, |((community, _), _)| community.0))
        .bind(column(&rows, |(_, row)| row.position))
        .bind(column(&rows, |(_, row)| row.delivered))
        .bind(column(&rows, |(_, row)| row.opened))
        .bind(column(&rows, |(_, row)| row.acknowledged))
        .bind(column(&rows, |(_, row)| row.declined))
        .bind(column(&rows, |(_, row)| row.undeliverable))
        .bind(column(&rows, |(_, row)| row.sessions))
        .bind(column(&rows, |(_, row)| row.reach))
        .bind(column(&rows, |(_, row)| row.verified))
        .bind(column(&rows, |(_, row)| row.corrected))
        .bind(column(&rows, |(_, row)| row.withdrawn))
        .execute(connection)
        .await?;
    Ok(())
}

fn column<T, V>(rows: &[T], value: impl Fn(&T) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

fn number(version: Version) -> i32 {
    i32::try_from(version.number()).unwrap_or(i32::MAX)
}

const ADD: &str = "INSERT INTO dissemination.delivery AS d
  (campaign_id, community_id, position, delivered, opened, acknowledged, declined, undeliverable, sessions, reach_reported, verified,
   corrected_version, withdrawn_version)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[], $8::boolean[],
                     $9::integer[], $10::boolean[], $11::boolean[], $12::integer[], $13::integer[])
ON CONFLICT (community_id, campaign_id) DO UPDATE SET
  position = excluded.position,
  delivered = d.delivered OR excluded.delivered,
  opened = d.opened OR excluded.opened,
  acknowledged = d.acknowledged OR excluded.acknowledged,
  declined = d.declined OR excluded.declined,
  undeliverable = d.undeliverable OR excluded.undeliverable,
  sessions = d.sessions + excluded.sessions,
  reach_reported = d.reach_reported OR excluded.reach_reported,
  verified = coalesce(excluded.verified, d.verified),
  corrected_version = greatest(d.corrected_version, excluded.corrected_version),
  withdrawn_version = greatest(d.withdrawn_version, excluded.withdrawn_version)";

/// The newest notice of an assignment's batch, as `n`; and whether the community of its delivery `d` has to take notice of it.
macro_rules! newest_notice {
    () => {
        "LEFT JOIN LATERAL (SELECT kind, material_version, position FROM dissemination.notice
  WHERE campaign_id = a.campaign_id AND batch = a.batch ORDER BY position DESC LIMIT 1) n ON true "
    };
}
macro_rules! notice_waits {
    () => {
        "coalesce(n.material_version > CASE n.kind WHEN 1 THEN coalesce(d.corrected_version, 0) ELSE coalesce(d.withdrawn_version, 0) END, false) "
    };
}
pub(super) use {newest_notice, notice_waits};

/// Which deliveries are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// How far the caller reaches.
    pub reach: Reach,
    pub within: RegionCode,
    pub campaign: Option<CampaignId>,
    /// None means all.
    pub statuses: Vec<Status>,
    pub notice_unacknowledged: bool,
}

/// A delivery of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub campaign: CampaignId,
    pub community: CommunityId,
    /// Of the community now.
    pub seat: Region,
    pub version: Version,
    pub assigned_at: OffsetDateTime,
}

#[derive(sqlx::FromRow)]
struct Row {
    campaign_id: Uuid,
    community_id: Uuid,
    name: String,
    seat_code: String,
    seat_decree: String,
    material_version: i32,
    assigned_at: OffsetDateTime,
}

impl Index {
    /// Deliveries by seat and name of their communities. One that a community's end took out is there only where something was reported.
    pub async fn deliveries(
        &self,
        filter: &DeliveryFilter,
        paging: &Paging,
    ) -> Result<(Vec<Listed>, String), ListError> {
        let (first, beyond) = range(filter.within);
        let only = if let Reach::Community(id) = filter.reach { Some(id) } else { None };
        // The key of a row is its community's place and, in it, the campaign.
        let (seat, name, community) = paging.begin();
        let (name, campaign) = match seat {
            None => ("", Uuid::nil()),
            Some(_) => name
                .split_once('\n')
                .and_then(|(campaign, name)| Some((name, campaign.parse().ok()?)))
                .ok_or(ListError::Token)?,
        };
        let asked = sqlx::query_as(PAGE)
            .bind(first)
            .bind(beyond)
            .bind(only)
            .bind(filter.campaign.map(|campaign| campaign.0))
            .bind(to_columns(&filter.statuses))
            .bind(filter.notice_unacknowledged)
            .bind(seat)
            .bind(name)
            .bind(community)
            .bind(campaign)
            .bind(paging.limit());
        let mut rows: Vec<Row> = answered(asked.fetch_all(&self.pool)).await?;
        let size = usize::try_from(paging.size()).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let key = |row: &Row| After {
            likeness: 0,
            code: row.seat_code.clone(),
            name_key: format!("{}\n{}", row.campaign_id, row.name),
            id: row.community_id,
        };
        let next = rows.last().filter(|_| more).map(|row| paging.write(&key(row))).unwrap_or_default();
        let listed = rows.into_iter().map(Listed::try_from).collect::<Result<_, _>>()?;
        Ok((listed, next))
    }
}

impl TryFrom<Row> for Listed {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let version = u32::try_from(row.material_version).ok().and_then(Version::new);
        Ok(Self {
            campaign: CampaignId(row.campaign_id),
            community: CommunityId(row.community_id),
            seat: Region {
                code: row.seat_code.parse().map_err(|_| corrupt("seat_code"))?,
                decree: row.seat_decree.parse().map_err(|_| corrupt("seat_decree"))?,
            },
            version: version.ok_or_else(|| corrupt("material_version"))?,
            assigned_at: row.assigned_at,
        })
    }
}

/// Goes along the communities' places and stops when the page is full.
const PAGE: &str = concat!(
    "SELECT a.campaign_id, c.community_id, c.name, c.seat_code, c.seat_decree, a.material_version, a.assigned_at
FROM audience.community c
JOIN dissemination.assignment a USING (community_id)
LEFT JOIN dissemination.delivery d ON d.community_id = a.community_id AND d.campaign_id = a.campaign_id ",
    newest_notice!(),
    "WHERE c.until_position IS NULL AND c.seat_code >= $1 AND c.seat_code < $2
  AND ($3::uuid IS NULL OR c.community_id = $3)
  AND ($4::uuid IS NULL OR a.campaign_id = $4)
  AND (cardinality($5::smallint[]) = 0 OR coalesce(d.status, 1) = ANY ($5))
  AND (NOT $6 OR ",
    notice_waits!(),
    ")
  AND (NOT a.released OR d.community_id IS NOT NULL)
  AND ($7::text IS NULL OR (c.seat_code, c.name, c.community_id, a.campaign_id) > ($7, $8, $9, $10))
ORDER BY c.seat_code, c.name, c.community_id, a.campaign_id LIMIT $11"
);
