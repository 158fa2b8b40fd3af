//! Any part killed, paused or cut off, any way disturbed, at random moments under load: nothing acknowledged is lost or doubled,
//! and when the dust has settled the stream is the log and the read model its fold.

use std::time::Duration;

use futures::future::join_all;
use kim_contract::registry::v1::{DormancyRule, SetDormancyRuleRequest, rule_service_client::RuleServiceClient};
use kim_local::process::{self, Signal};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::{
    evidence::Evidence,
    plan::{Blow, Harm, plan},
    workload::Clients,
};
use crate::harness::{self, Part, Shape, System, Weather, date, left_out, number, region, request_id};

/// A system is used for so many rounds; then another one is started, so that no log grows long.
const ROUNDS_A_SYSTEM: usize = 5;
/// Systems at a time: most of a round is waiting.
const SIDE_BY_SIDE: usize = 2;
const CLIENTS: usize = 10;
const SHARED: usize = 12;

/// The seed of a test of faults.
pub fn seed() -> u64 {
    harness::seed("KIM_FAULT_SEED")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_paused_or_cut_under_load_nothing_acknowledged_is_lost_or_doubled() {
    let rounds = number("KIM_FAULT_ROUNDS").unwrap_or(20);
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut systems = Vec::new();
    for (n, (shape, rounds)) in plan(rounds, ROUNDS_A_SYSTEM, Shape::DOUBLE, &mut random).into_iter().enumerate() {
        systems.push((n, shape, rounds, random.random()));
    }
    // A lane takes every second system; a failure of one ends the test when all have come to an end.
    let lanes = (0..SIDE_BY_SIDE).map(|lane| {
        let mine: Vec<_> = systems.iter().filter(|(n, ..)| n % SIDE_BY_SIDE == lane).cloned().collect();
        tokio::spawn(async move {
            for (n, shape, rounds, seed) in mine {
                one_system(n, shape, &rounds, seed).await;
            }
        })
    });
    let ended = join_all(lanes).await;
    assert!(ended.iter().all(Result::is_ok), "a round failed; see above");
}

async fn one_system(n: usize, shape: Shape, rounds: &[Vec<Blow>], seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut system = System::start(shape).await;
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(SHARED).await;
    for (round, blows) in rounds.iter().enumerate() {
        let said = blows.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let round = format!("round {}.{round}", n + 1);
        println!("{round}: {said}");
        let begun = Instant::now();
        let stop = CancellationToken::new();
        let working = clients.work(CLIENTS, random.random(), &stop);
        let breaking = async {
            strike(&mut system, blows).await;
            sleep(Duration::from_millis(300)).await;
            stop.cancel();
            Instant::now()
        };
        let ((), mended) = tokio::join!(working, breaking);
        let ended = Instant::now();
        let history = clients.recorder.so_far();
        evidence.quiet(&system, &history).await;
        let settled = Instant::now();
        let found = evidence.judge(&history, before).await;
        if !found.is_empty() {
            let all = found.iter().take(20).map(ToString::to_string).collect::<Vec<_>>().join("\n");
            panic!("{round}: {} violations\n{all}", found.len());
        }
        let judged = Instant::now();
        evidence.rebuild_equals_live(&system).await;
        println!(
            "{round}: {} events; {}; ms: {} until mended, {} until answered, {} until settled, {} to judge, {} to rebuild",
            evidence.head().await,
            history.counts(),
            (mended - begun).as_millis(),
            (ended - mended).as_millis(),
            (settled - ended).as_millis(),
            (judged - settled).as_millis(),
            judged.elapsed().as_millis()
        );
    }
    evidence.close().await;
}

/// Communities that report nothing for a year are dormant. Returns the last position of what was set up.
pub async fn prepared(system: &System, evidence: &Evidence) -> i64 {
    let rule = SetDormancyRuleRequest {
        request_id: request_id(),
        region: region("00"),
        rule: Some(DormancyRule { reminder_months: 9, dormant_months: 12 }),
        effective_from: date(2018, 1, 1),
    };
    RuleServiceClient::new(system.client(0)).set_dormancy_rule(rule).await.expect("the nation sets rules");
    evidence.head().await
}

/// Deals the blows, each at its time, and mends all when the last is over. A blow that ends before is taken back by itself.
async fn strike(system: &mut System, blows: &[Blow]) {
    let begun = Instant::now();
    let mut turns: Vec<(Instant, bool, &Blow)> = Vec::new();
    for blow in blows {
        turns.push((begun + blow.after, true, blow));
        turns.push((begun + blow.after + blow.lasts, false, blow));
    }
    turns.sort_by_key(|(at, ..)| *at);
    for (at, begins, blow) in turns {
        sleep_until(at).await;
        if begins {
            harm(system, &blow.harm).await;
        } else {
            undo(system, &blow.harm).await;
        }
    }
    let fallen = system.fallen();
    assert!(fallen.is_empty(), "ended by itself: {}", fallen.join("\n"));
    system.mend().await;
}

async fn harm(system: &mut System, harm: &Harm) {
    match harm {
        Harm::Kill(part) => system.kill9(*part).await,
        Harm::Pause(part) => system.pause(*part),
        Harm::CrashBackend => {
            // The first is the one that keeps all others.
            if let Some(backend) = process::working_in(system.servers.postgres.data(), "postgres").last() {
                backend.signal(Signal::KILL);
            }
        }
        Harm::CutOff(part) => system.turn(&system.links_of(*part), Weather::Cut),
        Harm::FillDisk(part) if system.can_fill() => system.fill(*part),
        Harm::SetClock(part, seconds) if system.can_set_clocks() => system.set_clock(*part, *seconds),
        Harm::FillDisk(_) | Harm::SetClock(..) => left_out(harm),
        Harm::Disturb(link, weather) => system.turn(&[*link], *weather),
        Harm::Forget(link, any) => system.way(*link).forget_one(*any),
    }
}

async fn undo(system: &mut System, harm: &Harm) {
    match harm {
        Harm::Kill(Part::Registry(n)) => system.registries[*n].service.start(),
        Harm::Kill(Part::Projection(n)) => system.projections[*n].service.start(),
        Harm::Kill(Part::Nats | Part::Postgres) => system.have_servers().await,
        Harm::Pause(part) => system.resume(*part),
        Harm::CutOff(part) => system.turn(&system.links_of(*part), Weather::Fair),
        Harm::FillDisk(part) if system.can_fill() => system.free(*part).await,
        Harm::SetClock(part, _) if system.can_set_clocks() => system.set_clock(*part, 0),
        Harm::CrashBackend | Harm::Forget(..) | Harm::FillDisk(_) | Harm::SetClock(..) => {}
        Harm::Disturb(link, _) => system.turn(&[*link], Weather::Fair),
    }
}
