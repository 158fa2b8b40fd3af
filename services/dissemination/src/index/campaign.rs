//! Campaigns in the index: a row for lists and for the policies, and the reactions to what becomes of their materials.

use std::collections::BTreeMap;

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    list::{ListError, Paging, decoded, range},
    wire::{Paired, to_columns},
};
use kim_eventlog::{Aggregate, Recorded, Version, answered};
use kim_territory::RegionCode;
use kim_values::VaultRef;
use prost::Message;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{FollowError, Index, assignment};
use crate::{
    domain::{
        campaign::{Campaign, Event, Priority, Status, evolve, quota::Origin},
        ids::{CampaignId, MaterialId, ProgrammeId},
        material,
    },
    wire::campaign::{Campaigns, message},
};

/// Which campaigns are asked for; what is not said, and an empty list, means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CampaignFilter {
    pub programme: Option<ProgrammeId>,
    pub material: Option<MaterialId>,
    pub statuses: Vec<Status>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CampaignPage {
    pub campaigns: Vec<pb::Campaign>,
    pub next: String,
}

/// A campaign that has something to do, now or later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Live {
    pub id: CampaignId,
    pub priority: Priority,
    /// When its last event was recorded.
    pub changed_at: OffsetDateTime,
}

/// The level of a campaign's office, as columns have it.
pub(super) fn origin_column(origin: Origin) -> i16 {
    match origin {
        Origin::Nation => 1,
        Origin::Province => 2,
        Origin::Regency => 3,
    }
}

/// A campaign while a batch of events is folded.
struct Row {
    /// Where the log has its first event.
    position: i64,
    state: Option<Campaign>,
    note: Option<VaultRef>,
    version: Version,
    changed_at: OffsetDateTime,
}

impl Row {
    fn fold(&mut self, recorded: &Recorded, event: &Event) {
        self.state = evolve(self.state.take(), event);
        self.version = recorded.version;
        self.changed_at = recorded.recorded_time;
        match event {
            Event::Paused { note, .. } | Event::Cancelled { note, .. } => self.note = *note,
            Event::Resumed { .. } => self.note = None,
            _ => {}
        }
    }
}

/// Folds events of campaigns, with whom they got to.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FollowError> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|(recorded, _)| recorded.aggregate).collect();
    let mut rows = load(connection, &ids).await?;
    let mut assigned = assignment::Batches::default();
    for (recorded, event) in events {
        let row = rows.entry(recorded.aggregate).or_insert_with(|| Row {
            position: recorded.position.get(),
            state: None,
            note: None,
            version: Version::NONE,
            changed_at: recorded.recorded_time,
        });
        row.fold(recorded, event);
        match &row.state {
            Some(campaign) => assigned.fold(CampaignId(recorded.aggregate), campaign, event),
            None => tracing::error!(position = %recorded.position, "a campaign's event came without its first one"),
        }
    }
    assigned.save(connection).await?;
    save(connection, &rows).await?;
    Ok(())
}

async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Row>, FollowError> {
    type Stored = (Uuid, i64, Vec<u8>, Option<Uuid>, i64, OffsetDateTime);
    let stored: Vec<Stored> = sqlx::query_as(
        "SELECT campaign_id, position, state, note_ref, version, changed_at FROM dissemination.campaign
         WHERE campaign_id = ANY ($1)",
    )
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let row = |(id, position, state, note, version, changed_at): Stored| {
        let state = Campaigns::read(&state).ok_or(FollowError::Row)?;
        let version = Version::new(version).ok_or(FollowError::Row)?;
        Ok((id, Row { position, state, note: note.map(VaultRef), version, changed_at }))
    };
    stored.into_iter().map(row).collect()
}

