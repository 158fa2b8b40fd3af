//! Ten thousand rows, one in ten bad in ten different ways: the good ones are in, each bad one is named, and nothing is doubled.

use std::{collections::BTreeMap, fs};

use kim_fixture::{Bad, Style, communities};
use kimctl::{
    cli::{self, Import, ImportCommunities},
    connection::Services,
    import,
};

use crate::harness::{Nation, Proxy, Up, Weather, eventually};

const ROWS: usize = 10_000;

/// The report's rows by number: column, reason, message, remedy.
fn report(path: &std::path::Path) -> BTreeMap<i64, Vec<[String; 4]>> {
    let mut reader = csv::Reader::from_path(path).expect("the report is there");
    let mut rows: BTreeMap<i64, Vec<[String; 4]>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("the report is CSV");
        let cell = |at: usize| record[at].to_owned();
        rows.entry(record[0].parse().expect("a row's number")).or_default().push([cell(1), cell(2), cell(3), cell(4)]);
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nine_thousand_are_accepted_each_bad_row_is_named_and_the_file_again_adds_nothing() {
    let up = Up::start("none").await;
    let registry = up.pool("registry").await;
    let head = async || {
        let newest = sqlx::query_scalar::<_, Option<i64>>("SELECT max(position) FROM log.event").fetch_one(&registry);
        newest.await.unwrap().unwrap_or_default()
    };
    let styles = [(',', false), (',', false), (';', true), (',', true), (';', false)];
    let mut after_first = 0;
    for (time, (separator, byte_order_mark)) in styles.into_iter().enumerate() {
        let fixture = communities(ROWS, Style { separator, byte_order_mark });
        let (file, bad_rows) = (up.home.join("daftar.csv"), up.home.join("ditolak.csv"));
        fs::write(&file, &fixture.bytes).unwrap();
        let (file, bad_rows) = (file.to_str().unwrap(), bad_rows.to_str().unwrap());
        let (code, said, wrong) = up.kimctl(&["import", "communities", file, "--report", bad_rows]).await;
        assert_eq!(code, 1, "rows were refused: {said}{wrong}");
        let summary = if time == 0 {
            "diterima 9.000 · sudah ada 0 · ditolak 1.000"
        } else {
            "diterima 0 · sudah ada 9.000 · ditolak 1.000"
        };
        let refused = report(bad_rows.as_ref());
        let expected: Vec<i64> = fixture.bad.iter().map(|(row, _)| *row).collect();
        let passed: Vec<_> = fixture.bad.iter().filter(|(row, _)| !refused.contains_key(row)).take(3).collect();
        assert!(passed.is_empty(), "bad and not refused: {passed:?}");
        assert_eq!(refused.keys().copied().collect::<Vec<_>>(), expected);
        assert!(said.contains(summary) || wrong.contains(summary), "{}", said.lines().last().unwrap_or_default());

        for (row, bad) in &fixture.bad {
            let problems = &refused[row];
            assert!(problems.iter().flat_map(|p| &p[1..]).all(|text| !text.is_empty()), "row {row}: {problems:?}");
            let named = problems.iter().any(|p| p[0] == bad.column() || bad.column().is_empty());
            assert!(named, "row {row} is {bad:?}: {problems:?}");
        }
        let reasons: std::collections::BTreeSet<(&str, String)> =
            fixture.bad.iter().map(|(row, bad)| (bad.column(), refused[row][0][1].clone())).collect();
        assert_eq!(reasons.len(), Bad::ALL.len(), "ten ways have ten reasons: {reasons:?}");

        if time == 0 {
            after_first = head().await;
        }
        assert_eq!(head().await, after_first, "nothing was added");
    }
    let communities: i64 =
        sqlx::query_scalar("SELECT count(*) FROM log.event WHERE type = 'kim.registry.v1.CommunityRegistered'")
            .fetch_one(&registry)
            .await
            .unwrap();
    assert_eq!(communities, 9_000);
    registry.close().await;
    up.erase().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_broken_off_goes_on_and_doubles_nothing() {
    let nation = Nation::start().await;
    let proxy = Proxy::to(nation.registry.port()).await;
    let file = nation.servers.dir.path().join("daftar.csv");
    fs::write(&file, communities(ROWS, Style { separator: ';', byte_order_mark: true }).bytes).unwrap();
    let mut cli = nation.kimctl(&nation.national(), &["import", "communities", file.to_str().unwrap()]);
    cli.options.registry = Some(format!("http://127.0.0.1:{}", proxy.port()));
    let services = Services::of(&cli.options).unwrap();
    let cli::Command::Import(Import::Communities(ImportCommunities { list, .. })) = cli.command else { unreachable!() };
    let registry = nation.servers.pool("registry").await;
    let registered = async || {
        let counted = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM log.event WHERE type = 'kim.registry.v1.CommunityRegistered'",
        );
        counted.fetch_one(&registry).await.unwrap()
    };

    // Slowly, so that it is in the midst of it when the connection breaks.
    proxy.turn(Weather::Slow(100_000));
    let breaking = async {
        eventually("some rows are in", async || registered().await > 500).await;
        proxy.turn(Weather::Cut);
    };
    let (broken, ()) = tokio::join!(import::communities(&services, &list), breaking);
    let said = broken.unwrap_err().to_string();
    assert!(said.contains("impor terputus setelah") && said.contains("jalankan lagi"), "{said}");

    proxy.turn(Weather::Fair);
    let before = registered().await;
    assert!(before < 9_000, "it was broken off: {before}");
    let checked = import::check(&services, &list).await.unwrap();
    assert!(!checked.is_doubtful(), "what it brought itself is no duplicate: {:?}", checked.registered.first());
    assert!(checked.known >= before, "{} of {before}", checked.known);
    let outcome = import::communities(&services, &list).await.unwrap();
    // What was under way when it broke may have come in later.
    assert!(outcome.unchanged >= before, "{} of {before}", outcome.summary());
    assert_eq!((outcome.accepted + outcome.unchanged, outcome.refused), (9_000, 1_000));
    assert_eq!(registered().await, 9_000);
    nation.stop();
}
