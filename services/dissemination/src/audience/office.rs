//! Offices as programmes and campaigns need them: whose they are, and what their owner is called.

use kim_contract::registry::v1::OfficeKind;
use kim_eventlog::Position;
use kim_values::{ByDate, Region};
use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{
    Audiences, DrawError,
    community::{small, stored_region},
    corrupt,
    event::OfficeEvent,
    versions::{Versions, column, end},
};
use crate::domain::ids::OfficeId;

/// An office as the registry's log has it at a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Office {
    pub kind: OfficeKind,
    pub region: Region,
    pub names: ByDate<String>,
    /// The first day on which it is no more; `None` while it is open.
    pub closed_on: Option<Date>,
}

impl Office {
    #[must_use]
    pub fn is_open(&self, day: Date) -> bool {
        self.closed_on.is_none_or(|closed| day < closed)
    }
}

impl Audiences {
    /// An office as the registry's log has it at `at`; `None` for one that is not there.
    pub async fn office(&self, office: OfficeId, at: Position) -> Result<Option<Office>, DrawError> {
        let mut reading = self.reading(at).await?;
        let row: Option<Row> = sqlx::query_as(AT).bind(office.0).bind(at.get()).fetch_optional(&mut *reading).await?;
        Ok(row.map(|row| row.office().map(|(_, _, office)| office)).transpose()?)
    }
}

impl Audiences {
    /// An office as far as the registry's log is known; `None` for one that is not there.
    pub async fn office_now(&self, office: OfficeId) -> Result<Option<Office>, sqlx::Error> {
        let row: Option<Row> = sqlx::query_as(NOW).bind([office.0]).fetch_optional(&self.pool).await?;
        row.map(|row| row.office().map(|(_, _, office)| office)).transpose()
    }
}

/// The office after an event, or why the event does not fit it.
pub(super) fn evolve(known: Option<&Office>, event: &OfficeEvent) -> Result<Office, String> {
    if let OfficeEvent::Established { name, kind, region, on } = event {
        if known.is_some() {
            return Err("kantor itu sudah ada".into());
        }
        let names = ByDate::new(*on, name.clone());
        return Ok(Office { kind: *kind, region: *region, names, closed_on: None });
    }
    let office = known.ok_or("kantor itu belum ada")?.clone();
    Ok(match event {
        OfficeEvent::Established { .. } => unreachable!("told apart above"),
        OfficeEvent::Renamed { name, effective_from } => {
            Office { names: office.names.with(*effective_from, name.clone()), ..office }
        }
        OfficeEvent::Moved(region) => Office { region: *region, ..office },
        OfficeEvent::Closed { on } => Office { closed_on: Some(*on), ..office },
    })
}

#[derive(sqlx::FromRow)]
struct Row {
    office_id: Uuid,
    from_position: i64,
    kind: i16,
    region_code: String,
    region_decree: String,
    names: Vec<String>,
    names_from: Vec<Date>,
    closed_on: Option<Date>,
}

impl Row {
    fn office(self) -> Result<(Uuid, Position, Office), sqlx::Error> {
        let mut entries = self.names_from.into_iter().zip(self.names);
        let (day, name) = entries.next().ok_or_else(|| corrupt("names"))?;
        let names = entries.fold(ByDate::new(day, name), |names, (day, name)| names.with(day, name));
        let office = Office {
            kind: OfficeKind::try_from(i32::from(self.kind)).map_err(|_| corrupt("kind"))?,
            region: stored_region(&self.region_code, &self.region_decree)?,
            names,
            closed_on: self.closed_on,
        };
        Ok((self.office_id, Position::new(self.from_position).unwrap_or_default(), office))
    }
}

/// What holds now of these offices.
pub(super) async fn load(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Versions<Office>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(Versions::stored([]));
    }
    let rows: Vec<Row> = sqlx::query_as(NOW).bind(ids).fetch_all(connection).await?;
    Ok(Versions::stored(rows.into_iter().map(Row::office).collect::<Result<Vec<_>, _>>()?))
}

/// Few, and their names are lists: one by one.
pub(super) async fn write(connection: &mut PgConnection, versions: Versions<Office>) -> Result<(), sqlx::Error> {
    let (ended, begun) = versions.written();
    end(connection, END, &ended).await?;
    for row in begun {
        let entries = row.row.names.entries();
        sqlx::query(BEGIN)
            .bind(row.id)
            .bind(row.from)
            .bind(row.until)
            .bind(small(row.row.kind.into()))
            .bind(row.row.region.code.to_string())
            .bind(row.row.region.decree.key())
            .bind(column(entries, |(_, name)| name.clone()))
            .bind(column(entries, |(day, _)| *day))
            .bind(row.row.closed_on)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The columns of an office under a condition.
macro_rules! offices {
    ($condition:literal) => {
        concat!(
            "SELECT office_id, from_position, kind, region_code, region_decree, names, names_from, closed_on
FROM audience.office WHERE ",
            $condition
        )
    };
}

const NOW: &str = offices!("office_id = ANY ($1) AND until_position IS NULL");

const AT: &str = offices!("office_id = $1 AND from_position <= $2 AND (until_position IS NULL OR until_position > $2)");

const END: &str = "UPDATE audience.office AS o SET until_position = ended.until
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS ended (id, since, until)
WHERE o.office_id = ended.id AND o.from_position = ended.since";

const BEGIN: &str = "INSERT INTO audience.office
  (office_id, from_position, until_position, kind, region_code, region_decree, names, names_from, closed_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
