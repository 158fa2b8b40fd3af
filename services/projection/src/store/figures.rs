//! Figures of regions: running sums of net changes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    slice,
};

use kim_territory::Level;
use sqlx::PgConnection;
use time::Date;

use super::Scope;
use crate::{
    fold::{
        Place, codes,
        coverage::{self, Series},
    },
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

    fn plus(self, other: Self) -> Self {
        let revitalised = self.revitalised + other.revitalised;
        Self { revitalised, ..self.then(other) }
    }

    /// The covered regions of a rank, changed.
    fn covered(level: Level, change: i64) -> Self {
        let at = |column| if level == column { change } else { 0 };
        Self {
            regencies: at(Level::Regency),
            districts: at(Level::District),
            villages: at(Level::Village),
            ..Self::default()
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
    fn within(scope: &Scope<'_>) -> Self {
        let count = |level| i64::try_from(scope.territory().count(&scope.region, level)).expect("regions are few");
        Self { regencies: count(Level::Regency), districts: count(Level::District), villages: count(Level::Village) }
    }
}

/// A region's figures from one month to another, both included, without a hole, and how many revivals up to the last
/// one followed a training.
pub async fn monthly(
    connection: &mut PgConnection,
    scope: &Scope<'_>,
    basis: Basis,
    (from, to): (Month, Month),
) -> Result<(Vec<Figure>, i64), sqlx::Error> {
    let regions = Regions::within(scope);
    let mut changes = changes(connection, scope, basis, to).await?.into_iter().peekable();
    let mut sums = Sums::default();
    while let Some((_, earlier)) = changes.next_if(|(month, _)| *month < from) {
        sums = sums.then(earlier);
    }
    let months = (0..=to.since(from)).map(|n| {
        let month = from.plus(n);
        let change = changes.next_if(|(changed, _)| *changed == month);
        sums = sums.then(change.map(|(_, change)| change).unwrap_or_default());
        Figure { month, figures: sums.figures(&regions) }
    });
    let series = months.collect();
    Ok((series, sums.revived_after_training))
}

/// A region's net changes up to a month.
async fn changes(
    connection: &mut PgConnection,
    scope: &Scope<'_>,
    basis: Basis,
    to: Month,
) -> Result<BTreeMap<Month, Sums>, sqlx::Error> {
    let mut changes: BTreeMap<Month, Sums> = BTreeMap::new();
    for place in &scope.places {
        let rows: Vec<Change> = sqlx::query_as(SERIES)
            .bind(codes::basis(basis))
            .bind(place.number())
            .bind(to.first_day())
            .fetch_all(&mut *connection)
            .await?;
        for Change { month, change } in rows {
            let sum = changes.entry(Month::of(month)).or_default();
            *sum = sum.plus(change);
        }
    }
    let active = active(connection, slice::from_ref(scope), basis, to).await?;
    for (month, change) in recounted(scope, &active) {
        let sum = changes.entry(month).or_default();
        *sum = sum.plus(change);
    }
    Ok(changes)
}

/// Net changes of active communities, by place.
type Active = HashMap<Place, Series>;

/// The active communities of those places by which regions are counted otherwise than in the territory in force: none of them,
/// when the regions are its own.
async fn active(
    connection: &mut PgConnection,
    scopes: &[Scope<'_>],
    basis: Basis,
    to: Month,
) -> Result<Active, sqlx::Error> {
    let recounted = scopes.iter().flat_map(Scope::recounted).flat_map(|(_, places)| places.iter().copied());
    let places: BTreeSet<Place> = recounted.chain(scopes.iter().flat_map(Scope::uncounted)).collect();
    let mut active = Active::new();
    if places.is_empty() {
        return Ok(active);
    }
    let places: Vec<i64> = places.into_iter().map(Place::number).collect();
    let rows: Vec<(i64, Date, i32)> = sqlx::query_as(ACTIVE)
        .bind(codes::basis(basis))
        .bind(places)
        .bind(to.first_day())
        .fetch_all(connection)
        .await?;
    for (place, month, change) in rows {
        active.entry(Place::stored(place)).or_default().push((Month::of(month), change));
    }
    Ok(active)
}

/// What a region's own parts have covered more, or less, than those of the territory in force.
fn recounted<'s>(scope: &'s Scope<'_>, active: &'s Active) -> impl Iterator<Item = (Month, Sums)> + use<'s> {
    let series = |places: &[Place]| {
        let mut sum = Series::new();
        for (month, change) in places.iter().filter_map(|place| active.get(place)).flatten() {
            coverage::put(&mut sum, *month, *change);
        }
        sum
    };
    let counted = scope.recounted().map(move |(level, places)| (level, series(places), 1));
    let uncounted = scope.uncounted().map(move |place| (place.level(), series(&[place]), -1));
    counted.chain(uncounted).flat_map(|(level, series, sign)| {
        let turns: Vec<(Month, i32)> = coverage::turns(&series).collect();
        turns.into_iter().map(move |(month, turn)| (month, Sums::covered(level, i64::from(sign * turn))))
    })
}

/// The figures of several regions at one month's end, in the order asked for.
pub async fn at(
    connection: &mut PgConnection,
    scopes: &[Scope<'_>],
    basis: Basis,
    month: Month,
) -> Result<Vec<Figures>, sqlx::Error> {
    let sums = sums(connection, scopes, basis, (month, month)).await?;
    let active = active(connection, scopes, basis, month).await?;
    let figures = scopes.iter().zip(sums).map(|(scope, sums)| {
        let sums = recounted(scope, &active).fold(sums, |sums, (_, change)| sums.plus(change));
        sums.figures(&Regions::within(scope))
    });
    Ok(figures.collect())
}

/// The sums of several regions at a month's end, with the revivals from `since` to it.
async fn sums(
    connection: &mut PgConnection,
    scopes: &[Scope<'_>],
    basis: Basis,
    (since, month): (Month, Month),
) -> Result<Vec<Sums>, sqlx::Error> {
    let places: Vec<i64> = scopes.iter().flat_map(|scope| &scope.places).map(|place| place.number()).collect();
    let rows: Vec<AtPlace> = sqlx::query_as(AT)
        .bind(codes::basis(basis))
        .bind(places)
        .bind(month.first_day())
        .bind(since.first_day())
        .fetch_all(connection)
        .await?;
    let at: HashMap<i64, Sums> = rows.into_iter().map(|row| (row.place, row.sums)).collect();
    let sums = scopes.iter().map(|scope| {
        let sums = scope.places.iter().filter_map(|place| at.get(&place.number()).copied());
        sums.fold(Sums::default(), Sums::plus)
    });
    Ok(sums.collect())
}

/// A region's states at a month's end, and its revivals from `since` to it.
pub async fn totals(
    connection: &mut PgConnection,
    scope: &Scope<'_>,
    basis: Basis,
    months: (Month, Month),
) -> Result<Existence, sqlx::Error> {
    let sums = sums(connection, slice::from_ref(scope), basis, months).await?;
    let sums = sums.into_iter().next().unwrap_or_default();
    Ok(sums.figures(&Regions::within(scope)).existence)
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

pub const ACTIVE: &str = "
SELECT place, month, active FROM figure
WHERE basis = $1 AND place = ANY ($2) AND month <= $3 AND active <> 0 ORDER BY place, month";
