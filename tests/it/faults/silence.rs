//! A network that forgets one connection of many, and tells nobody: whoever waits for its answer gives it up and goes on.

use kim_chassis::database::minded;
use kim_eventlog::{Log, OpenOptions, Position};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{campaign::prepared, evidence::Evidence, workload::Clients};
use crate::harness::{Link, Proxy, Servers, Shape, System, eventually, member};

/// The port of the connection whose statement waits for a lock.
async fn waiting(pool: &PgPool, statement: &str) -> u16 {
    let asked = "SELECT client_port FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ $1";
    let port = async || {
        let port: Option<i32> = sqlx::query_scalar(asked).bind(statement).fetch_optional(pool).await.unwrap();
        port.map(|port| u16::try_from(port).expect("a port"))
    };
    eventually("a statement waits for a lock", async || port().await.is_some()).await;
    port().await.expect("it waits still")
}

async fn lock(connection: &mut PgConnection, table: &str, mode: &str) {
    sqlx::query(AssertSqlSafe(format!("LOCK TABLE {table} IN {mode} MODE"))).execute(connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_whose_connection_was_forgotten_is_folded_by_another() {
    let system = System::start(Shape::default()).await;
    let evidence = Evidence::of(&system).await;
    let before = prepared(&system, &evidence).await;
    let clients = Clients::of(&system);
    clients.settle(12).await;
    evidence.settled(&system).await;
    let pool = system.servers.pool("projection").await;
    let serving = "SELECT schema FROM public.generation WHERE status = 'serving'";
    let schema: String = sqlx::query_scalar(serving).fetch_one(&pool).await.unwrap();
    let mut held = pool.begin().await.unwrap();
    lock(&mut held, &format!("{schema}.checkpoint"), "EXCLUSIVE").await;
    clients.settle(1).await;
    system.way(Link::ProjectionToPostgres(0)).forget(waiting(&pool, "UPDATE .*checkpoint").await);
    held.rollback().await.unwrap();
    let position = evidence.head().await;
    eventually("the read model goes on", async || evidence.read_model(&system, 0).await >= position).await;
    evidence.holds(&system, &clients, before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_of_the_log_whose_connection_was_forgotten_is_given_up_and_the_next_one_is_answered() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let way = Proxy::to(servers.postgres.port()).await;
    let url = servers.url_by("registry", &way);
    let through = minded(PgPoolOptions::new()).max_connections(2).connect(&url).await.unwrap();
    let log = Log::open(through, "registry", OpenOptions { simulated: false }, stop.clone()).await.unwrap();
    log.append(member(Uuid::now_v7(), 0)).await.unwrap();
    let pool = servers.pool("registry").await;
    let mut held = pool.begin().await.unwrap();
    lock(&mut held, "log.event", "ACCESS EXCLUSIVE").await;
    let reading = tokio::spawn({
        let log = log.clone();
        async move { log.at(Position::START.next()).await }
    });
    way.forget(waiting(&pool, "FROM log.event WHERE position >=").await);
    held.rollback().await.unwrap();
    eventually("the read is given up", async || reading.is_finished()).await;
    assert!(reading.await.unwrap().is_err());
    assert!(log.at(Position::START.next()).await.unwrap().is_some());
    stop.cancel();
}
