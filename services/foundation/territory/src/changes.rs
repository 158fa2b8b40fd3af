//! What a decree changes: from two lists of regions, the acts that lead from one to the other.
//!
//! The lists say only what exists. What names and parents leave open is [`Act::Doubtful`], and a person's [`Ruling`]
//! decides it.
//!
//! ```
//! use kim_territory::{Act, Changes, Decree, RegionCode, Territory};
//!
//! let lists = [Decree::D2022, Decree::D2023].map(|decree| Territory::of(decree).list());
//! let changes = Changes::between(lists[0], lists[1]);
//! let papua_barat: RegionCode = "92".parse()?;
//! let split = changes.all().find(|change| change.act.olds().contains(&papua_barat)).expect("it was split");
//! assert_eq!(split.act, Act::Split { from: papua_barat, into: vec![papua_barat, "96".parse()?] });
//! assert_eq!(split.below.len(), 6, "six regencies went to the new province");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod candidates;
mod grouping;
mod lineage;
mod ruling;

use std::slice;

use crate::search::same_name;
use crate::{Level, Region, RegionCode, RegionList};
use lineage::Lineage;

pub use lineage::Fate;
pub use ruling::{Ruling, RulingError, Rulings, likeliest};

/// One act upon one region, or upon several that end in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Another name at the same code.
    Renamed(RegionCode),
    /// The same place under another code.
    Moved { from: RegionCode, to: RegionCode },
    /// What lay in it lies in several now. The first of `into` is its heir, at the same code or another; the others are new.
    Split { from: RegionCode, into: Vec<RegionCode> },
    /// They ended in `into`, which another region became and goes on as.
    Merged { from: Vec<RegionCode>, into: RegionCode },
    /// No old region became it, and none was split for it.
    New(RegionCode),
    /// Ended without an heir, as a person decided: the lists alone never say so.
    Gone(RegionCode),
    /// For a person to decide. `candidates` are the new regions that it may have become or joined, the likeliest first; there
    /// may be none.
    Doubtful { code: RegionCode, candidates: Vec<RegionCode> },
}

/// An act's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActKind {
    Renamed,
    Moved,
    Split,
    Merged,
    New,
    Gone,
    Doubtful,
}

impl ActKind {
    pub const ALL: [Self; 7] =
        [Self::Renamed, Self::Moved, Self::Split, Self::Merged, Self::New, Self::Gone, Self::Doubtful];

    /// Its Indonesian word, as a decree file writes it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Renamed => "ganti nama",
            Self::Moved => "pindah",
            Self::Split => "mekar",
            Self::Merged => "gabung",
            Self::New => "baru",
            Self::Gone => "hapus",
            Self::Doubtful => "ragu",
        }
    }
}

impl Act {
    #[must_use]
    pub const fn kind(&self) -> ActKind {
        match self {
            Self::Renamed(_) => ActKind::Renamed,
            Self::Moved { .. } => ActKind::Moved,
            Self::Split { .. } => ActKind::Split,
            Self::Merged { .. } => ActKind::Merged,
            Self::New(_) => ActKind::New,
            Self::Gone(_) => ActKind::Gone,
            Self::Doubtful { .. } => ActKind::Doubtful,
        }
    }

    /// The old regions that it is about; none for a new one.
    #[must_use]
    pub fn olds(&self) -> &[RegionCode] {
        match self {
            Self::Renamed(code) | Self::Gone(code) | Self::Doubtful { code, .. } => slice::from_ref(code),
            Self::Moved { from, .. } | Self::Split { from, .. } => slice::from_ref(from),
            Self::Merged { from, .. } => from,
            Self::New(_) => &[],
        }
    }

    /// The new regions that come of it; none when it is gone or in doubt.
    #[must_use]
    pub fn news(&self) -> &[RegionCode] {
        match self {
            Self::Renamed(code) | Self::New(code) => slice::from_ref(code),
            Self::Moved { to, .. } => slice::from_ref(to),
            Self::Merged { into, .. } => slice::from_ref(into),
            Self::Split { into, .. } => into,
            Self::Gone(_) | Self::Doubtful { .. } => &[],
        }
    }

