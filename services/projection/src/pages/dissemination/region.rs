//! The page of a region's campaigns: `/diseminasi`, `/wilayah/14/diseminasi`.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use kim_territory::{Level, RegionCode};

use super::{
    export, finding,
    funnel::{Funnel, Rung},
    ladder::Ladder,
    model::{COUNTED_FROM, CampaignFunnel, DisseminationQuery, DisseminationView, WAITING_UP_TO},
    words,
};
use crate::pages::{
    Pages,
    address::{Place, View},
    error::Trouble,
    finding::Headline,
    format::{date, days, month, number, people, percent},
    fragments::{Foot, Notices, printed},
    language::Language,
    model::{AsOf, Month, Queries},
    naming::{above, level_head, name_of, short_name_of},
    reader::{Form, Reader},
    shell::{Shell, html, not_modified},
};

/// Rows of a table on a page; a file has all.
const NAMED: usize = 20;

pub struct Link {
    pub text: String,
    pub address: String,
}

pub struct Figure {
    pub name: &'static str,
    pub definition: String,
    pub value: String,
    /// What it counts.
    pub list: String,
    pub note: String,
}

/// A campaign in a table.
pub struct CampaignRow {
    pub name: String,
    pub address: String,
    pub office: String,
    pub window: String,
    pub status: &'static str,
    pub assigned: String,
    pub delivered: String,
    pub taken_on: String,
    pub held: String,
    pub people: String,
}

/// A part of a region.
pub struct PartRow {
    pub name: String,
    pub address: String,
    pub assigned: String,
    pub delivered: String,
    pub taken_on: String,
    pub held: String,
    pub people: String,
}

struct ProgrammeRow {
    name: String,
    address: Option<String>,
    campaigns: String,
    assigned: String,
    taken_on: String,
    people: String,
}

struct OfficeRow {
    name: String,
    total: String,
    by_age: [String; 4],
    oldest: String,
}

struct NoticeRow {
    name: String,
    address: String,
    kind: &'static str,
    waiting: String,
    told: String,
}

#[derive(Template)]
#[template(path = "dissemination.html")]
struct RegionPage {
    shell: Shell,
    crumbs: Vec<Link>,
    region: String,
    period: String,
    earlier: Option<Link>,
    later: Option<Link>,
    headline: Headline,
    lede: String,
    figures: Vec<Figure>,
    ladder: Option<String>,
    how: [&'static str; 3],
    campaigns: Vec<CampaignRow>,
    campaigns_caption: String,
    more_campaigns: String,
    programmes: Vec<ProgrammeRow>,
    more_programmes: String,
    part_head: &'static str,
    parts: Vec<PartRow>,
    parts_note: String,
    offices: Vec<OfficeRow>,
    more_offices: String,
    ages: [String; 4],
    notices: Vec<NoticeRow>,
    more_notices: String,
    file: String,
    definition: String,
    waiting_definition: String,
    notice_definition: String,
    foot: String,
}

/// `/diseminasi`
pub async fn nation<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader) -> Response {
    show(&pages, &reader, RegionCode::NATION).await
}

/// Of a region that there is.
pub async fn show<Q: Queries>(pages: &Pages<Q>, reader: &Reader, code: RegionCode) -> Response {
    let start = View::new(reader.language, Place::Dissemination(code));
    let view = match start.clone().with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    match answer(pages, reader, &view, code).await {
        Ok(response) => response,
        Err(trouble) => reader.refuse(&view, &trouble),
    }
}

/// What a page shows, before it is put into words.
pub struct Shown<'v> {
    pub view: &'v View,
    pub code: RegionCode,
    /// The last of the twelve months, and whether it is running.
    pub month: Month,
    pub running: bool,
    pub as_of: AsOf,
    pub data: DisseminationView,
}

