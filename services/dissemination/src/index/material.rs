//! Materials in the index, event by event.

use std::collections::BTreeMap;

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    list::{ListError, Paging},
    wire::{Paired, to_columns},
};
use kim_eventlog::{Position, Recorded};
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{FollowError, Index, place};
use crate::{
    domain::{
        ids::{MaterialId, OfficeId, ProgrammeId},
        material::{Event, Status},
    },
    wire::material::record,
};

/// Which materials are listed.
#[derive(Debug, Clone)]
pub struct MaterialFilter {
    pub place: place::Filter,
    pub programme: Option<ProgrammeId>,
    /// None means all.
    pub statuses: Vec<Status>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct MaterialPage {
    pub materials: Vec<pb::Material>,
    pub next: String,
}

/// Folds events of materials into their rows.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FollowError> {
    let ids: Vec<Uuid> = events.iter().map(|(recorded, _)| recorded.aggregate).collect();
    let mut records = load(connection, &ids).await?;
    for (recorded, event) in events {
        if let Some(first) = record::first(MaterialId(recorded.aggregate), event) {
            records.entry(recorded.aggregate).or_insert((recorded.position, first));
        }
        if let Some((_, record)) = records.get_mut(&recorded.aggregate) {
            record::next(record, event, recorded.version);
        } else {
            tracing::error!(position = %recorded.position, "a material's event came without its first one");
        }
    }
    for (id, (position, record)) in records {
        save(connection, id, position, &record).await?;
    }
    Ok(())
}

async fn load(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, (Position, pb::Material)>, FollowError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, i64, Vec<u8>)> = sqlx::query_as(LOAD).bind(ids).fetch_all(connection).await?;
    let row = |(id, position, record): (Uuid, i64, Vec<u8>)| {
        Some((id, (Position::new(position)?, pb::Material::decode(record.as_slice()).ok()?)))
    };
    rows.into_iter().map(|stored| row(stored).ok_or(FollowError::Row)).collect()
}

/// Few: one by one.
async fn save(
    connection: &mut PgConnection,
    id: Uuid,
    position: Position,
    record: &pb::Material,
) -> Result<(), FollowError> {
    let office = OfficeId::parse(&record.owning_office_id).ok_or(FollowError::Row)?;
    let programme = ProgrammeId::parse(&record.programme_id).ok_or(FollowError::Row)?;
    let status = Status::from_proto(record.status).ok_or(FollowError::Row)?;
    sqlx::query(SAVE)
        .bind(id)
        .bind(position.get())
        .bind(office.0)
        .bind(programme.0)
        .bind(status.to_column())
        .bind(record.encode_to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

impl Index {
    /// Materials by where their offices are now, the newest first.
    pub async fn materials(&self, filter: &MaterialFilter, paging: &Paging) -> Result<MaterialPage, ListError> {
        let (from, to) = filter.place.range();
        let rows: Vec<place::Row> = sqlx::query_as(LIST)
            .bind(from)
            .bind(to)
            .bind(filter.place.office.map(|OfficeId(id)| id))
            .bind(filter.programme.map(|ProgrammeId(id)| id))
            .bind(to_columns(&filter.statuses))
            .bind(place::before(paging)?)
            .bind(paging.limit())
            .fetch_all(&self.pool)
            .await?;
        let (materials, next) = place::page(paging, rows, |material: &mut pb::Material| &mut material.region)?;
        Ok(MaterialPage { materials, next })
    }
}

const LOAD: &str = "SELECT material_id, position, record FROM dissemination.material WHERE material_id = ANY ($1)";

const SAVE: &str = "INSERT INTO dissemination.material (material_id, position, office_id, programme_id, status, record)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (material_id) DO UPDATE SET status = excluded.status, record = excluded.record";

const LIST: &str = "SELECT m.material_id, m.position, m.record, o.region_code, o.region_decree
FROM dissemination.material m JOIN audience.office o ON o.office_id = m.office_id AND o.until_position IS NULL
WHERE o.region_code >= $1 AND o.region_code < $2
  AND ($3::uuid IS NULL OR m.office_id = $3)
  AND ($4::uuid IS NULL OR m.programme_id = $4)
  AND (cardinality($5::smallint[]) = 0 OR m.status = ANY ($5))
  AND ($6::bigint IS NULL OR m.position < $6)
ORDER BY m.position DESC LIMIT $7";
