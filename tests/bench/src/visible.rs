//! From sending a command to the page that shows it, while half of all the commands that the service takes come in.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use futures::future::try_join_all;
use kim_contract::{
    registry::v1::{Activity, ActivityKind, ReportActivityRequest, community_service_client::CommunityServiceClient},
    r#type::v1::Date,
};
use kim_territory::spelling;
use rand::RngExt;
use time::macros::date;
use tokio::time::{Instant as Tick, sleep, sleep_until};
use uuid::Uuid;

use crate::{
    browse::Connection,
    caller::Caller,
    commands::Reporters,
    nation::Nation,
    report::{Figure, Report},
    sample,
    series::{Series, median},
    serve::Identity,
    stand::{Done, Span, Stand},
};

const COMMUNITIES: usize = 8_000;
const EVENTS: i64 = 50_000;
const IN_FLIGHT: usize = 64;
/// Those who look at the page, each with a community, and so a page, of its own.
const WATCHERS: usize = 4;
/// Between two looks at a page: what is measured is sure to this much.
const LOOK: Duration = Duration::from_millis(4);
/// Between two commands of one watcher, at most.
const REST: Duration = Duration::from_millis(200);
const GIVE_UP: Duration = Duration::from_secs(30);
const WANTED_MS: f64 = 100.0;

pub async fn measure(span: Span) -> anyhow::Result<Report> {
    let mut stand = Stand::start().await?;
    let identity = Identity::of(&stand.servers)?;
    let nation = Nation::start(&mut stand, &identity, "", COMMUNITIES, EVENTS, None).await?;
    let (watched, others) = nation.communities.split_at(WATCHERS);
    let reporters = nation.reporters(others.into()).await?;
    let caller = nation.caller().await?;
    reporters.run(IN_FLIGHT, Duration::from_secs(2)).await?;

    let mut watchers = Vec::new();
    for (at, community) in watched.iter().enumerate() {
        watchers.push(Watcher::new(caller.clone(), nation.projection.pages, community.clone(), at).await?);
    }
    let mut most = Series::new(format!("all that it takes, {IN_FLIGHT} in flight, read model following"));
    let (mut calm, mut half) = (Series::new("visible, no other load"), Series::new("visible, half load"));
    let mut paces = Vec::new();
    for _ in 0..span.rounds {
        most.slices.push(stand.slice(reporters.run(IN_FLIGHT, span.slice())).await?);
        nation.followed(&stand.servers).await?;
        calm.slices.push(stand.slice(watch(&mut watchers, span.slice())).await?);
        let pace = most.slices.last().map_or(0.0, |slice| slice.rate() / 2.0);
        let loaded = async {
            let load = Pace::start(&reporters, pace);
            let seen = watch(&mut watchers, span.slice()).await;
            paces.push(load.stop().await?);
            seen
        };
        half.slices.push(stand.slice(loaded).await?);
    }
    paces.sort_by(f64::total_cmp);
    let [half_median, half_p99] = half.latency().context("nothing was seen")?;
    let [calm_median, calm_p99] = calm.latency().context("nothing was seen")?;
    let seen: usize = half.slices.iter().map(|slice| slice.done.latencies.len()).sum();
    Ok(Report {
        measure: "visible",
        how: span.to_string(),
        machine: stand.machine.clone(),
        figures: vec![
            Figure::rate(&most, vec![]),
            Figure::plain("half load: commands that came in meanwhile", median(&paces), "/s"),
            Figure::plain("command to page, no other load, median", calm_median, " ms"),
            Figure::plain("command to page, no other load, p99", calm_p99, " ms"),
            Figure::plain("command to page, half load, median", half_median, " ms"),
            Figure::plain("command to page, half load, p99", half_p99, " ms").at_most(WANTED_MS),
        ],
        notes: vec![format!(
            "{seen} commands seen at half load by {WATCHERS} watchers who ask for the page every {} ms until it shows the day \
             that was reported; the time runs from the command's sending to the whole page's arrival.",
            LOOK.as_millis()
        )],
    })
}

