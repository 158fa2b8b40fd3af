//! What may have become of a region in doubt.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::lineage::Lineage;
use crate::search::{fold, folds_to};
use crate::{Level, Region, RegionCode};

/// New regions that `code` may have become: those that hold what lay in it, and those nearby that no other became or that
/// bear its name. First those that hold most of it, then those that are left over, then those whose names are most alike.
pub(super) fn candidates(lineage: &Lineage<'_>, code: RegionCode) -> Vec<RegionCode> {
    let mut held: BTreeMap<RegionCode, usize> = BTreeMap::new();
    for region in lineage.spread(code) {
        *held.entry(region).or_default() += 1;
    }
    // As wide as names are looked for, a village in its regency, a district in its province; wider where that is in doubt.
    let around = code.ancestors().skip(if code.level() == Level::Province { 1 } else { 2 });
    let now = |area| lineage.heir(area).into_iter().chain(lineage.spread(area)).collect();
    let areas = around.map(now).find(|areas: &BTreeSet<RegionCode>| !areas.is_empty()).unwrap_or_default();
    let name = |region: Option<Region<'_>>| region.map(|region| fold(region.name)).unwrap_or_default();
    let old_name = name(lineage.old.get(&code));
    let nearby = areas.iter().flat_map(|area| lineage.new.within(area, code.level()));
    for region in nearby.filter(|region| lineage.origin(region.code).is_none() || folds_to(region.name, &old_name)) {
        held.entry(region.code).or_default();
    }
    let mut ranked: Vec<(Reverse<usize>, bool, usize, RegionCode)> = held
        .into_iter()
        .map(|(region, holds)| {
            let letters = distance(&old_name, &name(lineage.new.get(&region)));
            (Reverse(holds), lineage.origin(region).is_some(), letters, region)
        })
        .collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(.., region)| region).collect()
}

/// Letters to change, add or leave out between two names.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, across) in other.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *across);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn names_are_as_far_apart_as_letters_differ() {
        for (one, other, letters) in [
            ("", "", 0),
            ("tomor", "komor", 1),
            ("mbokitta", "mbokita", 1),
            ("", "abc", 3),
            ("ayau", "kepulauanayau", 9),
        ] {
            assert_eq!(distance(one, other), letters, "{one} {other}");
            assert_eq!(distance(other, one), letters, "{other} {one}");
        }
    }
}
