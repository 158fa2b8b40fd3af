//! The territories that the log has adopted, and how a region of one of them is counted by places of the one in force.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};

use kim_territory::{Adopted, Decree, Level, RegionCode, Territory};
use sqlx::PgConnection;

use crate::{
    fold::{self, Place, Region, Seats, dissemination::event::Regency},
    pages::QueryError,
};

/// What was adopted.
#[derive(Debug, Default)]
pub struct Territories {
    adopted: Arc<Adopted>,
    /// Made when first asked for.
    recounts: [OnceLock<Recount>; Decree::ALL.len()],
    regencies: OnceLock<Vec<(Regency, Place)>>,
}

impl Territories {
    /// As the connection's transaction sees it.
    pub async fn read(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let adopted = Arc::new(fold::territory::adopted(connection).await?);
        Ok(Self { adopted, ..Self::default() })
    }

    #[must_use]
    pub fn adopted(&self) -> &Arc<Adopted> {
        &self.adopted
    }

    /// Each regency by each list, as an event may name it, and where it is counted today.
    pub fn regencies(&self) -> &[(Regency, Place)] {
        self.regencies.get_or_init(|| {
            let mut seats = Seats::new(self.adopted.as_ref().clone());
            let mut regencies = Vec::new();
            for decree in Decree::ALL {
                for region in Territory::of(decree).within(&RegionCode::NATION, Level::Regency) {
                    let regency = Regency { decree: decree.key(), place: Place::from(&region.code) };
                    regencies.push((regency, seats.find(Region { code: region.code, decree }).place));
                }
            }
            regencies
        })
    }

    /// How a region is counted; of the territory in force when no decree is named.
    pub fn scope(&self, region: RegionCode, decree: Option<Decree>) -> Result<Scope<'_>, QueryError> {
        let in_force = self.adopted.in_force();
        let decree = decree.unwrap_or(in_force);
        if !self.adopted.decrees().any(|adopted| adopted == decree) {
            return Err(QueryError::NotInForce(decree));
        }
        let cover = self.adopted.cover(&region, decree).ok_or(QueryError::Untold { region, decree })?;
        let places = cover.iter().map(Place::from).collect();
        let recount = (decree != in_force)
            .then(|| self.recounts[decree as usize].get_or_init(|| Recount::of(&self.adopted, decree)));
        Ok(Scope { region, seat: self.adopted.seat(&region, decree), decree, places, recount })
    }
}

/// A region of an adopted territory, as it is counted.
#[derive(Clone, Debug)]
pub struct Scope<'t> {
    pub region: RegionCode,
    pub decree: Decree,
    /// Where its own seats are now.
    pub seat: RegionCode,
    /// Places of the territory in force, none in another and in order, that together are the region.
    pub places: Vec<Place>,
    recount: Option<&'t Recount>,
}

impl Scope<'_> {
    #[must_use]
    pub fn territory(&self) -> &'static Territory {
        Territory::of(self.decree)
    }

    /// Regions in it that are counted by more places than one, or by one that others are counted by, too: with the places.
    pub fn recounted(&self) -> impl Iterator<Item = (Level, &[Place])> {
        let olds = self.recount.into_iter().flat_map(|recount| recount.olds.range(self.region..));
        let inside = olds.take_while(|(old, _)| self.region.contains(old));
        inside.map(|(old, places)| (old.level(), places.as_slice()))
    }

    /// Regions in force in it that do not count, since its own regions are counted otherwise.
    pub fn uncounted(&self) -> impl Iterator<Item = Place> {
        let news = |place: &Place| {
            let inside = place.inside();
            let first = Place::stored(inside.start);
            let news = self.recount.into_iter().flat_map(move |recount| recount.news.range(first..));
            news.copied().take_while(move |new| inside.contains(&new.number()))
        };
        self.places.iter().flat_map(news)
    }
}

/// Where the regions of an older territory that can be covered are not those in force, one for one.
#[derive(Debug)]
struct Recount {
    /// The places that tell whether an old region is covered: those that together are it; where these cannot be told, the
    /// one that goes on for it.
    olds: BTreeMap<RegionCode, Vec<Place>>,
    /// Regions in force that none of the old ones is.
    news: BTreeSet<Place>,
}

impl Recount {
    fn of(adopted: &Adopted, decree: Decree) -> Self {
        let mut recount = Self { olds: BTreeMap::new(), news: BTreeSet::new() };
        for level in [Level::Regency, Level::District, Level::Village] {
            let olds = Territory::of(decree).within(&RegionCode::NATION, level).map(|old| {
                let cover = adopted.cover(&old.code, decree);
                (old.code, cover.unwrap_or_else(|| adopted.follow(&old.code, decree).into_iter().collect()))
            });
            let olds: Vec<(RegionCode, Vec<RegionCode>)> = olds.collect();
            let mut claims: HashMap<RegionCode, usize> = HashMap::new();
            for (_, cover) in &olds {
                for place in cover {
                    *claims.entry(*place).or_default() += 1;
                }
            }
            let is_one = |cover: &[RegionCode]| matches!(cover, [one] if one.level() == level && claims[one] == 1);
            let (same, other): (Vec<_>, Vec<_>) = olds.into_iter().partition(|(_, cover)| is_one(cover));
            let same: BTreeSet<RegionCode> = same.into_iter().flat_map(|(_, cover)| cover).collect();
            let places = |cover: Vec<RegionCode>| cover.iter().map(Place::from).collect();
            recount.olds.extend(other.into_iter().map(|(old, cover)| (old, places(cover))));
            let today = adopted.territory().within(&RegionCode::NATION, level).map(|region| region.code);
            recount.news.extend(today.filter(|code| !same.contains(code)).map(|code| Place::from(&code)));
        }
        recount
    }
}
