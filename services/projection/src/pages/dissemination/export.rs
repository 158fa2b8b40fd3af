//! Figures of dissemination as files: one row for a campaign, and for a part of the region.

use axum::response::Response;
use serde::Serialize;

use super::{
    campaign, funnel::Funnel, funnel::NoticeKind, funnel::Rung, model::CampaignFunnel, programme, region, words,
};
use crate::pages::{
    export::{Manifest, file, finished, inert, json, name, writer},
    format::told_people,
    language::Language,
    model::Month,
    naming::{level_head, name_of},
};

/// A row: a campaign in a region, a region for all of them, or both.
#[derive(Serialize)]
struct Row {
    code: String,
    name: String,
    level: &'static str,
    campaign_id: String,
    campaign: String,
    programme: String,
    office: String,
    from: String,
    until: String,
    status: &'static str,
    assigned: i64,
    delivered: i64,
    opened: i64,
    acknowledged: i64,
    session_held: i64,
    reach_reported: i64,
    verified: i64,
    declined: i64,
    undeliverable: i64,
    released: i64,
    sessions: i64,
    /// People below five are not told.
    attendance: Option<i64>,
    people: Option<i64>,
    corrected_told: i64,
    corrected_unacknowledged: i64,
    withdrawn_told: i64,
    withdrawn_unacknowledged: i64,
}

#[derive(Serialize)]
struct StepRow {
    from: &'static str,
    to: &'static str,
    deliveries: i64,
    median_hours: Option<f64>,
}

#[derive(Serialize)]
struct UnansweredRow {
    office: String,
    waiting: i64,
    up_to_3_days: i64,
    up_to_7_days: i64,
    up_to_30_days: i64,
    longer: i64,
    oldest: String,
}

#[derive(Serialize)]
struct RegionFile {
    manifest: Manifest,
    campaigns: Vec<Row>,
    parts: Vec<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts_untold: Vec<String>,
    unanswered: Vec<UnansweredRow>,
}

#[derive(Serialize)]
struct CampaignFile {
    manifest: Manifest,
    campaign: Row,
    steps: Vec<StepRow>,
    parts: Vec<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts_untold: Vec<String>,
}

#[derive(Serialize)]
struct ProgrammeFile {
    manifest: Manifest,
    campaigns: Vec<Row>,
}

impl Row {
    fn new(l: Language, place: &Place, campaign: Option<&super::Campaign>, funnel: &Funnel) -> Self {
        let text = |of: fn(&super::Campaign) -> String| campaign.map(of).unwrap_or_default();
        Self {
            code: place.code.clone(),
            name: place.name.clone(),
            level: place.level,
            campaign_id: text(|campaign| campaign.id.to_string()),
            campaign: text(|campaign| campaign.name.clone()),
            programme: text(|campaign| campaign.programme.clone().unwrap_or_default()),
            office: text(|campaign| campaign.office.clone().unwrap_or_default()),
            from: text(|campaign| campaign.from.to_string()),
            until: text(|campaign| campaign.until.to_string()),
            status: campaign.map_or("", |campaign| words::status(l, campaign.status)),
            assigned: funnel.assigned(),
            delivered: funnel.reached(Rung::Delivered),
            opened: funnel.reached(Rung::Opened),
            acknowledged: funnel.reached(Rung::Acknowledged),
            session_held: funnel.reached(Rung::SessionHeld),
            reach_reported: funnel.reached(Rung::ReachReported),
            verified: funnel.reached(Rung::Verified),
            declined: funnel.declined(),
            undeliverable: funnel.undeliverable(),
            released: funnel.released(),
            sessions: funnel.sessions(),
            attendance: told_people(funnel.attendance()),
            people: told_people(funnel.people()),
            corrected_told: funnel.told(NoticeKind::Corrected),
            corrected_unacknowledged: funnel.unacknowledged(NoticeKind::Corrected),
            withdrawn_told: funnel.told(NoticeKind::Withdrawn),
            withdrawn_unacknowledged: funnel.unacknowledged(NoticeKind::Withdrawn),
        }
    }

    /// Names, which people wrote, as a spreadsheet may have them.
    fn inert(self) -> Self {
        Self { campaign: inert(&self.campaign), programme: inert(&self.programme), office: inert(&self.office), ..self }
    }

    /// Heads as Indonesian open data writes them.
    fn heads(l: Language) -> [&'static str; 27] {
        l.say(
            [
                "kode_wilayah",
                "nama_wilayah",
                "tingkat",
                "nomor_kampanye",
                "kampanye",
                "program",
                "kantor",
                "mulai",
                "sampai_tanggal",
                "status",
                "ditugaskan",
                "sampai",
                "dibuka",
                "dikonfirmasi",
                "sesi_digelar",
                "jangkauan_dilaporkan",
                "diverifikasi",
                "ditolak",
                "tidak_tersampaikan",
                "kim_sudah_tidak_ada",
                "jumlah_sesi",
                "hadirin",
                "orang_terjangkau",
                "ralat_diberitahukan",
                "ralat_belum_dikonfirmasi",
                "penarikan_diberitahukan",
                "penarikan_belum_dikonfirmasi",
            ],
            [
                "region_code",
                "region_name",
                "level",
                "campaign_id",
                "campaign",
                "programme",
                "office",
                "from",
                "until",
                "status",
                "assigned",
                "delivered",
                "opened",
                "acknowledged",
                "session_held",
                "reach_reported",
                "verified",
                "declined",
                "undeliverable",
                "released",
                "sessions",
                "attendance",
                "people_reached",
                "correction_told",
                "correction_unacknowledged",
                "withdrawal_told",
                "withdrawal_unacknowledged",
            ],
        )
    }
}

