//! The territory in force, and what lies in regions that a step to another one changes.

use std::{collections::BTreeSet, sync::Arc};

use kim_eventlog::{Position, Recorded, answered};
use kim_territory::{Adopted, Decree, RegionCode, Step};
use kim_values::Region;
use sqlx::PgConnection;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Index, follower::FollowError};
use crate::{
    domain::adoption::{Adoption, Event, evolve},
    wire::master::{TERRITORY_ADOPTED, adoption_event},
};

/// A territory that came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accession {
    pub decree: Decree,
    pub on: Date,
    pub position: Position,
    pub recorded_time: OffsetDateTime,
    /// How many rows of changes led to it; none for a log's first.
    pub changes: usize,
}

/// A community at its seat, an office, a training or a grant in its region; `region` is by the decree of its own day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub id: Uuid,
    pub region: Region,
    /// Its version when it was there; 0 where that is not asked.
    pub version: i64,
}

/// What is looked for in regions that changed.
#[derive(Debug, Clone, Copy)]
enum Lying {
    Communities,
    Offices,
    Trainings,
}

impl Lying {
    const fn select(self) -> &'static str {
        match self {
            Self::Communities => {
                "SELECT community_id, seat_code, seat_decree, version FROM registry.community
                 WHERE seat_code = ANY ($1) ORDER BY seat_code, community_id"
            }
            Self::Offices => {
                "SELECT office_id, region_code, region_decree, version FROM registry.office
                 WHERE region_code = ANY ($1) ORDER BY region_code, office_id"
            }
            // Their codes are those of the territory in force.
            Self::Trainings => {
                "SELECT training_id, region_code, '', 0::bigint FROM registry.training
                 WHERE region_code = ANY ($1) ORDER BY region_code, training_id"
            }
        }
    }
}

/// Notes an event of the territory. One that came into force is what codes are read by from here on.
pub(super) async fn fold(
    connection: &mut PgConnection,
    recorded: &Recorded,
    adopted: &mut Arc<Adopted>,
) -> Result<(), FollowError> {
    insert(connection, recorded).await?;
    if recorded.event_type == TERRITORY_ADOPTED {
        let events = events(connection).await?;
        let adoption = events.iter().fold(Adoption::default(), |state, (.., event)| evolve(state, event));
        *adopted = Arc::new(adoption.adopted);
        move_trainings(connection, adopted).await?;
    }
    Ok(())
}

async fn insert(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO registry.territory (position, type, payload, recorded_time) VALUES ($1, $2, $3, $4)")
        .bind(recorded.position.get())
        .bind(&recorded.event_type)
        .bind(recorded.payload.as_ref())
        .bind(recorded.recorded_time)
        .execute(connection)
        .await?;
    Ok(())
}

/// The events of the territory so far, each with its position and when it was recorded.
pub(super) async fn events(
    connection: &mut PgConnection,
) -> Result<Vec<(Position, OffsetDateTime, Event)>, sqlx::Error> {
    let rows: Vec<(i64, String, Vec<u8>, OffsetDateTime)> =
        sqlx::query_as("SELECT position, type, payload, recorded_time FROM registry.territory ORDER BY position")
            .fetch_all(connection)
            .await?;
    let read = |(position, event_type, payload, recorded): (i64, String, Vec<u8>, OffsetDateTime)| {
        let event = adoption_event(&event_type, &payload);
        if event.is_none() {
            tracing::error!(position, event_type, "a territory is not understood and is not in force here");
        }
        Some((Position::new(position)?, recorded, event?))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Trainings lie in the regions that go on for theirs.
async fn move_trainings(connection: &mut PgConnection, adopted: &Adopted) -> Result<(), sqlx::Error> {
    let Some(step) = adopted.steps().next_back() else { return Ok(()) };
    let moves = changed(step).into_iter().map(|old| (old.to_string(), adopted.seat(&old, step.from).to_string()));
    let (old, new): (Vec<String>, Vec<String>) = moves.unzip();
    sqlx::query(
        "UPDATE registry.training SET region_code = new FROM unnest($1::text[], $2::text[]) AS moved (old, new)
         WHERE region_code = old",
    )
    .bind(old)
    .bind(new)
    .execute(connection)
    .await?;
    Ok(())
}

/// The old codes that are not the same region's any more.
fn changed(step: &Step) -> BTreeSet<RegionCode> {
    step.rows.iter().filter(|row| row.old != row.new).filter_map(|row| row.old).collect()
}

type Row = (Uuid, String, String, i64);

impl Index {
    /// Communities whose seat has another code by what is adopted, each with where it is now.
    pub async fn seats_elsewhere(&self, adopted: &Adopted) -> Result<Vec<(Located, Region)>, sqlx::Error> {
        self.elsewhere(Lying::Communities, adopted).await
    }

    /// Offices whose region has another code by what is adopted.
    pub async fn offices_elsewhere(&self, adopted: &Adopted) -> Result<Vec<(Located, Region)>, sqlx::Error> {
        self.elsewhere(Lying::Offices, adopted).await
    }

    /// Trainings whose region has another code by what is to be adopted.
    pub async fn trainings_elsewhere(&self, adopted: &Adopted) -> Result<Vec<(Located, Region)>, sqlx::Error> {
        self.elsewhere(Lying::Trainings, adopted).await
    }

    async fn elsewhere(&self, what: Lying, adopted: &Adopted) -> Result<Vec<(Located, Region)>, sqlx::Error> {
        let mut codes: BTreeSet<RegionCode> = adopted.steps().flat_map(changed).collect();
        let since = adopted.steps().next_back().map(|step| step.from);
        if matches!(what, Lying::Trainings) {
            codes = adopted.steps().next_back().map(changed).unwrap_or_default();
        }
        let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
        if codes.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<Row> = answered(sqlx::query_as(what.select()).bind(codes).fetch_all(&self.pool)).await?;
        let located = rows.into_iter().filter_map(|(id, code, decree, version)| {
            let decree = if decree.is_empty() { since? } else { decree.parse().ok()? };
            Some(Located { id, region: Region { code: code.parse().ok()?, decree }, version })
        });
        Ok(moved(located, adopted))
    }
}

/// The same code is the same place: only the others move.
fn moved(located: impl Iterator<Item = Located>, adopted: &Adopted) -> Vec<(Located, Region)> {
    let there = located.map(|located| (located.region.on(adopted), located));
    there.filter(|(to, located)| to.code != located.region.code).map(|(to, located)| (located, to)).collect()
}