async fn answer<Q: Queries>(
    pages: &Pages<Q>,
    reader: &Reader,
    view: &View,
    code: RegionCode,
) -> Result<Response, Trouble> {
    let last = pages.running_month();
    // What runs now is what most want to see: without a month the running one is the last.
    let month = if view.month.is_some() { pages.month_of(view)? } else { last };
    let as_of = pages.as_of()?.of(&COUNTED_FROM);
    let today = kim_territory::Zone::JAKARTA.date_of(pages.now());
    let known = reader.etag(&as_of, today);
    if reader.knows(&known) {
        return Ok(not_modified(&known));
    }
    let query = DisseminationQuery { region: code, territory: view.territory, month, today };
    let data = pages.queries.dissemination(query).await?;
    let shown = Shown { view, code, month, running: month == last, as_of: data.as_of.heard_as(&as_of), data };
    let etag = reader.etag(&shown.as_of, today);
    Ok(match reader.form {
        Form::Page => html(StatusCode::OK, Some(&etag), view.language, &page(pages, reader, &shown)),
        Form::Csv => export::region_csv(&shown, &etag),
        Form::Json => export::region_json(&shown, &etag),
    })
}

/// `November 2025 – Oktober 2026`.
#[must_use]
pub fn period(l: Language, to: Month) -> String {
    format!("{} – {}", month(l, to.plus(-11)), month(l, to))
}

fn page<Q: Queries>(pages: &Pages<Q>, reader: &Reader, shown: &Shown<'_>) -> RegionPage {
    let Shown { view, code, month: to, data, as_of, .. } = shown;
    let (l, decree, code) = (view.language, as_of.decree, *code);
    let region = name_of(decree, code);
    let place = if code.level() == Level::Nation { "" } else { region.as_str() };
    let funnel = data.funnel();
    let headline = finding::headline(l, place, data.campaigns.len(), &funnel);
    let when = period(l, *to);
    let title = format!("{} · {}, {when}", headline.plain(), l.say("Diseminasi", "Dissemination"));
    let mut shell = Shell::new(view, reader.theme, title).with_notices(Notices::new(l, as_of));
    shell.printed = Some(printed(view, *to, pages.now()));
    shell.alternates = vec![("text/csv", view.file("csv")), ("application/json", view.file("json"))];
    let subtitle = l.say(
        format!("Penyampaian kampanye yang mulai {when}, {region}, keadaan sekarang; satuan: penugasan"),
        format!("Deliveries of campaigns that began {when}, {region}, as of now; unit: assignments"),
    );
    let ladder = (funnel.assigned() > 0).then(|| rendered(&Ladder::new(view, subtitle, &funnel)));
    let step = |to: Month| Link { text: period(l, to), address: view.in_month(to).address() };
    let crumb = |code: RegionCode, text: String| Link { text, address: view.region(code) };
    let mut crumbs: Vec<Link> = above(decree, code).into_iter().map(|named| crumb(named.code, named.name)).collect();
    crumbs.push(crumb(code, region.clone()));
    let foot = Foot::new(view, *to, shown.running, as_of);
    let programmes = programmes(view, &data.campaigns);
    RegionPage {
        crumbs,
        earlier: (to.plus(-12) >= Month::FIRST).then(|| step(to.plus(-12))),
        later: (to.plus(12) <= pages.running_month()).then(|| step(to.plus(12))),
        lede: lede(l, &funnel),
        figures: figures(view, code, data, &funnel),
        headline,
        ladder,
        how: how(l),
        campaigns: data.campaigns.iter().take(NAMED).map(|one| campaign(view, code, one)).collect(),
        campaigns_caption: format!("{}, {region}, {when}", l.say("Kampanye", "Campaigns")),
        more_campaigns: more(l, data.campaigns.len(), ("kampanye", "campaigns")),
        more_programmes: more(l, programmes.len(), ("program", "programmes")),
        programmes: programmes.into_iter().take(NAMED).collect(),
        part_head: code.level().below().map_or("", |level| level_head(l, level)),
        parts: data
            .parts
            .iter()
            .map(|part| part_row(l, short_name_of(decree, part.code), view.dissemination(part.code), &part.funnel))
            .collect(),
        parts_note: parts_note(l, code.level()),
        offices: offices(l, data),
        more_offices: more(l, data.unanswered.len(), ("kantor", "offices")),
        ages: ages(l),
        notices: notices(view, code, data),
        more_notices: more(l, data.unacknowledged.len(), ("ralat dan penarikan", "corrections and withdrawals")),
        file: view.file("csv"),
        definition: view.definition("tangga-penyampaian"),
        waiting_definition: view.definition("pertanyaan-menunggu"),
        notice_definition: view.definition("ralat-penarikan"),
        foot: rendered(&foot),
        period: when,
        region,
        shell,
    }
}