async fn save(connection: &mut PgConnection, rows: &BTreeMap<Uuid, Row>) -> Result<(), sqlx::Error> {
    for (id, row) in rows {
        let Some(campaign) = &row.state else { continue };
        let Campaign { outline, plan, stage } = campaign;
        let notice = stage.fan_out().and_then(|fan_out| fan_out.notice);
        sqlx::query(SAVE)
            .bind(id)
            .bind(row.position)
            .bind(outline.office.0)
            .bind(outline.programme.0)
            .bind(outline.material.0)
            .bind(stage.status().to_column())
            .bind(plan.priority.to_column())
            .bind(origin_column(Origin::of(outline.region)))
            .bind(notice.is_some_and(|notice| notice.told < notice.of))
            .bind(row.changed_at)
            .bind(row.note.map(|note| note.0))
            .bind(row.version.get())
            .bind(Campaigns::write(&row.state))
            .bind(message(CampaignId(*id), campaign, row.version).encode_to_vec())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

const SAVE: &str = "INSERT INTO dissemination.campaign
  (campaign_id, position, office_id, programme_id, material_id, status, priority, origin, notices_due, changed_at, note_ref, version,
   state, record)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (campaign_id) DO UPDATE SET
  status = excluded.status, priority = excluded.priority, notices_due = excluded.notices_due, changed_at = excluded.changed_at,
  note_ref = excluded.note_ref, version = excluded.version, state = excluded.state, record = excluded.record";

/// Notes which campaigns a newer version of a material, or its withdrawal, concerns. Those that were drafted later have it already, and
/// decide nothing.
pub(super) async fn note_reactions(
    connection: &mut PgConnection,
    events: &[(&Recorded, material::Event)],
) -> Result<(), sqlx::Error> {
    for (recorded, event) in events {
        let (version, reason) = match event {
            material::Event::Published(publication) => match publication.revision {
                Some(reason) => (publication.version, Some(reason)),
                None => continue,
            },
            material::Event::Withdrawn { version, .. } => (*version, None),
            _ => continue,
        };
        sqlx::query(
            "INSERT INTO dissemination.reaction (position, campaign_id, material_version, revision_reason, recorded_time)
             SELECT $1, campaign_id, $3, $4, $5 FROM dissemination.campaign WHERE material_id = $2",
        )
        .bind(recorded.position.get())
        .bind(recorded.aggregate)
        .bind(i32::try_from(version.number()).unwrap_or(i32::MAX))
        .bind(reason.map(Paired::to_column))
        .bind(recorded.recorded_time)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

impl Index {
    /// Campaigns of the offices that are in `within` today, the newest first.
    pub async fn campaigns(
        &self,
        within: RegionCode,
        filter: &CampaignFilter,
        paging: &Paging,
    ) -> Result<CampaignPage, ListError> {
        let (first, last) = range(within);
        let before = paging.begin().0.map(str::parse::<i64>).transpose().map_err(|_| ListError::Token)?;
        let asked = sqlx::query_as(LIST)
            .bind(first)
            .bind(last)
            .bind(filter.programme.map(|programme| programme.0))
            .bind(filter.material.map(|material| material.0))
            .bind(to_columns(&filter.statuses))
            .bind(before)
            .bind(paging.limit());
        let (records, next) = paging.cut(answered(asked.fetch_all(&self.pool)).await?);
        Ok(CampaignPage { campaigns: decoded(&records)?, next })
    }

    /// Where the office's words about a campaign's pause or cancellation are.
    pub async fn campaign_note(&self, id: CampaignId) -> Result<Option<VaultRef>, sqlx::Error> {
        let asked = sqlx::query_scalar("SELECT note_ref FROM dissemination.campaign WHERE campaign_id = $1").bind(id.0);
        let note: Option<Option<Uuid>> = answered(asked.fetch_optional(&self.pool)).await?;
        Ok(note.flatten().map(VaultRef))
    }

    /// Campaigns that have something to do, now or later: the most urgent first, and of one priority those of the smallest region.
    pub async fn live_campaigns(&self) -> Result<Vec<Live>, sqlx::Error> {
        let rows: Vec<(Uuid, i16, OffsetDateTime)> = answered(sqlx::query_as(LIVE).fetch_all(&self.pool)).await?;
        let live = |(id, priority, changed_at): (Uuid, i16, OffsetDateTime)| {
            let priority = Priority::from_proto(priority.into())
                .ok_or_else(|| sqlx::Error::ColumnDecode { index: "priority".into(), source: "no priority".into() })?;
            Ok(Live { id: CampaignId(id), priority, changed_at })
        };
        rows.into_iter().map(live).collect()
    }
}

/// An office's region is the one that the copy of the registry has now.
const LIST: &str = "SELECT c.campaign_id, c.position::text, '', c.record
FROM dissemination.campaign c JOIN audience.office o ON o.office_id = c.office_id AND o.until_position IS NULL
WHERE o.region_code >= $1 AND o.region_code < $2
  AND ($3::uuid IS NULL OR c.programme_id = $3)
  AND ($4::uuid IS NULL OR c.material_id = $4)
  AND (cardinality($5::smallint[]) = 0 OR c.status = ANY ($5))
  AND ($6::bigint IS NULL OR c.position < $6)
ORDER BY c.position DESC LIMIT $7";

const LIVE: &str = "SELECT campaign_id, priority, changed_at FROM dissemination.campaign
WHERE status IN (2, 3, 4) OR notices_due ORDER BY priority DESC, origin DESC, position";
