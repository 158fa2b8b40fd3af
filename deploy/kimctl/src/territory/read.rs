//! A decree file's rows, as an officer leaves them.

use std::path::Path;

use anyhow::{Context, bail};
use kim_territory::{ActKind, RegionCode, RegionCodeError, Ruling};

use super::decree_file::{COLUMNS, GONE, JOINED, LISTS};
use crate::sheet::{Cells, Columns, Numbered, Problem, Reading, Sheet};

/// A row, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub row: i64,
    pub kind: ActKind,
    pub old: Option<RegionCode>,
    pub old_name: String,
    pub new: Option<RegionCode>,
    pub new_name: String,
    pub decision: Option<Ruling>,
    /// Something in it cannot be read, and may have said more.
    pub is_broken: bool,
}

/// A file's rows, as far as they can be read.
#[derive(Debug)]
pub struct DecreeFile {
    /// The keys of the lists that were compared.
    pub lists: (String, String),
    pub entries: Vec<Entry>,
    /// By row.
    pub problems: Vec<(i64, Problem)>,
}

/// A row's kind: `None` says which lists were compared.
const KINDS: [(&str, Option<ActKind>); 8] = {
    let [renamed, moved, split, merged, new, gone, doubtful] = ActKind::ALL;
    [
        (LISTS, None),
        (renamed.label(), Some(renamed)),
        (moved.label(), Some(moved)),
        (split.label(), Some(split)),
        (merged.label(), Some(merged)),
        (new.label(), Some(new)),
        (gone.label(), Some(gone)),
        (doubtful.label(), Some(doubtful)),
    ]
};

impl DecreeFile {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let mut sheet = Sheet::open(path, &COLUMNS, &Reading::default())?;
        let mut rows = Rows::default();
        while let Some(record) = sheet.next_record().with_context(|| shown.to_string())? {
            if let Err(problems) = rows.take(sheet.columns(), &record) {
                rows.problems.extend(problems.into_iter().map(|problem| (record.row, problem)));
            }
        }
        let Rows { lists, entries, problems } = rows;
        match lists {
            Some(lists) => Ok(Self { lists, entries, problems }),
            None => bail!("{shown}: baris {LISTS} tidak ada; buat ulang berkasnya dengan kimctl territory diff"),
        }
    }
}

#[derive(Default)]
struct Rows {
    lists: Option<(String, String)>,
    entries: Vec<Entry>,
    problems: Vec<(i64, Problem)>,
}

impl Rows {
    fn take(&mut self, columns: &Columns, record: &Numbered) -> Result<(), Vec<Problem>> {
        let mut cells = Cells::read(columns, &record.fields)?;
        let kinds = KINDS.map(|(word, kind)| (word, Some(kind)));
        let Some(kind) = cells.word("jenis", &kinds, None) else {
            let missing =
                Problem::new("jenis", "KIND_MISSING", "Jenis kosong.", format!("Tulis salah satu: {}.", words()));
            let problems = cells.problems();
            return Err(if problems.is_empty() { vec![missing] } else { problems });
        };
        let Some(kind) = kind else { return self.take_lists(&cells) };
        let mut problems = Vec::new();
        let mut entry = Entry {
            row: record.row,
            kind,
            old: region(&cells, "kode_lama", &mut problems),
            old_name: cells.text("nama_lama").to_owned(),
            new: region(&cells, "kode_baru", &mut problems),
            new_name: cells.text("nama_baru").to_owned(),
            decision: ruling(&cells, kind, &mut problems),
            is_broken: false,
        };
        if kind == ActKind::Doubtful && entry.new.take().is_some() {
            let remedy = "Pindahkan ke kolom keputusan.";
            problems.push(Problem::new("kode_baru", "CODE_MISPLACED", "Baris ragu belum berkode baru.", remedy));
        }
        entry.is_broken = !problems.is_empty();
        self.entries.push(entry);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn take_lists(&mut self, cells: &Cells<'_>) -> Result<(), Vec<Problem>> {
        let lists = (cells.text("kode_lama").to_owned(), cells.text("kode_baru").to_owned());
        if self.lists.replace(lists).is_some() {
            let message = format!("Baris {LISTS} ada lebih dari sekali.");
            return Err(vec![Problem::new("jenis", "LISTS_TWICE", message, "Hapus salah satunya.")]);
        }
        Ok(())
    }
}

const AS_TEXT: &str = "Bila lembar kerja mengubahnya menjadi tanggal atau bilangan, ambil dari berkas semula, dan buka \
                       kolom kode sebagai teks.";

fn words() -> String {
    KINDS.map(|(word, _)| word).join(", ")
}

fn region(cells: &Cells<'_>, column: &str, problems: &mut Vec<Problem>) -> Option<RegionCode> {
    let text = cells.text(column);
    if text.is_empty() {
        return None;
    }
    let malformed = |why| Problem::new(column, "CODE_MALFORMED", format!("{why}."), AS_TEXT);
    text.parse().map_err(|why: RegionCodeError| problems.push(malformed(why))).ok()
}

fn ruling(cells: &Cells<'_>, kind: ActKind, problems: &mut Vec<Problem>) -> Option<Ruling> {
    let column = "keputusan";
    match decision(cells.text(column)) {
        Ok(Some(_)) if matches!(kind, ActKind::New | ActKind::Split | ActKind::Gone) => {
            let message = format!("Pada baris {} tidak ada yang diputuskan.", kind.label());
            let remedy = "Kosongkan, dan putuskan pada baris ragu dengan kode lamanya; baris itu boleh ditambahkan.";
            problems.push(Problem::new(column, "DECISION_MISPLACED", message, remedy));
            None
        }
        Ok(decision) => decision,
        Err(text) => {
            let message = format!("\"{text}\" bukan keputusan.");
            let remedy = format!("Tulis kode barunya, {JOINED} dan kode itu, atau {GONE}.");
            problems.push(Problem::new(column, "DECISION_MALFORMED", message, remedy));
            None
        }
    }
}

/// `81.05.16.2002`, `gabung 81.05.16.2002` or `hapus`; empty when nothing is decided.
fn decision(text: &str) -> Result<Option<Ruling>, &str> {
    let lower = text.to_lowercase();
    let code = |code: &str| code.trim().parse().map_err(|_| text);
    Ok(Some(match lower.strip_prefix(JOINED) {
        _ if lower.is_empty() => return Ok(None),
        _ if lower == GONE => Ruling::Gone,
        Some(into) => Ruling::Joined(code(into)?),
        None => Ruling::Became(code(&lower)?),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_a_code_or_a_word() {
        let village: RegionCode = "81.05.16.2002".parse().unwrap();
        for (text, ruling) in [
            ("", None),
            ("81.05.16.2002", Some(Ruling::Became(village))),
            ("8105162002", Some(Ruling::Became(village))),
            ("gabung 81.05.16.2002", Some(Ruling::Joined(village))),
            ("Gabung  8105162002", Some(Ruling::Joined(village))),
            ("HAPUS", Some(Ruling::Gone)),
        ] {
            assert_eq!(decision(text), Ok(ruling), "{text}");
        }
        for text in ["ya", "gabung", "hapus 81.05.16.2002", "16/05/2002"] {
            assert_eq!(decision(text), Err(text));
        }
    }
}
