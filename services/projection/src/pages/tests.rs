//! The pages over a read model of fixed figures: what an address answers, in which form, and how large.

use std::{io::Write as _, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use flate2::{Compression, write::GzEncoder};
use futures::StreamExt as _;
use kim_territory::{Decree, Level, RegionCode, Territory};
use time::macros::{date, datetime};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::*;

/// Every region has the same course: 100 until February 2020, half of it in 2022, then 80.
struct Fixed {
    state: watch::Sender<State>,
    empty: bool,
}

fn log(context: Context, position: i64) -> LogAsOf {
    LogAsOf {
        context,
        position,
        recorded_time: datetime!(2026-11-24 03:41 UTC),
        parked: 0,
        aggregates: 7000,
        simulated: true,
        feed: Feed::Live { lag: Duration::from_millis(200) },
    }
}

fn as_of() -> AsOf {
    AsOf {
        logs: vec![log(Context::Registry, 812_345), log(Context::Dissemination, 90_211)],
        generation: 3,
        decree: Decree::CURRENT,
        territories: vec![Decree::CURRENT],
        formula: "v1".to_owned(),
    }
}

/// The same, but for the registry's log.
fn as_of_with(change: impl FnOnce(&mut LogAsOf)) -> AsOf {
    let mut as_of = as_of();
    change(&mut as_of.logs[0]);
    as_of
}

fn figures(code: RegionCode, active: i64) -> Figures {
    let count = |level| i64::try_from(Territory::current().count(&code, level)).unwrap();
    let (districts, villages) = (count(Level::District), count(Level::Village));
    let coverage =
        Coverage { districts_covered: districts / 3, districts, villages_covered: 1, villages, ..Coverage::default() };
    Figures { existence: Existence { active, dormant: 100 - active, revitalised: 1, ..Existence::default() }, coverage }
}

/// Of so many assignments, half are acknowledged and a fifth led to a session.
fn ladder(assigned: i64) -> Funnel {
    let mut funnel = Funnel::default();
    for (rung, tenths) in Rung::ALL.into_iter().zip([10, 8, 6, 5, 2, 1, 1]) {
        *funnel.reached_mut(rung) = assigned * tenths / 10;
    }
    *funnel.declined_mut() = assigned / 50;
    *funnel.people_mut() = assigned * 3;
    *funnel.told_mut(NoticeKind::Corrected) = assigned / 10;
    funnel
}

fn told(id: u128, assigned: i64) -> CampaignFunnel {
    CampaignFunnel {
        campaign: Campaign {
            id: Uuid::from_u128(id),
            name: "=Cegah stunting".to_owned(),
            programme_id: Uuid::from_u128(id + 10),
            programme: Some(format!("Program {id}")),
            office: Some("Dinas Kominfo Riau".to_owned()),
            material: Some(Material {
                title: "Isi Piringku".to_owned(),
                version: 2,
                withdrawn_on: Some(date!(2026 - 10 - 20)),
            }),
            from: date!(2026 - 10 - 05),
            until: date!(2026 - 11 - 30),
            status: CampaignStatus::Running,
        },
        funnel: ladder(assigned),
    }
}

fn edition() -> Edition {
    let said = |language: &str, title: &str, body: &str| Content {
        language: language.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        links: vec![ContentLink { title: "Buku KIA".to_owned(), address: "https://contoh.go.id/kia".to_owned() }],
        media: 2,
    };
    Edition {
        published_on: date!(2026 - 10 - 02),
        revision: Some(Revision {
            superseded_version: 1,
            reason: RevisionReason::Correction,
            note: "Takarannya tertukar.".to_owned(),
        }),
        contents: vec![
            said(
                "id",
                "Isi <Piringku>",
                "Setengah piring sayur dan buah.\nSetengahnya lagi pokok dan lauk.\n\n\nMinum air.",
            ),
            said("jv-Java", "Isi piringku", "Separo piring janganan."),
        ],
    }
}

fn unanswered() -> Unanswered {
    Unanswered { office_id: Uuid::nil(), office: None, by_age: [3, 2, 1, 4], oldest: date!(2026 - 09 - 01) }
}

fn unacknowledged() -> Unacknowledged {
    Unacknowledged {
        campaign_id: Uuid::from_u128(1),
        campaign: "Cegah stunting".to_owned(),
        kind: NoticeKind::Corrected,
        told: 8400,
        acknowledged: 0,
    }
}

impl Queries for Fixed {
    fn state(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    async fn region(&self, query: RegionQuery) -> Result<RegionView, QueryError> {
        let course = |n: i32| match n {
            ..=13 => 100,
            14..=42 => 50,
            _ => 80,
        };
        let months = 0..=query.month.since(Month::FIRST);
        let decree = query.territory.unwrap_or(Decree::CURRENT);
        let parts = Territory::of(decree).children(&query.region);
        let training = Training {
            id: Uuid::nil(),
            region: "14".parse().unwrap(),
            held_from: date!(2022 - 10 - 06),
            held_to: date!(2022 - 10 - 06),
            communities: 20,
            dormant_before: 12,
            revitalised_in_90_days: 7,
        };
        let State::Serving(as_of) = self.state.borrow().clone() else { return Err(QueryError::Loading) };
        Ok(RegionView {
            as_of: as_of.of(&[Context::Registry]).by(decree),
            series: months
                .map(|n| if self.empty { Figures::default() } else { figures(query.region, course(n)) })
                .collect(),
            parts: parts.map(|part| Part { code: part.code, figures: figures(part.code, 2) }).collect(),
            untold: if decree == Decree::CURRENT { Vec::new() } else { vec!["92.01".parse().unwrap()] },
            trainings: if self.empty { Vec::new() } else { vec![training] },
            revived_after_training: 7,
            baseline: Some(Baseline {
                value: 100,
                as_of: date!(2020 - 02 - 29),
                source: "Ditjen IKP".to_owned(),
                version: 1,
            }),
            dormancy_rule: Some(DormancyRule {
                set_by: RegionCode::NATION,
                version: 2,
                reminder_months: 9,
                dormant_months: 12,
                effective_from: date!(2018 - 01 - 01),
            }),
        })
    }

    async fn dissemination(&self, query: DisseminationQuery) -> Result<DisseminationView, QueryError> {
        let State::Serving(as_of) = self.state.borrow().clone() else { return Err(QueryError::Loading) };
        if as_of.log(Context::Dissemination).is_none() {
            return Err(QueryError::Unheard(Context::Dissemination));
        }
        let decree = query.territory.unwrap_or(Decree::CURRENT);
        let campaigns = if self.empty { Vec::new() } else { vec![told(1, 84_000), told(2, 1859)] };
        let part = |code| PartFunnel { code, funnel: ladder(if self.empty { 0 } else { 40 }) };
        Ok(DisseminationView {
            as_of: as_of.by(decree),
            campaigns,
            parts: Territory::of(decree).children(&query.region).map(|part_of| part(part_of.code)).collect(),
            untold: Vec::new(),
            unanswered: if self.empty { Vec::new() } else { vec![unanswered()] },
            unacknowledged: if self.empty { Vec::new() } else { vec![unacknowledged()] },
        })
    }

    async fn campaign(&self, query: CampaignQuery) -> Result<Option<CampaignView>, QueryError> {
        let State::Serving(as_of) = self.state.borrow().clone() else { return Err(QueryError::Loading) };
        if query.campaign != Uuid::from_u128(1) {
            return Ok(None);
        }
        let decree = query.territory.unwrap_or(Decree::CURRENT);
        let part = |code| PartFunnel { code, funnel: ladder(40) };
        let steps = Rung::ALL.windows(2).map(|rungs| Step {
            from: rungs[0],
            to: rungs[1],
            deliveries: 900,
            median_hours: (rungs[1] < Rung::Verified).then_some(77.0),
        });
        let CampaignFunnel { campaign, funnel } = told(1, 84_000);
        Ok(Some(CampaignView {
            as_of: as_of.by(decree),
            campaign,
            funnel,
            steps: steps.collect(),
            parts: Territory::of(decree).children(&query.region).map(|part_of| part(part_of.code)).collect(),
            untold: Vec::new(),
        }))
    }

    async fn programme(&self, query: ProgrammeQuery) -> Result<Option<ProgrammeView>, QueryError> {
        let State::Serving(as_of) = self.state.borrow().clone() else { return Err(QueryError::Loading) };
        if query.programme != Uuid::from_u128(11) {
            return Ok(None);
        }
        let programme = Programme {
            id: query.programme,
            name: "Program 1".to_owned(),
            office: Some("Dinas Kominfo Riau".to_owned()),
            from: date!(2026 - 01 - 01),
            until: None,
            closed_on: Some(date!(2026 - 11 - 20)),
        };
        let campaigns = if self.empty { Vec::new() } else { vec![told(1, 84_000), told(2, 1859)] };
        Ok(Some(ProgrammeView { as_of, programme, campaigns }))
    }

    async fn bulletin(&self, query: BulletinQuery) -> Result<Option<BulletinView>, QueryError> {
        let view =
            self.campaign(CampaignQuery { campaign: query.campaign, region: RegionCode::NATION, territory: None });
        let Some(CampaignView { as_of, mut campaign, .. }) = view.await? else { return Ok(None) };
        let mut edition = edition();
        if self.empty {
            edition.contents.clear();
        } else {
            campaign.material.as_mut().unwrap().withdrawn_on = None;
        }
        Ok(Some(BulletinView { as_of, campaign, edition: Some(edition) }))
    }

    async fn communities(&self, query: CommunityQuery) -> Result<CommunityPage, QueryError> {
        if query.after.is_some() {
            return Err(QueryError::BadToken);
        }
        let community = Community {
            id: Uuid::nil(),
            name: "=KIM <Sumber> Informasi".to_owned(),
            seat: "14.01.01.2009".parse().unwrap(),
            status: Status::Active,
            status_since: Some(date!(2019 - 03 - 01)),
            last_activity: Some((date!(2026 - 10 - 02), ActivityKind::LiteracyClass)),
            members: 12,
        };
        let communities = if self.empty { Vec::new() } else { vec![community] };
        let as_of = as_of().of(&[Context::Registry]).by(query.within.territory.unwrap_or(Decree::CURRENT));
        Ok(CommunityPage { as_of, total: communities.len().try_into().unwrap(), communities, next: None })
    }
}

fn pages(state: State, empty: bool) -> Router {
    let fixed = Arc::new(Fixed { state: watch::Sender::new(state), empty });
    Pages::new(fixed, CancellationToken::new()).with_clock(|| datetime!(2026-11-24 05:00 UTC)).router()
}

fn serving() -> Router {
    pages(State::Serving(as_of()), false)
}

async fn get(router: Router, address: &str, headers: &[(header::HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::get(address);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn every_page_answers_in_both_languages_within_its_budget() {
    for address in [
        "/",
        "/en",
        "/?bulan=2026-11&menurut=pencatatan&urut=-aktif",
        "/wilayah/14",
        "/en/region/14.01?month=2019-01&by=recorded",
        "/wilayah/14.01.01",
        "/wilayah/14.01.01.2009",
        "/kim?status=kembali-aktif",
        "/wilayah/14.01/kim",
        "/en/region/14.01/kim?status=active",
        "/wilayah",
        "/cari?q=Pasir+Huni",
        "/definisi",
        "/en/definition/kim-aktif",
        "/definisi/tangga-penyampaian",
        "/diseminasi",
        "/en/dissemination?month=2026-10",
        "/wilayah/14/diseminasi",
        "/en/region/14.01.01.2009/dissemination",
        "/kampanye/00000000-0000-0000-0000-000000000001",
        "/en/campaign/00000000-0000-0000-0000-000000000001?in=14.01",
        "/kampanye/00000000-0000-0000-0000-000000000001/buletin",
        "/program/00000000-0000-0000-0000-00000000000b",
        "/en/programme/00000000-0000-0000-0000-00000000000b",
        "/en/campaign/00000000-0000-0000-0000-000000000001/bulletin?language=jv-Java",
    ] {
        let response = get(serving(), address, &[]).await;
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        let page = text(response).await;
        let mut packed = GzEncoder::new(Vec::new(), Compression::new(5));
        packed.write_all(page.as_bytes()).unwrap();
        assert!(packed.finish().unwrap().len() < 60 * 1024, "{address}");
        assert_eq!(page.matches("<h1").count(), 1, "{address}");
        assert!(page.contains("SIMULASI.") || page.contains("SIMULATION."), "{address}");
        assert!(!page.contains("style=\"") && !page.contains("onclick"), "{address}");
        assert_eq!(page.contains("<html lang=\"en\""), address.starts_with("/en"), "{address}");
    }
}

#[tokio::test]
async fn the_nation_says_its_finding_and_its_reference() {
    let page = text(get(serving(), "/", &[]).await).await;
    for said in [
        "<span class=\"lead\">80 KIM aktif</span>, 80,0% dari 100 sebelum pandemi",
        "Sumber: Ditjen IKP.",
        "<strong>Oktober 2026</strong>",
        "href=\"/?bulan=2026-11\" rel=\"next\"",
        "7 dari 12 yang vakum kembali aktif",
        "href=\"/kim?status=aktif\"",
        "href=\"/definisi/kim-aktif\"",
        "href=\"/en\" hreflang=\"en\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("Bulan berjalan"));
    let running = text(get(serving(), "/?bulan=2026-11", &[]).await).await;
    assert!(running.contains("Bulan berjalan: angka November 2026 masih berubah."));
}

#[tokio::test]
async fn figures_of_a_log_that_went_on_otherwise_say_so_in_every_form() {
    let stopped = as_of_with(|log| log.feed = Feed::Stopped { since: datetime!(2026-11-24 03:00 UTC) });
    let router = || pages(State::Serving(stopped.clone()), false);
    let page = text(get(router(), "/", &[]).await).await;
    assert!(page.contains("data registri dipulihkan") && page.contains("812.345"), "{page}");
    assert!(text(get(router(), "/en", &[]).await).await.contains("was restored and differs"));
    let file = text(get(router(), "/nasional.json", &[]).await).await;
    assert!(file.contains("\"complete\": false") && file.contains("\"live\": false"), "{file}");
}

#[tokio::test]
async fn a_place_without_a_community_says_how_one_comes() {
    let page = text(get(pages(State::Serving(as_of()), true), "/wilayah/14.01.01.2009", &[]).await).await;
    assert!(page.contains("Belum ada KIM") && page.contains("Dinas Kominfo Kabupaten Kampar"), "{page}");
    assert!(page.contains("Belum pernah ada KIM aktif di sini") && !page.contains("class=\"chart"), "{page}");
}

#[tokio::test]
async fn other_spellings_of_a_code_lead_to_its_address() {
    for (address, to) in [
        ("/wilayah/1401", "/wilayah/14.01"),
        ("/wilayah/1401012009?bulan=2022-10", "/wilayah/14.01.01.2009?bulan=2022-10"),
        ("/wilayah/1401.csv", "/wilayah/14.01.csv"),
        ("/en/region/1401/kim?status=active", "/en/region/14.01/kim?status=active"),
        ("/wilayah/00", "/"),
    ] {
        let response = get(serving(), address, &[]).await;
        assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT, "{address}");
        assert_eq!(response.headers()[header::LOCATION], to);
    }
    let search = get(serving(), "/cari?q=14.01", &[]).await;
    assert_eq!(search.headers()[header::LOCATION], "/wilayah/14.01");
}

#[tokio::test]
async fn an_error_says_what_is_wrong_what_to_do_and_a_code() {
    for (address, status, said) in [
        ("/wilayah/92.71", 404, "href=\"/wilayah/96.71\""),
        ("/wilayah/14.01.01.2001", 404, "href=\"/wilayah/14.01.01\""),
        ("/wilayah/kampar", 404, "href=\"/wilayah/14.01\""),
        ("/en/region/99", 404, "There is no region “99”"),
        ("/?bulan=2026-13", 400, "bulan=2026-10"),
        ("/?bulan=2026-12", 404, "Januari 2019 sampai November 2026"),
        ("/?menurut=besok", 400, "menurut=kejadian"),
        ("/?wilayah=1999", 400, "wilayah=2022"),
        ("/kim?status=kuning", 400, "kembali-aktif"),
        ("/kim?sesudah=x", 400, "href=\"/kim\""),
        ("/definisi/kim-merah", 404, "Halaman tidak ada"),
        ("/tidak/ada", 404, "Halaman tidak ada"),
    ] {
        let response = get(serving(), address, &[]).await;
        assert_eq!(response.status().as_u16(), status, "{address}");
        let page = text(response).await;
        assert!(page.contains(said) && page.contains(&format!("KIM-{status}-")), "{address}: {page}");
    }
    let other = get(serving(), "/wilayah/14?wilayah=2022", &[]).await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    assert!(text(other).await.contains("href=\"/wilayah/14\""));
    let loading = get(pages(State::Loading, false), "/", &[]).await;
    assert_eq!(loading.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(loading.headers()[header::RETRY_AFTER], "5");
    assert!(text(loading).await.contains("Data sedang dimuat"));
    let program = get(serving(), "/wilayah/99.json", &[]).await;
    assert_eq!(program.headers()[header::CONTENT_TYPE], "application/problem+json");
}

#[tokio::test]
async fn a_page_is_of_the_territory_that_its_address_names_and_says_so() {
    let router = || pages(State::Serving(AsOf { territories: Decree::ALL.to_vec(), ..as_of() }), false);
    let page = text(get(router(), "/wilayah/92?wilayah=2022", &[]).await).await;
    for said in [
        "Menurut daftar wilayah 2022, bukan 2025 yang kini berlaku.",
        "Tanpa angka sendiri, karena kini bergabung dengan wilayah lain: Kabupaten Sorong.",
        "href=\"/wilayah/92.71?wilayah=2022\"",
        "href=\"/wilayah/92.csv?wilayah=2022\"",
        "<strong>2022</strong>",
        "href=\"/wilayah/92\">2025</a>",
        "href=\"/en/region/92?territory=2022\"",
        // Held in the territory in force.
        "href=\"/wilayah/14\"",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
    let now = text(get(router(), "/wilayah/92", &[]).await).await;
    assert!(!now.contains("yang kini berlaku") && !now.contains("/wilayah/92.71"), "{now}");
    assert_eq!(get(router(), "/wilayah/92.71", &[]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(router(), "/wilayah/96?wilayah=2022", &[]).await.status(), StatusCode::NOT_FOUND);
    let moved = get(router(), "/wilayah/9271?wilayah=2022", &[]).await;
    assert_eq!(moved.headers()[header::LOCATION], "/wilayah/92.71?wilayah=2022");
    let file = text(get(router(), "/wilayah/92.json?wilayah=2022", &[]).await).await;
    assert!(file.contains(Decree::D2022.name()) && file.contains("parts_untold"), "{file}");
    let list = text(get(router(), "/wilayah/92.71/kim?wilayah=2022", &[]).await).await;
    assert!(list.contains("Kota Sorong") && list.contains("href=\"/wilayah/14.01.01.2009\""), "{list}");
}

#[tokio::test]
async fn a_page_is_not_sent_again_to_who_has_it() {
    let first = get(serving(), "/wilayah/14", &[]).await;
    let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    let same = get(serving(), "/wilayah/14", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(same.status(), StatusCode::NOT_MODIFIED);
    let newer = as_of_with(|log| log.position = 812_346);
    let changed = get(pages(State::Serving(newer), false), "/wilayah/14", &[(header::IF_NONE_MATCH, &tag)]).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let dark = get(serving(), "/wilayah/14", &[(header::IF_NONE_MATCH, &tag), (header::COOKIE, "tema=gelap")]).await;
    assert_eq!(dark.status(), StatusCode::OK);
}

#[tokio::test]
async fn files_begin_with_where_they_come_from() {
    let csv = text(get(serving(), "/wilayah/14.csv?bulan=2019-02", &[]).await).await;
    let (manifest, rows): (Vec<&str>, Vec<&str>) = csv.lines().partition(|line| line.starts_with("# "));
    for line in [
        "# SIMULASI. ",
        "# Posisi registri: 812345 (2026-11-24T03:41:00Z)",
        "# Daftar wilayah: ",
        "# Rumus: v1",
        "# Lisensi: Contains data of idn-area-data",
    ] {
        assert!(manifest.iter().any(|found| found.starts_with(line)), "{line} in {manifest:?}");
    }
    assert_eq!(rows.len(), 1 + 2 + 12, "a head, two months, twelve regencies");
    assert!(rows[0].starts_with("kode_wilayah,nama_wilayah,tingkat,tahun,bulan,aktif,vakum"));
    assert!(rows[1].starts_with("14,Riau,Provinsi,2019,1,100,0,"), "{}", rows[1]);
    assert!(rows[3].starts_with("14.01,Kabupaten Kampar,Kabupaten/kota,2019,2,2,98,"), "{}", rows[3]);

    let json = get(serving(), "/en?month=2020-02", &[(header::ACCEPT, "application/json")]).await;
    let json: serde_json::Value = serde_json::from_str(&text(json).await).unwrap();
    assert_eq!(json["manifest"]["registry_position"], 812_345);
    assert_eq!(json["months"].as_array().unwrap().len(), 14);
    assert_eq!(json["parts"].as_array().unwrap().len(), 38);
    assert_eq!(json["baseline"]["value"], 100);

    let list = text(get(serving(), "/wilayah/14.01/kim.csv", &[]).await).await;
    assert!(list.contains("'=KIM <Sumber> Informasi"), "{list}");
    let page = text(get(serving(), "/wilayah/14.01/kim", &[]).await).await;
    assert!(page.contains("=KIM &#60;Sumber&#62; Informasi"), "{page}");
}

#[tokio::test]
async fn the_live_feed_sends_only_what_changed_and_ends_when_the_service_drains() {
    let fixed = Arc::new(Fixed { state: watch::Sender::new(State::Serving(as_of())), empty: false });
    let draining = CancellationToken::new();
    let router = Pages::new(fixed.clone(), draining.clone()).router();
    let response = get(router, "/langsung/14?dari=3-812345-0", &[]).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut feed = response.into_body().into_data_stream();
    let mut next = async || String::from_utf8(feed.next().await.unwrap().unwrap().to_vec()).unwrap();

    let first = next().await;
    assert!(first.starts_with("event: kaki\n") && first.contains("Langsung · tertinggal 0,2 detik"), "{first}");
    fixed.state.send_replace(State::Serving(as_of_with(|log| (log.position, log.parked) = (812_346, 1))));
    let mut changed = [next().await, next().await];
    changed.sort();
    assert!(changed[0].starts_with("event: kaki\n") && changed[0].contains("812.346"), "{changed:?}");
    assert!(changed[1].starts_with("event: perhatian\n") && changed[1].contains("ditahan"), "{changed:?}");
    draining.cancel();
    assert!(feed.next().await.is_none());
}

const CAMPAIGN: &str = "/kampanye/00000000-0000-0000-0000-000000000001";

#[tokio::test]
async fn a_page_of_dissemination_says_how_far_campaigns_came_and_what_waits() {
    let page = text(get(serving(), "/diseminasi", &[]).await).await;
    for said in [
        "50,0% dari 85.859 penugasan</span> dari 2 kampanye dikonfirmasi KIM",
        "Desember 2025 – November 2026",
        "Dari 85.859 penugasan, 68.687 sampai, 42.929 dikonfirmasi, dan 17.171 berlanjut ke sesi warga",
        "Dinas Kominfo Riau",
        "Kantor yang belum dikenal",
        "8.400",
        "Posisi diseminasi 90.211",
        "SIMULASI",
        "/kampanye/00000000-0000-0000-0000-000000000001\"",
        "/wilayah/14/diseminasi",
    ] {
        assert!(page.contains(said), "{said} is missing in {page}");
    }
    let empty = text(get(pages(State::Serving(as_of()), true), "/wilayah/14/diseminasi", &[]).await).await;
    for said in ["Belum ada kampanye</span> di Riau", "orang kedua menyetujuinya", "Tidak ada. Pertanyaan"] {
        assert!(empty.contains(said), "{said} is missing in {empty}");
    }
}

#[tokio::test]
async fn a_campaign_is_shown_by_region_with_the_time_between_its_rungs() {
    let page = text(get(serving(), &format!("{CAMPAIGN}?di=14"), &[]).await).await;
    for said in [
        "50,0% dari 84.000 penugasan</span> di Riau dikonfirmasi KIM",
        "3,2 hari",
        "Isi Piringku, versi 2; ditarik 20 Oktober 2026",
        "8.400 dari 8.400 KIM yang diberi tahu belum mengonfirmasinya",
        "?di=14.01",
    ] {
        assert!(page.contains(said), "{said} is missing in {page}");
    }
    for (address, status) in [
        ("/kampanye/00000000-0000-0000-0000-000000000002", StatusCode::NOT_FOUND),
        ("/kampanye/tanpa-nomor", StatusCode::NOT_FOUND),
        ("/kampanye/00000000-0000-0000-0000-000000000001?di=x", StatusCode::BAD_REQUEST),
        ("/kampanye/00000000-0000-0000-0000-000000000001?di=99", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(get(serving(), address, &[]).await.status(), status, "{address}");
    }
}

#[tokio::test]
async fn a_programme_is_shown_with_its_campaigns_and_reached_from_both_sides() {
    const PROGRAMME: &str = "/program/00000000-0000-0000-0000-00000000000b";
    for address in ["/diseminasi", CAMPAIGN] {
        let page = text(get(serving(), address, &[]).await).await;
        assert!(page.contains(&format!("href=\"{PROGRAMME}\">Program 1</a>")), "{page}");
    }
    let page = text(get(serving(), PROGRAMME, &[]).await).await;
    for said in [
        "dari 2 kampanye dikonfirmasi KIM",
        "sejak 1 Januari 2026; ditutup 20 November 2026",
        "Dinas Kominfo Riau",
        &format!("href=\"{CAMPAIGN}\">"),
        &format!("href=\"{PROGRAMME}.csv\""),
    ] {
        assert!(page.contains(said), "{said} is missing in {page}");
    }
    let csv = text(get(serving(), &format!("{PROGRAMME}.csv"), &[]).await).await;
    assert!(csv.starts_with("# SIMULASI") && csv.matches(",'=Cegah stunting,").count() == 2, "{csv}");
    let json = text(get(serving(), &format!("{PROGRAMME}.json"), &[]).await).await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["campaigns"][0]["assigned"], 84_000);
    let empty = text(get(pages(State::Serving(as_of()), true), PROGRAMME, &[]).await).await;
    assert!(empty.contains("Di sini akan tampak kampanye program ini"), "{empty}");
    for nobody in ["/program/00000000-0000-0000-0000-000000000001", "/program/x"] {
        let answer = get(serving(), nobody, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(text(answer).await.contains("Program tidak ada"));
    }
}

#[tokio::test]
async fn a_bulletin_says_the_newest_version_in_the_language_that_its_address_names() {
    let campaign = text(get(serving(), CAMPAIGN, &[]).await).await;
    assert!(campaign.contains(&format!("href=\"{CAMPAIGN}/buletin\"")), "{campaign}");
    let page = text(get(serving(), &format!("{CAMPAIGN}/buletin"), &[]).await).await;
    for said in [
        "lang=\"id\">Isi &#60;Piringku&#62;</h1>",
        "<p>Setengah piring sayur dan buah.\nSetengahnya lagi pokok dan lauk.</p>",
        "<p>Minum air.</p>",
        "Dinas Kominfo Riau",
        "2 Oktober 2026, versi 2",
        "<strong>Ralat.</strong> Versi 2 ini menggantikan versi 1, yang memuat kekeliruan.",
        "Takarannya tertukar.",
        "Lepas lembar versi 1 dari papan pengumuman.",
        "00000000-0000-0000-0000-000000000001</dd>",
        "https://contoh.go.id/kia</a>",
        "(2 berkas)",
        "/buletin?bahasa=jv-Java\">Bahasa Jawa (jv-Java)</a>",
    ] {
        assert!(page.contains(said), "{said} is missing in {page}");
    }
    let javanese = text(get(serving(), &format!("{CAMPAIGN}/buletin?bahasa=jv-Java"), &[]).await).await;
    assert!(javanese.contains("<div class=\"says\" lang=\"jv-Java\">\n<p>Separo piring janganan.</p>"), "{javanese}");
    let other = get(serving(), &format!("{CAMPAIGN}/buletin?bahasa=su"), &[]).await;
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
    assert!(text(other).await.contains("tidak memuat bahasa “su”"));
    let nobody = get(serving(), "/kampanye/00000000-0000-0000-0000-000000000002/buletin", &[]).await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_bulletin_of_a_withdrawn_material_says_that_and_no_text() {
    for address in [format!("{CAMPAIGN}/buletin"), format!("{CAMPAIGN}/buletin?bahasa=jv-Java")] {
        let withdrawn = text(get(pages(State::Serving(as_of()), true), &address, &[]).await).await;
        assert!(withdrawn.contains("“Isi Piringku”, versi 2, ditarik pada 20 Oktober 2026"), "{withdrawn}");
        assert!(withdrawn.contains("Lepas lembarnya dari papan pengumuman"), "{withdrawn}");
        assert!(!withdrawn.contains("class=\"says\"") && !withdrawn.contains("Takarannya"), "{withdrawn}");
    }
}

#[tokio::test]
async fn figures_of_dissemination_are_files_at_the_same_address() {
    let csv = text(get(serving(), "/diseminasi.csv?bulan=2026-10", &[]).await).await;
    assert!(csv.starts_with("# SIMULASI"), "{csv}");
    assert!(csv.contains("# Posisi registri: 812345") && csv.contains("# Posisi diseminasi: 90211"), "{csv}");
    assert!(csv.contains(",'=Cegah stunting,Program 1,"), "{csv}");
    let json: serde_json::Value =
        serde_json::from_str(&text(get(serving(), "/wilayah/14/diseminasi.json", &[]).await).await).unwrap();
    assert_eq!(json["campaigns"][0]["acknowledged"], 42_000);
    assert_eq!(json["manifest"]["logs"][1]["position"], 90_211);
    let json: serde_json::Value =
        serde_json::from_str(&text(get(serving(), &format!("{CAMPAIGN}.json"), &[]).await).await).unwrap();
    assert_eq!(json["steps"][0]["median_hours"], 77.0);
    assert_eq!(json["parts"].as_array().unwrap().len(), 38);
}

#[tokio::test]
async fn without_a_word_from_dissemination_its_page_says_so_and_the_others_stand() {
    let unheard = AsOf { logs: vec![log(Context::Registry, 812_345)], ..as_of() };
    let router = || pages(State::Serving(unheard.clone()), false);
    let page = get(router(), "/diseminasi", &[]).await;
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(text(page).await.contains("Layanan diseminasi belum pernah menjawab"));
    let nation = get(router(), "/", &[]).await;
    assert_eq!(nation.status(), StatusCode::OK);
    // Silent by now, it was heard before: the page of figures that it has no part in says nothing at its top.
    let mut silent = as_of();
    silent.logs[1].feed = Feed::Silent { since: datetime!(2026-11-24 03:00 UTC) };
    let router = || pages(State::Serving(silent.clone()), false);
    assert!(!text(get(router(), "/", &[]).await).await.contains("Sambungan ke"));
    assert!(text(get(router(), "/diseminasi", &[]).await).await.contains("Sambungan ke diseminasi terputus"));
}
