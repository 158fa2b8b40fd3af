//! The file in which an officer checks what a decree changes: a row for each change, and room to decide.

use std::{fs::OpenOptions, io, path::Path};

use anyhow::{Context, bail};
use csv::WriterBuilder;
use kim_territory::{Act, Change, Changes, Fate, Level, Region, RegionCode, spelling::grouped};

use super::{Candidate, lists::ListName};
use crate::sheet::Column;

/// The columns of a decree file.
pub const COLUMNS: [Column; 7] = [
    Column::new("jenis", true, ""),
    Column::new("kode_lama", true, ""),
    Column::new("nama_lama", true, ""),
    Column::new("kode_baru", true, ""),
    Column::new("nama_baru", true, ""),
    Column::new("keterangan", false, ""),
    Column::new("keputusan", true, ""),
];

/// The kind of the row that says which lists were compared.
pub const LISTS: &str = "daftar";
/// Before a code in a decision: the region ended in that one.
pub const JOINED: &str = "gabung";
/// A decision: no region goes on for it.
pub const GONE: &str = "hapus";
/// Candidates that a row names.
const NAMED: usize = 5;
/// Without it, a spreadsheet takes UTF-8 for something else.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A change from one old region to one new one; of a split, there are several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// A word of [`kim_territory::ActKind::label`].
    pub kind: &'static str,
    pub old: Option<RegionCode>,
    pub new: Option<RegionCode>,
    pub note: String,
}

/// The rows of all changes but those that only follow from others.
pub fn rows(changes: &Changes<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for change in changes.roots() {
        push(changes, change, None, &mut rows);
    }
    rows
}

fn push(changes: &Changes<'_>, change: &Change, cause: Option<&Act>, rows: &mut Vec<Row>) {
    if !change.follows {
        let because = cause.map(|cause| format!("karena {} {}", cause.kind().label(), cause.code()));
        let mut notes: Vec<String> = because.into_iter().chain(followers(change)).collect();
        let act = &change.act;
        if let Act::Doubtful { candidates, .. } = act {
            notes.push(hint(changes, candidates));
        }
        for (kind, old, new) in pairs(changes, act) {
            rows.push(Row { kind, old, new, note: notes.join(" · ") });
        }
    }
    for below in &change.below {
        push(changes, below, Some(&change.act), rows);
    }
}

type Pair = (&'static str, Option<RegionCode>, Option<RegionCode>);

fn pairs(changes: &Changes<'_>, act: &Act) -> Vec<Pair> {
    let kind = act.kind().label();
    match act {
        Act::Split { from, into } => {
            let parts = into.iter().skip(1).map(|part| (kind, Some(*from), Some(*part)));
            let heir = changes.fate(from).and_then(|fate| heir(*from, fate));
            heir.into_iter().chain(parts).collect()
        }
        Act::Merged { from, into } => from.iter().map(|from| (kind, Some(*from), Some(*into))).collect(),
        other => vec![(kind, other.olds().first().copied(), other.news().first().copied())],
    }
}

/// The row that says where a region that was split goes on, if that is not where it was.
fn heir(from: RegionCode, fate: Fate) -> Option<Pair> {
    use kim_territory::ActKind::{Merged, Moved};
    match fate {
        Fate::Became(heir) if heir != from => Some((Moved.label(), Some(from), Some(heir))),
        Fate::Joined(heir) => Some((Merged.label(), Some(from), Some(heir))),
        _ => None,
    }
}

/// `beserta 30 kecamatan dan 252 desa/kelurahan`
fn followers(change: &Change) -> Option<String> {
    let counts = Level::ALL.map(|level| (change.followers(level), level.label()));
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, label)| format!("{} {label}", grouped(count)))
        .collect();
    (!counts.is_empty()).then(|| format!("beserta {}", counts.join(" dan ")))
}

fn hint(changes: &Changes<'_>, candidates: &[RegionCode]) -> String {
    if candidates.is_empty() {
        return format!("tidak ada calon; tulis {JOINED} dan kode wilayah yang menerimanya, atau {GONE}");
    }
    let named: Vec<Candidate> = candidates.iter().take(NAMED).map(|code| Candidate::of(changes, *code)).collect();
    let more = if candidates.len() > NAMED { ", …" } else { "" };
    format!("calon: {}{more}", Candidate::all(&named))
}

/// Writes the rows of all changes, and which lists they lie between. A file that is there already may hold decisions, and
/// stays.
pub fn write(path: &Path, from: &ListName, to: &ListName, changes: &Changes<'_>) -> anyhow::Result<()> {
    let file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!("{} sudah ada; hapus dulu, atau pilih nama lain", path.display())
        }
        opened => opened.with_context(|| format!("{} tidak dapat ditulis", path.display()))?,
    };
    text(file, from, to, changes).with_context(|| path.display().to_string())
}

/// The file's text.
pub fn text(mut out: impl io::Write, from: &ListName, to: &ListName, changes: &Changes<'_>) -> anyhow::Result<()> {
    out.write_all(BYTE_ORDER_MARK)?;
    let mut file = WriterBuilder::new().delimiter(b';').from_writer(out);
    file.write_record(COLUMNS.map(|column| column.name))?;
    file.write_record([LISTS, &from.key, &from.name, &to.key, &to.name, "", ""])?;
    for row in rows(changes) {
        let written = |code: Option<RegionCode>| code.map(|code| code.to_string()).unwrap_or_default();
        let old = row.old.and_then(|code| changes.old_list().get(&code));
        let new = row.new.and_then(|code| changes.new_list().get(&code));
        let name = |region: Option<Region<'_>>| region.map(|region| region.name.to_owned()).unwrap_or_default();
        let (old_code, new_code) = (written(row.old), written(row.new));
        file.write_record([row.kind, &old_code, &name(old), &new_code, &name(new), &row.note, ""])?;
    }
    Ok(file.flush()?)
}
