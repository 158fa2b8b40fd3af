//! A file that is taken as a whole or not at all.

use std::{fmt, path::Path};

use anyhow::Context;

use super::{Column, Columns, Numbered, Problem, Reading, Sheet};

/// Problems that are told: a file of something else has one in each row.
const TOLD: usize = 20;

/// All that cannot be read of a file, each with its row.
#[derive(Debug)]
pub struct Unreadable(Vec<(i64, Problem)>);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "berkas ini tidak dapat dipakai")?;
        for (row, problem) in self.0.iter().take(TOLD) {
            let column = if problem.column.is_empty() { String::new() } else { format!(", kolom {}", problem.column) };
            write!(f, "\nbaris {row}{column}: {} {}", problem.message, problem.remedy)?;
        }
        match self.0.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, "\ndan {more} lagi"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Every row of a file, or all that is wrong with it.
pub fn whole<R>(
    path: &Path,
    list: &'static [Column],
    row: fn(&Columns, &Numbered) -> Result<R, Vec<Problem>>,
) -> anyhow::Result<Vec<R>> {
    let mut sheet = Sheet::open(path, list, &Reading::default())?;
    let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
    while let Some(record) = sheet.next_record().with_context(|| path.display().to_string())? {
        match row(sheet.columns(), &record) {
            Ok(row) => rows.push(row),
            Err(problems) => unreadable.extend(problems.into_iter().map(|problem| (record.row, problem))),
        }
    }
    if unreadable.is_empty() { Ok(rows) } else { Err(Unreadable(unreadable)).context(path.display().to_string()) }
}
