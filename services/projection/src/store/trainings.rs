//! Trainings, and what those who took part did after them.

use std::collections::{BTreeMap, btree_map::Entry};

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::Scope;
use crate::{
    fold::{Place, codes},
    pages::{Basis, Month, Training},
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    place: i64,
    held_from: Date,
    held_to: Date,
    communities: i64,
    dormant_before: i64,
    revived: i64,
}

/// Trainings up to the month's end, by date: held for the region or a part of it, or with a participant seated in it.
pub async fn of(
    connection: &mut PgConnection,
    scope: &Scope<'_>,
    basis: Basis,
    month: Month,
) -> Result<Vec<Training>, sqlx::Error> {
    let mut trainings: BTreeMap<(Date, Uuid), Training> = BTreeMap::new();
    for place in &scope.places {
        for training in at(connection, *place, basis, month).await? {
            match trainings.entry((training.held_from, training.id)) {
                Entry::Vacant(entry) => drop(entry.insert(training)),
                Entry::Occupied(mut entry) => {
                    let sum = entry.get_mut();
                    sum.communities += training.communities;
                    sum.dormant_before += training.dormant_before;
                    sum.revitalised_in_90_days += training.revitalised_in_90_days;
                }
            }
        }
    }
    Ok(trainings.into_values().collect())
}

async fn at(
    connection: &mut PgConnection,
    place: Place,
    basis: Basis,
    month: Month,
) -> Result<Vec<Training>, sqlx::Error> {
    let inside = place.inside();
    let rows: Vec<Row> = sqlx::query_as(TRAININGS)
        .bind(codes::basis(basis))
        .bind(place.number())
        .bind(Month::first_day(month))
        .bind(month.last_day())
        .bind(inside.start)
        .bind(inside.end)
        .fetch_all(connection)
        .await?;
    let training = |row: Row| Training {
        id: row.id,
        region: Place::stored(row.place).code(),
        held_from: row.held_from,
        held_to: row.held_to,
        communities: row.communities,
        dormant_before: row.dormant_before,
        revitalised_in_90_days: row.revived,
    };
    Ok(rows.into_iter().map(training).collect())
}

pub const TRAININGS: &str = "
WITH counted AS (
    SELECT training_id, sum(communities) AS communities, sum(dormant_before) AS dormant_before, sum(revived) AS revived
    FROM outcome WHERE place = $2 AND basis = $1 AND month <= $3 GROUP BY training_id
), wanted AS (
    SELECT id FROM training WHERE place >= $5 AND place < $6 UNION SELECT training_id FROM counted
)
SELECT t.id, t.place, t.held_from, t.held_to, coalesce(c.communities, 0) AS communities,
    coalesce(c.dormant_before, 0) AS dormant_before, coalesce(c.revived, 0) AS revived
FROM wanted w JOIN training t ON t.id = w.id LEFT JOIN counted c ON c.training_id = t.id
WHERE CASE WHEN $1 = 1 THEN t.held_from ELSE t.recorded_on END <= $4
ORDER BY t.held_from, t.id";