    /// The old region that it is about, or the new one.
    #[must_use]
    pub fn code(&self) -> RegionCode {
        *self.olds().first().or(self.news().first()).expect("an act is about a region")
    }

    #[must_use]
    pub fn level(&self) -> Level {
        self.code().level()
    }
}

/// An act, and what lies below it and happened with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub act: Act,
    /// Nothing was decided about it: it went with the region in which it lay, or is new with it.
    pub follows: bool,
    /// By code.
    pub below: Vec<Change>,
}

impl Change {
    /// How many regions of a rank went with it.
    #[must_use]
    pub fn followers(&self, level: Level) -> usize {
        let following = self.below.iter().filter(|change| change.follows);
        following.map(|change| usize::from(change.act.level() == level) + change.followers(level)).sum()
    }
}

/// All that is different in a new list of regions.
#[derive(Debug)]
pub struct Changes<'t> {
    lineage: Lineage<'t>,
    roots: Vec<Change>,
}

impl<'t> Changes<'t> {
    /// The changes as far as the lists tell them.
    #[must_use]
    pub fn between(old: &'t RegionList, new: &'t RegionList) -> Self {
        let lineage = Lineage::of(old, new, &Rulings::new());
        Self { roots: grouping::changes(&lineage), lineage }
    }

    /// The changes with what a person has decided, or all that is wrong with the decisions.
    pub fn ruled(old: &'t RegionList, new: &'t RegionList, rulings: &Rulings) -> Result<Self, Vec<RulingError>> {
        let (sound, mut errors) = ruling::sound(old, new, rulings);
        let lineage = Lineage::of(old, new, &sound);
        errors.extend(ruling::clashes(&lineage, &sound));
        if errors.is_empty() { Ok(Self { roots: grouping::changes(&lineage), lineage }) } else { Err(errors) }
    }

    #[must_use]
    pub fn old_list(&self) -> &'t RegionList {
        self.lineage.old
    }

    #[must_use]
    pub fn new_list(&self) -> &'t RegionList {
        self.lineage.new
    }

    /// The changes that follow from no other, by code.
    #[must_use]
    pub fn roots(&self) -> &[Change] {
        &self.roots
    }

    /// Every change, each before those below it.
    pub fn all(&self) -> impl Iterator<Item = &Change> {
        let mut ahead: Vec<&Change> = self.roots.iter().rev().collect();
        std::iter::from_fn(move || {
            let next = ahead.pop()?;
            ahead.extend(next.below.iter().rev());
            Some(next)
        })
    }

    /// What became of an old region; `None` when the old list has no such code.
    #[must_use]
    pub fn fate(&self, code: &RegionCode) -> Option<Fate> {
        self.lineage.fate(*code)
    }

    /// The old region that became a new one; others may have joined it.
    #[must_use]
    pub fn origin(&self, code: &RegionCode) -> Option<RegionCode> {
        self.lineage.origin(*code)
    }

    /// How many acts of a kind there are at a rank, without those that follow from others.
    #[must_use]
    pub fn count(&self, level: Level, kind: ActKind) -> usize {
        self.all().filter(|change| !change.follows && change.act.level() == level && change.act.kind() == kind).count()
    }

    /// How many regions of a rank only went with the one in which they lay, or are new with it.
    #[must_use]
    pub fn followers(&self, level: Level) -> usize {
        self.all().filter(|change| change.follows && change.act.level() == level).count()
    }

    /// How many regions of a rank are the same but for cases, accents, spaces and punctuation in their names.
    #[must_use]
    pub fn respelt(&self, level: Level) -> usize {
        let respelt = |region: &Region<'_>| {
            let heir = self.fate(&region.code).and_then(Fate::heir).and_then(|heir| self.new_list().get(&heir));
            heir.is_some_and(|heir| heir.name != region.name && same_name(heir.name, region.name))
        };
        self.old_list().within(&RegionCode::NATION, level).filter(respelt).count()
    }

    /// Whether nothing is left for a person to decide.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.all().all(|change| change.act.kind() != ActKind::Doubtful)
    }
}
