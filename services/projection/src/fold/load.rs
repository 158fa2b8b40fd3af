//! Reads into memory what a batch touches and is not there yet.

use std::collections::{HashMap, HashSet};

use kim_eventlog::Recorded;
use kim_territory::Step;
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{
    Place, Seat, Seats, Stay, Timeline,
    cache::{self, Cache, Known},
    codes,
    community::{Attendance, Community, Revival},
    event::{Event, Preceding},
    figures::Changes,
    territory,
};
use crate::pages::{Basis, Month};

/// Reads what the log has adopted.
pub async fn seats(connection: &mut PgConnection, cache: &mut Cache) -> Result<(), sqlx::Error> {
    if cache.seats.is_none() {
        cache.seats = Some(Seats::new(territory::adopted(connection).await?));
    }
    Ok(())
}

/// Reads which trainings of these events were held already. A training's first event is the first that says so.
pub async fn held(
    connection: &mut PgConnection,
    cache: &mut Cache,
    events: &[(&Recorded, Event)],
) -> Result<(), sqlx::Error> {
    let later = |(recorded, event): &(&Recorded, Event)| {
        (matches!(event, Event::Training(_)) && recorded.version.get() > 1).then_some(recorded.aggregate)
    };
    let ids: Vec<Uuid> = events.iter().filter_map(later).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let held: Vec<Uuid> = sqlx::query_scalar(HELD).bind(ids).fetch_all(connection).await?;
    cache.held.extend(held);
    Ok(())
}

/// Those that ever had a seat in a region of which the seats are elsewhere from now on.
async fn seated_in(connection: &mut PgConnection, step: &Step) -> Result<Vec<Uuid>, sqlx::Error> {
    let places: Vec<i64> = step.seats().keys().map(|old| Place::from(old).number()).collect();
    sqlx::query_scalar(SEATED_IN).bind(places).fetch_all(connection).await
}

/// Reads the communities that events speak of.
pub async fn communities(
    connection: &mut PgConnection,
    cache: &mut Cache,
    events: &[(&Recorded, Event)],
) -> Result<(), sqlx::Error> {
    let mut missing: HashSet<Uuid> = HashSet::new();
    for (recorded, event) in events {
        match event {
            Event::Community(_) => missing.extend([recorded.aggregate]),
            Event::Training(training) => missing.extend(&training.communities),
            Event::Regions(changed) => missing.extend(seated_in(connection, &changed.step).await?),
            Event::DormancyRule(_) | Event::Baseline(_) | Event::Office(_) | Event::Territory(_) => {}
        }
    }
    missing.retain(|id| !cache.communities.contains_key(id));
    if missing.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = missing.into_iter().collect();
    let mut found: HashMap<Uuid, Known> = ids.iter().map(|id| (*id, Known::default())).collect();
    let records: Vec<Record> = sqlx::query_as(COMMUNITIES).bind(&ids).fetch_all(&mut *connection).await?;
    let any = !records.is_empty();
    for record in records {
        let id = record.id;
        found.entry(id).or_default().community = Some(record.into());
    }
    if any {
        timelines(connection, &ids, &mut found).await?;
        revivals(connection, &ids, &mut found).await?;
    }
    let attended: Vec<(Uuid, Uuid, Date, Date, Date)> =
        sqlx::query_as(ATTENDED).bind(&ids).fetch_all(&mut *connection).await?;
    for (id, training, held_from, held_to, recorded_on) in attended {
        let attendance = Attendance { training, held_from, held_to, recorded_on };
        found.entry(id).or_default().attended.push(attendance);
    }
    cache.communities.extend(found);
    Ok(())
}

