//! A database that is slow, or stands still: what is too much is refused at once, and memory has a bound.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use kim_eventlog::{AppendError, MAX_PAYLOAD, Member, NewEvent};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::Code;
use uuid::Uuid;

use super::{
    campaign::{prepared, seed},
    evidence::Evidence,
    history::Answer,
    workload::Clients,
};
use crate::harness::{Link, Part, Shape, System, Weather, member, plain_event};

/// What waits at most, and what it takes to handle it.
const BOUND: u64 = 192 * 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_slow_database_what_is_too_much_is_refused_and_memory_has_a_bound() {
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut system = System::start(Shape { in_flight: 200, ..Shape::default() }).await;
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(200).await;
    let at_first = system.registries[0].service.resident();
    let stop = CancellationToken::new();
    // More at once than the service takes on.
    let working = clients.report_on(300, random.random(), &stop);
    let files = async {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        clients.import(2_000, &mut random).await.len()
    };
    let trying = async {
        sleep(Duration::from_millis(500)).await;
        let mut most = 0;
        for weather in [Weather::Delayed(Duration::from_millis(300)), Weather::Slow(50_000)] {
            system.turn(&[Link::RegistryToPostgres(0)], weather);
            for _ in 0..6 {
                sleep(Duration::from_millis(500)).await;
                most = most.max(system.registries[0].service.resident());
            }
            system.turn(&[Link::RegistryToPostgres(0)], Weather::Fair);
        }
        stop.cancel();
        most
    };
    let ((), rows, most) = tokio::join!(working, files, trying);
    assert_eq!(rows, 2_000);
    let history = clients.recorder.so_far();
    let busy = history.operations.iter().flat_map(|operation| &operation.attempts);
    let busy = busy.filter(|a| matches!(a.answer, Answer::Refused { code: Code::ResourceExhausted, .. })).count();
    println!(
        "memory from {} MB to {} MB; {busy} attempts refused as too many; {}",
        at_first >> 20,
        most >> 20,
        history.counts()
    );
    assert!(busy > 0, "nothing was refused");
    assert!(most < at_first + BOUND, "memory grew by {} MB", (most - at_first) >> 20);
    system.mend().await;
    evidence.settled(&system).await;
    let found = evidence.judge(&history, before).await;
    assert!(found.is_empty(), "{} violations, the first: {}", found.len(), found[0]);
    evidence.close().await;
}

/// Large members are few: the queue is bounded by what it holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_of_a_log_whose_database_stands_still_is_bounded_in_bytes_and_drains_when_it_moves_again() {
    const MEMBERS: usize = 400;
    const HELD_AT_MOST: usize = 200;
    let system = System::prepare(Shape::BARE).await;
    let stop = CancellationToken::new();
    let log = system.servers.log(&stop).await;
    log.append(member(Uuid::now_v7(), 0)).await.expect("it takes one");
    system.pause(Part::Postgres);
    let large = || Member {
        events: vec![NewEvent { payload: Bytes::from(vec![7; MAX_PAYLOAD]), ..plain_event("x") }],
        ..member(Uuid::now_v7(), 0)
    };
    let appends: Vec<_> = (0..MEMBERS)
        .map(|_| {
            let log = log.clone();
            let member = large();
            tokio::spawn(async move { log.append(member).await })
        })
        .collect();
    sleep(Duration::from_millis(500)).await;
    system.resume(Part::Postgres);
    let answers = join_all(appends).await;
    let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("nothing panics")).collect();
    let busy = answers.iter().filter(|answer| matches!(answer, Err(AppendError::Busy))).count();
    let taken = answers.iter().filter(|answer| answer.is_ok()).count();
    println!("{taken} taken, {busy} refused as too many");
    assert_eq!(taken + busy, MEMBERS, "{:?}", answers.iter().find(|a| !matches!(a, Ok(_) | Err(AppendError::Busy))));
    assert!(taken <= HELD_AT_MOST, "the queue held {taken} members of half a megabyte");
    assert!(taken > 0);
    stop.cancel();
}
