//! Finding a region: by name or code, and the list of provinces to start from.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kim_territory::{Level, RegionCode, Territory};

use super::{
    Pages,
    address::{Place, View},
    error::Written,
    format::number,
    model::Queries,
    naming::name,
    reader::Reader,
    shell::{Shell, html},
    theme::Theme,
};

/// Results shown; who needs more writes more of the name.
const SHOWN: usize = 30;

struct Found {
    name: String,
    within: String,
    code: RegionCode,
    address: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    shell: Shell,
    question: String,
    found: Vec<Found>,
    summary: String,
    advice: &'static str,
    provinces: Vec<Found>,
}

/// The list of provinces with the search above it.
pub async fn regions<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader) -> Response {
    let start = View::new(reader.language, Place::Regions);
    match start.clone().with_query(&reader.query) {
        Ok(view) => page(&pages, &view, reader.theme, ""),
        Err(bad) => reader.refuse(&start, &bad.into()),
    }
}

/// The search. A code that exists leads straight to its page.
pub async fn search<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader) -> Response {
    let start = View::new(reader.language, Place::Search(String::new()));
    let view = match start.clone().with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    let Place::Search(question) = &view.place else { return page(&pages, &view, reader.theme, "") };
    if let Ok(code) = question.parse::<RegionCode>()
        && let Ok(decree) = pages.territory_of(view.territory)
        && Territory::of(decree).get(&code).is_some()
    {
        return (StatusCode::SEE_OTHER, [(header::LOCATION, view.region(code))]).into_response();
    }
    page(&pages, &view, reader.theme, question)
}

fn page<Q: Queries>(pages: &Pages<Q>, view: &View, theme: Theme, question: &str) -> Response {
    let l = view.language;
    let territory = match pages.territory_of(view.territory) {
        Ok(decree) => Territory::of(decree),
        Err(trouble) => return trouble.respond(view, theme, Written::Page),
    };
    let found = if question.is_empty() { Vec::new() } else { territory.search(question, None, SHOWN + 1) };
    let more = found.len() > SHOWN;
    let entry = |region: &kim_territory::Region<'_>| {
        let above: Vec<String> = region
            .code
            .ancestors()
            .skip(1)
            .filter(|code| code.level() != Level::Nation)
            .filter_map(|code| territory.get(&code))
            .map(|region| name(&region))
            .collect();
        Found { name: name(region), within: above.join(", "), code: region.code, address: view.region(region.code) }
    };
    let count = i64::try_from(found.len().min(SHOWN)).unwrap_or(i64::MAX);
    let summary = match (question.is_empty(), count, more) {
        (true, ..) => String::new(),
        (false, 0, _) => {
            l.say(format!("Tidak ada wilayah bernama “{question}”"), format!("No region is called “{question}”"))
        }
        (false, _, true) => l.say(
            format!("{count} wilayah pertama yang cocok dengan “{question}”; tulis lebih lengkap untuk mempersempit"),
            format!("The first {count} regions that match “{question}”; write more of the name to narrow it down"),
        ),
        (false, ..) => l.say(
            format!("{} wilayah cocok dengan “{question}”", number(l, count)),
            format!("{} regions match “{question}”", number(l, count)),
        ),
    };
    let title = if question.is_empty() { l.say("Wilayah", "Regions").to_owned() } else { summary.clone() };
    let provinces = territory.children(&RegionCode::NATION).map(|province| {
        let regencies = territory.count(&province.code, Level::Regency);
        let within = l.say(format!("{regencies} kabupaten/kota"), format!("{regencies} regencies and cities"));
        Found { within, ..entry(&province) }
    });
    let page = SearchPage {
        shell: pages.shell(view, theme, title),
        question: question.to_owned(),
        found: found.iter().take(SHOWN).map(entry).collect(),
        summary,
        advice: l.say(
            "Periksa ejaannya, atau tulis sebagian saja dari namanya. Kode wilayah juga bisa, dengan atau tanpa titik: 14.01 atau 1401.",
            "Check the spelling, or write only part of the name. A region code works too, with or without dots: 14.01 or 1401.",
        ),
        provinces: provinces.collect(),
    };
    html(StatusCode::OK, None, l, &page)
}
