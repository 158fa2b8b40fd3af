//! Which rows of the funnel a region counts.

use std::collections::{HashMap, HashSet};

use kim_territory::Level;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    fold::{Place, dissemination::event::Regency},
    store::{Scope, Territories},
};

/// By what a region is counted.
#[derive(Clone, Debug)]
pub enum Counted {
    Everything,
    /// By batches of these regencies, as events name them.
    Regencies(HashSet<Regency>),
    /// By communities with a seat at these places.
    Seats(Vec<Place>),
}

impl Counted {
    pub fn of(territories: &Territories, scope: &Scope<'_>) -> Self {
        if scope.region.level() == Level::Nation {
            return Self::Everything;
        }
        // A regency of an older territory may be told by districts of today.
        if scope.places.iter().any(|place| place.level() > Level::Regency) {
            return Self::Seats(scope.places.clone());
        }
        let inside = |place: Place| scope.places.iter().any(|around| around.inside().contains(&place.number()));
        let regencies = territories.regencies().iter().filter(|(_, today)| inside(*today));
        Self::Regencies(regencies.map(|(regency, _)| *regency).collect())
    }
}

/// Regencies as two arrays: decrees and places.
pub fn arrays<'r>(regencies: impl IntoIterator<Item = &'r Regency>) -> (Vec<&'static str>, Vec<i64>) {
    regencies.into_iter().map(|regency| (regency.decree, regency.place.number())).unzip()
}

/// Communities with a seat at some places, and where that is: those of a district or of a regency's parts are few.
pub async fn seated_at(connection: &mut PgConnection, places: &[Place]) -> Result<HashMap<Uuid, i64>, sqlx::Error> {
    let mut seats = HashMap::new();
    for place in places {
        let inside = place.inside();
        let there: Vec<(Uuid, i64)> =
            sqlx::query_as(SEATED).bind(inside.start).bind(inside.end).fetch_all(&mut *connection).await?;
        seats.extend(there);
    }
    Ok(seats)
}

pub const SEATED: &str = "SELECT id, seat FROM community WHERE seat >= $1 AND seat < $2";
