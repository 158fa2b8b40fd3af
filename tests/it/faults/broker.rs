//! The broker is down under load: commands go on, nothing piles up, and pages say how late they are.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{
    campaign::{prepared, seed},
    evidence::Evidence,
    workload::Clients,
};
use crate::harness::{Part, Shape, System, eventually, number};

const CLIENTS: usize = 24;
/// What the registry may grow by while the broker is down: of what is committed meanwhile only the newest stays in it.
const FLAT: u64 = 48 * 1024 * 1024;
/// What a page says when it does not hear from the log.
const CUT_OFF: &str = "Sambungan ke registri terputus sejak";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_broker_is_down_commands_go_on_memory_stays_flat_and_pages_say_how_late_they_are() {
    let outage = Duration::from_secs(number("KIM_FAULT_OUTAGE_SECONDS").unwrap_or(6));
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut system = System::start(Shape::default()).await;
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(64).await;
    evidence.settled(&system).await;
    let says_cut_off = async |system: &System| {
        let page = system.page(0, "/").await;
        page.is_some_and(|(_, text)| text.contains(CUT_OFF))
    };
    assert!(!says_cut_off(&system).await);
    let stop = CancellationToken::new();
    let working = clients.report_on(CLIENTS, random.random(), &stop);
    let trying = async {
        sleep(Duration::from_secs(2)).await;
        let published = evidence.stream_end().await;
        system.kill9(Part::Nats).await;
        let down = Instant::now();
        let (mut memory, mut heads) = (vec![], vec![evidence.head().await]);
        let mut said = None;
        while down.elapsed() < outage || said.is_none() {
            sleep(Duration::from_secs(1)).await;
            memory.push(system.registries[0].service.resident());
            heads.push(evidence.head().await);
            if said.is_none() && says_cut_off(&system).await {
                said = Some(down.elapsed());
            }
            assert!(down.elapsed() < outage + Duration::from_secs(30), "the page does not say that it is cut off");
        }
        stop.cancel();
        (published, memory, heads, said.unwrap_or_default())
    };
    let ((), (published, memory, heads, said)) = tokio::join!(working, trying);
    let rates: Vec<i64> = heads.windows(2).map(|pair| pair[1] - pair[0]).collect();
    println!(
        "events in each second of the outage: {rates:?}; memory in MB: {:?}",
        memory.iter().map(|m| m >> 20).collect::<Vec<_>>()
    );
    println!("the page said that it is cut off after {said:?}");
    assert!(rates.iter().all(|rate| *rate > 0), "a second went by without a command");
    let (least, most) = (memory.iter().min().expect("there were seconds"), memory.iter().max().expect("there were"));
    assert!(most - least < FLAT, "memory grows while the broker is down");

    let behind = evidence.head().await;
    system.servers.nats.restart().await.expect("NATS starts again");
    let up = Instant::now();
    eventually("the relay catches up", async || evidence.stream_end().await >= behind.unsigned_abs()).await;
    let (events, took) = (behind.unsigned_abs() - published, up.elapsed());
    let rate = events as f64 / took.as_secs_f64();
    println!("{events} events were in the stream {took:?} after the broker was back: {rate:.0}/s, finding it included");
    eventually("the page is not cut off any more", async || !says_cut_off(&system).await).await;
    println!("the page was live again after {:?}", up.elapsed());
    let history = clients.recorder.so_far();
    println!("{}", history.counts());
    evidence.settled(&system).await;
    let found = evidence.judge(&history, before).await;
    assert!(found.is_empty(), "{found:?}");
    assert!(system.fallen().is_empty(), "{:?}", system.fallen());
    evidence.close().await;
}
