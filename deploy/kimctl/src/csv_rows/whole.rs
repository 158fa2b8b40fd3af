//! A file that is taken as a whole or not at all.

use std::{fmt, fs::File, path::Path};

use anyhow::Context;

use super::{Column, Columns, CsvFile, Numbered, Problem};

/// All that cannot be read of a file, each with its row.
#[derive(Debug)]
pub struct Unreadable(Vec<(i64, Problem)>);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "berkas ini tidak dapat dipakai")?;
        for (row, problem) in &self.0 {
            let column = if problem.column.is_empty() { String::new() } else { format!(", kolom {}", problem.column) };
            write!(f, "\nbaris {row}{column}: {} {}", problem.message, problem.remedy)?;
        }
        Ok(())
    }
}

impl std::error::Error for Unreadable {}

/// Every row of a file, or all that is wrong with it.
pub fn whole<R>(
    path: &Path,
    list: &[Column],
    row: fn(&Columns, &Numbered) -> Result<R, Vec<Problem>>,
) -> anyhow::Result<Vec<R>> {
    let file = File::open(path).with_context(|| format!("{} tidak dapat dibuka", path.display()))?;
    let mut file = CsvFile::open(file).with_context(|| path.display().to_string())?;
    let columns = Columns::find(file.header(), list).with_context(|| format!("judul kolom {}", path.display()))?;
    let (mut rows, mut unreadable) = (Vec::new(), Vec::new());
    while let Some(record) = file.next_record().with_context(|| path.display().to_string())? {
        match row(&columns, &record) {
            Ok(row) => rows.push(row),
            Err(problems) => unreadable.extend(problems.into_iter().map(|problem| (record.row, problem))),
        }
    }
    if unreadable.is_empty() { Ok(rows) } else { Err(Unreadable(unreadable)).context(path.display().to_string()) }
}
