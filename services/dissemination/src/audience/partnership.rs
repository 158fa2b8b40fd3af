//! A partnership as an audience needs it: of whom, and on which days it is in force.

use kim_eventlog::Position;
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{
    event::PartnershipEvent,
    versions::{Versions, column, end},
};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Partnership {
    pub office: Uuid,
    pub community: Uuid,
    /// The agreement's first day and its last.
    pub begins_on: Date,
    pub ends_on: Date,
    pub signed_on: Option<Date>,
    /// The first day on which it is no more.
    pub over_on: Option<Date>,
}

/// The partnership after an event, or why the event does not fit it.
pub(super) fn evolve(known: Option<&Partnership>, event: &PartnershipEvent) -> Result<Partnership, String> {
    if let PartnershipEvent::Proposed { office, community, begins_on, ends_on } = *event {
        let proposed = Partnership { office, community, begins_on, ends_on, signed_on: None, over_on: None };
        return if known.is_some() { Err("kemitraan itu sudah ada".into()) } else { Ok(proposed) };
    }
    let mut partnership = known.ok_or("kemitraan itu belum ada")?.clone();
    match *event {
        PartnershipEvent::Proposed { .. } => unreachable!("told apart above"),
        PartnershipEvent::Signed { on } => partnership.signed_on = Some(on),
        PartnershipEvent::Renewed { ends_on } => partnership.ends_on = ends_on,
        PartnershipEvent::Over { on } => partnership.over_on = Some(on),
    }
    Ok(partnership)
}

#[derive(sqlx::FromRow)]
struct Row {
    partnership_id: Uuid,
    from_position: i64,
    office_id: Uuid,
    community_id: Uuid,
    begins_on: Date,
    ends_on: Date,
    signed_on: Option<Date>,
    over_on: Option<Date>,
}

/// What holds now of these partnerships.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Versions<Partnership>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Versions::stored([]));
    }
    let rows: Vec<Row> = sqlx::query_as(NOW).bind(ids).fetch_all(connection).await?;
    Ok(Versions::stored(rows.into_iter().map(|row| {
        let partnership = Partnership {
            office: row.office_id,
            community: row.community_id,
            begins_on: row.begins_on,
            ends_on: row.ends_on,
            signed_on: row.signed_on,
            over_on: row.over_on,
        };
        (row.partnership_id, Position::new(row.from_position).unwrap_or_default(), partnership)
    })))
}

pub(super) async fn write(connection: &mut PgConnection, versions: Versions<Partnership>) -> Result<(), sqlx::Error> {
    let (ended, begun) = versions.written();
    end(connection, END, &ended).await?;
    if !begun.is_empty() {
        sqlx::query(BEGIN)
            .bind(column(&begun, |row| row.id))
            .bind(column(&begun, |row| row.from))
            .bind(column(&begun, |row| row.until))
            .bind(column(&begun, |row| row.row.office))
            .bind(column(&begun, |row| row.row.community))
            .bind(column(&begun, |row| row.row.begins_on))
            .bind(column(&begun, |row| row.row.ends_on))
            .bind(column(&begun, |row| row.row.signed_on))
            .bind(column(&begun, |row| row.row.over_on))
            .execute(connection)
            .await?;
    }
    Ok(())
}

const NOW: &str =
    "SELECT partnership_id, from_position, office_id, community_id, begins_on, ends_on, signed_on, over_on
FROM audience.partnership WHERE partnership_id = ANY ($1) AND until_position IS NULL";

const END: &str = "UPDATE audience.partnership AS p SET until_position = ended.until
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS ended (id, since, until)
WHERE p.partnership_id = ended.id AND p.from_position = ended.since";

const BEGIN: &str = "INSERT INTO audience.partnership
  (partnership_id, from_position, until_position, office_id, community_id, begins_on, ends_on, signed_on, over_on)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::date[], $7::date[], $8::date[], $9::date[])";
