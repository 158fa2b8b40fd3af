//! The figures of a page as files: CSV for a spreadsheet, JSON for a program. Each begins with where it comes from.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kim_territory::{NOTICE, RegionCode};
use serde::Serialize;
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use super::{
    address::{Place, View, basis_word, selection_word},
    fragments::{position_of, status},
    language::Language,
    model::{AsOf, CommunityPage, Figures, LogAsOf, Month},
    naming::{level_head, name_of},
    scene::Scene,
};
use crate::context::Context;

/// Where a file's figures come from. Field names are the same in both languages: a program reads them.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Manifest {
    #[serde(skip_serializing_if = "Option::is_none")]
    simulation: Option<&'static str>,
    address: String,
    region: String,
    region_name: String,
    month: String,
    date_basis: &'static str,
    registry_position: i64,
    recorded_time: String,
    /// Each log that was counted from, the registry's first.
    logs: Vec<LogLine>,
    decree: &'static str,
    formula: String,
    complete: bool,
    parked: i64,
    live: bool,
    period_status: &'static str,
    licence: &'static str,
}

/// How far a log was folded.
#[derive(Clone, Debug, Serialize)]
struct LogLine {
    log: &'static str,
    position: i64,
    recorded_time: String,
}

impl LogLine {
    fn of(log: &LogAsOf) -> Self {
        Self { log: log.context.name(), position: log.position, recorded_time: instant(log.recorded_time) }
    }
}

impl Manifest {
    pub(super) fn new(view: &View, code: RegionCode, month: Month, as_of: &AsOf) -> Self {
        let l = view.language;
        Self {
            simulation: as_of.is_simulated().then(|| {
                l.say(
                    "SIMULASI. Angka ini berasal dari bangsa contoh, bukan dari laporan resmi.",
                    "SIMULATION. These figures come from a sample nation, not from official reports.",
                )
            }),
            address: view.in_month(month).address(),
            region: code.to_string(),
            region_name: name_of(as_of.decree, code),
            month: month.to_string(),
            date_basis: basis_word(l, view.basis),
            registry_position: as_of.registry().position,
            recorded_time: instant(as_of.registry().recorded_time),
            logs: as_of.logs.iter().map(LogLine::of).collect(),
            decree: as_of.decree.name(),
            formula: as_of.formula.clone(),
            complete: as_of.is_complete(),
            parked: as_of.parked(),
            live: as_of.is_live(),
            period_status: l.say("belum dikunci", "not locked"),
            licence: NOTICE,
        }
    }

    /// Comment lines above a table.
    pub(super) fn lines(&self, l: Language) -> String {
        let mut lines = String::new();
        let mut line = |head: &str, text: &str| {
            lines.push_str("# ");
            if !head.is_empty() {
                lines.push_str(head);
                lines.push_str(": ");
            }
            lines.push_str(text);
            lines.push('\n');
        };
        if let Some(simulation) = self.simulation {
            line("", simulation);
        }
        let month: Option<Month> = self.month.parse().ok();
        let when = month.map_or(String::new(), |month| super::format::month(l, month));
        line(l.say("Wilayah", "Region"), &format!("{} {}", self.region, self.region_name));
        line(l.say("Bulan", "Month"), &when);
        line(l.say("Menurut tanggal", "By date"), self.date_basis);
        for LogLine { log, position, recorded_time } in &self.logs {
            let head = Context::named(log).map_or("", |context| position_of(l, context));
            line(head, &format!("{position} ({recorded_time})"));
        }
        line(l.say("Daftar wilayah", "Territory"), self.decree);
        line(l.say("Rumus", "Formula"), &self.formula);
        let complete = if self.complete {
            l.say("ya", "yes").to_owned()
        } else {
            l.say(format!("tidak, {} catatan ditahan", self.parked), format!("no, {} records held back", self.parked))
        };
        line(l.say("Lengkap", "Complete"), &complete);
        line(l.say("Status periode", "Period status"), self.period_status);
        line(l.say("Alamat", "Address"), &self.address);
        line(l.say("Lisensi", "Licence"), self.licence);
        lines
    }
}

