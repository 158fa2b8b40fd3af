//! Searches by mistyped names, as offices type them, among as many communities as the nation has villages.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use futures::future::try_join_all;
use kim_contract::registry::v1::{
    CommunityRow, SearchCommunitiesRequest, community_service_client::CommunityServiceClient,
};
use kim_territory::Territory;
use rand::{RngExt, seq::SliceRandom};
use tokio::time::sleep;
use tonic::Code;

use crate::{
    caller::{self, Caller},
    report::{Figure, Report},
    sample,
    series::{Ratio, Series},
    serve::{Broker, Identity, Served},
    stand::{Done, Span, Stand},
    unary::Unary,
};

const COMMUNITIES: usize = 84_000;
const IN_FLIGHT: usize = 64;
/// Names that are mistyped, each otherwise.
const QUERIES: usize = 4_096;
/// Of them, those whose answer is read.
const READ: usize = 400;
const WANTED_MS: f64 = 50.0;
const FOLLOWED_WITHIN: Duration = Duration::from_mins(10);

/// What communities call themselves, before the name of their village.
const WORDS: [&str; 40] = [
    "Sumber",
    "Makmur",
    "Suara",
    "Desa",
    "Cahaya",
    "Harapan",
    "Karya",
    "Bersama",
    "Mitra",
    "Maju",
    "Jaya",
    "Sejahtera",
    "Bina",
    "Warga",
    "Mekar",
    "Sari",
    "Tunas",
    "Muda",
    "Bintang",
    "Timur",
    "Gema",
    "Nusantara",
    "Lentera",
    "Informasi",
    "Sahabat",
    "Mandiri",
    "Pelita",
    "Bangsa",
    "Rukun",
    "Tani",
    "Melati",
    "Putih",
    "Citra",
    "Lestari",
    "Kabar",
    "Baru",
    "Swara",
    "Rakyat",
    "Guyub",
    "Sentosa",
];

fn name(number: usize) -> String {
    let code = sample::village(number).parse().expect("a village's code");
    let village = Territory::current().get(&code).expect("a village of today").name;
    let [first, second] = [number, number / WORDS.len()].map(|at| WORDS[at % WORDS.len()]);
    format!("KIM {first} {second} {village}")
}

fn row(number: usize) -> CommunityRow {
    let mut row = sample::community_row(number);
    if let Some(profile) = &mut row.profile {
        profile.name = name(number);
    }
    row
}

/// The name without "KIM", its words in any order, and a letter wrong in every other longer word.
fn mistyped(name: &str) -> String {
    let mut random = rand::rng();
    let mut words: Vec<Vec<char>> = name.split(' ').skip(1).map(|word| word.to_lowercase().chars().collect()).collect();
    words.shuffle(&mut random);
    for word in words.iter_mut().filter(|word| word.len() > 4) {
        let at = random.random_range(1..word.len() - 1);
        match random.random_range(0..8) {
            0 => drop(word.remove(at)),
            1 => word.insert(at, word[at]),
            2 => word.swap(at, at + 1),
            3 => word[at] = 'x',
            _ => {}
        }
    }
    words.iter().map(|word| word.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

fn request(query: String) -> SearchCommunitiesRequest {
    let page_size = i32::try_from(sample::FOUND).expect("a page is small");
    SearchCommunitiesRequest { query, page_size, ..SearchCommunitiesRequest::default() }
}

/// Clients that search, each again as soon as it was answered.
struct Searchers {
    connections: Vec<Unary>,
    requests: Arc<[SearchCommunitiesRequest]>,
}

impl Searchers {
    async fn connect(
        address: SocketAddr,
        token: &str,
        requests: Arc<[SearchCommunitiesRequest]>,
    ) -> anyhow::Result<Self> {
        const METHOD: &str = "/kim.registry.v1.CommunityService/SearchCommunities";
        Ok(Self { connections: Unary::connections(address, METHOD, token).await?, requests })
    }

    async fn run(&self, time: Duration) -> anyhow::Result<Done> {
        let begun = Instant::now();
        let running = (0..IN_FLIGHT).map(|at| {
            let mut client = self.connections[at % self.connections.len()].clone();
            let requests = self.requests.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while begun.elapsed() < time {
                    let request = &requests[rand::rng().random_range(0..requests.len())];
                    let sent = Instant::now();
                    client.call(request).await?;
                    latencies.push(sent.elapsed());
                }
                anyhow::Ok(latencies)
            })
        });
        let ended = try_join_all(running.collect::<Vec<_>>()).await?;
        let took = begun.elapsed();
        let latencies = ended.into_iter().collect::<anyhow::Result<Vec<_>>>()?.concat();
        Ok(Done { operations: latencies.len() as u64, took, latencies })
    }
}

