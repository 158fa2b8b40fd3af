//! An audience's way through the country: stretches of regencies in the order of a fan-out.

use std::{cmp::Reverse, ops::Range};

use kim_territory::{Level, RegionCode, Zone};
use time::UtcOffset;

use crate::domain::campaign::Cursor;

/// Regencies of one zone that stand side by side in the order of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Those of the east come first.
    pub offset: Reverse<UtcOffset>,
    /// From a regency's code until before another text.
    pub regencies: Range<String>,
}

impl Stretch {
    /// All that has a seat in these regions, none of which lies within another. Each regency is in one of them, once.
    pub fn of(regions: impl Iterator<Item = RegionCode>) -> Vec<Self> {
        let mut stretches: Vec<Self> = regions.flat_map(around).collect();
        stretches.sort_unstable_by(|one, other| {
            (one.offset, &one.regencies.start).cmp(&(other.offset, &other.regencies.start))
        });
        stretches.dedup();
        stretches
    }

    /// Whether it lies behind a cursor altogether.
    pub fn is_behind(&self, cursor: &Cursor) -> bool {
        let (offset, regency, _) = cursor.key();
        self.offset < offset || self.offset == offset && self.regencies.end <= regency.to_string()
    }

    /// Whether a cursor may stand in it.
    pub fn is_of_zone(&self, cursor: &Cursor) -> bool {
        self.offset == cursor.key().0
    }
}

/// The codes of a region and of all that lies in it.
pub(super) fn inside(region: RegionCode) -> Range<String> {
    match region.level() {
        Level::Nation => "11".into()..":".into(),
        // Of all that follows a code only a dot, and with it what lies inside, comes before `/`.
        _ => region.to_string()..format!("{region}/"),
    }
}

fn around(region: RegionCode) -> Vec<Stretch> {
    let stretch = |code: &RegionCode, regencies| Stretch { offset: Reverse(Zone::of(code).offset()), regencies };
    if region.level() != Level::Nation {
        return vec![stretch(&region, inside(region.regency().unwrap_or(region)))];
    }
    // A province's number says its zone.
    let provinces: Vec<RegionCode> = (11..=99).filter_map(|number: u8| number.to_string().parse().ok()).collect();
    let of_one_zone = provinces.chunk_by(|one, next| Zone::of(one) == Zone::of(next));
    of_one_zone.map(|run| stretch(&run[0], run[0].to_string()..inside(run[run.len() - 1]).end)).collect()
}

#[cfg(test)]
mod tests {
    use kim_territory::Territory;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::CommunityId;

    fn code(text: &str) -> RegionCode {
        text.parse().expect("a region's code")
    }

    #[test]
    fn the_nation_goes_from_east_to_west_and_has_each_regency_once() {
        let stretches = Stretch::of([RegionCode::NATION].into_iter());
        let regencies = Territory::current().within(&RegionCode::NATION, Level::Regency);
        let mut cursors: Vec<Cursor> =
            regencies.map(|regency| Cursor { regency: regency.code, community: CommunityId(Uuid::nil()) }).collect();
        cursors.sort_unstable_by_key(Cursor::key);
        let mut along = Vec::new();
        for stretch in &stretches {
            let has = |cursor: &&Cursor| stretch.regencies.contains(&cursor.regency.to_string());
            along.extend(cursors.iter().filter(has).map(|cursor| cursor.regency));
        }
        assert_eq!(along, cursors.iter().map(|cursor| cursor.regency).collect::<Vec<_>>());
        assert!(along.len() > 500);
        for stretch in &stretches {
            let ahead = cursors.iter().find(|cursor| stretch.regencies.contains(&cursor.regency.to_string()));
            assert!(ahead.is_none_or(|cursor| !stretch.is_behind(cursor) && stretch.is_of_zone(cursor)), "{stretch:?}");
        }
    }

    #[test]
    fn regions_of_one_regency_are_one_stretch() {
        let regions = ["14.01.01.2009", "14.01.02", "96.71", "14.02"].map(code);
        let stretches: Vec<_> = Stretch::of(regions.into_iter()).into_iter().map(|stretch| stretch.regencies).collect();
        assert_eq!(stretches, ["96.71", "14.01", "14.02"].map(|regency| inside(code(regency))));
    }

    #[test]
    fn a_region_is_one_range_of_codes() {
        for (region, within, outside) in [
            ("14.01", ["14.01", "14.01.01", "14.01.01.2009"], ["14", "14.02", "13.01"]),
            ("14", ["14", "14.01", "14.99.01"], ["15", "13.99.99.2999", "00"]),
            ("00", ["11", "14.01", "97.99.99.2999"], ["00", "", "0"]),
        ] {
            let range = inside(code(region));
            assert!(within.iter().all(|code| range.contains(&(*code).to_owned())), "{region}");
            assert!(outside.iter().all(|code| !range.contains(&(*code).to_owned())), "{region}");
        }
    }
}
