//! Draws audiences: how many, a few of them, page by page, and who came and went between two positions.

use std::collections::{BTreeMap, BTreeSet};

use kim_eventlog::Position;
use kim_territory::RegionCode;
use uuid::Uuid;

use super::{
    Audiences, Criteria, DrawError, Member, corrupt,
    criteria::fits,
    member::{Row, in_order},
};
use crate::domain::{campaign::Cursor, ids::CommunityId};

/// A place in the order of seats and names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatOrder {
    pub seat: RegionCode,
    pub name: String,
    pub community: CommunityId,
}

/// How many communities are in an audience.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    pub total: u64,
    /// Provinces with at least one.
    pub by_province: BTreeMap<RegionCode, u64>,
}

impl Audiences {
    /// How many there are at `at`.
    pub async fn count(&self, criteria: &Criteria<'_>, at: Position) -> Result<Count, DrawError> {
        let mut reading = self.reading(at).await?;
        let (first, beyond) = all(criteria);
        let rows: Vec<(String, i64)> =
            criteria.ask(COUNT).bind(at.get()).bind(first).bind(beyond).fetch_all(&mut *reading).await?;
        let mut count = Count::default();
        for (province, communities) in rows {
            let province = province.parse().map_err(|_| corrupt("province_code"))?;
            count.total += communities.unsigned_abs();
            count.by_province.insert(province, communities.unsigned_abs());
        }
        Ok(count)
    }

    /// Some of those who are there at `at`, `most` at most: from anywhere in the audience, and the same ones each time.
    pub async fn sample(&self, criteria: &Criteria<'_>, at: Position, most: usize) -> Result<Vec<Member>, DrawError> {
        let mut reading = self.reading(at).await?;
        let (first, beyond) = all(criteria);
        let rows: Vec<Row> = criteria
            .ask(SAMPLE)
            .bind(at.get())
            .bind(first)
            .bind(beyond)
            .bind(limit(most))
            .fetch_all(&mut *reading)
            .await?;
        Ok(in_order(rows)?)
    }

    /// Those who are there at `at` and come after a cursor in the order of a fan-out: from east to west, by regency and then by id. Fewer
    /// than `most` when there are no more.
    pub async fn page(
        &self,
        criteria: &Criteria<'_>,
        at: Position,
        after: Option<Cursor>,
        most: usize,
    ) -> Result<Vec<Member>, DrawError> {
        let mut reading = self.reading(at).await?;
        let mut page: Vec<Member> = Vec::new();
        for stretch in criteria.stretches() {
            if page.len() == most {
                break;
            }
            if after.is_some_and(|cursor| stretch.is_behind(&cursor)) {
                continue;
            }
            let after = after.filter(|cursor| stretch.is_of_zone(cursor));
            let rows: Vec<Row> = criteria
                .ask(PAGE)
                .bind(at.get())
                .bind(stretch.regencies.start)
                .bind(stretch.regencies.end)
                .bind(after.map(|cursor| cursor.regency.to_string()))
                .bind(after.map(|cursor| cursor.community.0))
                .bind(limit(most - page.len()))
                .fetch_all(&mut *reading)
                .await?;
            for row in rows {
                page.push(row.try_into()?);
            }
        }
        Ok(page)
    }

    /// Those who are there at `at`, by seat and then by name, after one of them. Fewer than `most` when there are no more.
    pub async fn by_seat(
        &self,
        criteria: &Criteria<'_>,
        at: Position,
        after: Option<&SeatOrder>,
        most: usize,
    ) -> Result<Vec<Member>, DrawError> {
        let mut reading = self.reading(at).await?;
        let regency = after.map(|after| after.seat.regency().unwrap_or(after.seat).to_string());
        let first = criteria.stretches().into_iter().map(|stretch| stretch.regencies.start).min();
        let rows: Vec<Row> = criteria
            .ask(BY_SEAT)
            .bind(at.get())
            .bind(regency.or(first))
            .bind(after.map(|after| after.seat.to_string()))
            .bind(after.map(|after| after.name.as_str()))
            .bind(after.map(|after| after.community.0))
            .bind(limit(most))
            .fetch_all(&mut *reading)
            .await?;
        Ok(rows.into_iter().map(Member::try_from).collect::<Result<_, _>>()?)
    }

    /// Which of these are there at `at`.
    pub async fn fitting(
        &self,
        criteria: &Criteria<'_>,
        at: Position,
        ids: &[CommunityId],
    ) -> Result<BTreeSet<CommunityId>, DrawError> {
        if ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut reading = self.reading(at).await?;
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows: Vec<(Uuid,)> = criteria.ask(FITTING).bind(at.get()).bind(ids).fetch_all(&mut *reading).await?;
        Ok(rows.into_iter().map(|(id,)| CommunityId(id)).collect())
    }

