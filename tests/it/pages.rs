//! The pages in a real browser: nothing that axe-core finds, nothing that the browser complains about, nothing wider than the screen.

use crate::harness::{Browser, Screen, Up};

const PAGES: [&str; 19] = [
    "/",
    "/?bulan=2022-09&menurut=pencatatan",
    "/wilayah/14",
    "/wilayah/14.01",
    "/wilayah/14.01.01",
    "/wilayah/14.01.01.2009",
    "/wilayah/14/kim?status=vakum",
    "/diseminasi",
    "/diseminasi?bulan=2020-06",
    "/wilayah/14/diseminasi",
    "/wilayah",
    "/cari?q=malang",
    "/definisi",
    "/definisi/kim-aktif",
    "/wilayah/99",
    "/en",
    "/en/region/14.01",
    "/en/region/14.01/dissemination",
    "/en/definition",
];

/// The pages of a campaign in Riau: its own, its bulletin, and its programme's.
pub async fn of_a_campaign(up: &Up) -> Vec<String> {
    let (_, file) = up.page("/wilayah/14/diseminasi.json").await;
    let file: serde_json::Value = serde_json::from_str(&file).unwrap();
    let campaign = file["campaigns"][0]["campaign_id"].as_str().expect("Riau has campaigns").to_owned();
    let (_, page) = up.page(&format!("/kampanye/{campaign}")).await;
    let (_, programme) = page.split_once("\"/program/").expect("a campaign links its programme");
    let (programme, _) = programme.split_once('"').expect("an address ends");
    vec![
        format!("/kampanye/{campaign}"),
        format!("/en/campaign/{campaign}"),
        format!("/kampanye/{campaign}/buletin"),
        format!("/program/{programme}"),
    ]
}

async fn seen_on(up: &Up, screen: Screen, of_campaign: &[String]) -> Vec<String> {
    let browser = Browser::start().await;
    browser.look(screen).await;
    let mut found = Vec::new();
    for path in PAGES.into_iter().chain(of_campaign.iter().map(String::as_str)) {
        browser.open(&format!("http://127.0.0.1:{}{path}", up.port)).await;
        let mut note = |what: String| found.push(format!("{path} at {screen:?}: {what}"));
        browser.violations().await.into_iter().for_each(&mut note);
        let wider = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let wider = browser.run(wider).await.as_i64();
        if wider != Some(0) {
            note(format!("it is {wider:?} pixels wider than the screen"));
        }
        let headings = browser.run("return document.querySelectorAll('h1').length").await;
        if headings.as_i64() != Some(1) {
            note("it has not one h1".into());
        }
        for complaint in browser.complaints().await {
            // The page of an unknown region is a 404 on purpose.
            if !complaint.contains("404") {
                note(complaint);
            }
        }
    }
    browser.close().await;
    found
}

/// Each page at both widths, light and dark.
pub async fn are_good(up: &Up, of_campaign: &[String]) {
    let mut found = Vec::new();
    for width in [390, 1440] {
        for dark in [false, true] {
            found.extend(seen_on(up, Screen { width, dark }, of_campaign).await);
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
