//! The page of one campaign: `/kampanye/{id}`, in a region `/kampanye/{id}?di=14`.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kim_territory::{Level, RegionCode};
use uuid::Uuid;

use super::{
    export, finding,
    funnel::{Funnel, NoticeKind, Rung},
    ladder::Ladder,
    model::{COUNTED_FROM, CampaignQuery, CampaignView, Step},
    region::{Figure, Link, PartRow, part_row, parts_note, rendered},
    words,
};
use crate::pages::{
    Pages,
    address::{Place, View},
    error::Trouble,
    finding::Headline,
    format::{NONE, date, days, duration, number, people, percent},
    fragments::{Foot, Notices, printed},
    language::Language,
    model::{AsOf, Queries},
    naming::{above, level_head, name_of, short_name_of},
    reader::{Form, Reader},
    region::known,
    shell::{Shell, html, not_modified},
};

struct StepRow {
    from: &'static str,
    to: &'static str,
    median: String,
    deliveries: String,
}

pub struct Fact {
    pub head: &'static str,
    pub text: String,
    /// Where more of it is told.
    pub address: Option<String>,
}

impl Fact {
    pub fn new(head: &'static str, text: String) -> Self {
        Self { head, text, address: None }
    }
}

#[derive(Template)]
#[template(path = "campaign.html")]
struct CampaignPage {
    shell: Shell,
    crumbs: Vec<Link>,
    name: String,
    headline: Headline,
    figures: Vec<Figure>,
    facts: Vec<Fact>,
    ladder: String,
    steps: Vec<StepRow>,
    part_head: &'static str,
    parts: Vec<PartRow>,
    parts_note: String,
    region: String,
    bulletin: String,
    definition: String,
    time_definition: String,
    file: String,
    foot: String,
}

/// A campaign as a view shows it.
pub struct Shown<'v> {
    pub view: &'v View,
    pub code: RegionCode,
    pub as_of: AsOf,
    pub data: CampaignView,
}

/// `/kampanye/{id}`, and its files.
pub async fn campaign<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader, Path(text): Path<String>) -> Response {
    let list = View::new(reader.language, Place::Dissemination(RegionCode::NATION));
    let (text, _) = Form::of_segment(&text);
    let Ok(id) = text.parse::<Uuid>() else { return reader.refuse(&list, &Trouble::NoSuchCampaign) };
    let start = View::new(reader.language, Place::Campaign(id, RegionCode::NATION));
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
    let code = match &view.place {
        Place::Campaign(_, code) if code.level() != Level::Nation => known(pages, reader, &code.to_string())?,
        _ => RegionCode::NATION,
    };
    let as_of = pages.as_of()?.of(&COUNTED_FROM);
    let today = kim_territory::Zone::JAKARTA.date_of(pages.now());
    let known = reader.etag(&as_of, today);
    if reader.knows(&known) {
        return Ok(not_modified(&known));
    }
    let query = CampaignQuery { campaign: id, region: code, territory: view.territory };
    let data = pages.queries.campaign(query).await?.ok_or(Trouble::NoSuchCampaign)?;
    let shown = Shown { view, code, as_of: data.as_of.heard_as(&as_of), data };
    let etag = reader.etag(&shown.as_of, today);
    Ok(match reader.form {
        Form::Page => html(StatusCode::OK, Some(&etag), view.language, &page(pages, reader, &shown)),
        Form::Csv => export::campaign_csv(&shown, pages.running_month(), &etag),
        Form::Json => export::campaign_json(&shown, pages.running_month(), &etag),
    })
}

/// Figures are as of now, whatever the month: the page is one of the running month.
fn page<Q: Queries>(pages: &Pages<Q>, reader: &Reader, shown: &Shown<'_>) -> CampaignPage {
    let Shown { view, code, as_of, data } = shown;
    let (l, decree, code, month) = (view.language, as_of.decree, *code, pages.running_month());
    let CampaignView { campaign, funnel, .. } = data;
    let region = name_of(decree, code);
    let place = if code.level() == Level::Nation { "" } else { region.as_str() };
    let headline = finding::headline(l, place, 1, funnel);
    let title = format!("{} · {}", campaign.name, headline.plain());
    let mut shell = Shell::new(view, reader.theme, title).with_notices(Notices::new(l, as_of));
    shell.printed = Some(printed(view, month, pages.now()));
    shell.alternates = vec![("text/csv", view.file("csv")), ("application/json", view.file("json"))];
    let subtitle = l.say(
        format!("Penyampaian kampanye ini, {region}, keadaan sekarang; satuan: penugasan"),
        format!("Deliveries of this campaign, {region}, as of now; unit: assignments"),
    );
    let here = |code| view.campaign(campaign.id, code);
    let list =
        Link { text: l.say("Diseminasi", "Dissemination").to_owned(), address: view.dissemination(RegionCode::NATION) };
    let around = above(decree, code).into_iter().map(|named| Link { text: named.name, address: here(named.code) });
    CampaignPage {
        crumbs: std::iter::once(list).chain(around).collect(),
        name: campaign.name.clone(),
        headline,
        figures: figures(view, &format!("{}#wilayah", view.address()), funnel),
        facts: facts(view, shown),
        ladder: rendered(&Ladder::new(view, subtitle, funnel)),
        steps: data.steps.iter().map(|step| step_row(l, step)).collect(),
        part_head: code.level().below().map_or("", |level| level_head(l, level)),
        parts: data
            .parts
            .iter()
            .filter(|part| part.funnel.assigned() > 0)
            .map(|part| part_row(l, short_name_of(decree, part.code), here(part.code), &part.funnel))
            .collect(),
        parts_note: parts_note(l, code.level()),
        region,
        bulletin: view.bulletin(campaign.id, None),
        definition: view.definition("tangga-penyampaian"),
        time_definition: view.definition("waktu-antaranak-tangga"),
        file: view.file("csv"),
        foot: rendered(&Foot::new(view, month, true, as_of)),
        shell,
    }
}

