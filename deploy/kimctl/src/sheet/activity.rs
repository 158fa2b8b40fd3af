//! A list of activities.

use kim_contract::registry::v1::{self as pb, ActivityKind};

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

const fn column(name: &'static str, required: bool, example: &'static str) -> Column {
    Column::new(name, required, example)
}

/// The columns of a list of activities. A community is named by its id, or by the key that it was imported with.
pub const ACTIVITY: [Column; 6] = [
    column("kunci", false, "kampar-001"),
    column("id_kim", false, ""),
    column("jenis_kegiatan", true, "diseminasi"),
    column("tanggal_kegiatan", true, "14/03/2019"),
    column("jumlah_terjangkau", false, "40"),
    column("sidik_bukti", false, ""),
];

const KINDS: [(&str, ActivityKind); 8] = [
    ("diseminasi", ActivityKind::Dissemination),
    ("kelas literasi", ActivityKind::LiteracyClass),
    ("literasi", ActivityKind::LiteracyClass),
    ("liputan", ActivityKind::Coverage),
    ("pertemuan", ActivityKind::Meeting),
    ("pelatihan", ActivityKind::Training),
    ("ekonomi", ActivityKind::Economic),
    ("sosial", ActivityKind::Social),
];

/// The row of a record, or all that cannot be read of it.
pub fn activity_row(columns: &Columns, record: &Numbered) -> Result<pb::ActivityRow, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    let activity = pb::Activity {
        kind: cells.word("jenis_kegiatan", &KINDS, ActivityKind::Unspecified).into(),
        happened_on: cells.date("tanggal_kegiatan"),
        people_reached: cells.number("jumlah_terjangkau"),
        evidence_hash: cells.text("sidik_bukti").to_lowercase(),
    };
    let row = pb::ActivityRow {
        row: record.row,
        community_id: cells.text("id_kim").to_owned(),
        source_key: cells.text("kunci").to_owned(),
        activity: Some(activity),
        recorded_time: None,
    };
    let problems = cells.problems();
    if problems.is_empty() { Ok(row) } else { Err(problems) }
}

/// The column that a field of `ActivityRow` came from.
#[must_use]
pub fn activity_column(field: &str) -> &'static str {
    match field {
        "community_id" => "id_kim",
        "source_key" => "kunci",
        "activity.kind" => "jenis_kegiatan",
        "activity.happened_on" => "tanggal_kegiatan",
        "activity.people_reached" => "jumlah_terjangkau",
        "activity.evidence_hash" => "sidik_bukti",
        _ => "",
    }
}
