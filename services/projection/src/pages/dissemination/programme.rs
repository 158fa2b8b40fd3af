//! The page of one programme, with all its campaigns: `/program/{id}`.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kim_territory::{RegionCode, Zone};
use uuid::Uuid;

use super::{
    campaign::{Fact, figures},
    export, finding,
    ladder::Ladder,
    model::{COUNTED_FROM, ProgrammeQuery, ProgrammeView},
    region::{self, CampaignRow, Figure, rendered},
    words,
};
use crate::pages::{
    Pages,
    address::{Place, View},
    error::Trouble,
    finding::Headline,
    format::{date, days},
    fragments::{Foot, Notices, printed},
    language::Language,
    model::{AsOf, Queries},
    reader::{Form, Reader},
    shell::{Shell, html, not_modified},
};

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage {
    shell: Shell,
    list: String,
    name: String,
    headline: Headline,
    figures: Vec<Figure>,
    facts: Vec<Fact>,
    ladder: Option<String>,
    how: [&'static str; 3],
    campaigns: Vec<CampaignRow>,
    campaigns_caption: String,
    definition: String,
    file: String,
    foot: String,
}

/// A programme as a view shows it.
pub struct Shown<'v> {
    pub view: &'v View,
    pub as_of: AsOf,
    pub data: ProgrammeView,
}

/// `/program/{id}`, and its files.
pub async fn programme<Q: Queries>(
    State(pages): State<Pages<Q>>,
    reader: Reader,
    Path(text): Path<String>,
) -> Response {
    let list = View::new(reader.language, Place::Dissemination(RegionCode::NATION));
    let (text, _) = Form::of_segment(&text);
    let Ok(id) = text.parse::<Uuid>() else { return reader.refuse(&list, &Trouble::NoSuchProgramme) };
    let start = View::new(reader.language, Place::Programme(id));
    let view = match start.clone().with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    match answer(&pages, &reader, &view, id).await {
        Ok(response) => response,
        Err(trouble) => reader.refuse(&list, &trouble),
    }
}

async fn answer<Q: Queries>(pages: &Pages<Q>, reader: &Reader, view: &View, id: Uuid) -> Result<Response, Trouble> {
    let as_of = pages.as_of()?.of(&COUNTED_FROM);
    let today = Zone::JAKARTA.date_of(pages.now());
    let known = reader.etag(&as_of, today);
    if reader.knows(&known) {
        return Ok(not_modified(&known));
    }
    let query = ProgrammeQuery { programme: id };
    let data = pages.queries.programme(query).await?.ok_or(Trouble::NoSuchProgramme)?;
    let shown = Shown { view, as_of: data.as_of.heard_as(&as_of), data };
    let etag = reader.etag(&shown.as_of, today);
    Ok(match reader.form {
        Form::Page => html(StatusCode::OK, Some(&etag), view.language, &page(pages, reader, &shown)),
        Form::Csv => export::programme_csv(&shown, pages.running_month(), &etag),
        Form::Json => export::programme_json(&shown, pages.running_month(), &etag),
    })
}

fn page<Q: Queries>(pages: &Pages<Q>, reader: &Reader, shown: &Shown<'_>) -> ProgrammePage {
    let Shown { view, as_of, data } = shown;
    let (l, month, name) = (view.language, pages.running_month(), &data.programme.name);
    let funnel = data.funnel();
    let headline = finding::headline(l, "", data.campaigns.len(), &funnel);
    let title = format!("{name} · {}", headline.plain());
    let mut shell = Shell::new(view, reader.theme, title).with_notices(Notices::new(l, as_of));
    shell.printed = Some(printed(view, month, pages.now()));
    shell.alternates = vec![("text/csv", view.file("csv")), ("application/json", view.file("json"))];
    let subtitle = l.say(
        "Penyampaian semua kampanye program ini, keadaan sekarang; satuan: penugasan".to_owned(),
        "Deliveries of all campaigns of this programme, as of now; unit: assignments".to_owned(),
    );
    ProgrammePage {
        list: view.dissemination(RegionCode::NATION),
        name: name.clone(),
        headline,
        figures: figures(view, &format!("{}#kampanye", view.address()), &funnel),
        facts: facts(l, data),
        ladder: (funnel.assigned() > 0).then(|| rendered(&Ladder::new(view, subtitle, &funnel))),
        how: region::how(l),
        campaigns: data.campaigns.iter().map(|one| region::campaign(view, RegionCode::NATION, one)).collect(),
        campaigns_caption: format!("{}, {name}", l.say("Kampanye", "Campaigns")),
        definition: view.definition("tangga-penyampaian"),
        file: view.file("csv"),
        foot: rendered(&Foot::new(view, month, true, as_of)),
        shell,
    }
}

fn facts(l: Language, data: &ProgrammeView) -> Vec<Fact> {
    let programme = &data.programme;
    let term = match programme.until {
        Some(until) => days(l, programme.from, until),
        None => l.say(format!("sejak {}", date(l, programme.from)), format!("since {}", date(l, programme.from))),
    };
    let term = match programme.closed_on {
        Some(on) => l.say(format!("{term}; ditutup {}", date(l, on)), format!("{term}; closed {}", date(l, on))),
        None => term,
    };
    vec![
        Fact::new(l.say("Pemilik", "Owner"), words::office(l, programme.office.as_ref())),
        Fact::new(l.say("Masa program", "Term"), term),
    ]
}
