//! The headline with what stands under it: two sentences and the key figures.

use askama::Template;
use kim_territory::Level;

use super::super::{
    finding::{self, Reference, deepest_fall},
    format::{change, month, number, percent},
    model::{Month, Selection, Status},
    naming::level_word,
    scene::Scene,
};

pub struct KeyFigure {
    pub id: &'static str,
    pub name: String,
    pub definition: String,
    pub value: String,
    /// The list that the figure counts.
    pub list: String,
    pub note: String,
}

#[derive(Template)]
#[template(path = "fragments/headline.html")]
pub struct Headline {
    sentence: finding::Headline,
    lede: Vec<String>,
    figures: Vec<KeyFigure>,
    /// Said after a figure to those who hear links without what stands around them.
    list_word: &'static str,
}

/// The headline of a region at a month.
#[must_use]
pub fn sentence(scene: &Scene) -> finding::Headline {
    let existence = scene.figures().existence;
    let known =
        existence.registered + existence.submitted + existence.returned + existence.dissolved + existence.merged;
    let reference = scene.reference();
    // The published reference is the nation's: beside it the name would say nothing.
    let place = if matches!(reference, Reference::Published { .. }) { "" } else { &scene.region.name };
    finding::headline(scene.language, place, existence.active, existence.dormant, known, reference)
}

impl Headline {
    pub fn of(scene: &Scene) -> Self {
        Self {
            sentence: sentence(scene),
            lede: lede(scene),
            figures: figures(scene),
            list_word: scene.language.say("daftar", "list"),
        }
    }
}

fn lede(scene: &Scene) -> Vec<String> {
    let l = scene.language;
    let said = |n| number(l, n);
    let mut lede = Vec::new();
    let active = scene.active();
    if let Some(fall) = deepest_fall(&active)
        && active[fall.high] >= finding::FEW
        && (active[fall.high] - active[fall.low]) * 10 >= active[fall.high]
    {
        let at = |index: usize| month(l, Month::FIRST.plus(i32::try_from(index).unwrap_or(0)));
        let (high, low) = (active[fall.high], active[fall.low]);
        let below = percent(l, high - low, high);
        lede.push(l.say(
            format!(
                "Titik terendah {} KIM pada {}, {below} di bawah {} pada {}.",
                said(low),
                at(fall.low),
                said(high),
                at(fall.high)
            ),
            format!(
                "The lowest point was {} KIM in {}, {below} below the {} of {}.",
                said(low),
                at(fall.low),
                said(high),
                at(fall.high)
            ),
        ));
    }
    let revived = scene.data.trainings.first().map(|training| {
        let since = Month::of(training.held_from);
        (since, scene.revivals_since(since))
    });
    match revived {
        Some((since, total)) if total > 0 => {
            let when = month(l, since);
            let after = scene.data.revived_after_training;
            lede.push(if after == total {
                l.say(
                    format!("Sejak bimtek pertama pada {when}, {} KIM kembali aktif, semuanya dalam 90 hari setelah bimtek.", said(total)),
                    format!("Since the first training in {when}, {} KIM became active again, all within 90 days after a training.", said(total)),
                )
            } else if after > 0 {
                l.say(
                    format!("Sejak bimtek pertama pada {when}, {} KIM kembali aktif, {} di antaranya dalam 90 hari setelah bimtek.", said(total), said(after)),
                    format!("Since the first training in {when}, {} KIM became active again, {} of them within 90 days after a training.", said(total), said(after)),
                )
            } else {
                l.say(
                    format!("Sejak bimtek pertama pada {when}, {} KIM kembali aktif.", said(total)),
                    format!("Since the first training in {when}, {} KIM became active again.", said(total)),
                )
            });
        }
        _ => {}
    }
    let existence = scene.figures().existence;
    if existence.active == 0 && existence.registered > 0 {
        lede.push(l.say(
            format!("{} KIM terdaftar belum melaporkan kegiatan pertamanya.", said(existence.registered)),
            format!("{} registered KIM have not reported their first activity yet.", said(existence.registered)),
        ));
    }
    lede
}

fn figures(scene: &Scene) -> Vec<KeyFigure> {
    let l = scene.language;
    let code = scene.region.code;
    let now = scene.figures().existence;
    let before = scene.year_before().map(|figures| figures.existence);
    let year = |now: i64, before: Option<i64>| match before {
        Some(before) => l.say(
            format!("{} dalam setahun", change(l, now - before)),
            format!("{} in a year", change(l, now - before)),
        ),
        None => String::new(),
    };
    let in_year = scene.revivals_since(scene.month.plus(-11));
    let mut figures = vec![
        KeyFigure {
            id: "aktif",
            name: l.say("Aktif", "Active").to_owned(),
            definition: scene.view.definition("kim-aktif"),
            value: number(l, now.active),
            list: scene.view.communities(code, Selection::Status(Status::Active)),
            note: year(now.active, before.map(|b| b.active)),
        },
        KeyFigure {
            id: "vakum",
            name: l.say("Vakum", "Dormant").to_owned(),
            definition: scene.view.definition("kim-vakum"),
            value: number(l, now.dormant),
            list: scene.view.communities(code, Selection::Status(Status::Dormant)),
            note: year(now.dormant, before.map(|b| b.dormant)),
        },
        KeyFigure {
            id: "kembali",
            name: l.say("Kembali aktif", "Active again").to_owned(),
            definition: scene.view.definition("kembali-aktif"),
            value: number(l, in_year),
            list: scene.view.communities(code, Selection::RevitalisedInYear),
            note: l.say(
                format!("dalam 12 bulan · {} bulan ini", number(l, now.revitalised)),
                format!("in 12 months · {} this month", number(l, now.revitalised)),
            ),
        },
    ];
    if let Some(covered) = scene.coverage() {
        let what = level_word(l, covered.level);
        let mut name = l.say(format!("{what} dengan KIM aktif"), format!("{what} with an active KIM"));
        name[..1].make_ascii_uppercase();
        let table = if scene.level() == Level::Regency { "#tanpa" } else { "#wilayah" };
        let slug = if covered.level == Level::District { "cakupan-kecamatan" } else { "cakupan-desa" };
        let share = percent(l, covered.covered, covered.all);
        figures.push(KeyFigure {
            id: "cakupan",
            name,
            definition: scene.view.definition(slug),
            value: number(l, covered.covered),
            list: format!("{}{table}", scene.view.address()),
            note: l.say(
                format!("dari {} · {share}", number(l, covered.all)),
                format!("of {} · {share}", number(l, covered.all)),
            ),
        });
    }
    figures
}

/// The line to compare with, and its labels from the longest to the shortest.
#[must_use]
pub fn reference_line(scene: &Scene) -> Option<(i64, Vec<String>)> {
    let l = scene.language;
    match scene.reference() {
        Reference::Published { value, month: at } => {
            let when = super::super::format::short_month(l, at);
            let source = scene.data.baseline.as_ref().map_or("", |baseline| baseline.source.as_str());
            let n = number(l, value);
            Some((
                value,
                l.say(
                    vec![
                        format!("{n} aktif sebelum pandemi · {source}, {when}"),
                        format!("{n} sebelum pandemi · {when}"),
                    ],
                    vec![
                        format!("{n} active before the pandemic · {source}, {when}"),
                        format!("{n} before the pandemic · {when}"),
                    ],
                ),
            ))
        }
        Reference::Own { value, month: at } if value > 0 => {
            let (n, when) = (number(l, value), super::super::format::short_month(l, at));
            Some((value, vec![l.say(format!("{n} aktif pada {when}"), format!("{n} active in {when}"))]))
        }
        _ => None,
    }
}