pub async fn measure(span: Span) -> anyhow::Result<Report> {
    let mut stand = Stand::start().await?;
    let Identity { issuer, token } = Identity::of(&stand.servers)?;
    let registry = Served::registry(&stand.servers, &issuer, "registry", Broker::Away, None).await?;
    let nothing = Served::do_nothing(&stand.servers).await?;
    stand.meter.services = [&registry, &nothing].map(Served::pid).to_vec();
    let caller = caller::connect(registry.grpc, &token).await?;
    let ids = sample::imported(&caller, COMMUNITIES, row).await?;

    let sought: Vec<usize> = (0..QUERIES).map(|_| rand::rng().random_range(0..COMMUNITIES)).collect();
    let requests: Vec<_> = sought.iter().map(|&number| request(mistyped(&name(number)))).collect();
    let found = found(&caller, sought.iter().map(|&number| &ids[number]).zip(&requests).take(READ)).await?;

    let requests: Arc<[_]> = requests.into();
    let mut loads = Vec::new();
    for (name, served) in [("do-nothing tonic service", &nothing), ("searches, mistyped", &registry)] {
        let searchers = Searchers::connect(served.grpc, &token, requests.clone()).await?;
        searchers.run(Duration::from_secs(2)).await?;
        loads.push((Series::new(format!("{name}, {IN_FLIGHT} in flight")), searchers));
    }
    for _ in 0..span.rounds {
        for (series, searchers) in &mut loads {
            series.slices.push(stand.slice(searchers.run(span.slice())).await?);
        }
    }
    let [(peer, _), (searches, _)] = &loads[..] else { unreachable!("there are two") };
    let [_, peer_p99] = peer.latency().context("nothing was answered")?;
    let [median, p99] = searches.latency().context("nothing was found")?;
    Ok(Report {
        measure: "search",
        how: span.to_string(),
        machine: stand.machine.clone(),
        figures: vec![
            Figure::rate(peer, vec![]),
            Figure::rate(searches, vec![Ratio::of(searches, peer, None)]),
            Figure::plain("a call that does nothing, p99", peer_p99, " ms"),
            Figure::plain("a search, median", median, " ms"),
            Figure::plain("a search, p99", p99, " ms").at_most(WANTED_MS),
            Figure::plain("found on the first page", found * 100.0, " %").wanted(99.0),
        ],
        notes: vec![format!(
            "{COMMUNITIES} communities, one a village; {QUERIES} names at random, their words in any order, a letter wrong in every \
             other longer word; {} rows a page. Client, service and server share the cores.",
            sample::FOUND
        )],
    })
}

/// The share of searches whose community is on the first page.
async fn found(
    caller: &Caller,
    searches: impl Iterator<Item = (&String, &SearchCommunitiesRequest)>,
) -> anyhow::Result<f64> {
    let mut client = CommunityServiceClient::new(caller.clone());
    let (mut met, mut all, begun) = (0.0, 0.0, Instant::now());
    for (id, request) in searches {
        let page = loop {
            match client.search_communities(request.clone()).await {
                Ok(page) => break page.into_inner(),
                // The index still follows the import.
                Err(status) if status.code() == Code::Unavailable => {
                    ensure!(begun.elapsed() < FOLLOWED_WITHIN, "the index does not catch up");
                    sleep(Duration::from_millis(100)).await;
                }
                Err(status) => return Err(status.into()),
            }
        };
        all += 1.0;
        if page.communities.iter().any(|community| community.community_id == *id) {
            met += 1.0;
        }
    }
    Ok(met / all)
}
