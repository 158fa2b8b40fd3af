//! The picture of communities by status over the months, drawn on the server as SVG.
//!
//! It is drawn twice, for a desk and for a phone; the stylesheet shows one. Geometry is in attributes, colour in classes.

use std::fmt::Write as _;

use askama::Template;
use time::Date;

use super::{
    format::{number, short_month},
    language::Language,
    model::Month,
};

/// The size of a drawing, in CSS pixels at its natural width.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    name: &'static str,
    width: f64,
    height: f64,
    left: f64,
    /// Room for the lines' names; set from their length.
    right: f64,
    top: f64,
    bottom: f64,
    /// Size of the text, for estimating its width.
    text: f64,
    /// January of every n-th year has a tick.
    years: usize,
}

impl Shape {
    pub const DESK: Self = Self {
        name: "desk",
        width: 800.0,
        height: 320.0,
        left: 56.0,
        right: 0.0,
        top: 18.0,
        bottom: 30.0,
        text: 13.0,
        years: 1,
    };
    pub const PHONE: Self = Self {
        name: "phone",
        width: 358.0,
        height: 270.0,
        left: 42.0,
        right: 0.0,
        top: 18.0,
        bottom: 28.0,
        text: 12.0,
        years: 2,
    };

    fn floor(&self) -> f64 {
        self.height - self.bottom
    }

    fn end(&self) -> f64 {
        self.width - self.right
    }

    fn text_width(&self, text: &str) -> f64 {
        text.chars().count() as f64 * self.text * 0.54
    }
}

/// What is to be drawn.
pub struct Subject<'a> {
    pub language: Language,
    pub title: &'a str,
    pub description: &'a str,
    pub first: Month,
    pub active: &'a [i64],
    pub dormant: &'a [i64],
    /// A line to compare with: its value and labels from the longest to the shortest; the first that fits is written.
    pub reference: Option<(i64, Vec<String>)>,
    /// Days of numbered marks, in order; the first is number 1.
    pub marks: &'a [Date],
}

struct Tick {
    at: f64,
    label: String,
}

struct Label {
    x: f64,
    y: f64,
    text: String,
}

struct Mark {
    number: usize,
    /// The centre of the numbered disc.
    x: f64,
    y: f64,
    /// Where its leader starts and meets the line.
    edge: f64,
    foot_x: f64,
    foot_y: f64,
}

/// The drawing, ready for its template.
#[derive(Template)]
#[template(path = "chart.html")]
pub struct Chart<'a> {
    shape: Shape,
    title: &'a str,
    description: &'a str,
    area: String,
    active: String,
    dormant: String,
    rows: Vec<Tick>,
    columns: Vec<Tick>,
    reference: Option<(f64, Option<Label>)>,
    active_label: Label,
    dormant_label: Label,
    marks: Vec<Mark>,
}

/// Radius of a mark's disc.
const DISC: f64 = 9.0;
/// Width of a bold letter in a wide system font, of the size of the text.
const BOLD: f64 = 0.72;

struct Scale {
    shape: Shape,
    months: f64,
    top: f64,
}

impl Scale {
    /// The x of a point in time, in months after the first month's end.
    fn x(&self, months: f64) -> f64 {
        tenth(self.shape.left + months / self.months * (self.shape.end() - self.shape.left))
    }

    fn y(&self, value: f64) -> f64 {
        let height = self.shape.floor() - self.shape.top;
        tenth(self.shape.floor() - value / self.top * height)
    }

    fn path(&self, values: &[i64]) -> String {
        let mut path = String::with_capacity(values.len() * 12);
        for (at, value) in values.iter().enumerate() {
            path.push(if at == 0 { 'M' } else { ' ' });
            // Writing into a string does not fail.
            let _ = write!(path, "{},{}", self.x(at as f64), self.y(*value as f64));
        }
        path
    }
}

fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A step of 1, 2 or 5 times a power of ten that cuts `top` into at most six.
fn step(top: i64) -> i64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if top <= power * factor * 6 {
                return power * factor;
            }
        }
        power *= 10;
    }
}

