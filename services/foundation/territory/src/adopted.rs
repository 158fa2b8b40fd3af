//! What was adopted: the territory in force, and what became of the regions of those before it.
//!
//! ```
//! use kim_territory::{Adopted, Changes, Decree, RegionCode, Step, Territory};
//!
//! let [old, new] = [Decree::D2022, Decree::D2023];
//! let changes = Changes::between(Territory::of(old).list(), Territory::of(new).list());
//! # let rulings = changes.all().filter(|c| c.act.kind() == kim_territory::ActKind::Doubtful)
//! #     .map(|c| (c.act.code(), kim_territory::Ruling::Gone)).collect();
//! # let changes = Changes::ruled(Territory::of(old).list(), Territory::of(new).list(), &rulings).expect("they hold");
//! let step = Step::of(old, new, &changes).expect("nothing is left in doubt");
//! let mut adopted = Adopted::default();
//! adopted.adopt(old, None);
//! adopted.adopt(new, Some(step));
//! let papua_barat: RegionCode = "92".parse()?;
//! assert_eq!(adopted.in_force(), Decree::D2023);
//! assert_eq!(adopted.follow(&"92.71".parse()?, old), Some("96.71".parse()?));
//! assert_eq!(adopted.cover(&papua_barat, old), Some(vec![papua_barat, "96".parse()?]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cover;
mod lines;

use std::collections::BTreeMap;

use crate::{Act, ActKind, Changes, Decree, RegionCode, Territory};
use cover::Covers;
use lines::{Lines, Origins};

/// What became of an old region, or of which one a new region came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegionStep {
    /// `None` for a new region that came of none.
    pub old: Option<RegionCode>,
    /// `None` for an old region that is gone.
    pub new: Option<RegionCode>,
    pub kind: ActKind,
}

/// All that changed from one adopted territory to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub from: Decree,
    pub to: Decree,
    /// Those that only went with the region around them are among these; one that was split has a row for each region that
    /// it was split into, its heir's first. What is not here is the same region at the same code.
    pub rows: Vec<RegionStep>,
}

impl Step {
    /// The rows of all changes between the lists of two decrees; `None` while something is left for a person to decide.
    #[must_use]
    pub fn of(from: Decree, to: Decree, changes: &Changes<'_>) -> Option<Self> {
        let rows = changes.all().map(|change| rows(&change.act)).collect::<Option<Vec<_>>>()?;
        Some(Self { from, to, rows: rows.into_iter().flatten().collect() })
    }

    /// Each old region of which the seats are elsewhere now, and where.
    #[must_use]
    pub fn seats(&self) -> BTreeMap<RegionCode, RegionCode> {
        let lines = Lines::of(self);
        let olds = self.rows.iter().filter_map(|row| row.old);
        olds.map(|old| (old, lines.seat(old))).filter(|(old, seat)| old != seat).collect()
    }
}

fn rows(act: &Act) -> Option<Vec<RegionStep>> {
    let kind = act.kind();
    let row = |old, new| RegionStep { old, new, kind };
    Some(match act {
        Act::Renamed(code) => vec![row(Some(*code), Some(*code))],
        Act::Moved { from, to } => vec![row(Some(*from), Some(*to))],
        Act::Split { from, into } => into.iter().map(|part| row(Some(*from), Some(*part))).collect(),
        Act::Merged { from, into } => from.iter().map(|old| row(Some(*old), Some(*into))).collect(),
        Act::New(code) => vec![row(None, Some(*code))],
        Act::Gone(code) => vec![row(Some(*code), None)],
        Act::Doubtful { .. } => return None,
    })
}

/// The territories that a log has adopted, one after another.
#[derive(Clone, Debug, Default)]
pub struct Adopted {
    in_force: Option<Decree>,
    /// Those before it, the oldest first.
    pasts: Vec<Past>,
}

/// A territory that was in force, and what became of it.
#[derive(Clone, Debug)]
struct Past {
    step: Step,
    lines: Lines,
    /// From its regions to those in force.
    covers: Covers,
}

impl Adopted {
    /// Another territory is in force. Without a step from the one before, nothing is known of older ones any more.
    pub fn adopt(&mut self, decree: Decree, step: Option<Step>) {
        if self.in_force == Some(decree) {
            return;
        }
        match step.filter(|step| step.to == decree && self.in_force == Some(step.from)) {
            Some(step) => {
                let lines = Lines::of(&step);
                self.pasts.push(Past { step, lines, covers: Covers::default() });
            }
            None => self.pasts.clear(),
        }
        self.in_force = Some(decree);
        let mut later: Option<Origins> = None;
        for past in self.pasts.iter_mut().rev() {
            let origins = past.lines.origins();
            let origins =
                later.map_or_else(|| origins.clone(), |later| later.since(origins, Territory::of(decree).list()));
            past.covers = Covers::of(&origins, Territory::of(decree).list());
            later = Some(origins);
        }
    }

    /// The decree adopted last; the newest known while none was adopted.
    #[must_use]
    pub fn in_force(&self) -> Decree {
        self.in_force.unwrap_or(Decree::CURRENT)
    }

    #[must_use]
    pub fn territory(&self) -> &'static Territory {
        Territory::of(self.in_force())
    }

    /// From the oldest territory of which it is known what became of it, to the one in force.
    #[must_use]
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.pasts.iter().map(|past| &past.step)
    }

    /// The decrees by which regions can be named, the oldest first and the one in force last.
    #[must_use]
    pub fn decrees(&self) -> impl DoubleEndedIterator<Item = Decree> {
        self.steps().map(|step| step.from).chain([self.in_force()])
    }

    /// The region in force that goes on for one of an adopted decree. `None` when it is gone, when that decree has no such
    /// code, and when it is not adopted.
    #[must_use]
    pub fn follow(&self, code: &RegionCode, decree: Decree) -> Option<RegionCode> {
        let known = Territory::of(decree).get(code)?.code;
        self.since(decree)?.iter().try_fold(known, |code, past| past.lines.heir(code))
    }

    /// The region in force where a seat in one of an adopted decree is now: the one that goes on for it, or for the nearest
    /// one around it. The nation when nothing is known of that decree or code.
    #[must_use]
    pub fn seat(&self, code: &RegionCode, decree: Decree) -> RegionCode {
        let known = Territory::of(decree).get(code).map(|region| region.code);
        let seat = known
            .zip(self.since(decree))
            .map(|(code, pasts)| pasts.iter().fold(code, |code, past| past.lines.seat(code)));
        seat.unwrap_or(RegionCode::NATION)
    }

    /// Regions in force, none within another and by code, that together are a region of an adopted decree: every seat in it
    /// and no other. `None` when no regions of today are, and when nothing is known of that decree or code.
    #[must_use]
    pub fn cover(&self, code: &RegionCode, decree: Decree) -> Option<Vec<RegionCode>> {
        let known = Territory::of(decree).get(code)?.code;
        self.since(decree)?.first().map_or_else(|| Some(vec![known]), |past| past.covers.cover(known))
    }

    /// What was in force from a decree on, but for what is in force now; `None` when it is not known what became of it.
    fn since(&self, decree: Decree) -> Option<&[Past]> {
        let known = self.decrees().position(|known| known == decree)?;
        Some(&self.pasts[known..])
    }
}

#[cfg(test)]
mod tests;
