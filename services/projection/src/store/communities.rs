//! The list of communities behind a number, a page at a time.

use sqlx::{AssertSqlSafe, PgConnection};
use time::Date;
use uuid::Uuid;

use super::{Scope, Snapshot, figures};
use crate::{
    context::Context,
    fold::{Place, codes},
    pages::{Basis, Community, CommunityPage, CommunityQuery, Month, QueryError, RegionQuery, Selection, Status},
};

/// The most communities of one page.
const MOST: i64 = 1000;

/// One of the orders that a list is made of; a list of all goes through two, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Status(Status),
    /// All but drafts and those that ended.
    Living,
    Revived,
}

/// Where a page ended: the part of the list, and the last community's key in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cursor {
    part: usize,
    seat: i64,
    name: String,
    id: Uuid,
    version: i64,
}

impl Cursor {
    fn start_of(part: usize) -> Self {
        Self { part, seat: -1, name: String::new(), id: Uuid::nil(), version: 0 }
    }

    fn token(&self) -> String {
        format!("{}-{}-{}-{}", self.part, self.seat, self.id.simple(), self.version)
    }

    /// The place that a token names; its community must be one of the read model.
    async fn read(connection: &mut PgConnection, token: &str, parts: usize) -> Result<Self, QueryError> {
        let fields: Vec<&str> = token.split('-').collect();
        let [part, seat, id, version] = fields[..] else { return Err(QueryError::BadToken) };
        let number = |text: &str| text.parse::<i64>().map_err(|_| QueryError::BadToken);
        let part = part.parse().ok().filter(|part| *part < parts).ok_or(QueryError::BadToken)?;
        let id = Uuid::try_parse(id).map_err(|_| QueryError::BadToken)?;
        let name: Option<String> = sqlx::query_scalar("SELECT name FROM community WHERE id = $1")
            .bind(id)
            .fetch_optional(connection)
            .await
            .map_err(super::unanswered)?;
        let name = name.ok_or(QueryError::BadToken)?;
        Ok(Self { part, seat: number(seat)?, name, id, version: number(version)? })
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    community_id: Uuid,
    version: i64,
    name: String,
    seat: i64,
    status: i16,
    since: Date,
    members: i32,
    day: Option<Date>,
    kind: Option<i16>,
}

pub async fn page(snapshot: &mut Snapshot, query: CommunityQuery) -> Result<CommunityPage, QueryError> {
    let territories = snapshot.territories.clone();
    let scope = territories.scope(query.within.region, query.within.territory)?;
    let connection = &mut *snapshot.transaction;
    let parts = parts(query.selection);
    let mut cursor = match &query.after {
        Some(token) => Cursor::read(connection, token, parts.len()).await?,
        None => Cursor::start_of(0),
    };
    let limit = query.limit.clamp(1, MOST);
    let wanted = usize::try_from(limit).expect("a page is short");
    // One more than wanted says whether there is a next page.
    let mut rows: Vec<(usize, Row)> = Vec::new();
    while rows.len() <= wanted && cursor.part < parts.len() {
        // In the order of places, so that the list goes on from one to the next.
        for place in &scope.places {
            let missing = limit + 1 - i64::try_from(rows.len()).expect("a page is short");
            if missing > 0 && place.inside().end > cursor.seat {
                let found = of(connection, parts[cursor.part], *place, query.within, &cursor, missing).await;
                rows.extend(found.map_err(super::unanswered)?.into_iter().map(|row| (cursor.part, row)));
            }
        }
        cursor = Cursor::start_of(cursor.part + 1);
    }
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more).map(|(part, row)| {
        let Row { seat, community_id, version, .. } = *row;
        Cursor { part: *part, seat, name: String::new(), id: community_id, version }.token()
    });
    let total = total(connection, &scope, &query).await.map_err(super::unanswered)?;
    let communities = rows.into_iter().map(|(_, row)| row.try_into()).collect::<Result<_, sqlx::Error>>();
    Ok(CommunityPage {
        as_of: snapshot.as_of.of(&[Context::Registry]).by(scope.decree),
        communities: communities.map_err(super::unanswered)?,
        total,
        next,
    })
}

fn parts(selection: Selection) -> Vec<Part> {
    match selection {
        Selection::All => vec![Part::Living, Part::Status(Status::Dissolved), Part::Status(Status::Merged)],
        Selection::Status(status) => vec![Part::Status(status)],
        Selection::RevitalisedInYear => vec![Part::Revived],
    }
}

async fn of(
    connection: &mut PgConnection,
    part: Part,
    place: Place,
    within: RegionQuery,
    after: &Cursor,
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let inside = place.inside();
    let query = sqlx::query_as(AssertSqlSafe(sql(part, within.basis)))
        .bind(codes::basis(within.basis))
        .bind(inside.start)
        .bind(inside.end)
        .bind(within.month.last_day())
        .bind(within.month.first_day())
        .bind(limit)
        .bind(after.seat)
        .bind(&after.name)
        .bind(after.id);
    let query = match part {
        Part::Status(status) => query.bind(codes::status(status)),
        Part::Living => query,
        Part::Revived => query.bind(after.version).bind(year_up_to(within.month).first_day()),
    };
    query.fetch_all(connection).await
}

