//! The page of a region, from the nation to a village: one handler, one template.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use kim_territory::{Decree, Level, RegionCode, Territory};

use super::{
    Pages,
    address::{self, Place, View},
    communities, dissemination,
    error::Trouble,
    export,
    format::{month, month_name},
    fragments::{self, Fragment, Notices, printed, sentence},
    model::{AsOf, Basis, CommunityQuery, Month, Queries, QueryError, RegionQuery, Selection},
    naming::{Named, above, named},
    reader::{Form, Reader},
    scene::Scene,
    shell::{Shell, html, not_modified},
};
use crate::context::Context;

/// Communities named on the page of a district or a village; the whole list has its own address.
const NAMED: i64 = 50;

struct Crumb {
    name: String,
    address: String,
}

struct Choice {
    text: String,
    address: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "region.html")]
struct RegionPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    name: String,
    month: String,
    earlier: Option<Crumb>,
    later: Option<Crumb>,
    bases: Vec<Choice>,
    /// The territories that have this code, if there are several.
    territories: Vec<Choice>,
    fragments: Vec<Fragment>,
    level: Level,
    file: String,
    dissemination: String,
    definition: String,
    coverage_definition: String,
    month_heads: [&'static str; 4],
    table_open: bool,
}

impl RegionPage {
    fn fragment(&self, name: &str) -> &str {
        self.fragments.iter().find(|f| f.name == name).map_or("", |f| f.markup.as_str())
    }

    fn is_nation(&self) -> bool {
        self.level == Level::Nation
    }

    fn has_parts(&self) -> bool {
        self.level != Level::Village
    }

    fn names_communities(&self) -> bool {
        names_communities(self.level)
    }

    fn lists_without(&self) -> bool {
        matches!(self.level, Level::Regency | Level::District)
    }
}

fn names_communities(level: Level) -> bool {
    matches!(level, Level::District | Level::Village)
}

/// `/`
pub async fn nation<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader) -> Response {
    show(&pages, &reader, RegionCode::NATION).await
}

/// `/wilayah/14.01`, `/wilayah/14.01.csv`; the same code spelled otherwise is sent on.
pub async fn region<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader, Path(text): Path<String>) -> Response {
    let (text, ending) = Form::of_segment(&text);
    match known(&pages, &reader, text) {
        Ok(code) if code.level() != Level::Nation && code.to_string() == text => show(&pages, &reader, code).await,
        Ok(code) => match View::new(reader.language, Place::Region(code)).with_query(&reader.query) {
            Ok(view) => moved(&match ending {
                Some(Form::Csv) => view.file("csv"),
                Some(Form::Json) => view.file("json"),
                _ => view.address(),
            }),
            Err(bad) => reader.refuse(&View::new(reader.language, Place::Region(code)), &bad.into()),
        },
        Err(trouble) => {
            let place = match (&trouble, text.parse()) {
                (Trouble::Query(_), Ok(code)) => Place::Region(code),
                _ => Place::Regions,
            };
            reader.refuse(&View::new(reader.language, place), &trouble)
        }
    }
}

/// What there is below the address of a region: `/wilayah/14.01/kim`, `/wilayah/14.01/diseminasi`, and their files.
pub async fn below<Q: Queries>(
    State(pages): State<Pages<Q>>,
    reader: Reader,
    Path((text, page)): Path<(String, String)>,
) -> Response {
    let regions = View::new(reader.language, Place::Regions);
    let (page, ending) = Form::of_segment(&page);
    let is_dissemination = page == reader.language.say("diseminasi", "dissemination");
    if page != "kim" && !is_dissemination {
        return reader.refuse(&regions, &Trouble::NoSuchPage);
    }
    let code = match known(&pages, &reader, &text) {
        Ok(code) => code,
        Err(trouble) => return reader.refuse(&regions, &trouble),
    };
    if code.level() != Level::Nation && code.to_string() == text {
        return if is_dissemination {
            dissemination::show(&pages, &reader, code).await
        } else {
            communities::show(&pages, &reader, code).await
        };
    }
    let place =
        if is_dissemination { Place::Dissemination(code) } else { Place::Communities(code, Selection::All, None) };
    let view = View::new(reader.language, place);
    match view.clone().with_query(&reader.query) {
        Ok(view) => moved(&match ending {
            Some(Form::Csv) => view.file("csv"),
            Some(Form::Json) => view.file("json"),
            _ => view.address(),
        }),
        Err(bad) => reader.refuse(&view, &bad.into()),
    }
}

/// The code, if a region of the territory that the query names has it, or without that one in force.
pub fn known<Q: Queries>(pages: &Pages<Q>, reader: &Reader, text: &str) -> Result<RegionCode, Trouble> {
    let decree = pages.territory_of(address::territory(reader.language, &reader.query))?;
    let code = text.parse::<RegionCode>().ok().filter(|code| Territory::of(decree).get(code).is_some());
    code.ok_or_else(|| Trouble::NoSuchRegion { text: text.to_owned(), decree })
}

pub fn moved(address: &str) -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address.to_owned())]).into_response()
}

async fn show<Q: Queries>(pages: &Pages<Q>, reader: &Reader, code: RegionCode) -> Response {
    let start = View::new(reader.language, Place::Region(code));
    let view = match start.clone().with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    match answer(pages, reader, &view, code).await {
        Ok(response) => response,
        Err(trouble) => reader.refuse(&view, &trouble),
    }
}

