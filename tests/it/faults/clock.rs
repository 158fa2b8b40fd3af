//! Clocks that are set back and ahead: recorded times never fall, and what clients are told stays true.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    campaign::{prepared, seed},
    evidence::Evidence,
    workload::Clients,
};
use crate::harness::{Clock, Part, Shape, System, left_out};

const CLIENTS: usize = 6;
const HOUR: i64 = 3_600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_makes_no_recorded_time_fall_and_refuses_nobody() {
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut system = System::start(Shape { special: true, registries: 2, ..Shape::default() }).await;
    if !system.can_set_clocks() {
        return left_out("a clock that is set: libfaketime is not installed");
    }
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(12).await;
    let stop = CancellationToken::new();
    let working = clients.work(CLIENTS, random.random(), &stop);
    let mut recorded = Vec::new();
    let trying = async {
        // PostgreSQL's clock is the log's; a registry's says what day it is.
        for (part, seconds) in [
            (Part::Postgres, 2 * HOUR),
            (Part::Postgres, -HOUR),
            (Part::Registry(0), -2 * HOUR),
            (Part::Registry(1), HOUR),
        ] {
            system.set_clock(part, seconds);
            sleep(Clock::SEEN_AFTER * 2).await;
            let newest = evidence.log().await.last().expect("there are events").recorded_time;
            println!("{part} {seconds:+} s: the newest event was recorded {}", newest - OffsetDateTime::now_utc());
            recorded.push(newest);
        }
        system.mend().await;
        sleep(Clock::SEEN_AFTER).await;
        stop.cancel();
    };
    tokio::join!(working, trying);
    // The clock really was ahead, and what came after it was set back is not before.
    assert!(recorded[0] - OffsetDateTime::now_utc() > time::Duration::HOUR, "the clock was not set");
    assert!(recorded.is_sorted());
    evidence.holds(&system, &clients, before).await;
}
