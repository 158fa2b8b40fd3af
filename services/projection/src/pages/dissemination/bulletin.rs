//! What a campaign is hung up as, on one sheet of A4: `/kampanye/{id}/buletin`, in a language `/kampanye/{id}/buletin?bahasa=jv`.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kim_territory::{RegionCode, Zone};
use uuid::Uuid;

use super::{
    campaign::Fact,
    edition::{BulletinQuery, BulletinView, Content, Revision, RevisionReason},
    model::{COUNTED_FROM, Campaign, Material},
    region::{Link, rendered},
    words,
};
use crate::pages::{
    Pages,
    address::{Place, View},
    error::Trouble,
    format::{date, days, moment},
    fragments::{Foot, Notices},
    language::Language,
    model::Queries,
    reader::Reader,
    shell::{Shell, html, not_modified},
};

/// What became of the version, said before all else.
struct Notice {
    head: &'static str,
    text: String,
    /// The office's own words.
    note: String,
    /// What to do.
    then: String,
}

#[derive(Template)]
#[template(path = "bulletin.html")]
struct BulletinPage {
    shell: Shell,
    crumbs: Vec<Link>,
    /// With whether it is the one shown.
    languages: Vec<(Link, bool)>,
    office: String,
    heading: String,
    /// Of the text; `None` where there is none.
    language: Option<String>,
    notice: Option<Notice>,
    paragraphs: Vec<String>,
    links: Vec<Link>,
    media: String,
    ask: String,
    facts: Vec<Fact>,
    how: &'static str,
    foot: String,
}

/// `/kampanye/{id}/buletin`
pub async fn bulletin<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader, Path(text): Path<String>) -> Response {
    let list = View::new(reader.language, Place::Dissemination(RegionCode::NATION));
    let Ok(id) = text.parse::<Uuid>() else { return reader.refuse(&list, &Trouble::NoSuchCampaign) };
    let start = View::new(reader.language, Place::Bulletin(id, None));
    let view = match start.clone().with_query(&reader.query) {
        Ok(view) => view,
        Err(bad) => return reader.refuse(&start, &bad.into()),
    };
    match answer(&pages, &reader, &view, id).await {
        Ok(response) => response,
        Err(trouble @ Trouble::NoSuchContent(_)) => reader.refuse(&start, &trouble),
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
    let query = BulletinQuery { campaign: id };
    let mut shown = pages.queries.bulletin(query).await?.ok_or(Trouble::NoSuchCampaign)?;
    shown.as_of = shown.as_of.heard_as(&as_of);
    let etag = reader.etag(&shown.as_of, today);
    Ok(html(StatusCode::OK, Some(&etag), view.language, &page(pages, reader, view, &shown)?))
}

fn page<Q: Queries>(
    pages: &Pages<Q>,
    reader: &Reader,
    view: &View,
    shown: &BulletinView,
) -> Result<BulletinPage, Trouble> {
    let (l, campaign) = (view.language, &shown.campaign);
    let contents = shown.edition.as_ref().map(|edition| edition.contents.as_slice()).unwrap_or_default();
    let content = chosen(view, contents)?;
    let withdrawn = campaign.material.as_ref().is_some_and(|material| material.withdrawn_on.is_some());
    let heading = match content {
        Some(content) => content.title.clone(),
        None if withdrawn => l.say("Materi ini sudah ditarik", "This material was withdrawn").to_owned(),
        None => l.say("Materi ini belum terbaca", "This material was not read yet").to_owned(),
    };
    let title = format!("{heading} · {}", l.say("Buletin", "Bulletin"));
    let mut shell = Shell::new(view, reader.theme, title).with_notices(Notices::new(l, &shown.as_of));
    let (made, address) = (moment(l, pages.now(), Zone::JAKARTA), view.address());
    shell.printed = Some(l.say(
        format!("Kemitraan KIM · dicetak {made} · {address}"),
        format!("Kemitraan KIM · printed {made} · {address}"),
    ));
    let office = words::office(l, campaign.office.as_ref());
    Ok(BulletinPage {
        crumbs: vec![
            Link {
                text: l.say("Diseminasi", "Dissemination").to_owned(),
                address: view.dissemination(RegionCode::NATION),
            },
            Link { text: campaign.name.clone(), address: view.campaign(campaign.id, RegionCode::NATION) },
        ],
        languages: contents.iter().map(|one| offered(view, campaign.id, one, content)).collect(),
        heading,
        language: content.map(|content| content.language.clone()),
        notice: notice(l, shown),
        paragraphs: content.map(|content| paragraphs(&content.body)).unwrap_or_default(),
        links: content.map(links).unwrap_or_default(),
        media: content.map(|content| media(l, content.media)).unwrap_or_default(),
        ask: ask(l, campaign.office.as_ref()),
        facts: facts(l, shown),
        how: if content.is_some() {
            l.say(
                "Cetak halaman ini dari menu peramban, di kertas A4. Sebelum dipasang lagi, periksa alamat ini: mungkin sudah ada versi baru.",
                "Print this page from the browser’s menu, on A4. Before it is hung up again, look here: there may be a newer version.",
            )
        } else {
            ""
        },
        foot: rendered(&Foot::new(view, pages.running_month(), true, &shown.as_of)),
        office,
        shell,
    })
}

/// In the language that the address names, or else the first. One that has no text at all has none in any language.
fn chosen<'c>(view: &View, contents: &'c [Content]) -> Result<Option<&'c Content>, Trouble> {
    match &view.place {
        Place::Bulletin(_, Some(language)) if !contents.is_empty() => {
            let found = contents.iter().find(|content| content.language == *language);
            found.map(Some).ok_or_else(|| Trouble::NoSuchContent(language.clone()))
        }
        _ => Ok(contents.first()),
    }
}

