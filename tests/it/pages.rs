//! The pages in a real browser: nothing that axe-core finds, nothing that the browser complains about, nothing wider than the screen.

use crate::harness::{Browser, Screen, Up};

const PAGES: [&str; 15] = [
    "/",
    "/?bulan=2022-09&menurut=pencatatan",
    "/wilayah/14",
    "/wilayah/14.01",
    "/wilayah/14.01.01",
    "/wilayah/14.01.01.2009",
    "/wilayah/14/kim?status=vakum",
    "/wilayah",
    "/cari?q=malang",
    "/definisi",
    "/definisi/kim-aktif",
    "/wilayah/99",
    "/en",
    "/en/region/14.01",
    "/en/definition",
];

async fn seen_on(up: &Up, screen: Screen) -> Vec<String> {
    let browser = Browser::start().await;
    browser.look(screen).await;
    let mut found = Vec::new();
    for path in PAGES {
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
pub async fn are_good(up: &Up) {
    let mut found = Vec::new();
    for width in [390, 1440] {
        for dark in [false, true] {
            found.extend(seen_on(up, Screen { width, dark }).await);
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
