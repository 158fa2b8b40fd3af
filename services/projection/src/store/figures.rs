//! Figures of regions: running sums of net changes.

use std::collections::HashMap;

use kim_territory::{Level, RegionCode, Territory};
use sqlx::PgConnection;
use time::Date;

use crate::{
    fold::{Place, codes},
    pages::{Basis, Coverage, Existence, Figures, Month},
};

/// Sums of net changes, in the order of the read model's columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Sums {
    draft: i64,
    submitted: i64,
    returned: i64,
    registered: i64,
    active: i64,
    dormant: i64,
    dissolved: i64,
    merged: i64,
    revitalised: i64,
    revived_after_training: i64,
    regencies: i64,
    districts: i64,
    villages: i64,
}

/// A region's figures of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    pub month: Month,
    pub figures: Figures,
}

impl Sums {
    /// The sums a month later: states go on, revivals are of one month.
    fn then(self, change: Self) -> Self {
        Self {
            draft: self.draft + change.draft,
            submitted: self.submitted + change.submitted,
            returned: self.returned + change.returned,
            registered: self.registered + change.registered,
            active: self.active + change.active,
            dormant: self.dormant + change.dormant,
            dissolved: self.dissolved + change.dissolved,
            merged: self.merged + change.merged,
            revitalised: change.revitalised,
            revived_after_training: self.revived_after_training + change.revived_after_training,
            regencies: self.regencies + change.regencies,
            districts: self.districts + change.districts,
            villages: self.villages + change.villages,
        }
    }

    fn figures(self, of: &Regions) -> Figures {
        Figures {
            existence: Existence {
                draft: self.draft,
                submitted: self.submitted,
                returned: self.returned,
                registered: self.registered,
                active: self.active,
                dormant: self.dormant,
                dissolved: self.dissolved,
                merged: self.merged,
                revitalised: self.revitalised,
            },
            coverage: Coverage {
                regencies_covered: self.regencies,
                regencies: of.regencies,
                districts_covered: self.districts,
                districts: of.districts,
                villages_covered: self.villages,
                villages: of.villages,
            },
        }
    }
}

/// How many regions lie in one, itself included.
struct Regions {
    regencies: i64,
    districts: i64,
    villages: i64,
}

impl Regions {
    fn within(region: RegionCode) -> Self {
        let count = |level| i64::try_from(Territory::current().count(&region, level)).expect("regions are few");
        Self { regencies: count(Level::Regency), districts: count(Level::District), villages: count(Level::Village) }
    }
}

/// A region's figures from one month to another, both included, without a hole, and how many revivals up to the last
/// one followed a training.
pub async fn monthly(
    connection: &mut PgConnection,
    region: &RegionCode,
    basis: Basis,
    (from, to): (Month, Month),
) -> Result<(Vec<Figure>, i64), sqlx::Error> {
    let rows: Vec<Change> = sqlx::query_as(SERIES)
        .bind(codes::basis(basis))
        .bind(Place::from(region).number())
        .bind(to.first_day())
        .fetch_all(connection)
        .await?;
    let regions = Regions::within(*region);
    let mut changes = rows.into_iter().peekable();
    let mut sums = Sums::default();
    while let Some(earlier) = changes.next_if(|change| Month::of(change.month) < from) {
        sums = sums.then(earlier.change);
    }
    let months = (0..=to.since(from)).map(|n| {
        let month = from.plus(n);
        let change = changes.next_if(|change| Month::of(change.month) == month);
        sums = sums.then(change.map(|change| change.change).unwrap_or_default());
        Figure { month, figures: sums.figures(&regions) }
    });
    let series = months.collect();
    Ok((series, sums.revived_after_training))
}

/// The figures of several regions at one month's end, in the order asked for.
pub async fn at(
    connection: &mut PgConnection,
    regions: &[RegionCode],
    basis: Basis,
    month: Month,
) -> Result<Vec<Figures>, sqlx::Error> {
    let places: Vec<i64> = regions.iter().map(|region| Place::from(region).number()).collect();
    let rows: Vec<AtPlace> = sqlx::query_as(AT)
        .bind(codes::basis(basis))
        .bind(&places)
        .bind(month.first_day())
        .bind(month.first_day())
        .fetch_all(connection)
        .await?;
    let sums: HashMap<i64, Sums> = rows.into_iter().map(|row| (row.place, row.sums)).collect();
    let figures = regions.iter().zip(places).map(|(region, place)| {
        let sums = sums.get(&place).copied().unwrap_or_default();
        sums.figures(&Regions::within(*region))
    });
    Ok(figures.collect())
}

/// A region's states at a month's end, and its revivals from `since` to it.
pub async fn totals(
    connection: &mut PgConnection,
    region: &RegionCode,
    basis: Basis,
    (since, month): (Month, Month),
) -> Result<Existence, sqlx::Error> {
    let row: Option<AtPlace> = sqlx::query_as(AT)
        .bind(codes::basis(basis))
        .bind([Place::from(region).number()].as_slice())
        .bind(month.first_day())
        .bind(since.first_day())
        .fetch_optional(connection)
        .await?;
    let sums = row.map(|row| row.sums).unwrap_or_default();
    Ok(sums.figures(&Regions::within(*region)).existence)
}

#[derive(sqlx::FromRow)]
struct Change {
    month: Date,
    #[sqlx(flatten)]
    change: Sums,
}

#[derive(sqlx::FromRow)]
struct AtPlace {
    place: i64,
    #[sqlx(flatten)]
    sums: Sums,
}

pub const SERIES: &str = "
SELECT month, draft::bigint, submitted::bigint, returned::bigint, registered::bigint, active::bigint, dormant::bigint,
    dissolved::bigint, merged::bigint, revitalised::bigint, revived_after_training::bigint, regencies::bigint, districts::bigint,
    villages::bigint
FROM figure WHERE basis = $1 AND place = $2 AND month <= $3 ORDER BY month";

pub const AT: &str = "
SELECT place, sum(draft) AS draft, sum(submitted) AS submitted, sum(returned) AS returned, sum(registered) AS registered,
    sum(active) AS active, sum(dormant) AS dormant, sum(dissolved) AS dissolved, sum(merged) AS merged,
    coalesce(sum(revitalised) FILTER (WHERE month >= $4), 0) AS revitalised,
    sum(revived_after_training) AS revived_after_training, sum(regencies) AS regencies, sum(districts) AS districts,
    sum(villages) AS villages
FROM figure WHERE basis = $1 AND place = ANY ($2) AND month <= $3 GROUP BY place";
