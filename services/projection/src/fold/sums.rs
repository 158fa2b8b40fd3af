//! Adds a batch's net changes to the sums that are there, and takes away rows that sum to nothing: a rebuild has none.

use sqlx::PgConnection;
use time::Date;
use uuid::Uuid;

use super::{
    Place, codes,
    figures::{Cell, Changes},
    rows::column,
};
use crate::pages::Month;

/// Adds to the figures of regions.
pub async fn figures(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if changes.figures.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<_> = changes.figures.iter().collect();
    rows.sort_unstable_by_key(|(cell, _)| key(cell));
    let mut query = sqlx::query_as(UPSERT_FIGURES)
        .bind(column(&rows, |(cell, _)| codes::basis(cell.basis)))
        .bind(column(&rows, |(cell, _)| cell.place.number()))
        .bind(column(&rows, |(cell, _)| cell.month.first_day()));
    for i in 0..rows[0].1.0.len() {
        query = query.bind(column(&rows, |(_, counts)| counts.0[i]));
    }
    let empty: Vec<(i16, i64, Date)> = query.fetch_all(&mut *connection).await?;
    if !empty.is_empty() {
        sqlx::query(DELETE_FIGURES)
            .bind(column(&empty, |row| row.0))
            .bind(column(&empty, |row| row.1))
            .bind(column(&empty, |row| row.2))
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Adds to the outcomes of trainings.
pub async fn outcomes(connection: &mut PgConnection, changes: &Changes) -> Result<(), sqlx::Error> {
    if changes.outcomes.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<_> = changes.outcomes.iter().collect();
    rows.sort_unstable_by_key(|((training, cell), _)| (cell.place, codes::basis(cell.basis), *training, cell.month));
    let mut query = sqlx::query_as(UPSERT_OUTCOMES)
        .bind(column(&rows, |((_, cell), _)| cell.place.number()))
        .bind(column(&rows, |((_, cell), _)| codes::basis(cell.basis)))
        .bind(column(&rows, |((training, _), _)| *training))
        .bind(column(&rows, |((_, cell), _)| cell.month.first_day()));
    for i in 0..rows[0].1.len() {
        query = query.bind(column(&rows, |(_, outcome)| outcome[i]));
    }
    let empty: Vec<(i64, i16, Uuid, Date)> = query.fetch_all(&mut *connection).await?;
    if !empty.is_empty() {
        sqlx::query(DELETE_OUTCOMES)
            .bind(column(&empty, |row| row.0))
            .bind(column(&empty, |row| row.1))
            .bind(column(&empty, |row| row.2))
            .bind(column(&empty, |row| row.3))
            .execute(connection)
            .await?;
    }
    Ok(())
}

fn key(cell: &Cell) -> (i16, Place, Month) {
    (codes::basis(cell.basis), cell.place, cell.month)
}

/// Gives the keys of rows that sum to nothing now: a rebuild would not have them.
const UPSERT_FIGURES: &str = "
WITH changed AS (
    INSERT INTO figure AS f (basis, place, month, draft, submitted, returned, registered, active, dormant, dissolved,
        merged, revitalised, revived_after_training, regencies, districts, villages)
    SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::date[], $4::int[], $5::int[], $6::int[], $7::int[], $8::int[],
        $9::int[], $10::int[], $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::int[])
    ON CONFLICT (basis, place, month) DO UPDATE
    SET draft = f.draft + excluded.draft, submitted = f.submitted + excluded.submitted,
        returned = f.returned + excluded.returned, registered = f.registered + excluded.registered,
        active = f.active + excluded.active, dormant = f.dormant + excluded.dormant,
        dissolved = f.dissolved + excluded.dissolved, merged = f.merged + excluded.merged,
        revitalised = f.revitalised + excluded.revitalised,
        revived_after_training = f.revived_after_training + excluded.revived_after_training,
        regencies = f.regencies + excluded.regencies, districts = f.districts + excluded.districts,
        villages = f.villages + excluded.villages
    RETURNING f.*
)
SELECT basis, place, month FROM changed
WHERE (draft, submitted, returned, registered, active, dormant, dissolved, merged, revitalised, revived_after_training,
    regencies, districts, villages) = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)";

const DELETE_FIGURES: &str = "
DELETE FROM figure AS f USING unnest($1::smallint[], $2::bigint[], $3::date[]) AS u (basis, place, month)
WHERE f.basis = u.basis AND f.place = u.place AND f.month = u.month";

const UPSERT_OUTCOMES: &str = "
WITH changed AS (
    INSERT INTO outcome AS o (place, basis, training_id, month, communities, dormant_before, revived)
    SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::uuid[], $4::date[], $5::int[], $6::int[], $7::int[])
    ON CONFLICT (place, basis, training_id, month) DO UPDATE
    SET communities = o.communities + excluded.communities, dormant_before = o.dormant_before + excluded.dormant_before,
        revived = o.revived + excluded.revived
    RETURNING o.*
)
SELECT place, basis, training_id, month FROM changed WHERE (communities, dormant_before, revived) = (0, 0, 0)";

const DELETE_OUTCOMES: &str = "
DELETE FROM outcome AS o USING unnest($1::bigint[], $2::smallint[], $3::uuid[], $4::date[]) AS u (place, basis, training_id, month)
WHERE o.place = u.place AND o.basis = u.basis AND o.training_id = u.training_id AND o.month = u.month";