fn offered(view: &View, campaign: Uuid, one: &Content, chosen: Option<&Content>) -> (Link, bool) {
    let address = view.bulletin(campaign, Some(one.language.clone()));
    let text = words::language(view.language, &one.language);
    (Link { text, address }, chosen.is_some_and(|chosen| chosen.language == one.language))
}

fn paragraphs(body: &str) -> Vec<String> {
    let lines: Vec<&str> = body.lines().map(str::trim_end).collect();
    lines.split(|line| line.is_empty()).filter(|some| !some.is_empty()).map(|some| some.join("\n")).collect()
}

fn links(content: &Content) -> Vec<Link> {
    content.links.iter().map(|link| Link { text: link.title.clone(), address: link.address.clone() }).collect()
}

fn media(l: Language, count: i32) -> String {
    match count {
        0 => String::new(),
        _ => l.say(
            format!("Gambar, rekaman atau lampiran materi ini ({count} berkas) tidak ikut di sini; KIM menerimanya di kotak masuknya."),
            format!("Pictures, recordings or papers of this material ({count} files) are not shown here; KIM get them in their inbox."),
        ),
    }
}

fn notice(l: Language, shown: &BulletinView) -> Option<Notice> {
    let material = shown.campaign.material.as_ref()?;
    if let Some(on) = material.withdrawn_on {
        return Some(withdrawal(l, material, &date(l, on)));
    }
    let Revision { superseded_version: old, reason, note } = shown.edition.as_ref()?.revision.as_ref()?;
    let version = material.version;
    Some(Notice {
        head: words::revision(l, *reason),
        text: match reason {
            RevisionReason::Correction => l.say(
                format!("Versi {version} ini menggantikan versi {old}, yang memuat kekeliruan."),
                format!("This version {version} takes the place of version {old}, which says something wrong."),
            ),
            RevisionReason::Update | RevisionReason::Addition => l.say(
                format!("Versi {version} ini menggantikan versi {old}."),
                format!("This version {version} takes the place of version {old}."),
            ),
        },
        note: note.clone(),
        then: l.say(
            format!("Lepas lembar versi {old} dari papan pengumuman."),
            format!("Take the sheet of version {old} down."),
        ),
    })
}

/// The title is said, so that whoever has hung the sheet up knows which one it is; nothing else that it said.
fn withdrawal(l: Language, material: &Material, on: &str) -> Notice {
    let Material { title, version, .. } = material;
    Notice {
        head: l.say("Ditarik", "Withdrawn"),
        text: l.say(
            format!("“{title}”, versi {version}, ditarik pada {on} dan tidak berlaku lagi."),
            format!("“{title}”, version {version}, was withdrawn on {on} and does not hold any more."),
        ),
        note: String::new(),
        then: l
            .say(
                "Lepas lembarnya dari papan pengumuman, dan jangan disebarkan lagi.",
                "Take its sheet down, and do not pass it on.",
            )
            .to_owned(),
    }
}

fn ask(l: Language, office: Option<&String>) -> String {
    let office = office.map_or(l.say("kantor pengirimnya", "the office that sent it"), String::as_str);
    l.say(
        format!(
            "Sampaikan kepada pengurus KIM di desa Anda. KIM meneruskannya kepada {office} dan membawa kembali jawabannya. \
             Sebutkan nomor rujukan di bawah ini."
        ),
        format!(
            "Tell the officers of the KIM in your village. They pass it on to {office} and bring back the answer. Name the \
             reference below."
        ),
    )
}

fn facts(l: Language, shown: &BulletinView) -> Vec<Fact> {
    let BulletinView { campaign, edition, .. } = shown;
    let Campaign { id, name, programme, from, until, status, .. } = campaign;
    let of = programme.as_ref().map_or_else(|| name.clone(), |programme| format!("{name} · {programme}"));
    let mut facts = vec![Fact::new(l.say("Kampanye", "Campaign"), of)];
    if let Some((material, edition)) = campaign.material.as_ref().zip(edition.as_ref()) {
        let (version, on) = (material.version, date(l, edition.published_on));
        let text = l.say(format!("{on}, versi {version}"), format!("{on}, version {version}"));
        facts.push(Fact::new(l.say("Terbit", "Published"), text));
    }
    let window = format!("{} · {}", days(l, *from, *until), words::status(l, *status));
    facts.push(Fact::new(l.say("Masa kampanye", "Window"), window));
    facts.push(Fact::new(l.say("Nomor rujukan", "Reference"), id.to_string()));
    facts
}
