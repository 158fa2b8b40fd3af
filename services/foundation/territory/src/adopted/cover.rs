//! Which regions of today together are one of an older territory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::lines::Origins;
use crate::{Level, RegionCode, RegionList};

/// Of each old region that is not the one at its code today: those of today that together are it, if they can be told.
#[derive(Clone, Debug, Default)]
pub struct Covers(HashMap<RegionCode, Option<Vec<RegionCode>>>);

impl Covers {
    pub fn of(origins: &Origins, today: &RegionList) -> Self {
        let changed = origins.codes().flat_map(|code| code.ancestors()).collect();
        let mut covers = HashMap::new();
        for level in Level::ALL {
            let mut rank =
                Rank { origins, today, changed: &changed, level, parts: BTreeMap::new(), mixed: BTreeSet::new() };
            if let Some(whole) = rank.look(RegionCode::NATION) {
                rank.parts.entry(whole).or_default().push(RegionCode::NATION);
            }
            let Rank { mut parts, mixed, .. } = rank;
            parts.retain(|code, parts| parts[..] != [*code]);
            for parts in parts.values_mut() {
                parts.sort_unstable();
            }
            covers.extend(parts.into_iter().map(|(code, parts)| (code, Some(parts))));
            covers.extend(mixed.into_iter().map(|code| (code, None)));
        }
        Self(covers)
    }

    /// The old territory must have the region.
    pub fn cover(&self, code: RegionCode) -> Option<Vec<RegionCode>> {
        self.0.get(&code).cloned().unwrap_or_else(|| Some(vec![code]))
    }
}

/// The old regions of one rank, as they are looked for among those of today.
struct Rank<'a> {
    origins: &'a Origins,
    today: &'a RegionList,
    /// The regions of today that came of others, or have such in them. All else is as it was, and is not looked at.
    changed: &'a BTreeSet<RegionCode>,
    level: Level,
    /// Regions of today that lie in one old region with all that is in them, and are in no greater one.
    parts: BTreeMap<RegionCode, Vec<RegionCode>>,
    /// Old regions that something of today lies in which lies in others too.
    mixed: BTreeSet<RegionCode>,
}

impl Rank<'_> {
    /// The old region in which all that lies that is in a region of today, itself among it.
    fn look(&mut self, code: RegionCode) -> Option<RegionCode> {
        if !self.changed.contains(&code) {
            return code.at(self.level);
        }
        let olds = self.origins.of(code);
        let own = olds.iter().copied().reduce(around).and_then(|old| old.at(self.level));
        let below: Vec<_> = self.today.children(&code).map(|child| (child.code, self.look(child.code))).collect();
        if own.is_some() && below.iter().all(|(_, whole)| *whole == own) {
            return own;
        }
        // What is in it lies apart, and what lies in it alone cannot be told from what lies in its parts.
        match own {
            Some(old) => drop(self.mixed.insert(old)),
            None => self.mixed.extend(olds.iter().filter_map(|old| old.at(self.level))),
        }
        for (child, whole) in below {
            if let Some(old) = whole {
                self.parts.entry(old).or_default().push(child);
            }
        }
        None
    }
}

/// The smallest region that two lie in.
fn around(one: RegionCode, other: RegionCode) -> RegionCode {
    one.ancestors().find(|region| region.contains(&other)).unwrap_or(RegionCode::NATION)
}
