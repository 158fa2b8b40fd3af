//! `kimctl territory`: what a decree changes, the file in which a person decides what the lists leave open, and its adoption.

mod adopt;
mod check;
mod compare;
mod decree_file;
mod diff;
mod lists;
mod read;
mod show;
#[cfg(test)]
mod tests;

use kim_territory::{ActKind, Changes, Level, RegionCode, RegionList, spelling::grouped};
use serde::Serialize;

pub use adopt::{Adoption, adopt};
pub use check::{Checked, Mistake, Undecided, check};
pub use diff::{Changed, Diff, diff};
pub use lists::ListName;
pub use show::{InForce, show};

use self::decree_file::JOINED;
use crate::table::Table;

/// A region as a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    pub code: String,
    pub name: String,
}

/// What a region in doubt may have become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    pub code: String,
    pub name: String,
    /// Another region became it: whoever chooses it, joins the two.
    pub joins: bool,
}

impl Candidate {
    fn of(changes: &Changes<'_>, code: RegionCode) -> Self {
        let Named { code: written, name } = named(changes.new_list(), code);
        Self { code: written, name, joins: changes.origin(&code).is_some() }
    }

    /// Several in one line, each as a decision would begin.
    fn all(candidates: &[Self]) -> String {
        let written =
            candidates.iter().map(
                |Self { code, name, joins }| {
                    if *joins { format!("{JOINED} {code} {name}") } else { format!("{code} {name}") }
                },
            );
        written.collect::<Vec<_>>().join(", ")
    }
}

fn named(list: &RegionList, code: RegionCode) -> Named {
    Named { code: code.to_string(), name: list.get(&code).map(|region| region.name.to_owned()).unwrap_or_default() }
}

/// What becomes of the regions of a rank, by kind of change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Count {
    pub level: &'static str,
    pub unchanged: usize,
    pub renamed: usize,
    pub moved: usize,
    pub split: usize,
    pub merged: usize,
    pub new: usize,
    pub gone: usize,
    pub doubtful: usize,
    /// Only went with the one in which they lay, or are new with it.
    pub followers: usize,
    /// Of the unchanged and the moved, those whose name is spelt another way.
    pub respelt: usize,
}

/// A count for each rank below the nation.
fn counts(changes: &Changes<'_>) -> Vec<Count> {
    let ranks = [Level::Province, Level::Regency, Level::District, Level::Village];
    ranks.into_iter().map(|level| count(changes, level)).collect()
}

fn count(changes: &Changes<'_>, level: Level) -> Count {
    let of = |kind| changes.count(level, kind);
    let acts = changes.all().filter(|change| change.act.level() == level);
    let touched: usize = acts.map(|change| change.act.olds().len()).sum();
    Count {
        level: level.label(),
        unchanged: changes.old_list().count(&RegionCode::NATION, level) - touched,
        renamed: of(ActKind::Renamed),
        moved: of(ActKind::Moved),
        split: of(ActKind::Split),
        merged: of(ActKind::Merged),
        new: of(ActKind::New),
        gone: of(ActKind::Gone),
        doubtful: of(ActKind::Doubtful),
        followers: changes.followers(level),
        respelt: changes.respelt(level),
    }
}

/// The counts under their headings, and what the less plain ones mean.
fn counted(counts: &[Count]) -> String {
    let kinds = ActKind::ALL.map(|kind| kind.label().to_uppercase());
    let [renamed, moved, split, merged, new, gone, doubtful] = kinds.each_ref().map(String::as_str);
    let heads = ["TINGKAT", "TETAP", renamed, moved, split, merged, new, gone, doubtful, "IKUT", "EJAAN"];
    let mut table = (1..heads.len()).fold(Table::new(&heads), Table::right);
    for count in counts {
        let acts = [count.renamed, count.moved, count.split, count.merged, count.new, count.gone, count.doubtful];
        let [renamed, moved, split, merged, new, gone, doubtful] = acts.map(grouped);
        let [unchanged, followers, respelt] = [count.unchanged, count.followers, count.respelt].map(grouped);
        let level = count.level.to_owned();
        table.row([level, unchanged, renamed, moved, split, merged, new, gone, doubtful, followers, respelt]);
    }
    format!("{table}IKUT: hanya terbawa oleh wilayah di atasnya. EJAAN: nama yang sama, ditulis lain.\n")
}
