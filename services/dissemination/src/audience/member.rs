//! A community that is, or was, in an audience.

use kim_contract::registry::v1::CommunityStatus;
use kim_territory::RegionCode;
use kim_values::Region;
use uuid::Uuid;

use super::{
    community::{stored_region, stored_status},
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
}

impl Member {
    /// Its place in the order of a fan-out.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor { regency: self.regency, community: self.community }
    }
}

/// As statements select it.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    community_id: Uuid,
    name: String,
    seat_code: String,
    seat_decree: String,
    regency_code: String,
    status: i16,
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
        })
    }
}

/// Rows in the order of a fan-out.
pub(super) fn in_order(rows: Vec<Row>) -> Result<Vec<Member>, sqlx::Error> {
    let mut members = rows.into_iter().map(Member::try_from).collect::<Result<Vec<_>, _>>()?;
    members.sort_by_cached_key(|member| member.cursor().key());
    Ok(members)
}