async fn answer<Q: Queries>(
    pages: &Pages<Q>,
    reader: &Reader,
    view: &View,
    code: RegionCode,
) -> Result<Response, Trouble> {
    pages.month_of(view)?;
    let as_of = pages.as_of()?.of(&[Context::Registry]);
    let known = reader.etag(&as_of, kim_territory::Zone::JAKARTA.date_of(pages.now()));
    if reader.knows(&known) {
        return Ok(not_modified(&known));
    }
    let scene = scene(pages, view, code, &as_of).await?;
    // The figures may be newer than the state was when the request came in: the tag is of what is sent.
    let etag = reader.etag(&scene.as_of, kim_territory::Zone::JAKARTA.date_of(pages.now()));
    Ok(match reader.form {
        Form::Page => html(StatusCode::OK, Some(&etag), view.language, &page(reader, &scene)),
        Form::Csv => export::region_csv(&scene, &etag),
        Form::Json => export::region_json(&scene, &etag),
    })
}

/// The figures of a region as a view shows them.
pub async fn scene<Q: Queries>(
    pages: &Pages<Q>,
    view: &View,
    code: RegionCode,
    as_of: &AsOf,
) -> Result<Scene, Trouble> {
    let month = pages.month_of(view)?;
    let decree = pages.territory_of(view.territory)?;
    let region = named(decree, code).ok_or_else(|| Trouble::NoSuchRegion { text: code.to_string(), decree })?;
    let query = RegionQuery { region: code, territory: view.territory, month, basis: view.basis };
    let named = async {
        if !names_communities(code.level()) {
            return Ok::<_, QueryError>(None);
        }
        let list = CommunityQuery { within: query, selection: Selection::All, after: None, limit: NAMED };
        pages.queries.communities(list).await.map(Some)
    };
    let (data, communities) = tokio::try_join!(pages.region(query, as_of), named)?;
    Ok(Scene {
        language: view.language,
        view: view.clone(),
        region,
        month,
        last: pages.running_month(),
        as_of: data.as_of.heard_as(as_of),
        data,
        communities,
        now: pages.now(),
        live: false,
    })
}

fn page(reader: &Reader, scene: &Scene) -> RegionPage {
    let l = scene.language;
    let view = &scene.view;
    let when = month(l, scene.month);
    let headline = sentence(scene).plain();
    let title = format!("{headline} · {}, {when}", scene.region.name);
    let mut shell = Shell::new(view, reader.theme, title).with_notices(Notices::of(scene));
    shell.printed = Some(printed(view, scene.month, scene.now));
    shell.live = Some(live_address(scene));
    shell.alternates = vec![("text/csv", view.file("csv")), ("application/json", view.file("json"))];
    let crumb = |named: Named| Crumb { address: view.region(named.code), name: named.name };
    let step = |to: Month| {
        let name = if to.year() == scene.month.year() { month_name(l, to).to_owned() } else { month(l, to) };
        Crumb { name, address: view.in_month(to).address() }
    };
    RegionPage {
        crumbs: above(scene.decree(), scene.region.code).into_iter().map(crumb).collect(),
        name: scene.region.name.clone(),
        month: when,
        earlier: (scene.month > Month::FIRST).then(|| step(scene.month.plus(-1))),
        later: (scene.month < scene.last).then(|| step(scene.month.plus(1))),
        bases: [Basis::Happened, Basis::Recorded].map(|basis| choice(scene, basis)).into(),
        territories: territories(scene),
        fragments: fragments::of(scene).expect("a template of texts and numbers renders into a string"),
        level: scene.level(),
        file: view.file("csv"),
        dissemination: view.dissemination(scene.region.code),
        definition: view.definition("kim-aktif"),
        coverage_definition: view.definition(match scene.level() {
            Level::Regency | Level::District | Level::Village => "cakupan-desa",
            Level::Nation | Level::Province => "cakupan-kecamatan",
        }),
        month_heads: fragments::month_heads(scene),
        table_open: view.order.is_some(),
        shell,
    }
}

fn choice(scene: &Scene, basis: Basis) -> Choice {
    let text = match basis {
        Basis::Happened => scene.language.say("tanggal kejadian", "date happened"),
        Basis::Recorded => scene.language.say("tanggal pencatatan", "date recorded"),
    };
    Choice { text: text.to_owned(), address: scene.view.by(basis).address(), chosen: scene.view.basis == basis }
}

fn territories(scene: &Scene) -> Vec<Choice> {
    let in_force = scene.as_of.in_force();
    let known =
        scene.as_of.territories.iter().filter(|decree| Territory::of(**decree).get(&scene.region.code).is_some());
    let choice = |decree: &Decree| Choice {
        text: decree.key().to_owned(),
        address: scene.view.of((*decree != in_force).then_some(*decree)).address(),
        chosen: *decree == scene.decree(),
    };
    let choices: Vec<Choice> = known.map(choice).collect();
    if choices.len() > 1 { choices } else { Vec::new() }
}

/// The live feed of the same view, from the state that the page shows.
fn live_address(scene: &Scene) -> String {
    let path = format!("{}/{}", scene.language.say("/langsung", "/en/live"), scene.region.code);
    let address = scene.view.with_parameters(&path);
    let join = if address.contains('?') { '&' } else { '?' };
    format!("{address}{join}dari={}-{}", scene.as_of.generation, scene.as_of.positions())
}
