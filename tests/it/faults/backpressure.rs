//! A database that stands still: what is too much is refused at once, and memory has a bound.

use std::time::Duration;

use bytes::Bytes;
use futures::future::join_all;
use kim_eventlog::{AppendError, MAX_PAYLOAD, Member, NewEvent};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{Part, Shape, System, member, plain_event};

/// Large members are few: the queue is bounded by what it holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_of_a_log_whose_database_stands_still_is_bounded_in_bytes_and_drains_when_it_moves_again() {
    const MEMBERS: usize = 400;
    const HELD_AT_MOST: usize = 200;
    let system = System::prepare(Shape { registries: 0, projections: 0 }).await;
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
