//! Everything about one region at one month.

use kim_territory::{RegionCode, Territory};
use sqlx::PgConnection;
use time::Date;

use super::{Snapshot, figures, trainings};
use crate::{
    fold::{Place, codes},
    pages::{Baseline, Basis, DormancyRule, Month, Part, RegionQuery, RegionView},
};

/// The figure that the nation is compared with.
pub const BASELINE: &str = "active_before_pandemic";

pub async fn view(snapshot: &mut Snapshot, query: RegionQuery) -> Result<RegionView, sqlx::Error> {
    let connection = &mut *snapshot.transaction;
    let RegionQuery { region, month, basis } = query;
    let (months, revived_after_training) = figures::monthly(connection, &region, basis, (Month::FIRST, month)).await?;
    let parts = parts(connection, &region, basis, month).await?;
    let trainings = trainings::of(connection, query).await?;
    let baseline = baseline(connection).await?;
    let dormancy_rule = dormancy_rule(connection, query).await?;
    Ok(RegionView {
        as_of: snapshot.as_of.clone(),
        series: months.into_iter().map(|figure| figure.figures).collect(),
        parts,
        trainings,
        revived_after_training,
        baseline,
        dormancy_rule,
    })
}

/// A region's parts with their figures at a month's end, in the order of codes.
pub async fn parts(
    connection: &mut PgConnection,
    region: &RegionCode,
    basis: Basis,
    month: Month,
) -> Result<Vec<Part>, sqlx::Error> {
    let codes: Vec<RegionCode> = Territory::current().children(region).map(|part| part.code).collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let figures = figures::at(connection, &codes, basis, month).await?;
    Ok(codes.into_iter().zip(figures).map(|(code, figures)| Part { code, figures }).collect())
}

/// The baseline's newest version.
pub async fn baseline(connection: &mut PgConnection) -> Result<Option<Baseline>, sqlx::Error> {
    let row: Option<(i64, Date, String, i32)> = sqlx::query_as(
        "SELECT value, as_of, source, version FROM baseline WHERE code = $1 ORDER BY version DESC LIMIT 1",
    )
    .bind(BASELINE)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(value, as_of, source, version)| Baseline { value, as_of, source, version }))
}

/// The rule of the region or of the nearest one above it that has one in force on the month's last day.
async fn dormancy_rule(connection: &mut PgConnection, query: RegionQuery) -> Result<Option<DormancyRule>, sqlx::Error> {
    let above: Vec<i64> = Place::from(&query.region).upwards().map(Place::number).collect();
    let row: Option<(i64, i32, i32, i32, Date)> = sqlx::query_as(RULE)
        .bind(codes::basis(query.basis))
        .bind(above)
        .bind(query.month.last_day())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(place, version, reminder_months, dormant_months, effective_from)| DormancyRule {
        set_by: Place::stored(place).code(),
        version,
        reminder_months,
        dormant_months,
        effective_from,
    }))
}

/// A place's number is greater than that of any place above it.
pub const RULE: &str = "
SELECT place, version, reminder_months, dormant_months, effective_from FROM dormancy_rule
WHERE place = ANY ($2) AND effective_from <= $3 AND ($1 = 1 OR recorded_on <= $3)
ORDER BY place DESC, effective_from DESC, version DESC LIMIT 1";
