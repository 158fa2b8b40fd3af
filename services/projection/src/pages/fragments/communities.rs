//! A list of communities, or how one comes to be where there is none.

use askama::Template;
use kim_territory::{Decree, Level, RegionCode};

use super::super::{
    address::{Place, View},
    format::{NONE, date, number},
    language::Language,
    model::{ActivityKind, Community, CommunityPage, Selection, Status},
    naming::name_of,
    scene::Scene,
};

struct Row {
    name: String,
    status: &'static str,
    status_class: &'static str,
    since: String,
    last: String,
    last_kind: &'static str,
    seat: String,
    seat_address: String,
    members: String,
}

#[derive(Template)]
#[template(path = "fragments/communities.html")]
pub struct Communities {
    title: String,
    caption: String,
    heads: [&'static str; 6],
    rows: Vec<Row>,
    /// The seat says nothing new on a village's own page.
    with_seat: bool,
    next: Option<(String, &'static str)>,
    /// Steps to register one; empty where the list is not.
    how: Vec<String>,
}

impl Communities {
    /// The communities named on a region's own page.
    #[must_use]
    pub fn of_scene(scene: &Scene, page: &CommunityPage) -> Self {
        Self::new(&scene.view, scene.region.code, Selection::All, page)
    }

    #[must_use]
    pub fn new(view: &View, code: RegionCode, selection: Selection, page: &CommunityPage) -> Self {
        let l = view.language;
        let name = name_of(page.as_of.decree, code);
        let shown = page.communities.len();
        let title = match page.total {
            0 if selection == Selection::All => l.say("Cara mendaftarkan KIM", "How to register a KIM").to_owned(),
            0 => l.say(format!("Belum ada KIM di {name}"), format!("No KIM in {name} yet")),
            total => {
                l.say(format!("{} KIM di {name}", number(l, total)), format!("{} KIM in {name}", number(l, total)))
            }
        };
        let next = page.next.as_ref().map(|token| {
            let place = Place::Communities(code, selection, Some(token.clone()));
            let text = if matches!(view.place, Place::Communities(..)) {
                l.say("KIM berikutnya", "Next KIM")
            } else {
                l.say("Seluruh daftar KIM", "The whole list of KIM")
            };
            let address = if matches!(view.place, Place::Communities(..)) {
                view.at(place).address()
            } else {
                view.communities(code, selection)
            };
            (address, text)
        });
        Self {
            title,
            caption: l.say(format!("Daftar {shown} KIM"), format!("List of {shown} KIM")),
            heads: [
                "KIM",
                l.say("Status", "Status"),
                l.say("Sejak", "Since"),
                l.say("Kegiatan terakhir", "Last activity"),
                l.say("Kedudukan", "Seat"),
                l.say("Anggota", "Members"),
            ],
            rows: page.communities.iter().map(|community| row(view, page.as_of.in_force(), community)).collect(),
            with_seat: code.level() != Level::Village,
            next,
            how: if page.total == 0 && selection == Selection::All {
                how_to_register(l, page.as_of.decree, code)
            } else {
                Vec::new()
            },
        }
    }

    /// The heading, where the list is not the page itself.
    fn how_heading(&self) -> bool {
        !self.how.is_empty()
    }
}

fn row(view: &View, in_force: Decree, community: &Community) -> Row {
    let l = view.language;
    let (last, last_kind) = community
        .last_activity
        .map_or((l.say("belum ada", "none yet").to_owned(), ""), |(day, kind)| (date(l, day), activity(l, kind)));
    Row {
        name: community.name.clone(),
        status: status(l, community.status),
        status_class: match community.status {
            Status::Active => "active",
            Status::Dormant => "dormant",
            _ => "other",
        },
        since: community.status_since.map_or(NONE.to_owned(), |day| date(l, day)),
        last,
        last_kind,
        seat: name_of(in_force, community.seat),
        seat_address: view.region_in_force(community.seat),
        members: if community.members > 0 { number(l, i64::from(community.members)) } else { NONE.to_owned() },
    }
}

/// The word for a status.
#[must_use]
pub fn status(l: Language, status: Status) -> &'static str {
    match status {
        Status::Draft => l.say("Konsep", "Draft"),
        Status::Submitted => l.say("Diajukan", "Submitted"),
        Status::Returned => l.say("Dikembalikan", "Returned"),
        Status::Registered => l.say("Terdaftar", "Registered"),
        Status::Active => l.say("Aktif", "Active"),
        Status::Dormant => l.say("Vakum", "Dormant"),
        Status::Dissolved => l.say("Bubar", "Dissolved"),
        Status::Merged => l.say("Bergabung dengan KIM lain", "Merged into another KIM"),
    }
}

fn activity(l: Language, kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Dissemination => l.say("diseminasi", "dissemination"),
        ActivityKind::LiteracyClass => l.say("kelas literasi", "literacy class"),
        ActivityKind::Coverage => l.say("liputan", "coverage"),
        ActivityKind::Meeting => l.say("pertemuan", "meeting"),
        ActivityKind::Training => l.say("pelatihan", "training"),
        ActivityKind::Economic => l.say("ekonomi", "economic"),
        ActivityKind::Social => l.say("sosial", "social"),
    }
}

/// How a community comes to be here. Steps of formation and registration as DOMAIN has them.
fn how_to_register(l: Language, decree: Decree, code: RegionCode) -> Vec<String> {
    let office =
        code.regency().map_or_else(|| l.say("setempat", "the region").to_owned(), |office| name_of(decree, office));
    l.say(
        vec![
            "Warga bermusyawarah, membentuk KIM, dan memilih pengurusnya.".to_owned(),
            "Kepala desa, lurah, atau camat menerbitkan SK pembentukan; KIM menyusun AD/ART.".to_owned(),
            format!("Pengurus mendaftarkannya ke Dinas Kominfo {office}, yang memeriksa lalu mencatatnya."),
            "Sejak kegiatan pertama dilaporkan, KIM terhitung aktif dan muncul di halaman ini.".to_owned(),
        ],
        vec![
            "Residents deliberate, form a KIM and choose its officers.".to_owned(),
            "The head of the village or district issues the decree (SK); the KIM writes its statutes.".to_owned(),
            format!(
                "The officers register it with the communication office (Dinas Kominfo) of {office}, which verifies it."
            ),
            "From its first reported activity on, the KIM counts as active and appears on this page.".to_owned(),
        ],
    )
}
