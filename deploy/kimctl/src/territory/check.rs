//! `kimctl territory check`: whether a decree file is whole, and what is still to be decided.

use std::{fmt::Write, path::Path};

use anyhow::bail;
use kim_territory::{Rulings, spelling::grouped};
use serde::Serialize;

use super::{
    Candidate, Count, Named,
    compare::compare,
    counted,
    lists::{DIGEST, ListName, Listed},
    read::DecreeFile,
};
use crate::{cli, sheet::Problem, table::Table};

/// What a decree file is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub from: ListName,
    pub to: ListName,
    pub rows: usize,
    pub decided: usize,
    /// By row; those of no row last.
    pub mistakes: Vec<Mistake>,
    /// What is still to be decided.
    pub undecided: Vec<Undecided>,
    /// With all that was decided; empty where the decisions cannot hold.
    pub counts: Vec<Count>,
    /// What was decided.
    #[serde(skip)]
    pub rulings: Rulings,
}

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mistake {
    /// As a spreadsheet numbers them; `None` when a row is missing.
    pub row: Option<i64>,
    pub column: String,
    pub reason: String,
    pub message: String,
    pub remedy: String,
}

impl Mistake {
    #[must_use]
    pub fn new(row: Option<i64>, problem: Problem) -> Self {
        let Problem { column, reason, message, remedy } = problem;
        Self { row, column, reason, message, remedy }
    }
}

/// A region in doubt that nobody has decided about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undecided {
    /// `None` when a row must be added for it: it is in doubt since something else was decided.
    pub row: Option<i64>,
    pub region: Named,
    pub candidates: Vec<Candidate>,
}

/// Reads a decree file, and compares it with what its lists say.
pub fn check(wish: &cli::CheckTerritory) -> anyhow::Result<Checked> {
    let file = DecreeFile::read(&wish.file)?;
    let from = listed(&file.lists.0, "--from-list", wish.from_list.as_deref())?;
    let to = listed(&file.lists.1, "--to-list", wish.to_list.as_deref())?;
    Ok(compare(&file, &from, &to))
}

/// The list that the file was made from.
fn listed(key: &str, option: &str, path: Option<&Path>) -> anyhow::Result<Listed> {
    let listed = match (path, key.parse()) {
        (Some(path), _) => Listed::read(path)?,
        (None, Ok(decree)) => Listed::BuiltIn(decree),
        (None, Err(_)) if key.starts_with(DIGEST) => {
            bail!("berkas ini dibuat dari daftar dalam berkas; sebutkan juga daftarnya: {option}")
        }
        (None, Err(error)) => bail!("baris daftar keliru: {error}"),
    };
    if listed.name().key != key {
        bail!("berkas ini tidak dibuat dari daftar yang disebut {option}: kode-kodenya lain");
    }
    Ok(listed)
}

impl Checked {
    /// Whether nothing is wrong with it, and all is decided.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.mistakes.is_empty() && self.undecided.is_empty()
    }

    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = format!("{} → {}: ", self.from.key, self.to.key);
        let (rows, decided) = (grouped(self.rows), grouped(self.decided));
        let _ = writeln!(text, "{rows} baris, {decided} keputusan.");
        if !self.mistakes.is_empty() {
            let mut table = Table::new(&["BARIS", "KOLOM", "PESAN", "PERBAIKAN"]).right(0);
            for Mistake { row, column, message, remedy, .. } in &self.mistakes {
                table.row([&row.map(grouped).unwrap_or_default(), column, message, remedy]);
            }
            let _ = write!(text, "\nYang harus diperbaiki ({}):\n{table}", grouped(self.mistakes.len()));
        }
        if !self.undecided.is_empty() {
            let mut table = Table::new(&["BARIS", "KODE LAMA", "NAMA", "CALON"]).right(0);
            for Undecided { row, region, candidates } in &self.undecided {
                let row = row.map_or_else(|| "tambahkan".to_owned(), grouped);
                table.row([&row, &region.code, &region.name, &Candidate::all(candidates)]);
            }
            let _ = write!(text, "\nYang masih harus diputuskan ({}):\n{table}", grouped(self.undecided.len()));
        }
        if self.is_whole() {
            let _ = write!(text, "\n{}\nBerkas lengkap.\n", counted(&self.counts));
        }
        text
    }
}
