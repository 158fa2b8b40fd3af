//! The picture of communities by status over the months, and its table twin.

use askama::Template;

use super::{
    super::{
        chart::{Chart, Shape, Subject},
        finding::{self, Reference},
        format::{date, month, number, short_month},
        model::Month,
        scene::Scene,
    },
    headline::reference_line,
    trainings,
};

#[derive(Template)]
#[template(path = "fragments/course.html")]
struct Course<'a> {
    title: &'a str,
    subtitle: String,
    /// Drawn for a desk and for a phone; nothing where there never was anything to draw.
    drawings: Vec<Chart<'a>>,
    empty: &'static str,
    note: String,
}

/// The picture with its title and subtitle.
pub fn render(scene: &Scene) -> Result<String, askama::Error> {
    let l = scene.language;
    let (active, dormant) = (scene.active(), scene.dormant());
    let title = finding::course(l, Month::FIRST, &active);
    let marks: Vec<_> = trainings::marked(scene).iter().map(|training| training.held_from).collect();
    let existence = scene.figures().existence;
    let (from, to) = (month(l, Month::FIRST), month(l, scene.month));
    let description = l.say(
        format!(
            "Dua garis dari {from} sampai {to}. KIM aktif: {} pada akhir {to}. KIM vakum: {}. Angka tiap bulan ada di tabel di bawah.",
            number(l, existence.active),
            number(l, existence.dormant)
        ),
        format!(
            "Two lines from {from} to {to}. Active KIM: {} at the end of {to}. Dormant KIM: {}. The table below has every month's figures.",
            number(l, existence.active),
            number(l, existence.dormant)
        ),
    );
    let subject = Subject {
        language: l,
        title: &title,
        description: &description,
        first: Month::FIRST,
        active: &active,
        dormant: &dormant,
        reference: reference_line(scene),
        marks: &marks,
    };
    let basis = scene.basis_phrase();
    let subtitle = l.say(
        format!("Jumlah KIM menurut status tiap akhir bulan, {from} – {to}, {basis}"),
        format!("Number of KIM by status at each month’s end, {from} – {to}, {basis}"),
    );
    let note = match (scene.reference(), &scene.data.baseline) {
        (Reference::Published { value, .. }, Some(baseline)) => l.say(
            format!("Acuan: {} KIM aktif, {}. Sumber: {}.", number(l, value), date(l, baseline.as_of), baseline.source),
            format!(
                "Reference: {} active KIM, {}. Source: {}.",
                number(l, value),
                date(l, baseline.as_of),
                baseline.source
            ),
        ),
        _ => String::new(),
    };
    Course {
        title: &title,
        subtitle,
        drawings: if active.iter().chain(&dormant).any(|n| *n > 0) {
            vec![Chart::draw(&subject, Shape::DESK), Chart::draw(&subject, Shape::PHONE)]
        } else {
            Vec::new()
        },
        empty: l.say(
            "Di sini akan tampak jumlah KIM aktif dan vakum tiap akhir bulan, sejak KIM pertama di wilayah ini melaporkan kegiatan.",
            "The number of active and dormant KIM at each month’s end will show here, once the first KIM of this region has reported an activity.",
        ),
        note,
    }
    .render()
}

struct Row {
    month: String,
    active: String,
    dormant: String,
    revived: String,
    registered: String,
    covered: String,
}

/// The picture's twin: a row for each month, the newest first.
#[derive(Template)]
#[template(path = "fragments/months.html")]
pub struct Months {
    rows: Vec<Row>,
    heads: [&'static str; 4],
}

impl Months {
    pub fn of(scene: &Scene) -> Self {
        let l = scene.language;
        let covered = |figures: &super::super::model::Figures| match scene.level() {
            kim_territory::Level::District | kim_territory::Level::Village => figures.coverage.villages_covered,
            _ => figures.coverage.districts_covered,
        };
        let rows = scene.data.series.iter().enumerate().rev().map(|(at, figures)| Row {
            month: short_month(l, Month::FIRST.plus(i32::try_from(at).unwrap_or(0))),
            active: number(l, figures.existence.active),
            dormant: number(l, figures.existence.dormant),
            revived: number(l, figures.existence.revitalised),
            registered: number(l, figures.existence.registered),
            covered: number(l, covered(figures)),
        });
        Self { rows: rows.collect(), heads: heads(scene) }
    }
}

/// The heads of the columns after month and active.
#[must_use]
pub fn heads(scene: &Scene) -> [&'static str; 4] {
    let l = scene.language;
    let covered = match scene.level() {
        kim_territory::Level::District | kim_territory::Level::Village => {
            l.say("Desa/kelurahan tercakup", "Villages covered")
        }
        _ => l.say("Kecamatan tercakup", "Districts covered"),
    };
    [
        l.say("Vakum", "Dormant"),
        l.say("Kembali aktif bulan itu", "Active again that month"),
        l.say("Terdaftar, belum aktif", "Registered, not active yet"),
        covered,
    ]
}
