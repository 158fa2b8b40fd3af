//! What became of a region from one decree to another, as far as names and parents tell.
//!
//! The lists say only what exists, not which code became which. A mapping that they leave open is for a person to decide,
//! so it is never guessed here.

use std::cmp::Ordering;

use crate::search::{fold, folds_to, same_name};
use crate::{Decree, Level, Region, RegionCode, RegionList, Territory};

/// What became of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Succession {
    /// Same code, same name.
    Unchanged,
    /// Same code under another name, and neither name is found at another code nearby.
    Renamed,
    /// Under another code, found there by its name: 92.71 of 2022 is 96.71.
    Moved(RegionCode),
    /// Gone, or names and parents allow more than one answer.
    Doubtful,
}

impl Territory {
    /// The code here of the region that `from` calls `code`; the same code if it stayed. `None` when `from` knows no such
    /// code or the answer is doubtful.
    #[must_use]
    pub fn moved(&self, code: &RegionCode, from: Decree) -> Option<RegionCode> {
        match self.succession(code, from)? {
            Succession::Unchanged | Succession::Renamed => Some(*code),
            Succession::Moved(now) => Some(now),
            Succession::Doubtful => None,
        }
    }

    /// What became here of the region that `from` calls `code`; `None` when `from` knows no such code.
    #[must_use]
    pub fn succession(&self, code: &RegionCode, from: Decree) -> Option<Succession> {
        let old = Self::of(from).get(code)?;
        let Some(next) = step(from, self.decree()) else { return Some(Succession::Unchanged) };
        if next == self.decree() {
            return Some(self.list().follow(Self::of(from).list(), &old, |area| self.moved(area, from)));
        }
        // Decree by decree: what one step leaves in doubt, a comparison across it would only hide.
        let here = Self::of(next).moved(code, from).and_then(|between| self.moved(&between, next));
        Some(match here.and_then(|now| self.get(&now)) {
            None => Succession::Doubtful,
            Some(here) if here.code != *code => Succession::Moved(here.code),
            Some(here) if !same_name(here.name, old.name) => Succession::Renamed,
            Some(_) => Succession::Unchanged,
        })
    }

    /// The other decrees that know this code, oldest first.
    #[must_use]
    pub fn elsewhere(&self, code: &RegionCode) -> Vec<Decree> {
        let others = Decree::ALL.into_iter().filter(|decree| *decree != self.decree());
        others.filter(|decree| Self::of(*decree).get(code).is_some()).collect()
    }
}

impl RegionList {
    /// What became here of a region of another list, by its name in the areas that lie around it: `moved` says what they
    /// became.
    pub(crate) fn follow(
        &self,
        source: &Self,
        old: &Region<'_>,
        moved: impl Fn(&RegionCode) -> Option<RegionCode>,
    ) -> Succession {
        let here = self.get(&old.code);
        if here.is_some_and(|here| same_name(here.name, old.name)) {
            return Succession::Unchanged;
        }
        let name = fold(old.name);
        // Its parent first, then one level wider: a split district leaves its villages in the same regency, a new
        // province takes whole regencies.
        let areas: Vec<(RegionCode, RegionCode)> =
            old.code.ancestors().skip(1).take(2).filter_map(|area| Some((area, moved(&area)?))).collect();
        for (then, now) in areas.iter().copied() {
            let olds = source.namesakes(then, old.level(), &name, self);
            let news = self.namesakes(now, old.level(), &name, source);
            match (&olds[..], &news[..]) {
                (_, []) => {}
                ([_], [new]) if !swapped(source, self, old, new) => return Succession::Moved(new.code),
                _ => return Succession::Doubtful,
            }
        }
        let renamed = here.is_some_and(|here| {
            let new_name = fold(here.name);
            areas.iter().all(|(then, _)| source.namesakes(*then, here.level(), &new_name, self).is_empty())
        });
        if renamed { Succession::Renamed } else { Succession::Doubtful }
    }

    /// The regions of that rank and name in an area, but for those that bear it in the other list too.
    fn namesakes(&self, area: RegionCode, level: Level, name: &str, other: &Self) -> Vec<Region<'_>> {
        let stayed = |code| other.get(&code).is_some_and(|region| folds_to(region.name, name));
        self.within(&area, level).filter(|region| folds_to(region.name, name) && !stayed(region.code)).collect()
    }
}

/// The decree after `from` on the way to another; `None` when it is there.
fn step(from: Decree, to: Decree) -> Option<Decree> {
    let (from, to) = (from as usize, to as usize);
    match from.cmp(&to) {
        Ordering::Less => Some(Decree::ALL[from + 1]),
        Ordering::Equal => None,
        Ordering::Greater => Some(Decree::ALL[from - 1]),
    }
}

/// Whether two codes exchanged their names: the places may have been renumbered, or the names set right.
fn swapped(source: &RegionList, target: &RegionList, old: &Region<'_>, new: &Region<'_>) -> bool {
    match (target.get(&old.code), source.get(&new.code)) {
        (Some(now_here), Some(then_there)) => same_name(now_here.name, then_there.name),
        _ => false,
    }
}

/// A code that a decree does not know. The message is for the officer who typed it, and says how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Kode wilayah {code} tidak dikenal dalam daftar wilayah {decree}. {hint}")]
pub struct UnknownRegion {
    pub code: RegionCode,
    pub decree: Decree,
    pub hint: Hint,
}

/// Where an unknown code may come from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hint {
    #[error("Dalam daftar {listed} kode itu {title}; kodenya kini {now}")]
    Moved { listed: Decree, title: String, now: RegionCode },
    #[error("Dalam daftar {listed} kode itu {title}; cari kode barunya menurut nama")]
    Listed { listed: Decree, title: String },
    #[error("Yang dikenal: {code} {title}; periksa angka sesudahnya")]
    Within { code: RegionCode, title: String },
    #[error("Tidak ada provinsi berkode {province}; periksa dua angka pertama")]
    NoProvince { province: RegionCode },
}

impl Territory {
    /// The region of a code, or why there is none and what to write instead.
    pub fn require(&self, code: &RegionCode) -> Result<Region<'_>, UnknownRegion> {
        self.get(code).ok_or_else(|| UnknownRegion { code: *code, decree: self.decree(), hint: self.hint(*code) })
    }

    fn hint(&self, code: RegionCode) -> Hint {
        if let Some(listed) = self.elsewhere(&code).pop() {
            let title = Self::of(listed).get(&code).map(|region| region.title()).unwrap_or_default();
            return match self.moved(&code, listed) {
                Some(now) => Hint::Moved { listed, title, now },
                None => Hint::Listed { listed, title },
            };
        }
        let known = code.ancestors().filter(|code| code.level() > Level::Nation).find_map(|code| self.get(&code));
        match known {
            Some(region) => Hint::Within { code: region.code, title: region.title() },
            None => Hint::NoProvince { province: code.province().unwrap_or(code) },
        }
    }
}
