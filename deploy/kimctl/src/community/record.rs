//! One community's record, from a file that people fill in as for an import.

use std::{fs::File, path::Path};

use anyhow::{Context, bail, ensure};
use kim_contract::registry::v1::CommunityRow;

use crate::csv_rows::{COMMUNITY, Columns, CsvFile, community_row};

/// The only row of a file.
pub fn read(path: &Path) -> anyhow::Result<CommunityRow> {
    let file = File::open(path).with_context(|| format!("{} tidak dapat dibuka", path.display()))?;
    let mut file = CsvFile::open(file).with_context(|| path.display().to_string())?;
    let columns =
        Columns::find(file.header(), &COMMUNITY).with_context(|| format!("judul kolom {}", path.display()))?;
    let Some(record) = file.next_record()? else { bail!("{}: belum ada barisnya", path.display()) };
    ensure!(file.next_record()?.is_none(), "{}: lebih dari satu baris; tulis satu KIM saja", path.display());
    community_row(&columns, &record).map_err(|problems| {
        let lines: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.column, problem.message)).collect();
        anyhow::anyhow!("{} baris {}:\n{}", path.display(), record.row, lines.join("\n"))
    })
}