/// Reads the series of the regions in which the number of active communities changes.
pub async fn series(connection: &mut PgConnection, cache: &mut Cache, changes: &Changes) -> Result<(), sqlx::Error> {
    let regions: HashSet<(Basis, Place)> = cache::active(changes).map(|(cell, _)| (cell.basis, cell.place)).collect();
    let missing: Vec<_> = regions.into_iter().filter(|region| !cache.series.contains_key(region)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let counted_by: Vec<i16> = missing.iter().map(|(basis, _)| codes::basis(*basis)).collect();
    let places: Vec<i64> = missing.iter().map(|(_, place)| place.number()).collect();
    cache.series.extend(missing.into_iter().map(|region| (region, Vec::new())));
    let rows: Vec<(i16, i64, Date, i32)> =
        sqlx::query_as(SERIES).bind(counted_by).bind(places).fetch_all(&mut *connection).await?;
    for (basis, place, month, active) in rows {
        let basis = codes::stored_basis(basis).ok_or_else(|| codes::corrupt("basis"))?;
        let series = cache.series.entry((basis, Place::stored(place))).or_default();
        series.push((Month::of(month), active));
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Record {
    id: Uuid,
    version: i64,
    name: String,
    seat: i64,
    formed_on: Date,
    members: i32,
    members_on: Option<Date>,
    last_activity_on: Option<Date>,
    last_activity_kind: Option<i16>,
}

impl From<Record> for Community {
    fn from(record: Record) -> Self {
        let Seat { place, zone } = Seat::at(Place::stored(record.seat));
        Self {
            version: record.version,
            name: record.name,
            seat: place,
            zone,
            formed_on: record.formed_on,
            members: record.members,
            members_on: record.members_on,
            last_activity: record.last_activity_on.zip(record.last_activity_kind.and_then(codes::stored_kind)),
            happened: Timeline::default(),
            recorded: Timeline::default(),
            revivals: Vec::new(),
        }
    }
}

async fn timelines(
    connection: &mut PgConnection,
    ids: &[Uuid],
    found: &mut HashMap<Uuid, Known>,
) -> Result<(), sqlx::Error> {
    let rows: Vec<(Uuid, i16, Date, i16, i64)> = sqlx::query_as(SPANS).bind(ids).fetch_all(connection).await?;
    let mut stays: HashMap<(Uuid, Basis), Vec<Stay>> = HashMap::new();
    for (id, basis, from, status, seat) in rows {
        let basis = codes::stored_basis(basis).ok_or_else(|| codes::corrupt("basis"))?;
        let status = codes::stored_status(status).ok_or_else(|| codes::corrupt("status"))?;
        stays.entry((id, basis)).or_default().push(Stay { from, status, seat: Place::stored(seat) });
    }
    for ((id, basis), stays) in stays {
        if let Some(community) = found.get_mut(&id).and_then(|known| known.community.as_mut()) {
            match basis {
                Basis::Happened => community.happened = Timeline::stored(stays),
                Basis::Recorded => community.recorded = Timeline::stored(stays),
            }
        }
    }
    Ok(())
}

async fn revivals(
    connection: &mut PgConnection,
    ids: &[Uuid],
    found: &mut HashMap<Uuid, Known>,
) -> Result<(), sqlx::Error> {
    let rows: Vec<(Uuid, i64, Date, Date, i16, Option<Uuid>)> =
        sqlx::query_as(REVIVALS).bind(ids).fetch_all(connection).await?;
    for (id, version, active_from, recorded_on, kind, training) in rows {
        let after = match (kind, training) {
            (1, Some(training)) => Preceding::Training(training),
            (2, _) => Preceding::Partnership,
            (3, _) => Preceding::Visit,
            _ => return Err(codes::corrupt("after_kind")),
        };
        if let Some(community) = found.get_mut(&id).and_then(|known| known.community.as_mut()) {
            community.revivals.push(Revival { version, active_from, recorded_on, after });
        }
    }
    Ok(())
}

const HELD: &str = "SELECT id FROM training WHERE id = ANY ($1)";

const SEATED_IN: &str = "SELECT DISTINCT community_id FROM span WHERE seat = ANY ($1)";

const COMMUNITIES: &str =
    "SELECT id, version, name, seat, formed_on, members, members_on, last_activity_on, last_activity_kind
FROM community WHERE id = ANY ($1)";

const SPANS: &str = "SELECT community_id, basis, from_on, status, seat
FROM span WHERE community_id = ANY ($1) ORDER BY community_id, basis, from_on";

const REVIVALS: &str = "SELECT community_id, version, active_from, recorded_on, after_kind, after_training
FROM revival WHERE community_id = ANY ($1) ORDER BY community_id, version";

const ATTENDED: &str = "SELECT p.community_id, t.id, t.held_from, t.held_to, t.recorded_on
FROM participant p JOIN training t ON t.id = p.training_id
WHERE p.community_id = ANY ($1) ORDER BY p.community_id, t.id";

const SERIES: &str = "SELECT f.basis, f.place, f.month, f.active
FROM unnest($1::smallint[], $2::bigint[]) AS u (basis, place) JOIN figure f ON f.basis = u.basis AND f.place = u.place
WHERE f.active <> 0 ORDER BY f.basis, f.place, f.month";