/// What of a list stands in the files alone.
fn more(l: Language, all: usize, what: (&str, &str)) -> String {
    match all.saturating_sub(NAMED) {
        0 => String::new(),
        more => {
            let what = l.say(what.0, what.1);
            l.say(format!("{more} {what} lain ada dalam berkas."), format!("{more} more {what} are in the files."))
        }
    }
}

pub fn rendered(template: &impl Template) -> String {
    template.render().expect("a template of texts and numbers renders into a string")
}

/// How a campaign comes to stand here.
#[must_use]
pub fn how(l: Language) -> [&'static str; 3] {
    l.say(
        [
            "Kantor menyusun materi program, dan orang kedua menyetujuinya sebelum terbit.",
            "Kantor menjadwalkan kampanye: kepada KIM mana, mulai kapan.",
            "KIM mengonfirmasi materi di kotak masuknya, menggelar sesi, dan melaporkan jangkauannya; angkanya tampak di sini.",
        ],
        [
            "An office writes a programme's material, and a second person approves it before it is published.",
            "The office schedules a campaign: to which KIM, and from when on.",
            "KIM acknowledge the material in their inbox, hold sessions and report their reach; the figures show here.",
        ],
    )
}

fn lede(l: Language, funnel: &Funnel) -> String {
    if funnel.assigned() == 0 {
        return String::new();
    }
    if funnel.sessions() == 0 && funnel.people() == 0 {
        let nothing =
            l.say("Belum ada sesi atau jangkauan yang dilaporkan.", "No session and no reach have been reported yet.");
        return nothing.to_owned();
    }
    let (sessions, came) = (number(l, funnel.sessions()), people(l, funnel.attendance()));
    let reached = people(l, funnel.people());
    l.say(
        format!("KIM melaporkan {sessions} sesi dengan {came} hadirin, dan {reached} orang terjangkau."),
        format!("KIM reported {sessions} sessions with {came} attendants, and {reached} people reached."),
    )
}

fn figures(view: &View, code: RegionCode, data: &DisseminationView, funnel: &Funnel) -> Vec<Figure> {
    let l = view.language;
    let to = |anchor: &str| format!("{}#{anchor}", view.dissemination(code));
    let share = |count| {
        let share = percent(l, count, funnel.assigned());
        l.say(format!("{share} dari penugasan"), format!("{share} of assignments"))
    };
    let taken_on = funnel.reached(Rung::Acknowledged);
    let questions: i64 = data.unanswered.iter().map(super::model::Unanswered::total).sum();
    let oldest = data.unanswered.iter().map(|one| one.oldest).min();
    let campaigns = number(l, i64::try_from(data.campaigns.len()).unwrap_or(i64::MAX));
    vec![
        Figure {
            name: l.say("Penugasan", "Assignments"),
            definition: view.definition("tangga-penyampaian"),
            value: number(l, funnel.assigned()),
            list: to("kampanye"),
            note: l.say(format!("{campaigns} kampanye"), format!("{campaigns} campaigns")),
        },
        Figure {
            name: l.say("Dikonfirmasi KIM", "Acknowledged"),
            definition: view.definition("tangga-penyampaian"),
            value: number(l, taken_on),
            list: to("kampanye"),
            note: share(taken_on),
        },
        Figure {
            name: l.say("Orang terjangkau", "People reached"),
            definition: view.definition("jangkauan-diseminasi"),
            value: people(l, funnel.people()),
            list: to("kampanye"),
            note: l.say(
                format!("dari {} laporan", number(l, funnel.reported(Rung::ReachReported))),
                format!("from {} reports", number(l, funnel.reported(Rung::ReachReported))),
            ),
        },
        Figure {
            name: l.say("Pertanyaan menunggu", "Questions waiting"),
            definition: view.definition("pertanyaan-menunggu"),
            value: number(l, questions),
            list: to("menunggu"),
            note: oldest.map_or_else(
                || l.say("tidak ada yang menunggu", "none is waiting").to_owned(),
                |oldest| {
                    l.say(format!("tertua sejak {}", date(l, oldest)), format!("oldest since {}", date(l, oldest)))
                },
            ),
        },
    ]
}

