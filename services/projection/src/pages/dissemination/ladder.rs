//! The picture of the funnel, drawn on the server as SVG for a desk and for a phone, and its table twin.

use askama::Template;

use super::{
    finding,
    funnel::{Funnel, Rung},
    words,
};
use crate::pages::{
    address::View,
    format::{NONE, number, percent},
    language::Language,
};

/// A bar: a rung, or what left the ladder.
struct Bar {
    name: &'static str,
    value: String,
    y: f64,
    width: f64,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "fragments/ladder_chart.html")]
struct Drawing<'a> {
    shape: &'static str,
    width: f64,
    height: f64,
    /// Where bars begin, how wide the whole is, and how high a bar.
    left: f64,
    full: f64,
    thick: f64,
    /// Names stand above the bars.
    stacked: bool,
    title: &'a str,
    description: &'a str,
    bars: Vec<Bar>,
}

struct Row {
    name: &'static str,
    reached: String,
    share: String,
    itself: String,
}

/// The picture with its title, its twin, its definition and its files.
#[derive(Template)]
#[template(path = "fragments/ladder.html")]
pub struct Ladder {
    l: Language,
    title: String,
    subtitle: String,
    drawings: Vec<String>,
    rows: Vec<Row>,
    definition: String,
    file: String,
}

/// Where each drawing has its bars: (name, width, left, right, step, thick, stacked).
const SHAPES: [(&str, f64, f64, f64, f64, f64, bool); 2] =
    [("desk", 800.0, 172.0, 150.0, 36.0, 22.0, false), ("phone", 358.0, 0.0, 0.0, 46.0, 14.0, true)];

impl Ladder {
    #[must_use]
    pub fn new(view: &View, subtitle: String, funnel: &Funnel) -> Self {
        let l = view.language;
        let title = finding::ladder(l, funnel);
        let said: Vec<String> = Rung::ALL
            .iter()
            .map(|rung| format!("{}: {}", words::rung(l, *rung), number(l, funnel.reached(*rung))))
            .collect();
        let description = l.say(
            format!("Batang untuk tiap anak tangga. {}. Angkanya ada di tabel di bawah.", said.join(", ")),
            format!("A bar for each rung. {}. The table below has the figures.", said.join(", ")),
        );
        let drawing = |shape| draw(l, shape, funnel, &title, &description);
        let drawings = SHAPES.map(drawing).into_iter().collect();
        let mut rows: Vec<Row> = Rung::ALL.iter().map(|rung| row(l, funnel, *rung)).collect();
        rows.extend(exits(l, funnel).map(|(name, count)| Row {
            name,
            reached: number(l, count),
            share: percent(l, count, funnel.assigned()),
            itself: NONE.to_owned(),
        }));
        let (definition, file) = (view.definition("tangga-penyampaian"), view.file("csv"));
        Self { l, title, subtitle, drawings, rows, definition, file }
    }
}

/// What is beside the ladder.
fn exits(l: Language, funnel: &Funnel) -> [(&'static str, i64); 3] {
    [
        (l.say("Ditolak KIM", "Declined"), funnel.declined()),
        (l.say("Tidak tersampaikan", "Undeliverable"), funnel.undeliverable()),
        (l.say("KIM sudah tidak ada", "KIM no longer there"), funnel.released()),
    ]
}

fn row(l: Language, funnel: &Funnel, rung: Rung) -> Row {
    Row {
        name: words::rung(l, rung),
        reached: number(l, funnel.reached(rung)),
        share: percent(l, funnel.reached(rung), funnel.assigned()),
        itself: number(l, funnel.reported(rung)),
    }
}

fn draw(
    l: Language,
    (shape, width, left, right, step, thick, stacked): (&'static str, f64, f64, f64, f64, f64, bool),
    funnel: &Funnel,
    title: &str,
    description: &str,
) -> String {
    let full = width - left - right;
    let part = |count: i64| (count as f64 / funnel.assigned().max(1) as f64 * full * 10.0).round() / 10.0;
    let value = |count: i64| format!("{} · {}", number(l, count), percent(l, count, funnel.assigned()));
    let rungs = Rung::ALL.into_iter().map(|rung| (words::rung(l, rung), funnel.reached(rung), "rung"));
    let beside = exits(l, funnel).into_iter().take(2).map(|(name, count)| (name, count, "exit"));
    let bars: Vec<Bar> = rungs
        .chain(beside)
        .enumerate()
        .map(|(n, (name, count, class))| Bar {
            name,
            value: value(count),
            y: n as f64 * step + if stacked { 22.0 } else { 6.0 },
            width: part(count),
            class,
        })
        .collect();
    let height = bars.len() as f64 * step;
    let drawing = Drawing { shape, width, height, left, full, thick, stacked, title, description, bars };
    drawing.render().expect("a template of texts and numbers renders into a string")
}
