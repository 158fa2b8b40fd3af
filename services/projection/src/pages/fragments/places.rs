//! Where communities are and where not: the tile map, those furthest behind, the districts without.

use askama::Template;
use kim_territory::Level;

use super::super::{
    address::{Column, Order},
    finding::{self, Share},
    format::{number, percent},
    model::{Coverage, Part},
    naming::{level_word, name_of, short_name_of},
    scene::Scene,
    tiles::{self, Tile, tiles as tile_map},
};

/// A part with the share that it is measured by.
pub struct Bar {
    pub name: String,
    pub address: String,
    pub value: String,
    /// Width of the bar, of 100.
    pub width: i64,
}

fn bar(scene: &Scene, part: &Part) -> Bar {
    let (covered, all) = (part.figures.coverage.districts_covered, part.figures.coverage.districts);
    Bar {
        name: name_of(scene.decree(), part.code),
        address: scene.view.region(part.code),
        value: percent(scene.language, covered, all),
        width: covered * 100 / all.max(1),
    }
}

/// Parts by share of districts covered, the smallest first.
fn by_share(scene: &Scene) -> Vec<&Part> {
    let mut parts: Vec<&Part> = scene.data.parts.iter().collect();
    let share = |part: &Part| (part.figures.coverage.districts_covered, part.figures.coverage.districts.max(1));
    parts.sort_by(|a, b| {
        let ((a, all_a), (b, all_b)) = (share(a), share(b));
        (a * all_b).cmp(&(b * all_a))
    });
    parts
}

#[must_use]
pub fn shares(scene: &Scene) -> Vec<Share> {
    let share = |part: &Part| {
        let covered = scene.share_of(part.figures)?;
        Some(Share { name: name_of(scene.decree(), part.code), covered: covered.covered, all: covered.all })
    };
    scene.data.parts.iter().filter_map(share).collect()
}

/// The provinces as tiles, and as a list of bars for a phone.
#[derive(Template)]
#[template(path = "fragments/map.html")]
pub struct Map {
    title: String,
    subtitle: String,
    tiles: Vec<Tile>,
    bars: Vec<Bar>,
    size: i64,
}

impl Map {
    pub fn of(scene: &Scene) -> Self {
        let l = scene.language;
        let coverage = |code| scene.data.parts.iter().find(|part| part.code == code).map(|part| part.figures.coverage);
        let describe = |tile: &kim_territory::Tile, value: &str, coverage: Coverage| {
            let (covered, all) = (number(l, coverage.districts_covered), number(l, coverage.districts));
            let (name, label) = (name_of(scene.decree(), tile.code), tile.label);
            let text = l.say(
                format!("{name} ({label} {value}): {covered} dari {all} kecamatan"),
                format!("{name} ({label} {value}): {covered} of {all} districts"),
            );
            (text, scene.view.region(tile.code))
        };
        let when = super::super::format::month(l, scene.month);
        Self {
            title: finding::spread(l, &shares(scene)),
            subtitle: l.say(
                format!(
                    "Bagian kecamatan dengan paling sedikit satu KIM aktif, akhir {when}, {}",
                    scene.basis_phrase()
                ),
                format!("Share of districts with at least one active KIM, end of {when}, {}", scene.basis_phrase()),
            ),
            tiles: tile_map(coverage, describe),
            bars: by_share(scene).into_iter().rev().map(|part| bar(scene, part)).collect(),
            size: tiles::SIZE,
        }
    }
}

/// Provinces listed as furthest behind.
const BEHIND: usize = 8;

#[derive(Template)]
#[template(path = "fragments/behind.html")]
pub struct Behind {
    heading: &'static str,
    subtitle: &'static str,
    head: &'static str,
    value_head: &'static str,
    bars: Vec<Bar>,
    all: String,
    all_text: String,
    empty: &'static str,
}

impl Behind {
    pub fn of(scene: &Scene) -> Self {
        let l = scene.language;
        let order = Order { column: Column::Coverage, descending: false };
        let any = scene.data.parts.iter().any(|part| part.figures.coverage.districts_covered > 0);
        Self {
            heading: l.say("Paling jauh tertinggal", "Furthest behind"),
            subtitle: l.say("kecamatan yang punya KIM aktif", "districts with an active KIM"),
            head: l.say("Provinsi", "Province"),
            value_head: l.say("Tercakup", "Covered"),
            bars: if any {
                by_share(scene).into_iter().take(BEHIND).map(|part| bar(scene, part)).collect()
            } else {
                Vec::new()
            },
            empty: l.say(
                "Belum ada yang dapat dibandingkan: daftar ini terisi sejak KIM pertama aktif.",
                "Nothing to compare yet: this list fills once the first KIM is active.",
            ),
            all: format!("{}#wilayah", scene.view.ordered(order).address()),
            all_text: l.say(
                format!("Semua {} provinsi", scene.data.parts.len()),
                format!("All {} provinces", scene.data.parts.len()),
            ),
        }
    }
}

struct Place {
    name: String,
    address: String,
}

/// The parts without an active community: districts of a regency, villages of a district.
#[derive(Template)]
#[template(path = "fragments/without.html")]
pub struct Without {
    title: String,
    places: Vec<Place>,
    /// Whether this region has such a list at all.
    shown: bool,
    how: &'static str,
}

impl Without {
    pub fn of(scene: &Scene) -> Self {
        let l = scene.language;
        let shown = matches!(scene.level(), Level::Regency | Level::District);
        let parts = if shown { scene.data.parts.as_slice() } else { &[] };
        let without: Vec<&Part> = parts.iter().filter(|part| part.figures.existence.active == 0).collect();
        let word = scene.parts_level().map_or("", |level| level_word(l, level));
        let (none, all) = (without.len(), parts.len());
        let title = match none {
            0 => l.say(format!("Tidak ada {word} tanpa KIM aktif"), format!("No {word} without an active KIM")),
            _ => l.say(
                format!("{none} dari {all} {word} tanpa KIM aktif"),
                format!("{none} of {all} {word} without an active KIM"),
            ),
        };
        let place = |part: &&Part| Place {
            name: short_name_of(scene.decree(), part.code),
            address: scene.view.region(part.code),
        };
        Self {
            title,
            places: without.iter().map(place).collect(),
            shown,
            how: l.say(
                "Buka salah satu untuk melihat KIM yang vakum di sana dan cara mendaftarkan yang baru.",
                "Open one to see its dormant KIM and how to register a new one.",
            ),
        }
    }
}
