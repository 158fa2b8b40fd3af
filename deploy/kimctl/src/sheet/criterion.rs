//! The criteria of a rubric.

use kim_contract::registry::v1::Criterion;

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

/// The columns of a rubric's criteria.
pub const CRITERION: [Column; 3] =
    [Column::new("kode", true, ""), Column::new("nama", true, ""), Column::new("bobot", true, "")];

/// The criterion of a record, or all that cannot be read of it.
pub fn criterion_row(columns: &Columns, record: &Numbered) -> Result<Criterion, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    let criterion = Criterion {
        code: cells.text("kode").to_owned(),
        name: cells.text("nama").to_owned(),
        weight_percent: cells.number("bobot"),
    };
    let problems = cells.problems();
    if problems.is_empty() { Ok(criterion) } else { Err(problems) }
}