/// A region as a row names it.
struct Place {
    code: String,
    name: String,
    level: &'static str,
}

impl Place {
    fn of(l: Language, decree: kim_territory::Decree, code: kim_territory::RegionCode) -> Self {
        Self { code: code.to_string(), name: name_of(decree, code), level: level_head(l, code.level()) }
    }
}

fn region_rows(shown: &region::Shown<'_>) -> (Vec<Row>, Vec<Row>) {
    let (l, decree) = (shown.view.language, shown.as_of.decree);
    let here = Place::of(l, decree, shown.code);
    let campaigns = shown.data.campaigns.iter();
    let campaigns = campaigns.map(|CampaignFunnel { campaign, funnel }| Row::new(l, &here, Some(campaign), funnel));
    let parts = shown.data.parts.iter().map(|part| Row::new(l, &Place::of(l, decree, part.code), None, &part.funnel));
    (campaigns.collect(), parts.collect())
}

fn campaign_rows(shown: &campaign::Shown<'_>) -> (Row, Vec<Row>) {
    let (l, decree, data) = (shown.view.language, shown.as_of.decree, &shown.data);
    let row = |code, funnel: &Funnel| Row::new(l, &Place::of(l, decree, code), Some(&data.campaign), funnel);
    let parts = data.parts.iter().map(|part| row(part.code, &part.funnel)).collect();
    (row(shown.code, &data.funnel), parts)
}

fn csv(l: Language, manifest: &Manifest, rows: impl Iterator<Item = Row>, etag: &str, name: &str) -> Response {
    let mut writer = writer(&manifest.lines(l));
    let written = writer
        .write_record(Row::heads(l))
        .and_then(|()| rows.map(Row::inert).try_for_each(|row| writer.serialize(row)));
    written.expect("a vector takes every row");
    file("text/csv; charset=utf-8", etag, finished(writer), name)
}

/// The region's campaigns, and under them its parts for all of these: rows of one shape, told apart by their codes.
pub fn region_csv(shown: &region::Shown<'_>, etag: &str) -> Response {
    let manifest = Manifest::new(shown.view, shown.code, shown.month, &shown.as_of);
    let (campaigns, parts) = region_rows(shown);
    let name = name(shown.code, shown.month, "diseminasi.csv");
    csv(shown.view.language, &manifest, campaigns.into_iter().chain(parts), etag, &name)
}

pub fn region_json(shown: &region::Shown<'_>, etag: &str) -> Response {
    let (campaigns, parts) = region_rows(shown);
    let unanswered = shown.data.unanswered.iter().map(|one| {
        let [young, older, old, longer] = one.by_age;
        UnansweredRow {
            office: one.office.clone().unwrap_or_default(),
            waiting: one.total(),
            up_to_3_days: young,
            up_to_7_days: older,
            up_to_30_days: old,
            longer,
            oldest: one.oldest.to_string(),
        }
    });
    let region = RegionFile {
        manifest: Manifest::new(shown.view, shown.code, shown.month, &shown.as_of),
        campaigns,
        parts,
        parts_untold: shown.data.untold.iter().map(ToString::to_string).collect(),
        unanswered: unanswered.collect(),
    };
    json(&region, etag)
}

/// The campaign in the region, and under it in its parts.
pub fn campaign_csv(shown: &campaign::Shown<'_>, month: Month, etag: &str) -> Response {
    let manifest = Manifest::new(shown.view, shown.code, month, &shown.as_of);
    let (whole, parts) = campaign_rows(shown);
    let name = name(shown.code, month, "kampanye.csv");
    csv(shown.view.language, &manifest, std::iter::once(whole).chain(parts), etag, &name)
}

pub fn campaign_json(shown: &campaign::Shown<'_>, month: Month, etag: &str) -> Response {
    let l = shown.view.language;
    let (campaign, parts) = campaign_rows(shown);
    let steps = shown.data.steps.iter().map(|step| StepRow {
        from: words::rung(l, step.from),
        to: words::rung(l, step.to),
        deliveries: step.deliveries,
        median_hours: step.median_hours,
    });
    let file = CampaignFile {
        manifest: Manifest::new(shown.view, shown.code, month, &shown.as_of),
        campaign,
        steps: steps.collect(),
        parts,
        parts_untold: shown.data.untold.iter().map(ToString::to_string).collect(),
    };
    json(&file, etag)
}

fn programme_rows(shown: &programme::Shown<'_>) -> Vec<Row> {
    let l = shown.view.language;
    let nation = Place::of(l, shown.as_of.decree, kim_territory::RegionCode::NATION);
    let campaigns = shown.data.campaigns.iter();
    campaigns.map(|CampaignFunnel { campaign, funnel }| Row::new(l, &nation, Some(campaign), funnel)).collect()
}

/// The programme's campaigns, in the whole nation.
pub fn programme_csv(shown: &programme::Shown<'_>, month: Month, etag: &str) -> Response {
    let nation = kim_territory::RegionCode::NATION;
    let manifest = Manifest::new(shown.view, nation, month, &shown.as_of);
    let name = name(nation, month, "program.csv");
    csv(shown.view.language, &manifest, programme_rows(shown).into_iter(), etag, &name)
}

pub fn programme_json(shown: &programme::Shown<'_>, month: Month, etag: &str) -> Response {
    let manifest = Manifest::new(shown.view, kim_territory::RegionCode::NATION, month, &shown.as_of);
    json(&ProgrammeFile { manifest, campaigns: programme_rows(shown) }, etag)
}
