//! A list of codes.

use kim_contract::registry::v1::CodeListEntry;

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

/// The columns of a list of codes.
pub const CODE: [Column; 7] = [
    Column::new("kode", true, ""),
    Column::new("nama", true, ""),
    Column::new("nama_inggris", true, ""),
    Column::new("induk", false, ""),
    Column::new("berlaku_mulai", true, ""),
    Column::new("berhenti", false, ""),
    Column::new("literasi", false, ""),
];

const YES_OR_NO: [(&str, bool); 2] = [("ya", true), ("tidak", false)];

/// The entry of a record, or all that cannot be read of it.
pub fn code_row(columns: &Columns, record: &Numbered) -> Result<CodeListEntry, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    let entry = CodeListEntry {
        code: cells.text("kode").to_owned(),
        name: cells.text("nama").to_owned(),
        name_en: cells.text("nama_inggris").to_owned(),
        parent: cells.text("induk").to_owned(),
        valid_from: cells.date("berlaku_mulai"),
        retired_on: cells.date("berhenti"),
        literacy: cells.word("literasi", &YES_OR_NO, false),
    };
    let problems = cells.problems();
    if problems.is_empty() { Ok(entry) } else { Err(problems) }
}
