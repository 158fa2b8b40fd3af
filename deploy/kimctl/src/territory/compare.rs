//! A decree file's rows beside those that the lists give, and its decisions beside each other.

use std::collections::{BTreeMap, BTreeSet};

use kim_territory::{Act, ActKind, Changes, RegionCode, RegionList, Rulings};

use super::{
    Candidate,
    check::{Checked, Mistake, Undecided},
    counts, decree_file,
    lists::Listed,
    named,
    read::{DecreeFile, Entry},
};
use crate::sheet::Problem;

/// What tells a row from every other.
type Key = (&'static str, Option<RegionCode>, Option<RegionCode>);

impl Entry {
    fn key(&self) -> Key {
        (self.kind.label(), self.old, self.new)
    }

    /// Whether it may be this row, were it not broken.
    fn may_be(&self, (kind, old, new): Key) -> bool {
        let fits = |read: Option<RegionCode>, wanted| read.is_none() || read == wanted;
        self.is_broken && self.kind.label() == kind && fits(self.old, old) && fits(self.new, new)
    }

    fn mistake(&self, column: &str, reason: &str, message: String, remedy: impl Into<String>) -> Mistake {
        Mistake::new(Some(self.row), Problem::new(column, reason, message, remedy))
    }
}

/// All that is wrong with a file, and what is still to be decided.
pub fn compare(file: &DecreeFile, from: &Listed, to: &Listed) -> Checked {
    let (old, new) = (from.list(), to.list());
    let entries = file.entries.as_slice();
    let told = Changes::between(old, new);
    let mut mistakes: Vec<Mistake> =
        file.problems.iter().map(|(row, problem)| Mistake::new(Some(*row), problem.clone())).collect();
    for entry in entries {
        mistakes.extend(unlike(entry, "kode_lama", entry.old, "nama_lama", &entry.old_name, from));
        mistakes.extend(unlike(entry, "kode_baru", entry.new, "nama_baru", &entry.new_name, to));
    }
    mistakes.extend(rows(entries, &told));
    let (rulings, twice) = decisions(entries, old);
    mistakes.extend(twice);
    let ruled = Changes::ruled(old, new, &rulings).map_err(|errors| {
        mistakes.extend(errors.iter().map(|error| {
            let decided = entries.iter().find(|entry| entry.old == Some(error.of()) && entry.decision.is_some());
            let remedy = "Perbaiki keputusannya.";
            let problem = Problem::new("keputusan", "DECISION_UNTENABLE", format!("{error}."), remedy);
            Mistake::new(decided.map(|entry| entry.row), problem)
        }));
    });
    mistakes.sort_by_key(|mistake| (mistake.row.is_none(), mistake.clone()));
    let undecided = undecided(entries, ruled.as_ref().unwrap_or(&told), &rulings);
    Checked {
        from: from.name(),
        to: to.name(),
        rows: entries.len(),
        decided: rulings.len(),
        mistakes,
        undecided,
        counts: ruled.as_ref().map(counts).unwrap_or_default(),
        rulings,
    }
}

/// Whether a row's code or name is not the list's.
fn unlike(
    entry: &Entry,
    code_column: &str,
    code: Option<RegionCode>,
    name_column: &str,
    name: &str,
    listed: &Listed,
) -> Option<Mistake> {
    let code = code?;
    let list = listed.name().key;
    match listed.list().get(&code) {
        None => {
            let message = format!("Daftar {list} tidak memuat {code}.");
            Some(entry.mistake(code_column, "CODE_UNKNOWN", message, "Periksa kodenya."))
        }
        Some(region) if !name.is_empty() && region.name != name => {
            let message = format!("Dalam daftar {list}, {code} bernama {}, bukan {name}.", region.name);
            Some(entry.mistake(name_column, "NAME_OTHER", message, "Periksa kodenya, atau kembalikan namanya."))
        }
        Some(_) => None,
    }
}

/// Rows that are there twice, or that the lists do not give, or that are missing.
fn rows(entries: &[Entry], told: &Changes<'_>) -> Vec<Mistake> {
    let given = decree_file::rows(told);
    let given: BTreeSet<Key> = given.into_iter().map(|row| (row.kind, row.old, row.new)).collect();
    let mut mistakes = Vec::new();
    let mut seen: BTreeMap<Key, i64> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.is_broken) {
        let is_added = entry.kind == ActKind::Doubtful && entry.old.is_some_and(|code| told.fate(&code).is_some());
        if let Some(first) = seen.insert(entry.key(), entry.row) {
            let message = format!("Baris ini sama dengan baris {first}.");
            mistakes.push(entry.mistake("jenis", "ROW_TWICE", message, "Hapus salah satunya."));
        } else if given.contains(&entry.key()) || (is_added && entry.decision.is_some()) {
            // As the lists say, or decided otherwise.
        } else if is_added {
            let message = "Menurut kedua daftar wilayah ini tidak ragu.".to_owned();
            let remedy = "Hapus barisnya, atau isi keputusan bila kedua daftar menyesatkan.";
            mistakes.push(entry.mistake("jenis", "NOT_DOUBTFUL", message, remedy));
        } else {
            let message = "Kedua daftar tidak menghasilkan perubahan ini.".to_owned();
            let remedy =
                "Kembalikan seperti semula; bila memang lain, isi keputusan pada barisnya, atau pada baris ragu.";
            mistakes.push(entry.mistake("jenis", "ROW_UNKNOWN", message, remedy));
        }
    }
    for key in given.into_iter().filter(|key| !seen.contains_key(key)) {
        if entries.iter().any(|entry| entry.may_be(key)) {
            continue;
        }
        let (kind, old, new) = key;
        let written = |code: Option<RegionCode>| code.map(|code| code.to_string()).unwrap_or_default();
        let (old, new) = (written(old), written(new));
        let message = format!("Baris {} hilang.", [kind, &old, &new].join(" ").trim_end());
        let remedy = format!("Tambahkan: {kind};{old};;{new};;;");
        mistakes.push(Mistake::new(None, Problem::new("", "ROW_MISSING", message, remedy)));
    }
    mistakes
}

/// What was decided about the regions that the old list has.
fn decisions(entries: &[Entry], old: &RegionList) -> (Rulings, Vec<Mistake>) {
    let (mut rulings, mut twice) = (Rulings::new(), Vec::new());
    for entry in entries {
        let (Some(code), Some(ruling)) = (entry.old, entry.decision) else { continue };
        if old.get(&code).is_some() && rulings.insert(code, ruling).is_some_and(|other| other != ruling) {
            let message = format!("Tentang {code} ada keputusan lain.");
            twice.push(entry.mistake("keputusan", "DECISION_TWICE", message, "Pilih satu."));
        }
    }
    (rulings, twice)
}

fn undecided(entries: &[Entry], changes: &Changes<'_>, rulings: &Rulings) -> Vec<Undecided> {
    let doubtful = changes.all().filter_map(|change| match &change.act {
        Act::Doubtful { code, candidates } if !rulings.contains_key(code) => Some((*code, candidates)),
        _ => None,
    });
    let undecided = doubtful.map(|(code, candidates)| Undecided {
        row: entries.iter().find(|e| e.kind == ActKind::Doubtful && e.old == Some(code)).map(|entry| entry.row),
        region: named(changes.old_list(), code),
        candidates: candidates.iter().map(|code| Candidate::of(changes, *code)).collect(),
    });
    undecided.collect()
}
