//! Pages: from the request's last byte to the answer's, on one connection, the client on the same machine.

use kim_contract::reporting::v1::{GetReadModelRequest, reporting_service_client::ReportingServiceClient};

use crate::{
    browse::Connection,
    caller,
    nation::Nation,
    report::{Figure, Report},
    series::{Ratio, Series},
    serve::Identity,
    stand::{Done, Stand},
    up::Up,
};

const COMMUNITIES: usize = 8_000;
const EVENTS: i64 = 200_000;

/// What is asked for: its name, whether at the address of pages or of health, and the paths.
fn cases() -> [(&'static str, bool, Vec<String>); 4] {
    [
        ("do nothing (/livez)", false, vec!["/livez".into()]),
        ("the nation, this month", true, vec!["/".into()]),
        ("the nation, any month and date", true, months("/")),
        ("provinces, any month and date", true, provinces()),
    ]
}

/// Months in turn: more of them than the pages keep ready.
pub fn months(base: &str) -> Vec<String> {
    (2019..2026)
        .flat_map(|year| (1..=12).map(move |month| (year, month)))
        .flat_map(|(year, month)| {
            ["kejadian", "pencatatan"].map(|by| format!("{base}?bulan={year}-{month:02}&menurut={by}"))
        })
        .collect()
}

pub fn provinces() -> Vec<String> {
    ["11", "14", "32", "33", "35", "61", "73", "91"]
        .iter()
        .flat_map(|code| months(&format!("/wilayah/{code}")))
        .collect()
}

/// Asks for pages one after another.
pub async fn look(port: u16, paths: &[String], requests: usize) -> anyhow::Result<Done> {
    let latencies = Connection::open(port).await?.times(paths, requests).await?.into_sorted();
    Ok(Done { operations: latencies.len() as u64, took: latencies.iter().sum(), latencies })
}

/// Of a nation of our own.
pub async fn measure(rounds: usize, requests: usize) -> anyhow::Result<Report> {
    let mut stand = Stand::start().await?;
    let identity = Identity::of(&stand.servers)?;
    let nation = Nation::start(&mut stand, &identity, "", COMMUNITIES, EVENTS, None).await?;
    let mut rows = cases().map(|(what, of_pages, paths)| (Series::new(what), of_pages, paths));
    for _ in 0..rounds {
        for (series, of_pages, paths) in &mut rows {
            let at = if *of_pages { nation.projection.pages } else { nation.projection.http };
            series.slices.push(stand.slice(look(at.port(), paths, requests / rounds)).await?);
        }
    }
    let [(nothing, ..), pages @ ..] = &rows;
    let mut figures = vec![Figure::rate(nothing, vec![])];
    figures.extend(pages.iter().map(|(series, ..)| Figure::rate(series, vec![Ratio::of_p99(series, nothing)])));
    Ok(Report {
        measure: "page",
        how: format!("{rounds} rounds, {requests} requests of each in all"),
        machine: stand.machine.clone(),
        figures,
        notes: vec![format!(
            "{COMMUNITIES} communities, {EVENTS} events; one connection, one request after another; the ratio is of the 99th percentiles."
        )],
    })
}

/// Of a nation that is up.
pub async fn measure_up(up: &Up, requests: usize, json: bool) -> anyhow::Result<()> {
    let caller = caller::connect(up.address(4), &up.token).await?;
    let model = ReportingServiceClient::new(caller).get_read_model(GetReadModelRequest {}).await?.into_inner();
    let position = model.as_of.map_or(0, |as_of| as_of.registry_position);
    let mut rows = Vec::new();
    for (what, of_pages, paths) in cases() {
        let port = up.address(if of_pages { 0 } else { 54 }).port();
        let times = Connection::open(port).await?.times(&paths, requests).await?;
        rows.push((what, times.percentile(50), times.percentile(99), times.size));
    }
    let nothing = rows.first().map_or(f64::NAN, |(_, _, p99, _)| *p99);
    if json {
        let rows: Vec<_> = rows
            .iter()
            .map(|(what, median, p99, bytes)| {
                serde_json::json!({ "what": what, "requests": requests, "median_ms": median, "p99_ms": p99, "ratio": p99 / nothing, "bytes": bytes })
            })
            .collect();
        println!("{}", serde_json::json!({ "measure": "page", "position": position, "rows": rows }));
        return Ok(());
    }
    println!("pages at log position {position}\n");
    println!("| what | requests | median ms | p99 ms | p99 / do nothing | bytes (gzip) |");
    println!("|---|---|---|---|---|---|");
    for (what, median, p99, bytes) in &rows {
        println!("| {what} | {requests} | {median:.2} | {p99:.2} | {:.1} | {bytes} |", p99 / nothing);
    }
    Ok(())
}
