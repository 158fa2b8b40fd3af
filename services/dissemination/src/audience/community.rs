//! A community as an audience needs it.

use kim_contract::registry::v1::{BaseGroup, CommunityStatus};
use kim_eventlog::Position;
use kim_territory::{Level, RegionCode};
use kim_values::Region;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    corrupt,
    event::CommunityEvent,
    versions::{Versions, column, end},
};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Community {
    pub name: String,
    pub seat: Region,
    pub status: CommunityStatus,
    pub base_group: BaseGroup,
}

/// The community after an event, or why the event does not fit it.
pub(super) fn evolve(known: Option<&Community>, event: &CommunityEvent) -> Result<Community, String> {
    if let CommunityEvent::Drafted(profile) = event {
        if known.is_some() {
            return Err("KIM itu sudah ada".into());
        }
        let (name, seat, base_group) = (profile.name.clone(), profile.seat, profile.base_group);
        return Ok(Community { name, seat, status: CommunityStatus::Draft, base_group });
    }
    let mut community = known.ok_or("KIM itu belum ada")?.clone();
    match event {
        CommunityEvent::Drafted(profile) | CommunityEvent::Changed(profile) => {
            community.name.clone_from(&profile.name);
            (community.seat, community.base_group) = (profile.seat, profile.base_group);
        }
        CommunityEvent::Turned(status) => community.status = *status,
        CommunityEvent::Moved(seat) => community.seat = *seat,
    }
    Ok(community)
}

/// kim.registry.v1.RegionLevel
fn level_column(level: Level) -> i16 {
    match level {
        Level::Nation => 1,
        Level::Province => 2,
        Level::Regency => 3,
        Level::District => 4,
        Level::Village => 5,
    }
}

pub(super) fn small(number: i32) -> i16 {
    i16::try_from(number).expect("the contract's enums are small")
}

/// The region at a level that a seat lies in; the seat itself where it lies in none.
fn around(seat: RegionCode, level: Level) -> String {
    seat.at(level).unwrap_or(seat).to_string()
}

pub(super) fn stored_region(code: &str, decree: &str) -> Result<Region, sqlx::Error> {
    let code = code.parse().map_err(|_| corrupt("a region's code"))?;
    let decree = decree.parse().map_err(|_| corrupt("a region's decree"))?;
    Ok(Region { code, decree })
}

pub(super) fn stored_status(number: i16) -> Result<CommunityStatus, sqlx::Error> {
    CommunityStatus::try_from(i32::from(number)).map_err(|_| corrupt("status"))
}

pub(super) fn stored_base_group(number: i16) -> Result<BaseGroup, sqlx::Error> {
    BaseGroup::try_from(i32::from(number)).map_err(|_| corrupt("base_group"))
}

#[derive(sqlx::FromRow)]
struct Row {
    community_id: Uuid,
    from_position: i64,
    name: String,
    seat_code: String,
    seat_decree: String,
    status: i16,
    base_group: i16,
}

/// What holds now of these communities.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Versions<Community>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Versions::stored([]));
    }
    let rows: Vec<Row> = sqlx::query_as(NOW).bind(ids).fetch_all(connection).await?;
    let held = |row: Row| {
        let community = Community {
            seat: stored_region(&row.seat_code, &row.seat_decree)?,
            status: stored_status(row.status)?,
            base_group: stored_base_group(row.base_group)?,
            name: row.name,
        };
        Ok((row.community_id, Position::new(row.from_position).unwrap_or_default(), community))
    };
    Ok(Versions::stored(rows.into_iter().map(held).collect::<Result<Vec<_>, sqlx::Error>>()?))
}

pub(super) async fn write(connection: &mut PgConnection, versions: Versions<Community>) -> Result<(), sqlx::Error> {
    let (ended, begun) = versions.written();
    end(connection, END, &ended).await?;
    if !begun.is_empty() {
        sqlx::query(BEGIN)
            .bind(column(&begun, |row| row.id))
            .bind(column(&begun, |row| row.from))
            .bind(column(&begun, |row| row.until))
            .bind(column(&begun, |row| row.row.name.clone()))
            .bind(column(&begun, |row| row.row.seat.code.to_string()))
            .bind(column(&begun, |row| row.row.seat.decree.key()))
            .bind(column(&begun, |row| around(row.row.seat.code, Level::Regency)))
            .bind(column(&begun, |row| around(row.row.seat.code, Level::Province)))
            .bind(column(&begun, |row| level_column(row.row.seat.code.level())))
            .bind(column(&begun, |row| small(row.row.status.into())))
            .bind(column(&begun, |row| small(row.row.base_group.into())))
            .execute(connection)
            .await?;
    }
    Ok(())
}

const NOW: &str = "SELECT community_id, from_position, name, seat_code, seat_decree, status, base_group
FROM audience.community WHERE community_id = ANY ($1) AND until_position IS NULL";

const END: &str = "UPDATE audience.community AS c SET until_position = ended.until
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS ended (id, since, until)
WHERE c.community_id = ended.id AND c.from_position = ended.since";

const BEGIN: &str = "INSERT INTO audience.community
  (community_id, from_position, until_position, name, seat_code, seat_decree, regency_code, province_code, seat_level, status, base_group)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::smallint[], $10::smallint[], $11::smallint[])";