    /// Who is there at `to` and was not at `from`, each as it stands at `to`.
    pub async fn joined_since(
        &self,
        criteria: &Criteria<'_>,
        from: Position,
        to: Position,
    ) -> Result<Vec<Member>, DrawError> {
        self.changed(JOINED, criteria, from, to).await
    }

    /// Who was there at `from` and is not at `to`, each as it stands at `to`: dissolved, merged, or other than is wanted.
    pub async fn left_since(
        &self,
        criteria: &Criteria<'_>,
        from: Position,
        to: Position,
    ) -> Result<Vec<Member>, DrawError> {
        self.changed(LEFT, criteria, from, to).await
    }

    async fn changed(
        &self,
        sql: &'static str,
        criteria: &Criteria<'_>,
        from: Position,
        to: Position,
    ) -> Result<Vec<Member>, DrawError> {
        let mut reading = self.reading(to).await?;
        let rows: Vec<Row> = criteria.ask(sql).bind(from.get()).bind(to.get()).fetch_all(&mut *reading).await?;
        Ok(in_order(rows)?)
    }
}

/// The regencies of all stretches: where each begins, and where it ends.
pub(super) fn all(criteria: &Criteria<'_>) -> (Vec<String>, Vec<String>) {
    criteria.stretches().into_iter().map(|stretch| (stretch.regencies.start, stretch.regencies.end)).unzip()
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// The columns of a member.
macro_rules! member {
    () => {
        "SELECT c.community_id, c.name, c.seat_code, c.seat_decree, c.regency_code, c.status, c.base_group "
    };
}

/// What is selected of those who are in the audience at `$11`, along the stretches from `$12` until before `$13`. Each is planned by itself
/// (`OFFSET 0`): how much of the nation lies in a stretch, a planner cannot tell before it knows it.
macro_rules! along {
    ($what:expr) => {
        concat!(
            "FROM unnest($12::text[], $13::text[]) AS stretch (first, beyond) CROSS JOIN LATERAL (",
            $what,
            "FROM audience.community c
  WHERE c.regency_code >= stretch.first AND c.regency_code < stretch.beyond AND ",
            fits!("c", "$11"),
            " OFFSET 0) c "
        )
    };
}

pub(super) const COUNT: &str =
    concat!("SELECT c.province_code, count(*) ", along!("SELECT c.province_code "), "GROUP BY c.province_code");

pub(super) const SAMPLE: &str = concat!(
    member!(),
    along!(member!()),
    // By chance, and by the same at each time.
    "ORDER BY uuid_hash_extended(c.community_id, $11), c.community_id LIMIT $14"
);

pub(super) const PAGE: &str = concat!(
    member!(),
    "FROM audience.community c
WHERE c.regency_code >= $12 AND c.regency_code < $13
  AND ($14::text IS NULL OR (c.regency_code, c.community_id) > ($14, $15::uuid)) AND ",
    fits!("c", "$11"),
    " ORDER BY c.regency_code, c.community_id LIMIT $16"
);

/// By regency first, which a seat's code begins with: one regency at a time is sorted.
pub(super) const BY_SEAT: &str = concat!(
    member!(),
    "FROM audience.community c
WHERE c.regency_code >= $12
  AND ($13::text IS NULL OR (c.regency_code, c.seat_code, c.name, c.community_id) > ($12, $13, $14::text, $15::uuid)) AND ",
    fits!("c", "$11"),
    " ORDER BY c.regency_code, c.seat_code, c.name, c.community_id LIMIT $16"
);

pub(super) const FITTING: &str = concat!(
    "SELECT c.community_id FROM audience.community c WHERE c.community_id = ANY ($12::uuid[]) AND ",
    fits!("c", "$11")
);

/// Communities with something that changed after `$11` and up to `$12`.
macro_rules! changed {
    () => {
        "WITH changed AS (
  SELECT community_id FROM audience.community WHERE from_position > $11 AND from_position <= $12
  UNION SELECT community_id FROM audience.partnership WHERE from_position > $11 AND from_position <= $12) "
    };
}

pub(super) const JOINED: &str = concat!(
    changed!(),
    member!(),
    "FROM changed JOIN audience.community c USING (community_id)
WHERE ",
    fits!("c", "$12"),
    " AND NOT EXISTS (SELECT FROM audience.community before WHERE before.community_id = c.community_id AND ",
    fits!("before", "$11"),
    ")"
);

pub(super) const LEFT: &str = concat!(
    changed!(),
    member!(),
    "FROM changed JOIN audience.community c USING (community_id)
WHERE c.from_position <= $12 AND (c.until_position IS NULL OR c.until_position > $12) AND NOT ",
    fits!("c", "$12"),
    " AND EXISTS (SELECT FROM audience.community before WHERE before.community_id = c.community_id AND ",
    fits!("before", "$11"),
    ")"
);
