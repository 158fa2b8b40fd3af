//! One community's record, from a file that people fill in as for an import.

use anyhow::{bail, ensure};
use kim_contract::registry::v1::CommunityRow;

use crate::sheet::{COMMUNITY, CommunityFile, Listing};

/// The only row of a file.
pub fn read(record: &CommunityFile) -> anyhow::Result<CommunityRow> {
    let mut listing = Listing::read(record, &COMMUNITY)?;
    let (rows, path) = (listing.rows.len() + listing.unreadable.len(), record.file.display());
    ensure!(rows < 2, "{path}: lebih dari satu baris; tulis satu KIM saja");
    if let Some((row, problems)) = listing.unreadable.pop() {
        let lines: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.column, problem.message)).collect();
        bail!("{path} baris {row}:\n{}", lines.join("\n"));
    }
    let Some(row) = listing.rows.pop() else { bail!("{path}: belum ada barisnya") };
    Ok(row)
}
