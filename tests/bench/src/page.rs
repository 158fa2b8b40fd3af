//! Pages: from the request's last byte to the answer's, on one connection, the client on the same machine.

use kim_contract::reporting::v1::{GetReadModelRequest, reporting_service_client::ReportingServiceClient};
use serde::Serialize;
use tonic::{Request, transport::Endpoint};

use crate::{Nation, browse::Connection};

#[derive(Serialize)]
struct Row {
    what: &'static str,
    requests: usize,
    median_ms: f64,
    p99_ms: f64,
    /// The 99th percentile over that of the server's do-nothing answer.
    ratio: f64,
    bytes: usize,
}

pub async fn measure(nation: &Nation, requests: usize, json: bool) -> anyhow::Result<()> {
    let position = position(nation).await?;
    // Months and regions in turn: more of them than the pages keep ready.
    let months = |base: &str| -> Vec<String> {
        (2019..2026)
            .flat_map(|year| (1..=12).map(move |month| (year, month)))
            .flat_map(|(year, month)| {
                ["kejadian", "pencatatan"].map(|by| format!("{base}?bulan={year}-{month:02}&menurut={by}"))
            })
            .collect()
    };
    let provinces = ["11", "14", "32", "33", "35", "61", "73", "91"];
    let cases: [(&'static str, u16, Vec<String>); 4] = [
        ("do nothing (/livez)", nation.port + 54, vec!["/livez".into()]),
        ("the nation, this month", nation.port, vec!["/".into()]),
        ("the nation, any month and date", nation.port, months("/")),
        (
            "provinces, any month and date",
            nation.port,
            provinces.iter().flat_map(|code| months(&format!("/wilayah/{code}"))).collect(),
        ),
    ];
    let mut rows: Vec<Row> = Vec::new();
    for (what, port, paths) in cases {
        let times = Connection::open(port).await?.times(&paths, requests).await?;
        let p99 = times.percentile(99);
        let ceiling = rows.first().map_or(p99, |first| first.p99_ms);
        rows.push(Row {
            what,
            requests,
            median_ms: times.percentile(50),
            p99_ms: p99,
            ratio: p99 / ceiling,
            bytes: times.size,
        });
    }
    if json {
        println!("{}", serde_json::json!({ "measure": "page", "position": position, "rows": rows }));
        return Ok(());
    }
    println!("pages at log position {position}\n");
    println!("| what | requests | median ms | p99 ms | p99 / do nothing | bytes (gzip) |");
    println!("|---|---|---|---|---|---|");
    for r in &rows {
        println!(
            "| {} | {} | {:.2} | {:.2} | {:.1} | {} |",
            r.what, r.requests, r.median_ms, r.p99_ms, r.ratio, r.bytes
        );
    }
    Ok(())
}

async fn position(nation: &Nation) -> anyhow::Result<i64> {
    let channel = Endpoint::from_shared(format!("http://127.0.0.1:{}", nation.port + 4))?.connect().await?;
    let mut request = Request::new(GetReadModelRequest {});
    request.metadata_mut().insert("authorization", format!("Bearer {}", nation.token).parse()?);
    let model = ReportingServiceClient::new(channel).get_read_model(request).await?.into_inner();
    Ok(model.as_of.map_or(0, |as_of| as_of.registry_position))
}
