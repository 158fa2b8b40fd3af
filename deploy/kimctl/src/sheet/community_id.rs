//! A list of communities by their ids.

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

/// The one column of a list of communities' ids.
pub const COMMUNITY_ID: [Column; 1] = [Column::new("id_kim", true, "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d")];

/// The id of a record, or what cannot be read of it.
pub fn community_id_row(columns: &Columns, record: &Numbered) -> Result<String, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    let id = cells.id("id_kim", "KIM");
    let problems = cells.problems();
    if problems.is_empty() { Ok(id) } else { Err(problems) }
}
