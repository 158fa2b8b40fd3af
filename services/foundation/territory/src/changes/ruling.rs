//! What a person decides where the lists leave it open, or where they mislead.

use std::collections::{BTreeMap, BTreeSet};

use super::lineage::{Fate, Lineage};
use super::{Act, Changes};
use crate::{RegionCode, RegionList};

/// What became of an old region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is this region now, and no other is.
    Became(RegionCode),
    /// It ended in this region, which another became and goes on as.
    Joined(RegionCode),
    /// No region of the new list goes on for it.
    Gone,
}

/// Decisions by old code.
pub type Rulings = BTreeMap<RegionCode, Ruling>;

impl Ruling {
    #[must_use]
    pub const fn heir(self) -> Option<RegionCode> {
        match self {
            Self::Became(code) | Self::Joined(code) => Some(code),
            Self::Gone => None,
        }
    }
}

impl From<Ruling> for Fate {
    fn from(ruling: Ruling) -> Self {
        match ruling {
            Ruling::Became(code) => Self::Became(code),
            Ruling::Joined(code) => Self::Joined(code),
            Ruling::Gone => Self::Gone,
        }
    }
}

/// Why a decision cannot hold. The messages are for the officer who decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulingError {
    #[error("Daftar lama tidak memuat {of}; periksa kodenya")]
    UnknownOld { of: RegionCode },
    #[error("Daftar baru tidak memuat {to}; periksa kodenya")]
    UnknownNew { of: RegionCode, to: RegionCode },
    #[error("{of} adalah {}, tetapi {to} {}; pilih wilayah yang setingkat", .of.level().label(), .to.level().label())]
    OtherLevel { of: RegionCode, to: RegionCode },
    #[error(
        "{to} sudah dipakai {by} dari daftar lama; bila keduanya memang digabung tulis gabung {to}, \
         dan bila tidak, pilih kode lain atau putuskan pula {by}"
    )]
    Taken { of: RegionCode, to: RegionCode, by: RegionCode },
    #[error("Tidak ada wilayah lain yang menjadi {to}, jadi tidak ada yang digabung; tulis {to} saja")]
    NotShared { of: RegionCode, to: RegionCode },
}

impl RulingError {
    /// The old region that was decided about.
    #[must_use]
    pub const fn of(&self) -> RegionCode {
        match self {
            Self::UnknownOld { of }
            | Self::UnknownNew { of, .. }
            | Self::OtherLevel { of, .. }
            | Self::Taken { of, .. }
            | Self::NotShared { of, .. } => *of,
        }
    }
}

/// A decision for each region that the lists leave in doubt: it became the likeliest candidate that is free, or joined the likeliest
/// when others became them all. A person would probably decide so; nobody has, so it is for samples and tests, where nobody can be
/// asked.
#[must_use]
pub fn likeliest(old: &RegionList, new: &RegionList) -> Rulings {
    let mut rulings = Rulings::new();
    loop {
        let changes = Changes::ruled(old, new, &rulings).expect("a candidate that is free may be had");
        let doubts = || {
            changes.all().filter_map(|change| match &change.act {
                Act::Doubtful { code, candidates } => Some((*code, candidates)),
                _ => None,
            })
        };
        // From above: a decision tells where to look for what lies below.
        let Some(level) = doubts().map(|(code, _)| code.level()).min() else { return rulings };
        let mut taken = BTreeSet::new();
        for (code, candidates) in doubts().filter(|(code, _)| code.level() == level) {
            let is_free = |code: &RegionCode| changes.origin(code).is_none() && !taken.contains(code);
            let ruling = match (candidates.iter().copied().find(is_free), candidates.first()) {
                (Some(free), _) => Ruling::Became(free),
                (None, Some(first)) => Ruling::Joined(*first),
                (None, None) => Ruling::Gone,
            };
            taken.extend(ruling.heir());
            rulings.insert(code, ruling);
        }
    }
}

/// The decisions whose codes the lists know, and what is wrong with the others.
pub(super) fn sound(old: &RegionList, new: &RegionList, rulings: &Rulings) -> (Rulings, Vec<RulingError>) {
    let (mut sound, mut errors) = (Rulings::new(), Vec::new());
    for (&of, &ruling) in rulings {
        let error = match ruling.heir() {
            _ if old.get(&of).is_none() => Some(RulingError::UnknownOld { of }),
            Some(to) if new.get(&to).is_none() => Some(RulingError::UnknownNew { of, to }),
            Some(to) if of.level() != to.level() => Some(RulingError::OtherLevel { of, to }),
            _ => None,
        };
        match error {
            Some(error) => errors.push(error),
            None => drop(sound.insert(of, ruling)),
        }
    }
    (sound, errors)
}

/// The decisions that cannot hold beside each other, or beside what the lists tell.
pub(super) fn clashes(lineage: &Lineage<'_>, rulings: &Rulings) -> Vec<RulingError> {
    // Where names gave it to several, it is enough to decide for one.
    let is_named = |of, to| lineage.old.get(&of).and_then(|region| lineage.named(&region)) == Some(to);
    let clash = |(&of, &ruling): (&RegionCode, &Ruling)| match ruling {
        Ruling::Became(to) => {
            let mut others = lineage.contested(to).iter().copied().filter(|by| *by != of);
            let by = others.find(|by| rulings.contains_key(by) || !is_named(of, to))?;
            Some(RulingError::Taken { of, to, by })
        }
        Ruling::Joined(to) if lineage.origin(to).is_none() => Some(RulingError::NotShared { of, to }),
        Ruling::Joined(_) | Ruling::Gone => None,
    };
    rulings.iter().filter_map(clash).collect()
}
