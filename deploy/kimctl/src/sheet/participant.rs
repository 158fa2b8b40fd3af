//! A list of the communities that take part in a training.

use kim_contract::registry::v1 as pb;

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

/// The columns of a list of participants. Officers are named by their references, with spaces between.
pub const PARTICIPANT: [Column; 3] = [
    Column::new("id_kim", true, "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d"),
    Column::new("jumlah_orang", false, "3"),
    Column::new("pengurus", false, ""),
];

/// The row of a record, or all that cannot be read of it.
pub fn participant_row(columns: &Columns, record: &Numbered) -> Result<pb::Attendance, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    let participant = pb::Attendance {
        community_id: cells.required("id_kim").to_owned(),
        officer_ids: cells.text("pengurus").split_whitespace().map(str::to_owned).collect(),
        people: cells.number("jumlah_orang"),
    };
    let problems = cells.problems();
    if problems.is_empty() { Ok(participant) } else { Err(problems) }
}