#[must_use]
pub fn campaign(view: &View, code: RegionCode, one: &CampaignFunnel) -> CampaignRow {
    let l = view.language;
    let CampaignFunnel { campaign, funnel } = one;
    let share = |rung| percent(l, funnel.reached(rung), funnel.assigned());
    CampaignRow {
        name: campaign.name.clone(),
        address: view.campaign(campaign.id, code),
        office: words::office(l, campaign.office.as_ref()),
        window: days(l, campaign.from, campaign.until),
        status: words::status(l, campaign.status),
        assigned: number(l, funnel.assigned()),
        delivered: share(Rung::Delivered),
        taken_on: share(Rung::Acknowledged),
        held: share(Rung::SessionHeld),
        people: people(l, funnel.people()),
    }
}

/// A row of a table of parts.
#[must_use]
pub fn part_row(l: Language, name: String, address: String, funnel: &Funnel) -> PartRow {
    let share = |rung| percent(l, funnel.reached(rung), funnel.assigned());
    PartRow {
        name,
        address,
        assigned: number(l, funnel.assigned()),
        delivered: share(Rung::Delivered),
        taken_on: share(Rung::Acknowledged),
        held: share(Rung::SessionHeld),
        people: people(l, funnel.people()),
    }
}

/// Why parts may be less than the whole.
#[must_use]
pub fn parts_note(l: Language, level: Level) -> String {
    match level {
        Level::Regency | Level::District => l
            .say(
                "Di bawah kabupaten/kota dihitung menurut kedudukan KIM sekarang: yang berkedudukan di wilayah ini sendiri, atau \
                 pindah sejak ditugaskan, tidak masuk bagian mana pun.",
                "Below a regency counted by where a KIM has its seat now: one with its seat in this region itself, or that moved \
                 since it was assigned, is in none of the parts.",
            )
            .to_owned(),
        Level::Nation | Level::Province | Level::Village => String::new(),
    }
}

fn programmes(view: &View, campaigns: &[CampaignFunnel]) -> Vec<ProgrammeRow> {
    let l = view.language;
    let mut sums: BTreeMap<_, (Option<&String>, i64, Funnel)> = BTreeMap::new();
    for one in campaigns {
        let (name, count, sum) = sums.entry(one.campaign.programme_id).or_default();
        *name = one.campaign.programme.as_ref();
        *count += 1;
        sum.add(&one.funnel);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, (name, _, sum))| (std::cmp::Reverse(sum.assigned()), *name));
    sums.into_iter()
        .map(|(id, (name, count, sum))| ProgrammeRow {
            address: name.is_some().then(|| view.programme(id)),
            name: name
                .cloned()
                .unwrap_or_else(|| l.say("Program yang belum terbaca", "A programme not read yet").into()),
            campaigns: number(l, count),
            assigned: number(l, sum.assigned()),
            taken_on: percent(l, sum.reached(Rung::Acknowledged), sum.assigned()),
            people: people(l, sum.people()),
        })
        .collect()
}

fn ages(l: Language) -> [String; 4] {
    let [young, older, old] = WAITING_UP_TO;
    let (from, then) = (young + 1, older + 1);
    l.say(
        [
            format!("≤{young} hari"),
            format!("{from}–{older} hari"),
            format!("{then}–{old} hari"),
            format!(">{old} hari"),
        ],
        [
            format!("≤{young} days"),
            format!("{from}–{older} days"),
            format!("{then}–{old} days"),
            format!(">{old} days"),
        ],
    )
}

fn offices(l: Language, data: &DisseminationView) -> Vec<OfficeRow> {
    data.unanswered
        .iter()
        .take(NAMED)
        .map(|one| OfficeRow {
            name: words::office(l, one.office.as_ref()),
            total: number(l, one.total()),
            by_age: one.by_age.map(|count| number(l, count)),
            oldest: date(l, one.oldest),
        })
        .collect()
}

fn notices(view: &View, code: RegionCode, data: &DisseminationView) -> Vec<NoticeRow> {
    let l = view.language;
    data.unacknowledged
        .iter()
        .take(NAMED)
        .map(|one| NoticeRow {
            name: one.campaign.clone(),
            address: view.campaign(one.campaign_id, code),
            kind: words::notice(l, one.kind),
            waiting: number(l, one.told - one.acknowledged),
            told: number(l, one.told),
        })
        .collect()
}
