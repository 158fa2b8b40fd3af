//! Every question has its index: with many endpoints and many more messages nothing reads all of them.

use kim_local::servers::{Postgres, PostgresOptions};
use sqlx::{
    AssertSqlSafe, PgPool, Postgres as Database,
    postgres::{PgArguments, PgPoolOptions},
    query::QueryScalar,
};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{
    claim::{Bounds, HOLD, LEASE, Lane, Turn, WAITING},
    listing::{ATTEMPTS, DEAD_LETTERS},
    queue::FORGET,
    schema::migrate,
    settle::BURY,
};

/// 2,000 endpoints, one in a hundred of them not called any more, with 20 messages each: three waiting, two dead, the rest delivered.
const MANY: &str = "
INSERT INTO webhook.endpoint (endpoint_id, sealed, state, state_since)
SELECT gen_random_uuid(), '', CASE WHEN n % 100 = 0 THEN 'suspended' ELSE 'active' END, now() FROM generate_series(1, 2000) n;
INSERT INTO webhook.message
  (queued_id, endpoint_id, message_id, kind, payload, queued_at, state, due_at, ended_at, reason)
SELECT gen_random_uuid(), endpoint_id, 'm' || n, 'kim.test.v1.Told', '{}', now(),
  CASE WHEN n <= 3 THEN 'waiting' WHEN n <= 5 THEN 'dead' ELSE 'delivered' END, now(),
  CASE WHEN n > 3 THEN now() END, CASE WHEN n IN (4, 5) THEN 'exhausted' END
FROM webhook.endpoint, generate_series(1, 20) n;
INSERT INTO webhook.attempt (attempt_id, queued_id, endpoint_id, number, begun_at, took_ms, outcome)
SELECT gen_random_uuid(), queued_id, endpoint_id, 1, now(), 5, 'delivered' FROM webhook.message WHERE state = 'delivered';
ANALYZE;";

#[tokio::test]
async fn no_question_reads_all_messages_and_a_claim_takes_of_each_endpoint_in_turn() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let postgres = PostgresOptions::at(dir.path()).expect("there is an account to run as");
    let postgres = Postgres::start(postgres).await.expect("PostgreSQL starts");
    let url = postgres.url("registry").expect("the database is there");
    let pool = PgPoolOptions::new().max_connections(2).connect(&url).await.expect("PostgreSQL answers");
    migrate(&pool).await.expect("the schema can be made");
    sqlx::raw_sql(MANY).execute(&pool).await.expect("messages can be made");

    let now = OffsetDateTime::now_utc() + Duration::minutes(1);
    let waiting = explain(WAITING).bind(Uuid::nil()).bind(Uuid::max()).bind(500);
    assert!(plan(&pool, waiting).await.contains("message_turn"));
    let endpoints: Vec<Uuid> = sqlx::query_scalar(WAITING)
        .bind(Uuid::nil())
        .bind(Uuid::max())
        .bind(500)
        .fetch_all(&pool)
        .await
        .expect("it can be asked");
    assert_eq!((endpoints.len(), endpoints.is_sorted()), (500, true));
    let hold = explain(HOLD).bind(&endpoints[..50]).bind(false).bind(now).bind(64_i64).bind(4);
    assert!(plan(&pool, hold).await.contains("message_turn"));
    let lease = explain(LEASE).bind(&endpoints[..50]).bind(4).bind(now).bind(64_i64).bind(now);
    assert!(plan(&pool, lease).await.contains("message_turn"));
    assert!(plan(&pool, explain(BURY).bind(now).bind(500_i64)).await.contains("message_turn"));
    assert!(
        plan(&pool, explain(FORGET).bind(now - Duration::days(90)).bind(1_000_i64)).await.contains("message_ended")
    );
    let dead = explain(DEAD_LETTERS).bind(endpoints[0]).bind(Uuid::max()).bind(51_i64);
    assert!(plan(&pool, dead).await.contains("message_dead"));
    let attempts = explain(ATTEMPTS).bind(endpoints[0]).bind(Uuid::max()).bind(51_i64);
    assert!(plan(&pool, attempts).await.contains("attempt_order"));

    // 1,980 endpoints are called: each has its turn before one has it again.
    let mut connection = pool.acquire().await.expect("PostgreSQL answers");
    let mut turn = Turn::new(Lane::Fast);
    let bounds = Bounds { share: 1, lease: Duration::minutes(1) };
    let mut served = Vec::new();
    for _ in 0..9 {
        let claimed = turn.claim(&mut connection, 220, bounds, now).await.expect("they can be claimed");
        assert_eq!(claimed.len(), 220);
        served.extend(claimed.into_iter().map(|claimed| claimed.endpoint));
    }
    served.sort_unstable();
    served.dedup();
    assert_eq!(served.len(), 1_980);
    let claimed = turn.claim(&mut connection, 220, bounds, now).await.expect("they can be claimed");
    assert!(claimed.is_empty(), "each has its share in flight");
    let later = now + Duration::minutes(2);
    let claimed = turn.claim(&mut connection, 220, bounds, later).await.expect("they can be claimed");
    assert_eq!(claimed.len(), 220, "leases have run out");
}

type Asked<'q> = QueryScalar<'q, Database, String, PgArguments>;

fn explain<'q>(sql: &str) -> Asked<'q> {
    sqlx::query_scalar(AssertSqlSafe(format!("EXPLAIN {sql}")))
}

async fn plan(pool: &PgPool, asked: Asked<'_>) -> String {
    let lines: Vec<String> = asked.fetch_all(pool).await.expect("it can be planned");
    let plan = lines.join("\n");
    assert!(!plan.contains("Seq Scan on message") && !plan.contains("Seq Scan on attempt"), "{plan}");
    plan
}