/// How many the whole list holds. It is the figure itself, so the two cannot differ; a community that was revived twice
/// within the year is counted twice, and stands twice in the list.
async fn total(connection: &mut PgConnection, scope: &Scope<'_>, query: &CommunityQuery) -> Result<i64, sqlx::Error> {
    let RegionQuery { month, basis, .. } = query.within;
    let sums = figures::totals(connection, scope, basis, (year_up_to(month), month)).await?;
    let of = |status| match status {
        Status::Draft => sums.draft,
        Status::Submitted => sums.submitted,
        Status::Returned => sums.returned,
        Status::Registered => sums.registered,
        Status::Active => sums.active,
        Status::Dormant => sums.dormant,
        Status::Dissolved => sums.dissolved,
        Status::Merged => sums.merged,
    };
    Ok(match query.selection {
        Selection::All => codes::STATUSES.into_iter().filter(|status| *status != Status::Draft).map(of).sum(),
        Selection::Status(status) => of(status),
        Selection::RevitalisedInYear => sums.revitalised,
    })
}

/// The first of the twelve months that end with this one.
fn year_up_to(month: Month) -> Month {
    month.plus(-11)
}

impl TryFrom<Row> for Community {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        let status = codes::stored_status(row.status)
            .ok_or_else(|| sqlx::Error::ColumnDecode { index: "status".into(), source: "no status".into() })?;
        Ok(Self {
            id: row.community_id,
            name: row.name,
            seat: Place::stored(row.seat).code(),
            status,
            status_since: Some(row.since),
            last_activity: row.day.zip(row.kind.and_then(codes::stored_kind)),
            members: row.members,
        })
    }
}

/// The statement of a part of a list. Its keys come first, by an index in the list's order and no more than a page; the
/// rest is looked up for those.
fn sql(part: Part, basis: Basis) -> String {
    let keys = match (part, basis) {
        (Part::Status(_), _) => BY_STATUS.to_owned(),
        (Part::Living, _) => LIVING.to_owned(),
        (Part::Revived, Basis::Happened) => REVIVED.replace("{day}", "active_from"),
        (Part::Revived, Basis::Recorded) => REVIVED.replace("{day}", "recorded_on"),
    };
    format!("WITH listed AS ({keys}) {REST}")
}

/// All statements of lists, by what they list.
#[cfg(test)]
pub fn statements(basis: Basis) -> [(&'static str, String); 3] {
    let status = Part::Status(Status::Active);
    [("status", sql(status, basis)), ("living", sql(Part::Living, basis)), ("revived", sql(Part::Revived, basis))]
}

// Parameters: basis, the region's places from and before, the month's last and first day, how many, the last key of the
// page before (seat, name, id); then what only one part has.

const BY_STATUS: &str = "
SELECT seat, name, community_id, 0::bigint AS version FROM span
WHERE basis = $1 AND status = $10 AND seat >= $2 AND seat < $3 AND from_on <= $4 AND until_on > $4
    AND (seat, name, community_id) > ($7, $8, $9)
ORDER BY seat, name, community_id LIMIT $6";

const LIVING: &str = "
SELECT seat, name, community_id, 0::bigint AS version FROM span
WHERE basis = $1 AND status BETWEEN 2 AND 6 AND seat >= $2 AND seat < $3 AND from_on <= $4 AND until_on > $4
    AND (seat, name, community_id) > ($7, $8, $9)
ORDER BY seat, name, community_id LIMIT $6";

/// The date that is counted by is put in by name: with an expression over both a planner knows nothing of either.
const REVIVED: &str = "
SELECT seat, name, community_id, version FROM revival
WHERE seat >= $2 AND seat < $3 AND {day} BETWEEN $11 AND $4
    AND (seat, name, community_id, version) > ($7, $8, $9, $10)
ORDER BY seat, name, community_id, version LIMIT $6";

/// The newest activity on the last day of the month: of those that had happened, or of those that were known.
const REST: &str = "
SELECT l.community_id, l.version, l.name, l.seat, s.status, s.from_on AS since, c.members, a.day, a.kind
FROM listed l
JOIN span s ON s.community_id = l.community_id AND s.basis = $1 AND s.from_on <= $4 AND s.until_on > $4
JOIN community c ON c.id = l.community_id
LEFT JOIN LATERAL (
    SELECT CASE WHEN $1 = 1 THEN happened_on ELSE known_on END AS day,
        CASE WHEN $1 = 1 THEN happened_kind ELSE known_kind END AS kind
    FROM activity
    WHERE community_id = l.community_id AND month <= $5
        AND CASE WHEN $1 = 1 THEN happened_on ELSE known_on END IS NOT NULL
    ORDER BY month DESC LIMIT 1
) a ON true
ORDER BY l.seat, l.name, l.community_id, l.version";
