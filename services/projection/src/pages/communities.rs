//! The list of communities behind a number.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use kim_territory::{Decree, RegionCode};

use super::{
    Pages,
    address::{Place, View},
    error::Trouble,
    export,
    format::{month, number},
    fragments::{Communities, Foot, Notices, printed},
    model::{CommunityPage, CommunityQuery, Month, Queries, RegionQuery, Selection, Status},
    naming::{above, name_of},
    reader::{Form, Reader},
    shell::{Shell, html, not_modified},
};
use crate::context::Context;

/// Rows of a page, and of a file.
const PAGE: i64 = 100;
const FILE: i64 = 100_000;

struct Link {
    text: String,
    address: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "communities.html")]
struct CommunitiesPage {
    shell: Shell,
    title: String,
    subtitle: String,
    crumbs: Vec<Link>,
    choices: Vec<Link>,
    list: String,
    foot: String,
}

/// `/kim`
pub async fn nation<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader) -> Response {
    show(&pages, &reader, RegionCode::NATION).await
}

/// `/wilayah/14.01/kim`, and its files.
pub async fn show<Q: Queries>(pages: &Pages<Q>, reader: &Reader, code: RegionCode) -> Response {
    let start = View::new(reader.language, Place::Communities(code, Selection::All, None));
    let view = match start.clone().with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    match answer(pages, reader, &view).await {
        Ok(response) => response,
        Err(trouble) => reader.refuse(&view, &trouble),
    }
}

async fn answer<Q: Queries>(pages: &Pages<Q>, reader: &Reader, view: &View) -> Result<Response, Trouble> {
    let Place::Communities(code, selection, after) = &view.place else { return Err(Trouble::NoSuchPage) };
    let month = pages.month_of(view)?;
    let as_of = pages.as_of()?.of(&[Context::Registry]);
    let etag = reader.etag(&as_of, kim_territory::Zone::JAKARTA.date_of(pages.now()));
    if reader.knows(&etag) {
        return Ok(not_modified(&etag));
    }
    let limit = if reader.form == Form::Page { PAGE } else { FILE };
    let within = RegionQuery { region: *code, territory: view.territory, month, basis: view.basis };
    let query = CommunityQuery { within, selection: *selection, after: after.clone(), limit };
    let found = pages.queries.communities(query).await?;
    let shown = found.as_of.heard_as(&as_of);
    let etag = reader.etag(&shown, kim_territory::Zone::JAKARTA.date_of(pages.now()));
    Ok(match reader.form {
        Form::Page => {
            let foot = Foot::new(view, month, month == pages.running_month(), &shown);
            let mut shell =
                Shell::new(view, reader.theme, title(view, found.as_of.decree, *code, *selection, found.total))
                    .with_notices(Notices::new(view.language, &shown));
            shell.printed = Some(printed(view, month, pages.now()));
            let page = page(shell, view, (*code, *selection), month, &found, &foot);
            html(StatusCode::OK, Some(&etag), view.language, &page)
        }
        Form::Csv => export::communities_csv(view, month, &found, &shown, &etag),
        Form::Json => export::communities_json(view, month, &found, &shown, &etag),
    })
}

/// What the list holds, with its number: the figure that the reader came from.
fn title(view: &View, decree: Decree, code: RegionCode, selection: Selection, total: i64) -> String {
    let l = view.language;
    let (n, place) = (number(l, total), name_of(decree, code));
    match selection {
        Selection::All => l.say(format!("{n} KIM di {place}"), format!("{n} KIM in {place}")),
        Selection::RevitalisedInYear => l.say(
            format!("{n} KIM kembali aktif dalam 12 bulan di {place}"),
            format!("{n} KIM active again within 12 months in {place}"),
        ),
        Selection::Status(status) => {
            let word = super::fragments::status(l, status).to_lowercase();
            l.say(format!("{n} KIM {word} di {place}"), format!("{n} {word} KIM in {place}"))
        }
    }
}

fn page(
    shell: Shell,
    view: &View,
    (code, selection): (RegionCode, Selection),
    shown: Month,
    found: &CommunityPage,
    foot: &Foot,
) -> CommunitiesPage {
    let l = view.language;
    let decree = found.as_of.decree;
    let choice = |candidate: Selection| Link {
        text: match candidate {
            Selection::All => l.say("Semua", "All").to_owned(),
            Selection::RevitalisedInYear => l.say("Kembali aktif", "Active again").to_owned(),
            Selection::Status(status) => super::fragments::status(l, status).to_owned(),
        },
        address: view.communities(code, candidate),
        chosen: candidate == selection,
    };
    let up = |code: RegionCode, text: String| Link { text, address: view.region(code), chosen: false };
    let mut crumbs: Vec<Link> = above(decree, code).into_iter().map(|named| up(named.code, named.name)).collect();
    crumbs.push(up(code, name_of(decree, code)));
    CommunitiesPage {
        title: title(view, decree, code, selection, found.total),
        subtitle: l.say(
            format!("Keadaan akhir {}, urut menurut kedudukan dan nama", month(l, shown)),
            format!("As at the end of {}, in order of seat and name", month(l, shown)),
        ),
        crumbs,
        choices: [
            Selection::All,
            Selection::Status(Status::Active),
            Selection::Status(Status::Dormant),
            Selection::RevitalisedInYear,
            Selection::Status(Status::Registered),
            Selection::Status(Status::Dissolved),
            Selection::Status(Status::Merged),
        ]
        .map(choice)
        .into(),
        list: askama::Template::render(&Communities::new(view, code, selection, found))
            .expect("a template of texts and numbers renders into a string"),
        foot: askama::Template::render(foot).expect("a template of texts and numbers renders into a string"),
        shell,
    }
}
