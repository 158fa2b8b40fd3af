//! The private servers start, survive a kill, refuse strangers, and leave no process behind.

use std::{fs, time::Duration};

use kim_local::{
    process,
    servers::{Nats, NatsOptions, Postgres, PostgresOptions},
};
use sqlx::{Connection, PgConnection};
use tempfile::tempdir;

#[tokio::test]
async fn a_committed_row_survives_kill_9_and_the_port_stays() {
    let dir = tempdir().unwrap();
    let mut postgres = Postgres::start(PostgresOptions::at(&dir.path().join("pg")).unwrap()).await.unwrap();
    let url = postgres.url("registry").unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("create table t (n int); insert into t values (7)").execute(&mut connection).await.unwrap();
    postgres.kill9().await;
    postgres.restart().await.unwrap();
    assert_eq!(postgres.url("registry").unwrap(), url);
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let n: i32 = sqlx::query_scalar("select n from t").fetch_one(&mut connection).await.unwrap();
    assert_eq!(n, 7);
    drop(connection);
    postgres.stop().await;
    assert!(process::working_in(&dir.path().join("pg/data"), "postgres").is_empty());
}

#[tokio::test]
async fn the_log_of_postgres_has_nothing_that_a_client_sent() {
    const PLANTED: &str = "Planted 0812-3456-7890";
    let dir = tempdir().unwrap();
    let postgres = Postgres::start(PostgresOptions::at(dir.path()).unwrap()).await.unwrap();
    let mut connection = PgConnection::connect(&postgres.url("registry").unwrap()).await.unwrap();
    sqlx::raw_sql("create table t (n text primary key)").execute(&mut connection).await.unwrap();
    for _ in 0..2 {
        let _ = sqlx::query("insert into t values ($1)").bind(PLANTED).execute(&mut connection).await;
    }
    let wrong = sqlx::query("select $1::int").bind(PLANTED).execute(&mut connection).await;
    let worse = sqlx::raw_sql("select 'Planted 0812-3456-7890'::int").execute(&mut connection).await;
    assert!(wrong.is_err() && worse.is_err());
    drop(connection);
    let log = fs::read_to_string(postgres.log()).unwrap();
    assert!(log.contains("ready to accept connections"), "{log}");
    assert!(!log.contains("Planted") && !log.contains("0812"), "{log}");
}

#[tokio::test]
async fn an_owner_reaches_its_own_database_and_no_other() {
    let dir = tempdir().unwrap();
    let postgres = Postgres::start(PostgresOptions::at(dir.path()).unwrap()).await.unwrap();
    let url = postgres.url("projection").unwrap();
    assert!(PgConnection::connect(&url).await.is_ok());
    for other in ["registry", "postgres"] {
        let elsewhere = url.replace("/projection?", &format!("/{other}?"));
        assert!(PgConnection::connect(&elsewhere).await.is_err(), "{other}");
    }
    let without_password = format!("postgres://projection@127.0.0.1:{}/projection?sslmode=disable", postgres.port());
    assert!(PgConnection::connect(&without_password).await.is_err());
}

#[tokio::test]
async fn a_cluster_half_made_is_made_again_and_a_stale_lock_file_is_taken_away() {
    let dir = tempdir().unwrap();
    fs::create_dir_all(dir.path().join("data.new/base")).unwrap();
    fs::write(dir.path().join("data.new/PG_VERSION"), "15").unwrap();
    let mut postgres = Postgres::start(PostgresOptions::at(dir.path()).unwrap()).await.unwrap();
    postgres.stop().await;
    // The number in a stale lock file may by now be another process's: here it is this test's.
    fs::write(dir.path().join("data/postmaster.pid"), format!("{}\n", std::process::id())).unwrap();
    postgres.restart().await.unwrap();
}

#[tokio::test]
async fn a_stored_message_survives_kill_9_of_nats() {
    let dir = tempdir().unwrap();
    let mut nats = Nats::start(NatsOptions::at(&dir.path().join("nats")).unwrap()).await.unwrap();
    let stream = || async_nats::jetstream::stream::Config {
        name: "REGISTRY".to_owned(),
        subjects: vec!["kim.evt.registry.>".to_owned()],
        ..Default::default()
    };
    let client = connect(&nats, "registry").await.unwrap();
    let jetstream = async_nats::jetstream::new(client);
    jetstream.create_stream(stream()).await.unwrap();
    let ack = jetstream.publish("kim.evt.registry.v1.14.1401.community_registered", "x".into()).await.unwrap();
    assert_eq!(ack.await.unwrap().sequence, 1);
    nats.kill9().await;
    nats.restart().await.unwrap();
    let jetstream = async_nats::jetstream::new(connect(&nats, "projection").await.unwrap());
    let mut stream = jetstream.get_stream("REGISTRY").await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 1);
    nats.stop().await;
}

#[tokio::test]
async fn a_reader_may_not_publish_events_and_a_stranger_may_not_connect() {
    let dir = tempdir().unwrap();
    let nats = Nats::start(NatsOptions::at(dir.path()).unwrap()).await.unwrap();
    let writer = async_nats::jetstream::new(connect(&nats, "registry").await.unwrap());
    let config = async_nats::jetstream::stream::Config {
        name: "REGISTRY".to_owned(),
        subjects: vec!["kim.evt.registry.>".to_owned()],
        ..Default::default()
    };
    writer.create_stream(config).await.unwrap();

    let mut reader = async_nats::jetstream::new(connect(&nats, "projection").await.unwrap());
    reader.set_timeout(Duration::from_millis(300));
    let subject = "kim.evt.registry.v1.14.1401.community_registered";
    assert!(reader.publish(subject, "forged".into()).await.unwrap().await.is_err());
    assert!(reader.delete_stream("REGISTRY").await.is_err());
    let mut stream = reader.get_stream("REGISTRY").await.unwrap();
    assert_eq!(stream.info().await.unwrap().state.messages, 0);

    assert!(async_nats::connect(nats.url()).await.is_err());
    let key = nkeys::KeyPair::new_user().seed().unwrap();
    assert!(async_nats::ConnectOptions::with_nkey(key).connect(nats.url()).await.is_err());
}

async fn connect(nats: &Nats, user: &str) -> Result<async_nats::Client, async_nats::ConnectError> {
    async_nats::ConnectOptions::with_nkey(nats.seed(user).expect("the user is in the server's list"))
        .custom_inbox_prefix(format!("_INBOX_{user}"))
        .connect(nats.url())
        .await
}
