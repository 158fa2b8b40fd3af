//! No room on a disk: what cannot be kept is refused, nothing that was acknowledged is lost, and when there is room again all goes on.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::{Connection, PgConnection};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    campaign::{prepared, seed},
    evidence::Evidence,
    workload::Clients,
};
use crate::harness::{Part, Shape, System, left_out};

const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_that_was_acknowledged_and_commands_go_on_while_only_the_brokers_is_full() {
    let mut random = ChaCha8Rng::seed_from_u64(seed());
    let mut system = System::start(Shape { special: true, ..Shape::default() }).await;
    if !system.can_fill() {
        return left_out("a full disk: mounting is not allowed");
    }
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(12).await;
    let stop = CancellationToken::new();
    let working = clients.work(CLIENTS, random.random(), &stop);
    let trying = async {
        sleep(Duration::from_millis(500)).await;
        system.fill(Part::Nats);
        let full = evidence.head().await;
        sleep(Duration::from_secs(3)).await;
        let went_on = evidence.head().await - full;
        println!("{went_on} events while the broker's disk was full");
        assert!(went_on > 0, "commands do not go on");
        system.free(Part::Nats).await;
        sleep(Duration::from_millis(500)).await;

        system.fill(Part::Postgres);
        sleep(Duration::from_secs(2)).await;
        system.free(Part::Postgres).await;
        sleep(Duration::from_millis(500)).await;
        // Now where it has to begin a new file of its log of changes: it cannot go on at all.
        system.fill(Part::Postgres);
        let ended = switch_file(&system).await;
        println!("a new file of the log of changes on a full disk: {ended:?}");
        sleep(Duration::from_secs(2)).await;
        system.free(Part::Postgres).await;
        system.mend().await;
        sleep(Duration::from_millis(500)).await;
        stop.cancel();
    };
    tokio::join!(working, trying);
    evidence.holds(&system, &clients, before).await;
}

async fn switch_file(system: &System) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(&system.servers.postgres.superuser_url("postgres")).await?;
    for _ in 0..3 {
        sqlx::query("SELECT pg_switch_wal()").execute(&mut connection).await?;
        sqlx::query("SELECT pg_logical_emit_message(false, 'kim', 'x')").execute(&mut connection).await?;
    }
    connection.close().await
}
