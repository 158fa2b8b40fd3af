//! From what became of each region to acts, each below the one that it belongs to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::candidates::candidates;
use super::lineage::{Fate, Lineage};
use super::{Act, ActKind, Change};
use crate::search::same_name;
use crate::{Level, Region, RegionCode};

/// The changes that follow from no other, with the others below them.
pub(super) fn changes(lineage: &Lineage<'_>) -> Vec<Change> {
    let acts = acts(lineage);
    let places = Places::of(&acts);
    let mut below: HashMap<Option<usize>, Vec<(usize, bool)>> = HashMap::new();
    for (i, act) in acts.iter().enumerate() {
        below.entry(places.above(act)).or_default().push((i, places.follows(act, lineage)));
    }
    assemble(None, &acts, &mut below)
}

fn assemble(above: Option<usize>, acts: &[Act], below: &mut HashMap<Option<usize>, Vec<(usize, bool)>>) -> Vec<Change> {
    let here = below.remove(&above).unwrap_or_default().into_iter();
    let mut changes: Vec<Change> = here
        .map(|(i, follows)| Change { act: acts[i].clone(), follows, below: assemble(Some(i), acts, below) })
        .collect();
    changes.sort_by_key(|change| change.act.code());
    changes
}

/// All acts, each rank by code.
fn acts(lineage: &Lineage<'_>) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut merged: BTreeMap<RegionCode, Vec<RegionCode>> = BTreeMap::new();
    let mut explained: BTreeSet<RegionCode> = BTreeSet::new();
    for region in Level::ALL.into_iter().skip(1).flat_map(|level| lineage.old.within(&RegionCode::NATION, level)) {
        let code = region.code;
        let Some(fate) = lineage.fate(code) else { continue };
        let parts: Vec<RegionCode> = lineage.parts(code).collect();
        match fate {
            Fate::Doubtful => {
                let candidates = candidates(lineage, code);
                explained.extend(&candidates);
                acts.push(Act::Doubtful { code, candidates });
            }
            Fate::Gone => acts.push(Act::Gone(code)),
            Fate::Became(heir) | Fate::Joined(heir) if !parts.is_empty() => {
                let into: Vec<RegionCode> = std::iter::once(heir).chain(parts).collect();
                explained.extend(&into);
                acts.push(Act::Split { from: code, into });
            }
            Fate::Joined(heir) => merged.entry(heir).or_default().push(code),
            Fate::Became(heir) if heir != code => acts.push(Act::Moved { from: code, to: heir }),
            Fate::Became(_) => {
                let renamed = |now: Region<'_>| !same_name(now.name, region.name);
                if lineage.new.get(&code).is_some_and(renamed) {
                    acts.push(Act::Renamed(code));
                }
            }
        }
    }
    acts.extend(merged.into_iter().map(|(into, from)| Act::Merged { from, into }));
    let news = Level::ALL.into_iter().flat_map(|level| lineage.new.within(&RegionCode::NATION, level));
    let is_new = |code: &RegionCode| lineage.origin(*code).is_none() && !explained.contains(code);
    acts.extend(news.map(|region| region.code).filter(is_new).map(Act::New));
    acts
}

/// Which act an old region underwent, and which one led to a new code.
struct Places<'a> {
    acts: &'a [Act],
    by_old: HashMap<RegionCode, usize>,
    by_new: HashMap<RegionCode, usize>,
}

impl<'a> Places<'a> {
    fn of(acts: &'a [Act]) -> Self {
        let (mut by_old, mut by_new) = (HashMap::new(), HashMap::new());
        for (i, act) in acts.iter().enumerate() {
            by_old.extend(act.olds().iter().map(|old| (*old, i)));
            if act.kind() != ActKind::Merged {
                by_new.extend(elsewhere(act).map(|new| (new, i)));
            }
        }
        Self { acts, by_old, by_new }
    }

    /// The act that this one is part of: the nearest upon a region around it that led to where this one leads.
    fn above(&self, act: &Act) -> Option<usize> {
        let mut around = act.code().ancestors().skip(1);
        match act {
            Act::Renamed(_) => None,
            Act::New(_) => around.find_map(|area| self.by_new.get(&area).copied()),
            _ => around.filter_map(|area| self.by_old.get(&area).copied()).find(|i| leads(&self.acts[*i], act)),
        }
    }

    /// Whether a region only went with the one in which it lay, or is new with it.
    fn follows(&self, act: &Act, lineage: &Lineage<'_>) -> bool {
        match act {
            Act::Moved { from, to } => {
                let (around, now) = (from.parent(), to.parent());
                around != now && around.and_then(|around| lineage.heir(around)) == now
            }
            Act::New(code) => {
                let around = code.parent().and_then(|around| self.by_new.get(&around));
                around.is_some_and(|i| self.acts[*i].kind() == ActKind::New)
            }
            _ => false,
        }
    }
}

/// Whether an act upon a region led to where another leads, which is upon something in it.
fn leads(act: &Act, below: &Act) -> bool {
    let areas: Vec<RegionCode> = match act {
        Act::Renamed(_) => return false,
        Act::Doubtful { candidates, .. } => candidates.clone(),
        _ => elsewhere(act).collect(),
    };
    elsewhere(below).all(|new| areas.iter().any(|area| area.contains(&new)))
}

/// What comes of an act at codes where it was not.
fn elsewhere(act: &Act) -> impl Iterator<Item = RegionCode> {
    act.news().iter().copied().filter(|new| !act.olds().contains(new))
}
