//! Programmes in the index, event by event.

use std::collections::BTreeMap;

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    list::{ListError, Paging},
    wire::{Paired, to_columns},
};
use kim_eventlog::{Position, Recorded, Version};
use kim_values::Code;
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{FollowError, Index, place};
use crate::{
    domain::{
        ids::{OfficeId, ProgrammeId},
        programme::{Event, Programme, Status, evolve},
    },
    wire::programme::{message, stored},
};

/// Which programmes are listed.
#[derive(Debug, Clone)]
pub struct ProgrammeFilter {
    pub place: place::Filter,
    /// None means all.
    pub statuses: Vec<Status>,
    pub topic: Option<Code>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProgrammePage {
    pub programmes: Vec<pb::Programme>,
    pub next: String,
}

/// A programme, where the log has its first event, and its version.
type Row = (Option<Programme>, Position, Version);

/// Folds events of programmes into their rows.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FollowError> {
    let ids: Vec<Uuid> = events.iter().map(|(recorded, _)| recorded.aggregate).collect();
    let mut rows = load(connection, &ids).await?;
    for (recorded, event) in events {
        let row = rows.entry(recorded.aggregate).or_insert((None, recorded.position, Version::NONE));
        row.0 = evolve(row.0.take(), event);
        row.2 = recorded.version;
    }
    for (id, (programme, position, version)) in rows {
        if let Some(programme) = programme {
            save(connection, id, &programme, position, version).await?;
        } else {
            tracing::error!(programme = %id, "a programme's event came without its first one");
        }
    }
    Ok(())
}

async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<BTreeMap<Uuid, Row>, FollowError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, i64, i64, Vec<u8>)> = sqlx::query_as(LOAD).bind(ids).fetch_all(connection).await?;
    let row = |(id, position, version, record): (Uuid, i64, i64, Vec<u8>)| {
        let programme = stored(&pb::Programme::decode(record.as_slice()).ok()?)?;
        Some((id, (Some(programme), Position::new(position)?, Version::new(version)?)))
    };
    rows.into_iter().map(|stored| row(stored).ok_or(FollowError::Row)).collect()
}

/// Few: one by one.
async fn save(
    connection: &mut PgConnection,
    id: Uuid,
    programme: &Programme,
    position: Position,
    version: Version,
) -> Result<(), sqlx::Error> {
    sqlx::query(SAVE)
        .bind(id)
        .bind(position.get())
        .bind(programme.office.0)
        .bind(programme.status().to_column())
        .bind(programme.profile.topic.as_str())
        .bind(version.get())
        .bind(message(ProgrammeId(id), programme, version).encode_to_vec())
        .execute(connection)
        .await?;
    Ok(())
}

impl Index {
    /// Programmes by where their offices are now, the newest first.
    pub async fn programmes(&self, filter: &ProgrammeFilter, paging: &Paging) -> Result<ProgrammePage, ListError> {
        let (from, to) = filter.place.range();
        let rows: Vec<place::Row> = sqlx::query_as(LIST)
            .bind(from)
            .bind(to)
            .bind(filter.place.office.map(|OfficeId(id)| id))
            .bind(to_columns(&filter.statuses))
            .bind(filter.topic.map(|topic| topic.to_string()))
            .bind(place::before(paging)?)
            .bind(paging.limit())
            .fetch_all(&self.pool)
            .await?;
        let (programmes, next) = place::page(paging, rows, |programme: &mut pb::Programme| &mut programme.region)?;
        Ok(ProgrammePage { programmes, next })
    }
}

const LOAD: &str =
    "SELECT programme_id, position, version, record FROM dissemination.programme WHERE programme_id = ANY ($1)";

const SAVE: &str =
    "INSERT INTO dissemination.programme (programme_id, position, office_id, status, topic, version, record)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (programme_id) DO UPDATE SET
  status = excluded.status, topic = excluded.topic, version = excluded.version, record = excluded.record";

const LIST: &str = "SELECT p.programme_id, p.position, p.record, o.region_code, o.region_decree
FROM dissemination.programme p JOIN audience.office o ON o.office_id = p.office_id AND o.until_position IS NULL
WHERE o.region_code >= $1 AND o.region_code < $2
  AND ($3::uuid IS NULL OR p.office_id = $3)
  AND (cardinality($4::smallint[]) = 0 OR p.status = ANY ($4))
  AND ($5::text IS NULL OR p.topic = $5)
  AND ($6::bigint IS NULL OR p.position < $6)
ORDER BY p.position DESC LIMIT $7";
