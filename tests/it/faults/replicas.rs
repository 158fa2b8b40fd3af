//! Two of each on one database: right, and when one dies or hangs the other goes on.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    campaign::{prepared, seed},
    evidence::Evidence,
    workload::Clients,
};
use crate::harness::{Part, Shape, System, eventually};

/// How long it may take until everything goes on without one that died.
const DEATH: Duration = Duration::from_secs(5);
/// And without one that hangs, which nobody sees at once.
const SILENCE: Duration = Duration::from_secs(8);
const CLIENTS: usize = 6;

/// How long after a blow each thing went on.
#[derive(Debug, Clone, Copy)]
struct WentOn {
    command: Duration,
    stream: Duration,
    read_model: Duration,
    timer: Duration,
}

impl WentOn {
    fn last(self) -> Duration {
        self.command.max(self.stream).max(self.read_model).max(self.timer)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_one_of_two_replicas_dies_or_hangs_the_other_goes_on_and_a_leader_that_wakes_up_does_no_harm() {
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut system = System::start(Shape::DOUBLE).await;
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(12).await;
    let mut quiet = clients.import(8, &mut random).await;
    let stop = CancellationToken::new();
    let working = clients.work(CLIENTS, random.random(), &stop);
    let trying = async {
        // Whoever leads at first, by the end each that led was killed, and each was stopped.
        for kills in [true, false] {
            for n in 0..2 {
                let blow = Instant::now();
                for part in [Part::Registry(n), Part::Projection(n)] {
                    if kills {
                        system.kill9(part).await;
                    } else {
                        system.pause(part);
                    }
                }
                let community = quiet.pop().expect("there are enough");
                let went_on = went_on(&evidence, &system, &clients, community, 1 - n, blow).await;
                let what = if kills { "died" } else { "hung" };
                println!("registry and projection {n} {what}: {went_on:?}");
                assert!(went_on.last() < if kills { DEATH } else { SILENCE }, "{n} {what}: {went_on:?}");
                system.mend().await;
            }
        }
        stop.cancel();
    };
    tokio::join!(working, trying);
    evidence.holds(&system, &clients, before).await;
}

/// A command, its event in the stream and in the read model of the projection that is left, and its timers.
async fn went_on(
    evidence: &Evidence,
    system: &System,
    clients: &Clients,
    community: Uuid,
    projection: usize,
    blow: Instant,
) -> WentOn {
    clients.report_silence(community, &mut ChaCha8Rng::seed_from_u64(1)).await;
    let command = blow.elapsed();
    let position = evidence.head().await;
    let stream = async {
        eventually("the stream goes on", async || evidence.stream_end().await >= position.unsigned_abs()).await;
        blow.elapsed()
    };
    let read_model = async {
        eventually("the read model goes on", async || evidence.read_model(system, projection).await >= position).await;
        blow.elapsed()
    };
    let timer = async {
        eventually("timers fire", async || evidence.is_dormant(community).await).await;
        blow.elapsed()
    };
    let (stream, read_model, timer) = tokio::join!(stream, read_model, timer);
    WentOn { command, stream, read_model, timer }
}
