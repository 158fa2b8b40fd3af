//! A community that is, or was, in an audience.

use kim_contract::registry::v1::{BaseGroup, CommunityStatus};
use kim_territory::RegionCode;
use kim_values::Region;
use uuid::Uuid;

use super::{
    Audiences,
    community::{stored_base_group, stored_region, stored_status},
    corrupt,
};
use crate::domain::{campaign::Cursor, ids::CommunityId};

/// A community as the registry's log has it at a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub community: CommunityId,
    pub name: String,
    pub seat: Region,
    /// The regency that its seat lies in.
    pub regency: RegionCode,
    pub status: CommunityStatus,
    pub base_group: BaseGroup,
}

impl Member {
    /// Its place in the order of a fan-out.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { regency: self.regency, community: self.community }
    }
}

impl Audiences {
    /// These communities as far as the registry's log is known; what is not there is left out.
    pub async fn communities_now(&self, ids: &[CommunityId]) -> Result<Vec<Member>, sqlx::Error> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let rows: Vec<Row> = sqlx::query_as(NOW).bind(ids).fetch_all(&self.pool).await?;
        rows.into_iter().map(Member::try_from).collect()
    }

    /// One of them.
    pub async fn community_now(&self, id: CommunityId) -> Result<Option<Member>, sqlx::Error> {
        Ok(self.communities_now(&[id]).await?.pop())
    }
}

const NOW: &str = "SELECT community_id, name, seat_code, seat_decree, regency_code, status, base_group
FROM audience.community WHERE community_id = ANY ($1) AND until_position IS NULL";

/// As statements select it.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    community_id: Uuid,
    name: String,
    seat_code: String,
    seat_decree: String,
    regency_code: String,
    status: i16,
    base_group: i16,
}

impl TryFrom<Row> for Member {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        Ok(Self {
            community: CommunityId(row.community_id),
            name: row.name,
            seat: stored_region(&row.seat_code, &row.seat_decree)?,
            regency: row.regency_code.parse().map_err(|_| corrupt("regency_code"))?,
            status: stored_status(row.status)?,
            base_group: stored_base_group(row.base_group)?,
        })
    }
}

/// Rows in the order of a fan-out.
pub(super) fn in_order(rows: Vec<Row>) -> Result<Vec<Member>, sqlx::Error> {
    let mut members = rows.into_iter().map(Member::try_from).collect::<Result<Vec<_>, _>>()?;
    members.sort_by_cached_key(|member| member.cursor().key());
    Ok(members)
}
