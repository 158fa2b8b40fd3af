//! Which region of a territory goes on for which of the one before it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Step;
use crate::{RegionCode, RegionList, Territory};

/// A step's rows by old and by new region.
#[derive(Clone, Debug)]
pub struct Lines {
    /// What goes on for each old region that has a row.
    heirs: HashMap<RegionCode, Option<RegionCode>>,
    origins: Origins,
}

impl Lines {
    pub fn of(step: &Step) -> Self {
        let mut lines = Self { heirs: HashMap::new(), origins: Origins::default() };
        for row in &step.rows {
            if let Some(old) = row.old {
                // The heir of one that was split stands first.
                lines.heirs.entry(old).or_insert(row.new);
            }
        }
        lines.trace(step, Territory::of(step.from).list());
        lines
    }

    /// The region that goes on for an old one, which the old territory must have.
    pub fn heir(&self, code: RegionCode) -> Option<RegionCode> {
        self.heirs.get(&code).copied().unwrap_or(Some(code))
    }

    /// That region, or the one that goes on for the nearest around it.
    pub fn seat(&self, code: RegionCode) -> RegionCode {
        code.ancestors().find_map(|region| self.heir(region)).unwrap_or(RegionCode::NATION)
    }

    pub const fn origins(&self) -> &Origins {
        &self.origins
    }

    fn trace(&mut self, step: &Step, old_list: &RegionList) {
        let mut origins: BTreeMap<RegionCode, BTreeSet<RegionCode>> = BTreeMap::new();
        for row in &step.rows {
            let Some(old) = row.old else { continue };
            let new = row.new.unwrap_or_else(|| self.seat(old));
            let kept = !self.heirs.contains_key(&new) && old_list.get(&new).is_some();
            origins.entry(new).or_default().extend([old].into_iter().chain(kept.then_some(new)));
        }
        // By code, so that those around others come before them.
        let arisen: BTreeSet<RegionCode> =
            step.rows.iter().filter(|row| row.old.is_none()).filter_map(|row| row.new).collect();
        for new in arisen {
            let around = new.parent().unwrap_or(RegionCode::NATION);
            let olds = origins.get(&around).cloned().unwrap_or_else(|| BTreeSet::from([around]));
            origins.entry(new).or_default().extend(olds);
        }
        self.origins = Origins(origins).changed();
    }
}

/// Of which old regions each new one came, so that what was in them may be in it; one that is new came of those of which the
/// region around it did. What is not here came of the old region at its code alone.
#[derive(Clone, Debug, Default)]
pub struct Origins(BTreeMap<RegionCode, BTreeSet<RegionCode>>);

impl Origins {
    pub fn of(&self, code: RegionCode) -> BTreeSet<RegionCode> {
        self.0.get(&code).cloned().unwrap_or_else(|| BTreeSet::from([code]))
    }

    /// The regions that did not come of the one at their code alone.
    pub fn codes(&self) -> impl Iterator<Item = RegionCode> {
        self.0.keys().copied()
    }

    /// These after the earlier ones. `list` has the newest regions.
    pub fn since(&self, earlier: &Self, list: &RegionList) -> Self {
        let kept = earlier.codes().filter(|code| !self.0.contains_key(code) && list.get(code).is_some());
        let origins = self.codes().chain(kept).map(|code| {
            let olds = self.of(code).into_iter().flat_map(|middle| earlier.of(middle));
            (code, olds.collect())
        });
        Self(origins.collect()).changed()
    }

    fn changed(mut self) -> Self {
        self.0.retain(|code, olds| olds.len() > 1 || !olds.contains(code));
        self
    }
}
