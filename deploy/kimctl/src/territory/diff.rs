//! `kimctl territory diff`: what is different between two lists of regions.

use std::fmt::Write;

use anyhow::bail;
use kim_territory::{Act, ActKind, Change, Changes, Decree, RegionCode};
use serde::Serialize;

use super::{
    Candidate, Count, Named, counted, counts, decree_file,
    lists::{ListName, Listed},
    named,
};
use crate::{cli, table::Table};

/// What is different between two lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    pub from: ListName,
    pub to: ListName,
    pub counts: Vec<Count>,
    pub changes: Vec<Changed>,
    /// Where the rows were written.
    pub file: Option<String>,
}

/// A change, and those that belong to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    pub level: &'static str,
    pub kind: &'static str,
    pub from: Vec<Named>,
    pub to: Vec<Named>,
    /// What a region in doubt may have become.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// Only went with the region in which it lay, or is new with it.
    pub follows: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<Changed>,
}

/// Compares, and writes the decree file where one is wanted.
pub fn diff(wish: &cli::Diff) -> anyhow::Result<Diff> {
    if let (Some(from), Some(to)) = (wish.from, wish.to) {
        neighbours(from, to)?;
    }
    let open = |decree: Option<Decree>, path| match (decree, path) {
        (_, Some(path)) => Listed::read(path),
        (Some(decree), None) => Ok(Listed::BuiltIn(decree)),
        (None, None) => bail!("sebutkan daftar lama dan daftar baru"),
    };
    let from = open(wish.from, wish.from_list.as_deref())?;
    let to = open(wish.to, wish.to_list.as_deref())?;
    let changes = Changes::between(from.list(), to.list());
    let (from, to) = (from.name(), to.name());
    if let Some(path) = &wish.output {
        decree_file::write(path, &from, &to, &changes)?;
    }
    Ok(Diff {
        from,
        to,
        counts: counts(&changes),
        changes: changes.roots().iter().map(|change| changed(&changes, change)).collect(),
        file: wish.output.as_ref().map(|path| path.display().to_string()),
    })
}

/// Decree by decree: what one step leaves in doubt, a comparison across it would only hide.
fn neighbours(from: Decree, to: Decree) -> anyhow::Result<()> {
    let between: Vec<&str> = Decree::ALL.iter().filter(|d| (from..=to).contains(d)).map(|d| d.key()).collect();
    match between.as_slice() {
        [] | [_] => bail!("daftar lama harus mendahului daftar baru: --from {to} --to {from}"),
        [_, _] => Ok(()),
        [_, next, ..] => {
            bail!(
                "antara {from} dan {to} ada daftar {next}; bandingkan dulu --from {from} --to {next}, lalu dari {next}"
            )
        }
    }
}

fn changed(changes: &Changes<'_>, change: &Change) -> Changed {
    let old = |code: &RegionCode| named(changes.old_list(), *code);
    let new = |code: &RegionCode| named(changes.new_list(), *code);
    let act = &change.act;
    let candidates = match act {
        Act::Doubtful { candidates, .. } => candidates.iter().map(|code| Candidate::of(changes, *code)).collect(),
        _ => Vec::new(),
    };
    Changed {
        level: act.level().label(),
        kind: act.kind().label(),
        from: act.olds().iter().map(old).collect(),
        to: act.news().iter().map(new).collect(),
        candidates,
        follows: change.follows,
        below: change.below.iter().map(|below| changed(changes, below)).collect(),
    }
}

impl Diff {
    #[must_use]
    pub fn screen(&self) -> String {
        let mut text =
            format!("Dari {}: {}\nKe   {}: {}\n\n", self.from.key, self.from.name, self.to.key, self.to.name);
        text += &counted(&self.counts);
        let doubts = self.doubts();
        if doubts.is_empty() {
            text += "\nTidak ada yang ragu.\n";
        } else {
            let mut table = Table::new(&["KODE LAMA", "NAMA", "CALON"]);
            for doubt in &doubts {
                let region = &doubt.from[0];
                table.row([&region.code, &region.name, &Candidate::all(&doubt.candidates)]);
            }
            let _ = write!(text, "\nYang harus diputuskan orang ({}):\n{table}", doubts.len());
        }
        if let Some(file) = &self.file {
            let _ = writeln!(
                text,
                "\nDitulis ke {file}. Buka dengan kolom kode sebagai teks, isi keputusan, lalu: kimctl territory check {file}"
            );
        }
        text
    }

    fn doubts(&self) -> Vec<&Changed> {
        let mut ahead: Vec<&Changed> = self.changes.iter().rev().collect();
        let mut doubts = Vec::new();
        while let Some(next) = ahead.pop() {
            ahead.extend(next.below.iter().rev());
            if next.kind == ActKind::Doubtful.label() {
                doubts.push(next);
            }
        }
        doubts
    }
}