fn instant(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

/// A row of figures: one region at one month's end.
#[derive(Serialize)]
struct Row {
    code: String,
    name: String,
    level: &'static str,
    year: i32,
    month: u8,
    active: i64,
    dormant: i64,
    active_again: i64,
    registered: i64,
    dissolved: i64,
    merged: i64,
    districts_covered: i64,
    districts: i64,
    villages_covered: i64,
    villages: i64,
}

impl Row {
    fn new(scene: &Scene, code: RegionCode, month: Month, figures: &Figures) -> Self {
        let (existence, coverage) = (figures.existence, figures.coverage);
        Self {
            code: code.to_string(),
            name: name_of(scene.decree(), code),
            level: level_head(scene.language, code.level()),
            year: month.year(),
            month: month.number(),
            active: existence.active,
            dormant: existence.dormant,
            active_again: existence.revitalised,
            registered: existence.registered,
            dissolved: existence.dissolved,
            merged: existence.merged,
            districts_covered: coverage.districts_covered,
            districts: coverage.districts,
            villages_covered: coverage.villages_covered,
            villages: coverage.villages,
        }
    }

    /// Heads as Indonesian open data writes them.
    fn heads(l: Language) -> [&'static str; 15] {
        l.say(
            [
                "kode_wilayah",
                "nama_wilayah",
                "tingkat",
                "tahun",
                "bulan",
                "aktif",
                "vakum",
                "kembali_aktif",
                "terdaftar",
                "bubar",
                "bergabung",
                "kecamatan_tercakup",
                "kecamatan",
                "desa_tercakup",
                "desa",
            ],
            [
                "region_code",
                "region_name",
                "level",
                "year",
                "month",
                "active",
                "dormant",
                "active_again",
                "registered",
                "dissolved",
                "merged",
                "districts_covered",
                "districts",
                "villages_covered",
                "villages",
            ],
        )
    }
}

#[derive(Serialize)]
struct TrainingRow {
    region: String,
    region_name: String,
    held_from: String,
    held_to: String,
    communities: i64,
    dormant_before: i64,
    active_again_in_90_days: i64,
}

#[derive(Serialize)]
struct RegionFile {
    manifest: Manifest,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<BaselineRow>,
    months: Vec<Row>,
    parts: Vec<Row>,
    /// Parts of an older territory that cannot be told apart today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts_untold: Vec<String>,
    trainings: Vec<TrainingRow>,
    active_again_after_training: i64,
}

#[derive(Serialize)]
struct BaselineRow {
    value: i64,
    as_of: String,
    source: String,
    version: i32,
}

fn manifest(scene: &Scene) -> Manifest {
    Manifest::new(&scene.view, scene.region.code, scene.month, &scene.as_of)
}

fn months(scene: &Scene) -> impl Iterator<Item = Row> {
    scene.data.series.iter().enumerate().map(|(at, figures)| {
        let month = Month::FIRST.plus(i32::try_from(at).expect("a series is shorter than the calendar"));
        Row::new(scene, scene.region.code, month, figures)
    })
}

fn parts(scene: &Scene) -> impl Iterator<Item = Row> {
    scene.data.parts.iter().map(|part| Row::new(scene, part.code, scene.month, &part.figures))
}

/// The region's months, and under them its parts at the month shown: rows of one shape, told apart by code and month.
pub fn region_csv(scene: &Scene, etag: &str) -> Response {
    let mut writer = writer(&manifest(scene).lines(scene.language));
    let written = writer
        .write_record(Row::heads(scene.language))
        .and_then(|()| months(scene).chain(parts(scene)).try_for_each(|row| writer.serialize(row)));
    written.expect("a vector takes every row");
    file("text/csv; charset=utf-8", etag, finished(writer), &name(scene.region.code, scene.month, "csv"))
}

pub fn region_json(scene: &Scene, etag: &str) -> Response {
    let trainings = scene.data.trainings.iter().map(|training| TrainingRow {
        region: training.region.to_string(),
        region_name: name_of(scene.as_of.in_force(), training.region),
        held_from: training.held_from.to_string(),
        held_to: training.held_to.to_string(),
        communities: training.communities,
        dormant_before: training.dormant_before,
        active_again_in_90_days: training.revitalised_in_90_days,
    });
    let baseline = scene.data.baseline.as_ref().map(|baseline| BaselineRow {
        value: baseline.value,
        as_of: baseline.as_of.to_string(),
        source: baseline.source.clone(),
        version: baseline.version,
    });
    json(
        &RegionFile {
            manifest: manifest(scene),
            baseline,
            months: months(scene).collect(),
            parts: parts(scene).collect(),
            parts_untold: scene.data.untold.iter().map(ToString::to_string).collect(),
            trainings: trainings.collect(),
            active_again_after_training: scene.data.revived_after_training,
        },
        etag,
    )
}

#[derive(Serialize)]
struct CommunityRow {
    id: String,
    name: String,
    seat: String,
    seat_name: String,
    status: &'static str,
    status_since: String,
    last_activity: String,
    members: Option<i32>,
}

#[derive(Serialize)]
struct CommunitiesFile {
    manifest: Manifest,
    selection: &'static str,
    total: i64,
    communities: Vec<CommunityRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

fn community_rows(l: Language, page: &CommunityPage) -> impl Iterator<Item = CommunityRow> {
    page.communities.iter().map(move |community| CommunityRow {
        id: community.id.to_string(),
        name: community.name.clone(),
        seat: community.seat.to_string(),
        seat_name: name_of(page.as_of.in_force(), community.seat),
        status: status(l, community.status),
        status_since: community.status_since.map_or(String::new(), |day| day.to_string()),
        last_activity: community.last_activity.map_or(String::new(), |(day, _)| day.to_string()),
        members: (community.members > 0).then_some(community.members),
    })
}

fn listed(view: &View) -> (RegionCode, &'static str) {
    match &view.place {
        Place::Communities(code, selection, _) => (*code, selection_word(view.language, *selection)),
        _ => (RegionCode::NATION, ""),
    }
}

pub fn communities_csv(view: &View, month: Month, page: &CommunityPage, as_of: &AsOf, etag: &str) -> Response {
    let l = view.language;
    let (code, _) = listed(view);
    let mut writer = writer(&Manifest::new(view, code, month, as_of).lines(l));
    let heads = l.say(
        ["id", "nama_kim", "kode_wilayah", "nama_wilayah", "status", "sejak", "kegiatan_terakhir", "anggota"],
        ["id", "name", "region_code", "region_name", "status", "since", "last_activity", "members"],
    );
    let written = writer.write_record(heads).and_then(|()| {
        community_rows(l, page).try_for_each(|row| writer.serialize(CommunityRow { name: inert(&row.name), ..row }))
    });
    written.expect("a vector takes every row");
    file("text/csv; charset=utf-8", etag, finished(writer), &name(code, month, "kim.csv"))
}

pub fn communities_json(view: &View, month: Month, page: &CommunityPage, as_of: &AsOf, etag: &str) -> Response {
    let (code, selection) = listed(view);
    let file = CommunitiesFile {
        manifest: Manifest::new(view, code, month, as_of),
        selection,
        total: page.total,
        communities: community_rows(view.language, page).collect(),
        next: page.next.clone(),
    };
    json(&file, etag)
}

/// A name that a spreadsheet would take for a formula is given an apostrophe in front, which it shows as text.
pub(super) fn inert(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { name.to_owned() }
}

pub(super) fn writer(manifest: &str) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().has_headers(false).from_writer(manifest.as_bytes().to_vec())
}

pub(super) fn finished(writer: csv::Writer<Vec<u8>>) -> Vec<u8> {
    writer.into_inner().expect("a vector takes every byte")
}

/// `kim-14.01-2026-10.csv`
pub(super) fn name(code: RegionCode, month: Month, ending: &str) -> String {
    format!("kim-{code}-{month}.{ending}")
}

pub(super) fn json(file: &impl Serialize, etag: &str) -> Response {
    let body = serde_json::to_vec_pretty(file).expect("texts and numbers are JSON");
    self::file("application/json", etag, body, "")
}

/// A file; with a name it is offered for saving.
pub(super) fn file(kind: &'static str, etag: &str, body: Vec<u8>, name: &str) -> Response {
    let mut response = (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "private, no-cache"),
            (header::VARY, "cookie, accept, accept-encoding"),
        ],
        body,
    )
        .into_response();
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(header::ETAG, etag);
    }
    if !name.is_empty()
        && let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
    {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_a_formula() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert("KIM Sumber Jaya"), "KIM Sumber Jaya");
    }
}
