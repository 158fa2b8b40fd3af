//! The index's rows, read and written many at a time.

use std::collections::{BTreeMap, HashMap};

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{Paired, region};
use kim_eventlog::{Position, Recorded, Version};
use kim_territory::RegionCode;
use prost::Message;
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{Entry, LastSeen, follower::FollowError};
use crate::domain::{community::Status, due::Rules, ids::CommunityId, registration::RegistrationNumber};

pub(super) async fn checkpoint(
    connection: &mut PgConnection,
) -> Result<(Position, Option<Uuid>, Position), sqlx::Error> {
    let (position, event_id, master): (i64, Option<Uuid>, i64) =
        sqlx::query_as("SELECT position, event_id, master_position FROM registry.follower FOR UPDATE")
            .fetch_one(connection)
            .await?;
    Ok((Position::new(position).unwrap_or_default(), event_id, Position::new(master).unwrap_or_default()))
}

/// Empties the index: it is made again from the log.
pub(super) async fn empty(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(
        "TRUNCATE registry.community, registry.term, registry.office, registry.partnership, registry.rule,
                  registry.revoked_grant, registry.reaction, registry.training, registry.training_participant,
                  registry.code_list, registry.rubric, registry.assessment, registry.territory, registry.held_grant;
         UPDATE registry.follower SET position = 0, event_id = NULL, master_position = 0",
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_rule(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO registry.rule (position, type, payload) VALUES ($1, $2, $3)")
        .bind(recorded.position.get())
        .bind(&recorded.event_type)
        .bind(recorded.payload.as_ref())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn insert_code_list(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    insert_master(connection, "INSERT INTO registry.code_list (position, payload) VALUES ($1, $2)", recorded).await
}

pub(super) async fn insert_rubric(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    insert_master(connection, "INSERT INTO registry.rubric (position, payload) VALUES ($1, $2)", recorded).await
}

async fn insert_master(
    connection: &mut PgConnection,
    statement: &'static str,
    recorded: &Recorded,
) -> Result<(), sqlx::Error> {
    sqlx::query(statement).bind(recorded.position.get()).bind(recorded.payload.as_ref()).execute(connection).await?;
    Ok(())
}

/// The community that goes on learns of the one that was merged into it.
pub(super) async fn insert_merger(
    connection: &mut PgConnection,
    recorded: &Recorded,
    into: CommunityId,
    on: Date,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO registry.reaction (position, aggregate_id, policy, cause_id, on_day, recorded_time)
         VALUES ($1, $2, 'merger', $3, $4, $5)",
    )
    .bind(recorded.position.get())
    .bind(into.0)
    .bind(recorded.aggregate)
    .bind(on)
    .bind(recorded.recorded_time)
    .execute(connection)
    .await?;
    Ok(())
}

/// Numbers that the log has were given out, whatever the table says that numbers are taken from. It nearly always says so, and then
/// its row is not locked: whoever takes the next number there would wait for the whole batch.
pub(super) async fn raise_numbers(
    connection: &mut PgConnection,
    given: &[RegistrationNumber],
) -> Result<(), sqlx::Error> {
    let mut last: BTreeMap<(RegionCode, u16), u32> = BTreeMap::new();
    for number in given {
        let serial = last.entry((number.regency, number.year)).or_default();
        *serial = number.serial.max(*serial);
    }
    let (mut regencies, mut years, mut serials) = (Vec::new(), Vec::new(), Vec::new());
    for ((regency, year), serial) in last {
        regencies.push(regency.to_string());
        years.push(i32::from(year));
        serials.push(i32::try_from(serial).unwrap_or(i32::MAX));
    }
    if regencies.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO registry.registration_number AS n (regency, year, last)
         SELECT given.* FROM unnest($1::text[], $2::int[], $3::int[]) AS given (regency, year, last)
         LEFT JOIN registry.registration_number AS known USING (regency, year)
         WHERE known.last IS NULL OR known.last < given.last
         ON CONFLICT (regency, year) DO UPDATE SET last = excluded.last WHERE n.last < excluded.last",
    )
    .bind(regencies)
    .bind(years)
    .bind(serials)
    .execute(connection)
    .await?;
    Ok(())
}

/// The rows under a condition, as [`entry`] reads them.
macro_rules! rows {
    ($condition:literal) => {
        concat!(
            "SELECT community_id, status, last_activity_on, reminded, name_key, version, named_at, record
             FROM registry.community WHERE ",
            $condition
        )
    };
}

type Row = (Uuid, i16, Option<Date>, bool, String, i64, i64, Vec<u8>);

pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Entry>, FollowError> {
    let rows: Vec<Row> = sqlx::query_as(rows!("community_id = ANY ($1)")).bind(ids).fetch_all(connection).await?;
    rows.into_iter().map(|row| entry(row).map(|entry| (entry.id, entry)).ok_or(FollowError::Row)).collect()
}

fn entry((id, status, last_activity_on, reminded, name_key, version, named_at, record): Row) -> Option<Entry> {
    let record = pb::Community::decode(record.as_slice()).ok()?;
    Some(Entry {
        id,
        seat: region::stored(record.profile.as_ref()?.seat.as_ref())?,
        name_key,
        status: Status::from_proto(status.into())?,
        silence: last_activity_on.map(|on| LastSeen { on, reminded }),
        version: Version::new(version)?,
        named_at: Position::new(named_at)?,
        record,
    })
}

#[derive(Default)]
struct Columns {
    id: Vec<Uuid>,
    seat: Vec<String>,
    seat_decree: Vec<&'static str>,
    name_key: Vec<String>,
    status: Vec<i16>,
    last_activity_on: Vec<Option<Date>>,
    reminded: Vec<bool>,
    remind_on: Vec<Option<Date>>,
    dormant_on: Vec<Option<Date>>,
    version: Vec<i64>,
    named_at: Vec<i64>,
    record: Vec<Vec<u8>>,
    base_group: Vec<i16>,
    registration_number: Vec<Option<String>>,
}

pub(super) async fn save<'e>(
    connection: &mut PgConnection,
    entries: impl Iterator<Item = &'e Entry>,
    rules: &Rules,
) -> Result<(), sqlx::Error> {
    let mut columns = Columns::default();
    for entry in entries {
        let (remind_on, dormant_on) = entry.due(rules);
        columns.id.push(entry.id);
        columns.seat.push(entry.seat.code.to_string());
        columns.seat_decree.push(entry.seat.decree.key());
        columns.name_key.push(entry.name_key.clone());
        columns.status.push(entry.status.to_column());
        columns.last_activity_on.push(entry.silence.map(|seen| seen.on));
        columns.reminded.push(entry.silence.is_some_and(|seen| seen.reminded));
        columns.remind_on.push(remind_on);
        columns.dormant_on.push(dormant_on);
        columns.version.push(entry.version.get());
        columns.named_at.push(entry.named_at.get());
        columns.record.push(entry.record.encode_to_vec());
        let base_group = entry.record.profile.as_ref().map(|profile| profile.base_group).unwrap_or_default();
        columns.base_group.push(i16::try_from(base_group).unwrap_or_default());
        let number = Some(&entry.record.registration_number).filter(|number| !number.is_empty());
        columns.registration_number.push(number.cloned());
    }
    if columns.id.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO registry.community AS c
           (community_id, seat_code, name_key, status, last_activity_on, reminded, remind_on, dormant_on, version, record,
            base_group, registration_number, seat_decree, named_at)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::smallint[], $5::date[], $6::bool[], $7::date[],
                              $8::date[], $9::bigint[], $10::bytea[], $11::smallint[], $12::text[], $13::text[], $14::bigint[])
         ON CONFLICT (community_id) DO UPDATE SET
           seat_code = excluded.seat_code, name_key = excluded.name_key, status = excluded.status,
           last_activity_on = excluded.last_activity_on, reminded = excluded.reminded, remind_on = excluded.remind_on,
           dormant_on = excluded.dormant_on, version = excluded.version, record = excluded.record,
           base_group = excluded.base_group, registration_number = excluded.registration_number,
           seat_decree = excluded.seat_decree, named_at = excluded.named_at",
    )
    .bind(columns.id)
    .bind(columns.seat)
    .bind(columns.name_key)
    .bind(columns.status)
    .bind(columns.last_activity_on)
    .bind(columns.reminded)
    .bind(columns.remind_on)
    .bind(columns.dormant_on)
    .bind(columns.version)
    .bind(columns.record)
    .bind(columns.base_group)
    .bind(columns.registration_number)
    .bind(columns.seat_decree)
    .bind(columns.named_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// A changed rule changes what is due: reckons it again for every active community.
pub(super) async fn reckon_again(connection: &mut PgConnection, rules: &Rules) -> Result<(), FollowError> {
    let active = Status::Active.to_column();
    let rows: Vec<Row> = sqlx::query_as(rows!("status = $1")).bind(active).fetch_all(&mut *connection).await?;
    let (mut ids, mut remind, mut dormant) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let entry = entry(row).ok_or(FollowError::Row)?;
        let (remind_on, dormant_on) = entry.due(rules);
        ids.push(entry.id);
        remind.push(remind_on);
        dormant.push(dormant_on);
    }
    sqlx::query(
        "UPDATE registry.community c SET remind_on = due.remind_on, dormant_on = due.dormant_on
         FROM unnest($1::uuid[], $2::date[], $3::date[]) AS due (community_id, remind_on, dormant_on)
         WHERE c.community_id = due.community_id
           AND (c.remind_on, c.dormant_on) IS DISTINCT FROM (due.remind_on, due.dormant_on)",
    )
    .bind(ids)
    .bind(remind)
    .bind(dormant)
    .execute(connection)
    .await?;
    Ok(())
}
