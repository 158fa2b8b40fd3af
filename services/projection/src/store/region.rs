//! Everything about one region at one month.

use kim_territory::RegionCode;
use sqlx::PgConnection;
use time::Date;

use super::{Scope, Snapshot, Territories, figures, trainings};
use crate::{
    context::Context,
    fold::{Place, codes},
    pages::{AsOf, Baseline, Basis, DormancyRule, Month, Part, QueryError, RegionQuery, RegionView},
};

/// The figure that the nation is compared with.
pub const BASELINE: &str = "active_before_pandemic";

pub async fn view(snapshot: &mut Snapshot, query: RegionQuery) -> Result<RegionView, QueryError> {
    let territories = snapshot.territories.clone();
    let scope = territories.scope(query.region, query.territory)?;
    let as_of = snapshot.as_of.of(&[Context::Registry]).by(scope.decree);
    let connection = &mut *snapshot.transaction;
    counted(connection, &territories, &scope, query, as_of).await.map_err(super::unanswered)
}

async fn counted(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    query: RegionQuery,
    as_of: AsOf,
) -> Result<RegionView, sqlx::Error> {
    let RegionQuery { month, basis, .. } = query;
    let (months, revived_after_training) = figures::monthly(connection, scope, basis, (Month::FIRST, month)).await?;
    let Parts { told, untold } = parts(connection, territories, scope, basis, month).await?;
    let trainings = trainings::of(connection, scope, basis, month).await?;
    let baseline = baseline(connection).await?;
    let dormancy_rule = dormancy_rule(connection, scope, query).await?;
    Ok(RegionView {
        as_of,
        series: months.into_iter().map(|figure| figure.figures).collect(),
        parts: told,
        untold,
        trainings,
        revived_after_training,
        baseline,
        dormancy_rule,
    })
}

/// A region's parts, in the order of codes.
#[derive(Default)]
pub struct Parts {
    pub told: Vec<Part>,
    /// Those that cannot be counted: see [`QueryError::Untold`].
    pub untold: Vec<RegionCode>,
}

/// A region's parts with their figures at a month's end.
pub async fn parts(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    basis: Basis,
    month: Month,
) -> Result<Parts, sqlx::Error> {
    let (mut scopes, mut parts) = (Vec::new(), Parts::default());
    for part in scope.territory().children(&scope.region) {
        match territories.scope(part.code, Some(scope.decree)) {
            Ok(scope) => scopes.push(scope),
            Err(_) => parts.untold.push(part.code),
        }
    }
    if !scopes.is_empty() {
        let figures = figures::at(connection, &scopes, basis, month).await?;
        let told = scopes.iter().zip(figures).map(|(scope, figures)| Part { code: scope.region, figures });
        parts.told = told.collect();
    }
    Ok(parts)
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
async fn dormancy_rule(
    connection: &mut PgConnection,
    scope: &Scope<'_>,
    query: RegionQuery,
) -> Result<Option<DormancyRule>, sqlx::Error> {
    let above: Vec<i64> = Place::from(&scope.seat).upwards().map(Place::number).collect();
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
