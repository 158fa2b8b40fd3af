//! A sheet to be hung up, from events to paper.

use std::{fs, path::Path, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use kim_contract::{
    dissemination::{event::Event, v1 as pb},
    r#type::v1 as common,
};
use kim_eventlog::timestamp;
use kim_projection::pages::Pages;
use time::{Duration, OffsetDateTime, macros::date, macros::datetime};
use tokio::{net::TcpListener, process::Command};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use uuid::Uuid;

use crate::{
    history::{Made, wire},
    rig::Rig,
};

const BEGAN: OffsetDateTime = datetime!(2026-10-05 01:00 UTC);
const CAMPAIGN: Uuid = Uuid::from_u128(1);
const MATERIAL: Uuid = Uuid::from_u128(2);
const PROGRAMME: Uuid = Uuid::from_u128(3);
const OFFICE: Uuid = Uuid::from_u128(4);

fn made<E: Event>(aggregate: Uuid, version: i64, event: &E) -> Made {
    let at = BEGAN + Duration::minutes(version);
    Made {
        aggregate,
        version,
        event_type: E::TYPE.name().into(),
        payload: event.encode_to_vec().into(),
        time: at,
        recorded: at,
    }
}

fn riau() -> common::Region {
    common::Region { code: "14".into(), decree: "2025".into() }
}

fn content(language: &str, version: i32, paragraphs: usize) -> pb::Content {
    let paragraph = format!(
        "Versi {version}. Isi separuh piring dengan sayur dan buah, dan separuh lagi dengan makanan pokok dan lauk pauk. \
         Minum air putih delapan gelas sehari, cuci tangan dengan sabun sebelum makan, dan timbang balita setiap bulan di posyandu."
    );
    pb::Content {
        language: language.into(),
        title: format!("Isi Piringku untuk keluarga, versi {version}"),
        body: vec![paragraph; paragraphs].join("\n\n"),
        links: vec![pb::ContentLink { title: "Buku KIA".into(), address: "https://contoh.go.id/kia".into() }],
        media: Vec::new(),
    }
}

fn published(version: i32, paragraphs: usize) -> pb::MaterialPublished {
    let first = version == 1;
    let reason = if first { pb::RevisionReason::Unspecified } else { pb::RevisionReason::Correction };
    pb::MaterialPublished {
        material_id: MATERIAL.to_string(),
        programme_id: PROGRAMME.to_string(),
        version,
        contents: vec![content("id", version, paragraphs), content("jv", version, paragraphs)],
        superseded_version: version - 1,
        revision_reason: reason.into(),
        revision_note: if first { String::new() } else { "Takaran air tertukar.".into() },
        published_on: Some(wire(date!(2026 - 10 - 05))),
        ..pb::MaterialPublished::default()
    }
}

/// A programme, its material, and a campaign that has begun.
fn begun() -> Vec<Made> {
    let day = |day| Some(wire(day));
    let profile = pb::ProgrammeProfile {
        name: "Cegah Stunting".into(),
        topic: "kesehatan".into(),
        from: day(date!(2026 - 01 - 01)),
        ..pb::ProgrammeProfile::default()
    };
    let programme = pb::ProgrammeEstablished {
        programme_id: PROGRAMME.to_string(),
        owning_office_id: OFFICE.to_string(),
        region: Some(riau()),
        profile: Some(profile),
        established_on: day(date!(2026 - 01 - 01)),
    };
    let window = pb::CampaignWindow {
        from: day(date!(2026 - 10 - 05)),
        until: day(date!(2026 - 11 - 30)),
        starts_at_minute: 480,
    };
    let plan =
        pb::CampaignPlan { name: "Isi Piringku di Riau".into(), audience: None, window: Some(window), priority: 1 };
    let drafted = pb::CampaignDrafted {
        campaign_id: CAMPAIGN.to_string(),
        material_id: MATERIAL.to_string(),
        programme_id: PROGRAMME.to_string(),
        owning_office_id: OFFICE.to_string(),
        region: Some(riau()),
        plan: Some(plan),
        drafted_on: day(date!(2026 - 10 - 01)),
    };
    let started = pb::CampaignStarted {
        campaign_id: CAMPAIGN.to_string(),
        registry_position: 1,
        decree: "2025".into(),
        audience_size: 0,
        material_version: 1,
        started_at: Some(timestamp(BEGAN)),
    };
    vec![
        made(PROGRAMME, 1, &programme),
        made(MATERIAL, 1, &published(1, 3)),
        made(CAMPAIGN, 1, &drafted),
        made(CAMPAIGN, 2, &started),
    ]
}

async fn page(router: &Router, address: &str) -> String {
    let answer = router.clone().oneshot(Request::get(address).body(Body::empty()).unwrap()).await.unwrap();
    String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

/// Pages of a sheet as Chromium prints it, and their size in points.
async fn printed(router: &Router, address: &str, folder: &Path) -> (usize, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(axum::serve(listener, router.clone()).into_future());
    let paper = folder.join("bulletin.pdf");
    let status = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-pdf-header-footer"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--print-to-pdf={}", paper.display()))
        .arg(format!("http://127.0.0.1:{port}{address}"))
        .kill_on_drop(true)
        .output()
        .await
        .expect("chromium is installed: tests/run does it");
    serving.abort();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let paper = String::from_utf8_lossy(&fs::read(paper).unwrap()).into_owned();
    let size = paper.split("/MediaBox [").nth(1).unwrap().split(']').next().unwrap();
    let size: Vec<String> =
        size.split_whitespace().skip(2).map(|side| format!("{:.0}", side.parse::<f64>().unwrap())).collect();
    let pages = paper.matches("/Type /Page\n").count();
    (pages, size.join(" x "))
}