/// Of a ladder; `list` is what they count.
#[must_use]
pub fn figures(view: &View, list: &str, funnel: &Funnel) -> Vec<Figure> {
    let l = view.language;
    let figure = |name, definition, value, note| Figure {
        name,
        definition: view.definition(definition),
        value,
        list: list.to_owned(),
        note,
    };
    let share = |count| percent(l, count, funnel.assigned());
    let ladder = "tangga-penyampaian";
    let (taken_on, sessions) = (funnel.reached(Rung::Acknowledged), funnel.sessions());
    vec![
        figure(
            l.say("Penugasan", "Assignments"),
            ladder,
            number(l, funnel.assigned()),
            l.say(
                format!("{} sampai", share(funnel.reached(Rung::Delivered))),
                format!("{} delivered", share(funnel.reached(Rung::Delivered))),
            ),
        ),
        figure(l.say("Dikonfirmasi KIM", "Acknowledged"), ladder, number(l, taken_on), share(taken_on)),
        figure(
            l.say("Sesi digelar", "Sessions held"),
            "jangkauan-diseminasi",
            number(l, sessions),
            l.say(
                format!("{} hadirin", people(l, funnel.attendance())),
                format!("{} attendants", people(l, funnel.attendance())),
            ),
        ),
        figure(
            l.say("Orang terjangkau", "People reached"),
            "jangkauan-diseminasi",
            people(l, funnel.people()),
            l.say(
                format!("dari {} laporan", number(l, funnel.reported(Rung::ReachReported))),
                format!("from {} reports", number(l, funnel.reported(Rung::ReachReported))),
            ),
        ),
    ]
}

fn facts(view: &View, shown: &Shown<'_>) -> Vec<Fact> {
    let l = view.language;
    let CampaignView { campaign, funnel, .. } = &shown.data;
    let unknown = || l.say("belum terbaca", "not read yet").to_owned();
    let mut facts = vec![
        Fact {
            head: l.say("Program", "Programme"),
            text: campaign.programme.clone().unwrap_or_else(unknown),
            address: campaign.programme.is_some().then(|| view.programme(campaign.programme_id)),
        },
        Fact::new(l.say("Pemilik", "Owner"), words::office(l, campaign.office.as_ref())),
        Fact::new(
            l.say("Jendela", "Window"),
            format!("{} · {}", days(l, campaign.from, campaign.until), words::status(l, campaign.status)),
        ),
        Fact::new(
            l.say("Materi", "Material"),
            campaign.material.as_ref().map_or_else(unknown, |material| {
                let version = l.say(
                    format!("{}, versi {}", material.title, material.version),
                    format!("{}, version {}", material.title, material.version),
                );
                match material.withdrawn_on {
                    Some(on) => l.say(
                        format!("{version}; ditarik {}", date(l, on)),
                        format!("{version}; withdrawn {}", date(l, on)),
                    ),
                    None => version,
                }
            }),
        ),
    ];
    for kind in NoticeKind::ALL.into_iter().filter(|kind| funnel.told(*kind) > 0) {
        let (waits, told) = (number(l, funnel.unacknowledged(kind)), number(l, funnel.told(kind)));
        let text = l.say(
            format!("{waits} dari {told} KIM yang diberi tahu belum mengonfirmasinya"),
            format!("{waits} of {told} KIM that were told have not taken notice"),
        );
        facts.push(Fact::new(words::notice(l, kind), text));
    }
    facts
}

fn step_row(l: Language, step: &Step) -> StepRow {
    StepRow {
        from: words::rung(l, step.from),
        to: words::rung(l, step.to),
        median: step.median_hours.map_or_else(|| NONE.to_owned(), |hours| duration(l, hours)),
        deliveries: number(l, step.deliveries),
    }
}
