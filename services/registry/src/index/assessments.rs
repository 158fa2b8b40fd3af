//! Assessments that stand, in the index.

use std::collections::HashMap;

use kim_contract::registry::v1 as pb;
use kim_desk::{
    list::{ListError, Paging, decoded, range},
    wire::period,
};
use kim_eventlog::Version;
use kim_territory::RegionCode;
use kim_values::{Code, Period};
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Index, follower::FollowError};
use crate::{
    domain::{
        assessment::Event,
        ids::{AssessmentId, CommunityId},
    },
    wire::assessment,
};

/// Which assessments are wanted; all that is set must match.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    pub community: Option<CommunityId>,
    pub period: Option<Period>,
    pub rubric: Option<Code>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AssessmentPage {
    pub assessments: Vec<pb::Assessment>,
    pub next: String,
}

impl Index {
    /// Assessments of communities with their seat in `within`, ordered by seat and name, then by period.
    pub async fn assessments(
        &self,
        within: RegionCode,
        wanted: Wanted,
        paging: &Paging,
    ) -> Result<AssessmentPage, ListError> {
        let (from, to) = range(within);
        let (code, key, id) = paging.begin();
        let rows = sqlx::query_as(LIST)
            .bind(code.map_or(from, str::to_owned))
            .bind(to)
            .bind(wanted.community.map(|community| community.0))
            .bind(wanted.period.map(|period| period.to_string()))
            .bind(wanted.rubric.map(|rubric| rubric.to_string()))
            .bind(code)
            .bind(key)
            .bind(id)
            .bind(paging.limit())
            .fetch_all(&self.pool)
            .await?;
        let (records, next) = paging.cut(rows);
        Ok(AssessmentPage { assessments: decoded(&records)?, next })
    }

    /// The assessments of one community by one rubric.
    pub async fn assessments_of(&self, community: CommunityId, rubric: Code) -> Result<Vec<AssessmentId>, sqlx::Error> {
        let ids: Vec<Uuid> =
            sqlx::query_scalar("SELECT assessment_id FROM registry.assessment WHERE community_id = $1 AND rubric = $2")
                .bind(community.0)
                .bind(rubric.as_str())
                .fetch_all(&self.pool)
                .await?;
        Ok(ids.into_iter().map(AssessmentId).collect())
    }
}

/// A name's key has letters and digits only, so that a space after it keeps the order of names. What came before the page's first
/// seat is not looked at.
const LIST: &str = "SELECT * FROM (
    SELECT a.assessment_id, c.seat_code, c.name_key || ' ' || a.period || ' ' || a.rubric AS key, a.record
    FROM registry.assessment a JOIN registry.community c USING (community_id)
    WHERE c.seat_code >= $1 AND c.seat_code < $2
      AND ($3::uuid IS NULL OR a.community_id = $3)
      AND ($4::text IS NULL OR a.period = $4)
      AND ($5::text IS NULL OR a.rubric = $5)
) AS one
WHERE $6::text IS NULL OR (seat_code, key, assessment_id) > ($6, $7, $8)
ORDER BY seat_code, key, assessment_id LIMIT $9";

/// Folds assessments' events, in their order, into the table.
pub(super) async fn fold(connection: &mut PgConnection, events: &[(Uuid, Version, Event)]) -> Result<(), FollowError> {
    if events.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = events.iter().map(|(id, ..)| *id).collect();
    let mut entries = load(connection, &ids).await?;
    for (id, version, event) in events {
        let before = entries.remove(id).flatten();
        entries.insert(*id, assessment::fold(before, AssessmentId(*id), event, *version));
    }
    save(connection, entries).await
}

/// With `None` for whichever stands no more.
type Entries = HashMap<Uuid, Option<pb::Assessment>>;

async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Entries, FollowError> {
    let rows: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT assessment_id, record FROM registry.assessment WHERE assessment_id = ANY ($1)")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    let entry = |(id, record): (Uuid, Vec<u8>)| Some((id, Some(pb::Assessment::decode(record.as_slice()).ok()?)));
    rows.into_iter().map(|row| entry(row).ok_or(FollowError::Row)).collect()
}

async fn save(connection: &mut PgConnection, entries: Entries) -> Result<(), FollowError> {
    let (mut ids, mut communities, mut rubrics) = (Vec::new(), Vec::new(), Vec::new());
    let (mut periods, mut records, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (id, entry) in entries {
        let Some(entry) = entry else {
            gone.push(id);
            continue;
        };
        let period = entry.period.as_ref().and_then(period::from_proto).ok_or(FollowError::Row)?;
        ids.push(id);
        communities.push(CommunityId::parse(&entry.community_id).ok_or(FollowError::Row)?.0);
        periods.push(period.to_string());
        records.push(entry.encode_to_vec());
        rubrics.push(entry.rubric);
    }
    sqlx::query("DELETE FROM registry.assessment WHERE assessment_id = ANY ($1)")
        .bind(gone)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO registry.assessment (assessment_id, community_id, rubric, period, record)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bytea[])
         ON CONFLICT (assessment_id) DO UPDATE SET record = excluded.record",
    )
    .bind(ids)
    .bind(communities)
    .bind(rubrics)
    .bind(periods)
    .bind(records)
    .execute(connection)
    .await?;
    Ok(())
}
