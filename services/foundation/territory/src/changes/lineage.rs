//! What became of each old region, and of which one each new region came.

use std::collections::{BTreeSet, HashMap};

use super::candidates::candidates;
use super::ruling::Rulings;
use crate::{Level, Region, RegionCode, RegionList, Succession};

/// What became of an old region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is this region now, at the same code or another, and no other is.
    Became(RegionCode),
    /// It ended in this region, which another became and goes on as.
    Joined(RegionCode),
    /// No region goes on for it.
    Gone,
    /// For a person to decide.
    Doubtful,
}

impl Fate {
    /// The new region that goes on for it.
    #[must_use]
    pub const fn heir(self) -> Option<RegionCode> {
        match self {
            Self::Became(code) | Self::Joined(code) => Some(code),
            Self::Gone | Self::Doubtful => None,
        }
    }
}

/// The ranks that have others below them, from below.
const UPWARDS: [Level; 3] = [Level::District, Level::Regency, Level::Province];

/// What became of each old region. Where a region stays in doubt, nothing is guessed.
#[derive(Debug)]
pub(super) struct Lineage<'t> {
    pub old: &'t RegionList,
    pub new: &'t RegionList,
    /// Of those that did not just keep their code.
    fates: HashMap<RegionCode, Fate>,
    /// The old region that became a new one.
    origins: HashMap<RegionCode, RegionCode>,
    /// The old regions that would all have become the same new one.
    contested: HashMap<RegionCode, Vec<RegionCode>>,
    /// The new regions that an old one was split for, besides its heir.
    parts: HashMap<RegionCode, BTreeSet<RegionCode>>,
}

impl<'t> Lineage<'t> {
    pub fn of(old: &'t RegionList, new: &'t RegionList, rulings: &Rulings) -> Self {
        let (fates, origins) = (HashMap::new(), HashMap::new());
        let mut lineage = Self { old, new, fates, origins, contested: HashMap::new(), parts: HashMap::new() };
        // From above: where to look for a region depends on what became of those around it.
        for level in Level::ALL {
            lineage.follow(level, rulings);
        }
        // And from below: where all that lay in a region went tells what became of it.
        for level in UPWARDS {
            lineage.merge(level);
        }
        for level in UPWARDS {
            lineage.split(level);
        }
        lineage
    }

    /// What became of an old region; `None` when the old list has no such code.
    pub fn fate(&self, code: RegionCode) -> Option<Fate> {
        let kept = || self.old.get(&code).map(|region| Fate::Became(region.code));
        self.fates.get(&code).copied().or_else(kept)
    }

    pub fn heir(&self, code: RegionCode) -> Option<RegionCode> {
        self.fate(code).and_then(Fate::heir)
    }

    /// The old region that became a new one.
    pub fn origin(&self, code: RegionCode) -> Option<RegionCode> {
        self.origins.get(&code).copied()
    }

    /// The old regions that would all have become a new one; empty when it is not so.
    pub fn contested(&self, code: RegionCode) -> &[RegionCode] {
        self.contested.get(&code).map_or(&[], Vec::as_slice)
    }

    /// The new regions that an old one was split for, besides its heir.
    pub fn parts(&self, code: RegionCode) -> impl Iterator<Item = RegionCode> {
        self.parts.get(&code).into_iter().flatten().copied()
    }

    /// The new regions in which that lies now which lay in an old one; one as often as something lies there.
    pub fn spread(&self, code: RegionCode) -> Vec<RegionCode> {
        let children = self.old.children(&code).map(|child| child.code);
        let now = children.flat_map(|child| self.heir(child).into_iter().chain(self.parts(child)));
        now.filter_map(|region| region.parent()).collect()
    }

    /// What an old region became as names and parents alone tell; `None` when they do not.
    pub fn named(&self, region: &Region<'_>) -> Option<RegionCode> {
        match self.new.follow(self.old, region, |area| self.heir(*area)) {
            Succession::Unchanged | Succession::Renamed => Some(region.code),
            Succession::Moved(now) => Some(now),
            Succession::Doubtful => None,
        }
    }

    /// All regions of a rank, by decision or by name.
    fn follow(&mut self, level: Level, rulings: &Rulings) {
        let judge = |region: Region<'_>| {
            let ruling = rulings.get(&region.code).map(|ruling| Fate::from(*ruling));
            let fate = ruling.or_else(|| self.named(&region).map(Fate::Became)).unwrap_or(Fate::Doubtful);
            (region.code, fate)
        };
        let fates: Vec<(RegionCode, Fate)> = self.old.within(&RegionCode::NATION, level).map(judge).collect();
        for (code, fate) in fates {
            if let Fate::Became(now) = fate
                && let Some(other) = self.origins.insert(now, code)
            {
                self.contested.entry(now).or_insert_with(|| vec![other]).push(code);
            }
            if fate != Fate::Became(code) {
                self.fates.insert(code, fate);
            }
        }
        // Two that would be the same are both in doubt, but for what was decided.
        for (now, claimants) in self.contested.iter().filter(|(now, _)| now.level() == level) {
            let (decided, doubtful): (Vec<RegionCode>, _) =
                claimants.iter().copied().partition(|code| rulings.contains_key(code));
            self.fates.extend(doubtful.into_iter().map(|code| (code, Fate::Doubtful)));
            match decided[..] {
                [only] => self.origins.insert(*now, only),
                _ => self.origins.remove(now),
            };
        }
    }

    /// Those of a rank in doubt of which all lies in one region now that another became, while none nearby is left over.
    fn merge(&mut self, level: Level) {
        let mut joined = Vec::new();
        for region in self.old.within(&RegionCode::NATION, level) {
            let in_doubt = self.fate(region.code) == Some(Fate::Doubtful);
            let mut children = self.old.children(&region.code);
            if in_doubt
                && let [into] = candidates(self, region.code)[..]
                && self.origin(into).is_some()
                && children.all(|child| self.heir(child.code).and_then(|heir| heir.parent()) == Some(into))
            {
                joined.push((region.code, Fate::Joined(into)));
            }
        }
        self.fates.extend(joined);
    }

    /// Those of a rank of which something lies in a new region now that no other may have become.
    fn split(&mut self, level: Level) {
        let (mut wanted, mut found) = (BTreeSet::new(), Vec::new());
        for region in self.old.within(&RegionCode::NATION, level) {
            let mut spread = self.spread(region.code);
            spread.retain(|code| self.origin(*code).is_none());
            match self.heir(region.code) {
                Some(_) => found.extend(spread.into_iter().map(|part| (region.code, part))),
                None => wanted.extend(spread),
            }
        }
        for (code, part) in found {
            if !wanted.contains(&part) {
                self.parts.entry(code).or_default().insert(part);
            }
        }
    }
}
