//! A list of activities.

use kim_contract::registry::v1::{self as pb, ActivityKind, ReachByLevel, RegionLevel};

use super::{
    Numbered,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

const fn column(name: &'static str, required: bool, example: &'static str) -> Column {
    Column::new(name, required, example)
}

/// The columns of a list of activities. A community is named by its id, or by the key that it was imported with.
pub const ACTIVITY: [Column; 12] = [
    column("kunci", false, "kampar-001"),
    column("id_kim", false, ""),
    column("jenis_kegiatan", true, "diseminasi"),
    column("tanggal_kegiatan", true, "14/03/2019"),
    column("topik", false, "stunting"),
    column("jumlah_terjangkau", false, "40"),
    column("terjangkau_desa", false, "30"),
    column("terjangkau_kecamatan", false, "10"),
    column("terjangkau_kabupaten", false, ""),
    column("terjangkau_provinsi", false, ""),
    column("terjangkau_nasional", false, ""),
    column("sidik_bukti", false, ""),
];

/// The columns of people reached by level.
const LEVELS: [(&str, RegionLevel); 5] = [
    ("terjangkau_desa", RegionLevel::Village),
    ("terjangkau_kecamatan", RegionLevel::District),
    ("terjangkau_kabupaten", RegionLevel::Regency),
    ("terjangkau_provinsi", RegionLevel::Province),
    ("terjangkau_nasional", RegionLevel::Nation),
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
    let reach = LEVELS.into_iter().filter_map(|(column, level)| {
        let people = cells.number(column);
        (people != 0).then(|| ReachByLevel { level: level.into(), people })
    });
    let reach = reach.collect();
    let activity = pb::Activity {
        kind: cells.word("jenis_kegiatan", &KINDS, ActivityKind::Unspecified).into(),
        happened_on: cells.date("tanggal_kegiatan"),
        people_reached: cells.number("jumlah_terjangkau"),
        evidence_hash: cells.text("sidik_bukti").to_lowercase(),
        topic: cells.text("topik").to_lowercase(),
        reach,
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
        "activity.topic" => "topik",
        "activity.people_reached" | "activity.reach" => "jumlah_terjangkau",
        "activity.evidence_hash" => "sidik_bukti",
        _ => "",
    }
}