/// Reports an activity of its community, a day later each time, and looks at the page of its village until it says so.
struct Watcher {
    client: CommunityServiceClient<Caller>,
    page: Connection,
    path: String,
    community: String,
    day: time::Date,
}

impl Watcher {
    async fn new(caller: Caller, pages: SocketAddr, community: String, number: usize) -> anyhow::Result<Self> {
        let path = format!("/wilayah/{}/kim", sample::village(number));
        let page = Connection::open(pages.port()).await?;
        let client = CommunityServiceClient::new(caller);
        // After every day that a filled log has.
        Ok(Self { client, page, path, community, day: date!(2025 - 01 - 01) })
    }

    async fn once(&mut self) -> anyhow::Result<Duration> {
        self.day = self.day.next_day().context("a calendar goes on")?;
        let request = ReportActivityRequest {
            request_id: Uuid::now_v7().to_string(),
            community_id: self.community.clone(),
            etag: String::new(),
            activity: Some(Activity {
                kind: ActivityKind::Meeting.into(),
                happened_on: Some(Date {
                    year: self.day.year(),
                    month: u8::from(self.day.month()).into(),
                    day: self.day.day().into(),
                }),
                people_reached: 20,
                ..Activity::default()
            }),
        };
        let said = spelling::day(self.day);
        let sent = Instant::now();
        self.client.report_activity(request).await?;
        loop {
            if self.page.text(&self.path).await?.contains(&said) {
                return Ok(sent.elapsed());
            }
            ensure!(sent.elapsed() < GIVE_UP, "{} does not show {said}", self.path);
            sleep(LOOK).await;
        }
    }
}

async fn watch(watchers: &mut [Watcher], time: Duration) -> anyhow::Result<Done> {
    let begun = Instant::now();
    let watched = try_join_all(watchers.iter_mut().map(async |watcher| {
        let mut latencies = Vec::new();
        while begun.elapsed() < time {
            // At no fixed beat: nothing here shall fall in step with what is measured.
            let rest = rand::rng().random_range(Duration::ZERO..REST);
            sleep(rest).await;
            latencies.push(watcher.once().await?);
        }
        anyhow::Ok(latencies)
    }))
    .await?;
    let latencies = watched.concat();
    Ok(Done { operations: latencies.len() as u64, took: begun.elapsed(), latencies })
}

/// Commands at a steady pace, whatever the answers take.
struct Pace {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicU64>,
    begun: Instant,
    running: Vec<tokio::task::JoinHandle<anyhow::Result<()>>>,
}

impl Pace {
    fn start(reporters: &Reporters, rate: f64) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let beat = Duration::from_secs_f64(IN_FLIGHT as f64 / rate.max(1.0));
        let running = (0..IN_FLIGHT).map(|at| {
            let mut client = reporters.client(at);
            let (stop, answered, communities) = (stop.clone(), answered.clone(), reporters.communities.clone());
            tokio::spawn(async move {
                let mut next = Tick::now() + rand::rng().random_range(Duration::ZERO..beat);
                while !stop.load(Relaxed) {
                    sleep_until(next).await;
                    next += beat;
                    let community = communities[rand::rng().random_range(0..communities.len())].clone();
                    client.call(&sample::report(community)).await?;
                    answered.fetch_add(1, Relaxed);
                }
                anyhow::Ok(())
            })
        });
        let running = running.collect();
        Self { stop, answered, begun: Instant::now(), running }
    }

    /// Commands a second that were answered.
    async fn stop(self) -> anyhow::Result<f64> {
        let rate = self.answered.load(Relaxed) as f64 / self.begun.elapsed().as_secs_f64();
        self.stop.store(true, Relaxed);
        for ended in try_join_all(self.running).await? {
            ended?;
        }
        Ok(rate)
    }
}
