//! The table of a region's parts. Its order stands in the address.

use std::cmp::Ordering;

use askama::Template;
use kim_territory::Level;

use super::{
    super::{
        address::{Column, Order},
        finding,
        format::{number, percent},
        model::{Part, Selection, Status},
        naming::{level_head, level_word, short_name_of},
        scene::Scene,
    },
    places::shares,
};

struct Head {
    text: String,
    address: String,
    /// `ascending` or `descending` where the table is in this order.
    sorted: Option<&'static str>,
    class: &'static str,
}

struct Row {
    name: String,
    address: String,
    active: String,
    active_list: String,
    dormant: String,
    dormant_list: String,
    covered: String,
    share: String,
    width: i64,
}

#[derive(Template)]
#[template(path = "fragments/parts.html")]
pub struct Parts {
    pub title: String,
    subtitle: String,
    heads: Vec<Head>,
    rows: Vec<Row>,
    has_share: bool,
    labels: [&'static str; 3],
}

impl Parts {
    pub fn of(scene: &Scene) -> Self {
        let Some(level) = scene.parts_level() else {
            return Self {
                title: String::new(),
                subtitle: String::new(),
                heads: Vec::new(),
                rows: Vec::new(),
                has_share: false,
                labels: [""; 3],
            };
        };
        let l = scene.language;
        let when = super::super::format::month(l, scene.month);
        let has_share = scene.level() != Level::District;
        let covered_head = match scene.level() {
            Level::Regency => l.say("Desa/kelurahan tercakup", "Villages covered"),
            _ => l.say("Kecamatan tercakup", "Districts covered"),
        };
        let order = order(scene);
        let mut parts: Vec<&Part> = scene.data.parts.iter().collect();
        parts.sort_by(|a, b| compare(scene, order, a, b));
        let head = |column, text: &str, class| head(scene, order, column, text, class);
        let mut heads = vec![
            head(Column::Name, level_head(l, level), ""),
            head(Column::Active, l.say("Aktif", "Active"), if has_share { "n wide" } else { "n" }),
            head(Column::Dormant, l.say("Vakum", "Dormant"), "n wide"),
        ];
        if has_share {
            heads.push(head(Column::Coverage, l.say("Cakupan", "Coverage"), "n"));
        }
        Self {
            title: title(scene, level),
            subtitle: l.say(
                format!(
                    "KIM{} per {}, akhir {when}, {}",
                    if has_share { " dan cakupan" } else { "" },
                    level_word(l, level),
                    scene.basis_phrase()
                ),
                format!(
                    "KIM{} by {}, end of {when}, {}",
                    if has_share { " and coverage" } else { "" },
                    level_head(l, level).to_lowercase(),
                    scene.basis_phrase()
                ),
            ),
            heads,
            rows: parts.into_iter().map(|part| row(scene, part)).collect(),
            has_share,
            labels: [l.say("Aktif", "Active"), l.say("Vakum", "Dormant"), covered_head],
        }
    }

    /// The column head of the counts behind the share.
    fn covered_head(&self) -> &'static str {
        self.labels[2]
    }
}

fn title(scene: &Scene, level: Level) -> String {
    let l = scene.language;
    match scene.level() {
        Level::Nation | Level::Province => finding::ends(l, &shares(scene), level_word(l, Level::District)),
        _ => {
            let all = i64::try_from(scene.data.parts.len()).unwrap_or(i64::MAX);
            let some = scene.data.parts.iter().filter(|part| part.figures.existence.active > 0).count();
            finding::covered(l, i64::try_from(some).unwrap_or(i64::MAX), all, level_word(l, level))
        }
    }
}

/// The order in the address; without one, the best covered first, and villages by their active communities.
fn order(scene: &Scene) -> Order {
    let column = if scene.level() == Level::District { Column::Active } else { Column::Coverage };
    scene.view.order.unwrap_or(Order { column, descending: true })
}

fn compare(scene: &Scene, order: Order, a: &Part, b: &Part) -> Ordering {
    let by = match order.column {
        Column::Name => short_name_of(scene.decree(), a.code).cmp(&short_name_of(scene.decree(), b.code)),
        Column::Active => a.figures.existence.active.cmp(&b.figures.existence.active),
        Column::Dormant => a.figures.existence.dormant.cmp(&b.figures.existence.dormant),
        Column::Coverage => match (scene.share_of(a.figures), scene.share_of(b.figures)) {
            (Some(a), Some(b)) => (a.covered * b.all.max(1)).cmp(&(b.covered * a.all.max(1))),
            _ => a.figures.existence.active.cmp(&b.figures.existence.active),
        },
    };
    let by = if order.descending { by.reverse() } else { by };
    by.then_with(|| a.code.cmp(&b.code))
}

/// A head is a link to the same table in its order; a second time, in the reverse one. Figures start with the largest.
fn head(scene: &Scene, order: Order, column: Column, text: &str, class: &'static str) -> Head {
    let here = order.column == column;
    let descending = if here { !order.descending } else { column != Column::Name };
    let address = scene.view.ordered(Order { column, descending }).address();
    let sorted = here.then_some(if order.descending { "descending" } else { "ascending" });
    Head { text: text.to_owned(), address: format!("{address}#wilayah"), sorted, class }
}

fn row(scene: &Scene, part: &Part) -> Row {
    let l = scene.language;
    let covered = scene.share_of(part.figures);
    let list = |status| scene.view.communities(part.code, Selection::Status(status));
    Row {
        name: short_name_of(scene.decree(), part.code),
        address: scene.view.region(part.code),
        active: number(l, part.figures.existence.active),
        active_list: list(Status::Active),
        dormant: number(l, part.figures.existence.dormant),
        dormant_list: list(Status::Dormant),
        covered: covered.map_or(String::new(), |c| {
            l.say(
                format!("{} dari {}", number(l, c.covered), number(l, c.all)),
                format!("{} of {}", number(l, c.covered), number(l, c.all)),
            )
        }),
        share: covered.map_or(String::new(), |c| percent(l, c.covered, c.all)),
        width: covered.map_or(0, |c| c.covered * 100 / c.all.max(1)),
    }
}
