//! Every question has its index: on a copy of a nation's size no plan reads all of it for a part, and a page is read in its order.

use std::collections::BTreeSet;

use kim_eventlog::Position;
use kim_local::servers::{Postgres, PostgresOptions};
use kim_values::Region;
use sqlx::{
    AssertSqlSafe, Postgres as Database,
    postgres::{PgArguments, PgPoolOptions},
    query::QueryAs,
};
use time::macros::date;
use uuid::Uuid;

use super::{
    Audiences, Criteria,
    draw::{BY_SEAT, COUNT, FITTING, JOINED, LEFT, PAGE, SAMPLE, all},
};
use crate::domain::{
    audience::{Audience, Listing, Partnership, Standing},
    ids::OfficeId,
};

#[tokio::test]
async fn no_question_reads_all_of_the_copy_for_a_part_and_a_page_is_read_in_its_order() {
    let dir = tempfile::tempdir().expect("a folder can be made");
    let postgres = PostgresOptions::at(dir.path()).expect("there is an account to run as");
    let postgres = Postgres::start(postgres).await.expect("PostgreSQL starts");
    let url = postgres.url("projection").expect("the database is there");
    let pool = PgPoolOptions::new().max_connections(2).connect(&url).await.expect("PostgreSQL answers");
    let audiences = Audiences::open(pool.clone()).await.expect("the schema can be made");
    sqlx::raw_sql(NATION).execute(&pool).await.expect("a nation can be made");
    let head = Position::new(400_000).expect("a position");
    let checkpoint = "INSERT INTO audience.checkpoint VALUES ('registry', 0, $1, $2, $1, now())";
    sqlx::query(checkpoint).bind(Uuid::nil()).bind(head.get()).execute(&pool).await.expect("a checkpoint can be set");

    for code in ["00", "14", "14.01", "14.01.01", "14.01.01.2009"] {
        for partnership in [Partnership::Any, Partnership::InForce, Partnership::WithThisOffice] {
            let region = Region { code: code.parse().expect("a region's code"), ..Region::nation() };
            let standings = BTreeSet::from([Standing::Active]);
            let (levels, groups) = (BTreeSet::new(), BTreeSet::new());
            let audience = Audience::new(vec![region], levels, standings, groups, partnership, Listing::Everybody);
            let audience = audience.expect("it is one");
            let criteria = Criteria { audience: &audience, office: OfficeId(Uuid::nil()), on: date!(2026 - 06 - 15) };
            let mut reading = audiences.reading(head).await.expect("it is there");
            let (first, beyond) = all(&criteria);
            // Of the nation all is read, in whatever order.
            let is_narrow = |plan: &str| code == "00" || plan.contains("community_order");

            let asked = explain(&criteria, COUNT).bind(head.get()).bind(first.clone()).bind(beyond.clone());
            let plan = self::plan(asked.fetch_all(&mut *reading).await);
            assert!(is_narrow(&plan), "{code}: {plan}");
            let asked = explain(&criteria, SAMPLE).bind(head.get()).bind(&first).bind(&beyond).bind(20_i64);
            let plan = self::plan(asked.fetch_all(&mut *reading).await);
            assert!(is_narrow(&plan), "{code}: {plan}");
            let asked = explain(&criteria, PAGE).bind(head.get()).bind(&first[0]).bind(&beyond[0]);
            let asked = asked.bind(&first[0]).bind(Uuid::nil()).bind(500_i64);
            let plan = self::plan(asked.fetch_all(&mut *reading).await);
            assert!(plan.contains("community_order") && !plan.contains("Sort"), "{code}: {plan}");
            assert!(plan.contains("ROW(regency_code, community_id) > ROW("), "{code}: {plan}");
            let lowest = first.iter().min().expect("an audience has a stretch");
            let asked = explain(&criteria, BY_SEAT).bind(head.get()).bind(lowest).bind(lowest).bind("KIM 1");
            let asked = asked.bind(Uuid::nil()).bind(500_i64);
            let plan = self::plan(asked.fetch_all(&mut *reading).await);
            assert!(partnership != Partnership::Any || plan.contains("community_order"), "{code}: {plan}");
            let asked = explain(&criteria, FITTING).bind(head.get()).bind([Uuid::nil()]);
            let plan = self::plan(asked.fetch_all(&mut *reading).await);
            assert!(plan.contains("community_id = ANY"), "{code}: {plan}");
            for sql in [JOINED, LEFT] {
                let asked = explain(&criteria, sql).bind(head.get() - 100).bind(head.get());
                let plan = self::plan(asked.fetch_all(&mut *reading).await);
                assert!(plan.contains("community_changed") && plan.contains("partnership_changed"), "{code}: {plan}");
            }
        }
    }
}

type Asked<'q> = QueryAs<'q, Database, (String,), PgArguments>;

fn explain<'q>(criteria: &Criteria<'_>, sql: &str) -> Asked<'q> {
    criteria.ask(AssertSqlSafe(format!("EXPLAIN {sql}")))
}

fn plan(lines: Result<Vec<(String,)>, sqlx::Error>) -> String {
    let lines = lines.expect("it can be planned");
    let plan = lines.into_iter().map(|(line,)| line).collect::<Vec<_>>().join("\n");
    assert!(!plan.contains("Seq Scan"), "{plan}");
    plan
}

/// A community in each of 84,000 villages, four rows of each, and 10,000 partnerships.
const NATION: &str = "
INSERT INTO audience.community
SELECT md5(n::text)::uuid, n + 84000 * v, CASE WHEN v < 3 THEN n + 84000 * (v + 1) END, 'KIM ' || n,
       seat.code, '2025', left(seat.code, 5), left(seat.code, 2), 5, 2 + v, 1
FROM generate_series(1, 84000) n, generate_series(0, 3) v,
     LATERAL (SELECT format('%s.%s.%s.2%s', 11 + n % 38, to_char(1 + n / 38 % 14, 'FM00'), to_char(1 + n / 532 % 15, 'FM00'),
                            to_char(n % 1000, 'FM000')) AS code) seat;
INSERT INTO audience.partnership
SELECT md5('p' || n)::uuid, 340000 + n, NULL, md5('o' || n % 500)::uuid, md5(n::text)::uuid, '2026-01-01', '2026-12-31', '2026-01-01', NULL
FROM generate_series(1, 10000) n;
ANALYZE audience.community; ANALYZE audience.partnership;
";
