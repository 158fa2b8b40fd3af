//! What became of a file's rows.

use kim_territory::spelling::grouped;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::{sheet::Problem, table::Table};

/// One thing that is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BadRow {
    pub baris: i64,
    pub kolom: String,
    pub alasan: String,
    pub pesan: String,
    pub perbaikan: String,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Outcome {
    pub accepted: i64,
    /// The service had them already.
    pub unchanged: i64,
    /// Rows, not problems: a row may have several.
    pub refused: i64,
    pub problems: Vec<BadRow>,
}

const HEAD: [&str; 5] = ["baris", "kolom", "alasan", "pesan", "perbaikan"];

/// What is wrong with a row, each thing for itself.
pub(crate) fn bad_rows(row: i64, problems: impl IntoIterator<Item = Problem>) -> impl Iterator<Item = BadRow> {
    problems.into_iter().map(move |problem| BadRow {
        baris: row,
        kolom: problem.column,
        alasan: problem.reason,
        pesan: problem.message,
        perbaikan: problem.remedy,
    })
}

/// A person reads by rows.
pub(super) fn sort(bad: &mut [BadRow]) {
    bad.sort_by(|a, b| (a.baris, &a.kolom).cmp(&(b.baris, &b.kolom)));
}

/// Bad rows as a table; empty when there are none.
pub(crate) fn table(bad: &[BadRow]) -> String {
    if bad.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&HEAD.map(str::to_uppercase).each_ref().map(String::as_str)).right(0);
    for BadRow { baris, kolom, alasan, pesan, perbaikan } in bad {
        table.row([&grouped(*baris), kolom, alasan, pesan, perbaikan]);
    }
    table.to_string()
}

/// Bad rows as a file that spreadsheets open.
pub(super) fn write(path: &Path, bad: &[BadRow]) -> anyhow::Result<()> {
    let write = || -> Result<(), csv::Error> {
        let mut file = csv::WriterBuilder::new().has_headers(false).from_path(path)?;
        file.write_record(HEAD)?;
        for bad in bad {
            file.serialize(bad)?;
        }
        Ok(file.flush()?)
    };
    write().with_context(|| path.display().to_string())
}

impl Outcome {
    pub fn refuse(&mut self, row: i64, problems: impl IntoIterator<Item = Problem>) {
        self.refused += 1;
        self.problems.extend(bad_rows(row, problems));
    }

    /// Rows that were answered.
    #[must_use]
    pub fn rows(&self) -> i64 {
        self.accepted + self.unchanged + self.refused
    }

    /// Answers come as they are ready.
    pub fn sort(&mut self) {
        sort(&mut self.problems);
    }

    #[must_use]
    pub fn summary(&self) -> String {
        let [accepted, unchanged, refused] = [self.accepted, self.unchanged, self.refused].map(grouped);
        format!("diterima {accepted} · sudah ada {unchanged} · ditolak {refused}")
    }

    /// The bad rows as a table; empty when there are none.
    #[must_use]
    pub fn table(&self) -> String {
        table(&self.problems)
    }

    /// The bad rows as a file that spreadsheets open.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        write(path, &self.problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(column: &str) -> Problem {
        Problem {
            column: column.into(),
            reason: "SEAT_UNKNOWN".into(),
            message: "kode tidak ada".into(),
            remedy: "periksa, lalu kirim lagi".into(),
        }
    }

    #[test]
    fn rows_are_counted_once_however_many_problems_they_have() {
        let mut outcome = Outcome { accepted: 9_000, ..Outcome::default() };
        outcome.refuse(1_010, [problem("kode_wilayah"), problem("alamat")]);
        outcome.refuse(12, [problem("kode_wilayah")]);
        outcome.sort();
        assert_eq!(outcome.summary(), "diterima 9.000 · sudah ada 0 · ditolak 2");
        assert_eq!(
            outcome.table(),
            "BARIS  KOLOM         ALASAN        PESAN           PERBAIKAN\n   \
             12  kode_wilayah  SEAT_UNKNOWN  kode tidak ada  periksa, lalu kirim lagi\n\
             1.010  alamat        SEAT_UNKNOWN  kode tidak ada  periksa, lalu kirim lagi\n\
             1.010  kode_wilayah  SEAT_UNKNOWN  kode tidak ada  periksa, lalu kirim lagi\n"
        );
    }

    #[test]
    fn the_report_is_a_file_of_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ditolak.csv");
        let mut outcome = Outcome::default();
        outcome.refuse(12, [problem("kode_wilayah")]);
        outcome.write(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "baris,kolom,alasan,pesan,perbaikan\n12,kode_wilayah,SEAT_UNKNOWN,kode tidak ada,\"periksa, lalu kirim lagi\"\n"
        );
    }
}