/// The value at a fraction of months, between two month ends.
fn between(values: &[i64], months: f64) -> f64 {
    let last = values.len().saturating_sub(1);
    let whole = months.floor().max(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, and far below 2^52")]
    let at = (whole as usize).min(last);
    let (from, to) = (values[at] as f64, values[(at + 1).min(last)] as f64);
    from + (to - from) * (months - whole).clamp(0.0, 1.0)
}

/// A day in months after the first month's end: a month's point stands at its last day.
fn months_to(first: Month, day: Date) -> f64 {
    let month = Month::of(day);
    f64::from(month.since(first) - 1) + f64::from(day.day()) / f64::from(month.last_day().day())
}

impl<'a> Chart<'a> {
    #[must_use]
    pub fn draw(subject: &'a Subject<'a>, shape: Shape) -> Self {
        let names = names(subject.language).map(|name| name.len() as f64 * shape.text * BOLD);
        let shape = Shape { right: names[0].max(names[1]) + 12.0, ..shape };
        let series = [subject.active, subject.dormant];
        let reference = subject.reference.as_ref();
        let highest = series.iter().flat_map(|values| values.iter().copied()).chain(reference.map(|r| r.0)).max();
        let step = step((highest.unwrap_or(0) * 27 / 25).max(4));
        let top = (highest.unwrap_or(0) * 27 / 25).max(4).div_euclid(step) * step + step;
        let months = subject.active.len().saturating_sub(1).max(1) as f64;
        let scale = Scale { shape, months, top: top as f64 };

        let active = scale.path(subject.active);
        let area = format!("{active} L{},{} L{},{}Z", scale.x(scale.months), shape.floor(), shape.left, shape.floor());
        let rows = (0..=top / step)
            .map(|n| n * step)
            .map(|value| Tick { at: scale.y(value as f64), label: number(subject.language, value) });
        let mut marks = marks(subject, &scale, false);
        let reference = reference.map(|(value, labels)| {
            let y = scale.y(*value as f64);
            let clear = reference_label(subject, &scale, &marks, y, labels);
            // Discs that leave the label no place make room for it.
            let label = clear.or_else(|| {
                let lower = self::marks(subject, &scale, true);
                let clear = reference_label(subject, &scale, &lower, y, labels)?;
                marks = lower;
                Some(clear)
            });
            (y, label.or_else(|| covered_label(&scale, y, labels)))
        });
        let (active_label, dormant_label) = line_labels(subject, &scale);
        Self {
            shape,
            title: subject.title,
            description: subject.description,
            area,
            dormant: scale.path(subject.dormant),
            active,
            rows: rows.collect(),
            columns: columns(subject, &scale),
            reference,
            active_label,
            dormant_label,
            marks,
        }
    }
}

/// Ticks at Januaries; of a short series at quarters.
fn columns(subject: &Subject<'_>, scale: &Scale) -> Vec<Tick> {
    let short = subject.active.len() <= 24;
    let mut columns = Vec::new();
    for at in 0..subject.active.len() {
        let month = subject.first.plus(i32::try_from(at).expect("a series is shorter than the calendar"));
        let years = usize::try_from(month.year() - subject.first.year()).unwrap_or(0);
        let label = if short {
            let every = if scale.shape.years == 1 { 3 } else { 6 };
            (at % every == 0).then(|| short_month(subject.language, month))
        } else {
            (month.number() == 1 && years % scale.shape.years == 0).then(|| month.year().to_string())
        };
        columns.extend(label.map(|label| Tick { at: scale.x(at as f64), label }));
    }
    columns
}

/// Both lines' names at their ends, kept apart.
fn line_labels(subject: &Subject<'_>, scale: &Scale) -> (Label, Label) {
    let apart = scale.shape.text + 4.0;
    let end = |values: &[i64]| scale.y(values.last().copied().unwrap_or(0) as f64) + scale.shape.text * 0.35;
    let (mut active, mut dormant) = (end(subject.active), end(subject.dormant));
    let gap = (active - dormant).abs();
    if gap < apart {
        let push = (apart - gap) / 2.0;
        let sign = if active <= dormant { 1.0 } else { -1.0 };
        active -= push * sign;
        dormant += push * sign;
    }
    // Neither may fall below the axis.
    let under = (active.max(dormant) - scale.shape.floor()).max(0.0);
    let label =
        |y: f64, name: &str| Label { x: tenth(scale.shape.end() + 8.0), y: tenth(y - under), text: name.to_owned() };
    let [active_name, dormant_name] = names(subject.language);
    (label(active, active_name), label(dormant, dormant_name))
}

fn names(language: Language) -> [&'static str; 2] {
    language.say(["Aktif", "Vakum"], ["Active", "Dormant"])
}

/// The marks in a row above the lines; by the axis if there is no room, or when they are wanted `low`.
fn marks(subject: &Subject<'_>, scale: &Scale, low: bool) -> Vec<Mark> {
    if subject.marks.is_empty() {
        return Vec::new();
    }
    let at: Vec<f64> =
        subject.marks.iter().map(|day| months_to(subject.first, *day).clamp(0.0, scale.months)).collect();
    let feet: Vec<(f64, f64)> =
        at.iter().map(|months| (scale.x(*months), scale.y(between(subject.active, *months)))).collect();
    let discs =
        spread(&feet.iter().map(|foot| foot.0).collect::<Vec<_>>(), scale.shape.left + DISC, scale.shape.end() - DISC);
    // The row of discs stands above both lines wherever it reaches.
    let reach = |x: f64| (x - scale.shape.left) / (scale.shape.end() - scale.shape.left) * scale.months;
    let (from, to) = (reach(discs[0] - DISC), reach(discs[discs.len() - 1] + DISC));
    let mut clear = f64::MAX;
    for n in 0..=20 {
        let months = (from + (to - from) * f64::from(n) / 20.0).clamp(0.0, scale.months);
        let highest = between(subject.active, months).max(between(subject.dormant, months));
        clear = clear.min(scale.y(highest));
    }
    let mut row = clear - 32.0;
    if low || row < scale.shape.top + DISC {
        row = scale.shape.floor() - DISC - 8.0;
    }
    let place = |(number, (disc, (foot_x, foot_y)))| {
        let edge = if row < foot_y { row + DISC } else { row - DISC };
        Mark { number: number + 1, x: tenth(disc), y: tenth(row), edge: tenth(edge), foot_x, foot_y }
    };
    discs.into_iter().zip(feet).enumerate().map(place).collect()
}

/// Moves neighbours apart until none overlaps, each as little as possible.
fn spread(wanted: &[f64], from: f64, to: f64) -> Vec<f64> {
    let gap = (DISC * 2.0 + 3.0).min((to - from) / wanted.len().max(1) as f64);
    let mut placed = wanted.to_vec();
    for _ in 0..200 {
        for left in 1..placed.len() {
            let overlap = placed[left - 1] + gap - placed[left];
            if overlap > 0.0 {
                placed[left - 1] -= overlap / 2.0;
                placed[left] += overlap / 2.0;
            }
        }
        for (at, x) in placed.iter_mut().enumerate() {
            let rest = wanted.len() - 1 - at;
            *x = x.clamp(from + gap * at as f64, (to - gap * rest as f64).max(from));
        }
    }
    placed
}

/// The first label and place along the reference line that no line and no mark crosses.
fn reference_label(subject: &Subject<'_>, scale: &Scale, marks: &[Mark], y: f64, labels: &[String]) -> Option<Label> {
    let shape = scale.shape;
    let room = shape.end() - shape.left;
    for text in labels {
        let width = shape.text_width(text);
        if width > room {
            continue;
        }
        for baseline in [y - 6.0, y + shape.text + 3.0] {
            let middle = baseline - shape.text * 0.35;
            for centre in [0.5, 0.75, 1.0, 0.25, 0.0].map(|part| shape.left + width / 2.0 + (room - width) * part) {
                let (from, to) = (centre - width / 2.0, centre + width / 2.0);
                let near = |other: f64| (other - middle).abs() < shape.text;
                let crossed = (0..subject.active.len()).any(|at| {
                    let x = scale.x(at as f64);
                    let inside = x > from - 6.0 && x < to + 6.0;
                    inside && (near(scale.y(subject.active[at] as f64)) || near(scale.y(subject.dormant[at] as f64)))
                });
                let marked = marks.iter().any(|m| m.x > from - 14.0 && m.x < to + 14.0 && (m.y - middle).abs() < 18.0);
                if !crossed && !marked && baseline < shape.floor() {
                    return Some(Label { x: tenth(centre), y: tenth(baseline), text: text.clone() });
                }
            }
        }
    }
    None
}

/// The shortest label above the middle of the reference line, where its outline keeps it readable.
fn covered_label(scale: &Scale, y: f64, labels: &[String]) -> Option<Label> {
    let middle = f64::midpoint(scale.shape.left, scale.shape.end());
    labels.last().map(|text| Label { x: tenth(middle), y: tenth(y - 6.0), text: text.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_is_cut_into_round_steps() {
        for (top, expected) in [(4, 1), (6, 1), (7, 2), (30, 5), (31, 10), (5292, 1000), (6001, 2000)] {
            assert_eq!(step(top), expected, "{top}");
        }
    }

    #[test]
    fn marks_that_crowd_are_moved_apart_and_keep_their_order() {
        let placed = spread(&[100.0, 101.0, 102.0, 300.0], 10.0, 310.0);
        for pair in placed.windows(2) {
            assert!(pair[1] - pair[0] > 20.5, "{placed:?}");
        }
        assert!((placed[1] - 101.0).abs() < 1.0, "{placed:?}");
        let crowded = spread(&[305.0; 4], 10.0, 310.0);
        assert!(crowded[3] <= 310.0 && crowded[0] < crowded[1], "{crowded:?}");
    }

    #[test]
    fn no_mark_stands_on_the_name_of_the_reference_line() {
        // From 4,700 to 4,900 in two years, down to 2,450 in eighteen months, and slowly up.
        let active: Vec<i64> = (0..94)
            .map(|at| match at {
                0..26 => 4_700 + at * 8,
                26..45 => 4_900 - (at - 26) * 130,
                _ => 2_450 + (at - 45) * 30,
            })
            .collect();
        let dormant: Vec<i64> = active.iter().map(|count| 5_000 - count).collect();
        let marks = [(2022, 5), (2022, 7), (2022, 8), (2022, 10), (2023, 9), (2025, 11)];
        let marks = marks.map(|(year, month)| Month::new(year, month).unwrap().first_day());
        let subject = Subject {
            language: Language::Indonesian,
            title: "T",
            description: "D",
            first: Month::new(2019, 1).unwrap(),
            active: &active,
            dormant: &dormant,
            reference: Some((4_900, vec!["4.900 sebelum pandemi · Feb 2020".to_owned()])),
            marks: &marks,
        };
        for shape in [Shape::DESK, Shape::PHONE] {
            let chart = Chart::draw(&subject, shape);
            let (_, label) = chart.reference.unwrap();
            let label = label.unwrap();
            let half = shape.text_width(&label.text) / 2.0;
            for mark in &chart.marks {
                let beside = (mark.x - label.x).abs() > half + DISC;
                let apart = (mark.y - label.y).abs() > DISC + shape.text;
                assert!(beside || apart, "{}: mark {} stands on the label", shape.name, mark.number);
            }
        }
    }

    #[test]
    fn any_series_can_be_drawn() {
        let empty = [0_i64];
        let long: Vec<i64> = (0..94).map(|n| (n * 37) % 50).collect();
        for values in [&empty[..], &long[..]] {
            let subject = Subject {
                language: Language::Indonesian,
                title: "T",
                description: "D",
                first: Month::FIRST,
                active: values,
                dormant: values,
                reference: Some((49, vec!["49 aktif".to_owned()])),
                marks: &[Month::FIRST.first_day(), Month::FIRST.last_day()],
            };
            for shape in [Shape::DESK, Shape::PHONE] {
                let drawn = Chart::draw(&subject, shape).render().unwrap();
                assert!(drawn.contains("<title") && drawn.contains("<desc") && !drawn.contains("NaN"), "{drawn}");
            }
        }
    }
}
