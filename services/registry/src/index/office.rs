//! Offices in the index: few, and each says all of itself in its record.

use std::collections::BTreeMap;

use kim_contract::registry::v1 as pb;
use kim_desk::{
    list::{ListError, Paging, decoded, range},
    wire::Paired,
};
use kim_eventlog::{Recorded, Version};
use kim_territory::RegionCode;
use prost::Message;
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{Index, follower::FollowError};
use crate::{
    domain::{
        ids::OfficeId,
        name,
        office::{Event, Office, OfficeKind, evolve},
    },
    wire::master::{office_message, stored_office},
};

/// Which offices are listed.
#[derive(Debug, Clone, Copy)]
pub struct OfficeFilter {
    /// The region, with all that lies in it.
    pub within: RegionCode,
    pub kind: Option<OfficeKind>,
    /// Those that were open on that day; now, when `None`.
    pub on: Option<Date>,
}

/// Offices with all their names, each called by its last.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficePage {
    pub offices: Vec<pb::Office>,
    pub next: String,
}

/// Folds events of offices into their rows.
pub(super) async fn fold(connection: &mut PgConnection, events: Vec<(&Recorded, Event)>) -> Result<(), FollowError> {
    let ids: Vec<Uuid> = events.iter().map(|(recorded, _)| recorded.aggregate).collect();
    let mut offices = load(connection, &ids).await?;
    for (recorded, event) in events {
        let (office, version) = offices.entry(recorded.aggregate).or_insert((None, Version::NONE));
        *office = evolve(office.take(), &event);
        *version = recorded.version;
    }
    for (id, (office, version)) in offices {
        if let Some(office) = office {
            save(connection, id, &office, version).await?;
        } else {
            tracing::error!(office = %id, "an office's event came without its first one");
        }
    }
    Ok(())
}

async fn load(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, (Option<Office>, Version)>, FollowError> {
    let rows: Vec<(Uuid, i64, Vec<u8>)> =
        sqlx::query_as("SELECT office_id, version, record FROM registry.office WHERE office_id = ANY ($1)")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    let office = |(id, version, record): (Uuid, i64, Vec<u8>)| {
        let office = stored_office(&pb::Office::decode(record.as_slice()).ok()?)?;
        Some((id, (Some(office), Version::new(version)?)))
    };
    rows.into_iter().map(|row| office(row).ok_or(FollowError::Row)).collect()
}

async fn save(connection: &mut PgConnection, id: Uuid, office: &Office, version: Version) -> Result<(), sqlx::Error> {
    // Ordered by the last name: the order of a list does not depend on the day.
    let name = office.names.last();
    sqlx::query(
        "INSERT INTO registry.office
           (office_id, region_code, name_key, kind, established_on, closed_on, version, record, region_decree)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (office_id) DO UPDATE SET
           region_code = excluded.region_code, region_decree = excluded.region_decree, name_key = excluded.name_key, closed_on = excluded.closed_on, version = excluded.version,
           record = excluded.record",
    )
    .bind(id)
    .bind(office.region.code.to_string())
    .bind(name::key(name))
    .bind(office.kind.to_column())
    .bind(office.established_on)
    .bind(office.closed_on)
    .bind(version.get())
    .bind(office_message(OfficeId(id), office, version, Date::MAX).encode_to_vec())
    .bind(office.region.decree.key())
    .execute(connection)
    .await?;
    Ok(())
}

impl Index {
    /// Offices ordered by region and name.
    pub async fn offices(&self, filter: &OfficeFilter, paging: &Paging) -> Result<OfficePage, ListError> {
        let (from, to) = range(filter.within);
        let (code, name_key, id) = paging.begin();
        let rows = sqlx::query_as(
            "SELECT office_id, region_code, name_key, record FROM registry.office
             WHERE region_code >= $1 AND region_code < $2
               AND ($3::smallint IS NULL OR kind = $3)
               AND CASE WHEN $4::date IS NULL THEN closed_on IS NULL
                        ELSE established_on <= $4 AND (closed_on IS NULL OR closed_on > $4) END
               AND ($5::text IS NULL OR (region_code, name_key, office_id) > ($5, $6, $7))
             ORDER BY region_code, name_key, office_id LIMIT $8",
        )
        .bind(from)
        .bind(to)
        .bind(filter.kind.map(Paired::to_column))
        .bind(filter.on)
        .bind(code)
        .bind(name_key)
        .bind(id)
        .bind(paging.limit())
        .fetch_all(&self.pool)
        .await?;
        let (records, next) = paging.cut(rows);
        Ok(OfficePage { offices: decoded(&records)?, next })
    }
}