#[tokio::test]
async fn a_bulletin_is_one_sheet_of_the_newest_version_and_says_nothing_once_it_is_withdrawn() {
    const A4: &str = "595 x 842";
    let rig = Rig::start().await;
    let folder = tempfile::tempdir().unwrap();
    rig.tell(&begun()).await;
    let replica = rig.replica().await;
    replica.settled(&rig).await;
    let router = Pages::new(Arc::new(replica.store.clone()), CancellationToken::new()).router();
    let address = format!("/kampanye/{CAMPAIGN}/buletin");

    let first = page(&router, &address).await;
    assert!(first.contains("<p>Versi 1. Isi separuh piring"), "{first}");
    assert!(!first.contains("class=\"told\""), "{first}");
    assert_eq!(printed(&router, &address, folder.path()).await, (1, A4.into()));

    rig.tell(&[made(MATERIAL, 2, &published(2, 3))]).await;
    replica.settled(&rig).await;
    for address in [address.clone(), format!("{address}?bahasa=jv"), format!("/en/campaign/{CAMPAIGN}/bulletin")] {
        let corrected = page(&router, &address).await;
        assert!(corrected.contains("<p>Versi 2. Isi separuh piring") && !corrected.contains("Versi 1."), "{corrected}");
        assert!(corrected.contains("Takaran air tertukar."), "{corrected}");
        assert_eq!(printed(&router, &address, folder.path()).await, (1, A4.into()), "{address}");
    }

    let programme = page(&router, &format!("/program/{PROGRAMME}")).await;
    assert!(programme.contains("<p class=\"over\">Cegah Stunting</p>"), "{programme}");
    assert!(programme.contains("sejak 1 Januari 2026"), "{programme}");

    // A long text takes as many sheets as it needs.
    rig.tell(&[made(MATERIAL, 3, &published(3, 20))]).await;
    replica.settled(&rig).await;
    let (pages, size) = printed(&router, &address, folder.path()).await;
    assert!(pages > 1, "{pages}");
    assert_eq!(size, A4);

    let withdrawn = pb::MaterialWithdrawn {
        material_id: MATERIAL.to_string(),
        version: 3,
        withdrawn_on: Some(wire(date!(2026 - 10 - 20))),
        ..pb::MaterialWithdrawn::default()
    };
    rig.tell(&[made(MATERIAL, 4, &withdrawn)]).await;
    let as_of = replica.settled(&rig).await;
    let gone = page(&router, &address).await;
    assert!(gone.contains("versi 3, ditarik pada 20 Oktober 2026"), "{gone}");
    assert!(!gone.contains("separuh piring") && !gone.contains("Takaran") && !gone.contains("contoh.go.id"), "{gone}");
    assert_eq!(printed(&router, &address, folder.path()).await, (1, A4.into()));
    assert!(rig.parked(as_of.generation).await.is_empty());
    replica.stop().await;
}
