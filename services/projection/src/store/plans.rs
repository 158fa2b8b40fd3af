//! Every question of a page has its index: on a read model of a nation's size no plan reads all of a table that grows.

use kim_local::servers::{Postgres, PostgresOptions};
use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgArguments, postgres::PgPoolOptions, query::Query};
use time::{Date, macros::date};
use uuid::Uuid;

use crate::{context::Context, fold::codes};

use super::{Generations, as_of, communities, dissemination, figures, reader::QUESTIONS, region, trainings};

type Asked<'q> = Query<'q, sqlx::Postgres, PgArguments>;

/// Tables that grow with communities, months or events; the others have a few rows each.
const GROWING: [&str; 16] = [
    "community",
    "span",
    "revival",
    "activity",
    "figure",
    "training",
    "participant",
    "outcome",
    "campaign",
    "batch",
    "batch_notice",
    "delivery",
    "session",
    "notice_receipt",
    "funnel",
    "question",
];

#[tokio::test]
async fn no_question_reads_all_of_a_table_that_grows() {
    let dir = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(PostgresOptions::at(dir.path()).unwrap()).await.unwrap();
    let base = PgPoolOptions::new().max_connections(4).connect(&postgres.url("projection").unwrap()).await.unwrap();
    let generations = Generations::open(base.clone()).await.unwrap();
    let generation = generations.begin().await.unwrap();
    let pool = generation.pool(&base, 1, &QUESTIONS);
    let mut connection = pool.acquire().await.unwrap();
    sqlx::raw_sql(NATION).execute(&mut *connection).await.unwrap();
    generations.analyse(&generation).await.unwrap();

    let (month, end, year) = (date!(2022 - 10 - 01), date!(2022 - 10 - 31), date!(2021 - 11 - 01));
    // The nation, a province, a regency, a district, a village: a planner may choose otherwise for each.
    for (from, to) in [
        (0_i64, 10_000_000_000_i64),
        (1_400_000_000, 1_500_000_000),
        (1_401_000_000, 1_402_000_000),
        (1_401_010_000, 1_401_020_000),
        (1_401_010_001, 1_401_010_002),
    ] {
        for counted_by in codes::BASES {
            let basis = codes::basis(counted_by);
            let region =
                |sql: &'static str| sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}"))).bind(basis).bind(from);
            check(&mut connection, "series", region(figures::SERIES).bind(month)).await;
            let children: Vec<i64> = (1..40).map(|n| from + n * 1_000_000).collect();
            let at = sqlx::query(AssertSqlSafe(format!("EXPLAIN {}", figures::AT))).bind(basis).bind(children);
            check(&mut connection, "parts", at.bind(month).bind(month)).await;
            let held = region(trainings::TRAININGS).bind(month).bind(end).bind(from).bind(to);
            // All trainings of a nation are its list: only a part of it must not read them all.
            let whole = if from == 0 { &["training"][..] } else { &[] };
            check_but(&mut connection, "trainings", held, whole).await;
            for (name, sql) in communities::statements(counted_by) {
                let page = sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}"))).bind(basis).bind(from).bind(to);
                let page = page.bind(end).bind(month).bind(50_i64).bind(from).bind("KIM 5").bind(Uuid::nil());
                let page = match name {
                    "status" => page.bind(5_i16),
                    "revived" => page.bind(0_i64).bind(year),
                    _ => page,
                };
                check(&mut connection, name, page).await;
            }
            let rule = sqlx::query(AssertSqlSafe(format!("EXPLAIN {}", region::RULE))).bind(basis);
            check(&mut connection, "rule", rule.bind(vec![from, 0]).bind(end)).await;
        }
    }
    let standing = sqlx::query(AssertSqlSafe(format!("EXPLAIN {}", as_of::STANDING)));
    check(&mut connection, "as of", standing.bind(Context::names()).bind(generation.number)).await;
}

#[tokio::test]
async fn no_question_of_dissemination_reads_all_of_a_table_that_grows() {
    let dir = tempfile::tempdir().unwrap();
    let postgres = Postgres::start(PostgresOptions::at(dir.path()).unwrap()).await.unwrap();
    let base = PgPoolOptions::new().max_connections(4).connect(&postgres.url("projection").unwrap()).await.unwrap();
    let generations = Generations::open(base.clone()).await.unwrap();
    let generation = generations.begin().await.unwrap();
    let pool = generation.pool(&base, 1, &QUESTIONS);
    let mut connection = pool.acquire().await.unwrap();
    sqlx::raw_sql(CAMPAIGNS).execute(&mut *connection).await.unwrap();
    generations.analyse(&generation).await.unwrap();
    let explain = |sql: &str| AssertSqlSafe(format!("EXPLAIN {sql}"));

    let (from, to) = (date!(2022 - 01 - 01), date!(2022 - 12 - 31));
    let year = sqlx::query(explain(dissemination::CAMPAIGNS)).bind(from).bind(to).bind(None::<Uuid>);
    check(&mut connection, "campaigns of a year", year).await;
    let year: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM campaign WHERE from_on BETWEEN $1 AND $2")
        .bind(from)
        .bind(to)
        .fetch_all(&mut *connection)
        .await
        .unwrap();
    assert!(year.len() > 20);
    let all: Vec<i64> =
        sqlx::query_scalar("SELECT DISTINCT place FROM batch").fetch_all(&mut *connection).await.unwrap();
    // All in one row, all regencies, those of a province, one.
    for (decree, places) in [("", vec![0]), ("2025", all.clone()), ("2025", all[..12].to_vec()), ("2025", vec![all[0]])]
    {
        let decrees = vec![decree; places.len()];
        for (name, sql) in dissemination::statements() {
            let in_regencies = sqlx::query(explain(&sql));
            match name {
                "by campaign" | "by regency" => {
                    let asked = in_regencies.bind(&year).bind(&decrees).bind(&places);
                    check(&mut connection, name, asked).await;
                }
                _ => {}
            }
        }
        for (name, sql) in dissemination::medians_statements() {
            let asked = sqlx::query(explain(sql)).bind(year[0]);
            match name {
                "medians in all" => check(&mut connection, name, asked).await,
                "medians in regencies" => check(&mut connection, name, asked.bind(&decrees).bind(&places)).await,
                _ => {}
            }
        }
        for (name, sql) in dissemination::waiting_statements() {
            let asked = sqlx::query(explain(sql));
            match name {
                "unacknowledged" => check(&mut connection, name, asked.bind(&decrees).bind(&places)).await,
                "unanswered in all" => {
                    check(&mut connection, name, asked.bind(to).bind(vec![3, 7, 30]).bind(None::<Uuid>)).await;
                }
                "unanswered in regencies" => {
                    let asked = asked.bind(to).bind(vec![3, 7, 30]).bind(None::<Uuid>);
                    check(&mut connection, name, asked.bind(&decrees).bind(&places)).await;
                }
                _ => {}
            }
        }
    }
    // A district, and what was told to its communities.
    let seated = sqlx::query(explain(dissemination::SEATED)).bind(1_401_010_000_i64).bind(1_401_020_000_i64);
    check(&mut connection, "seated", seated).await;
    let communities: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM community LIMIT 20").fetch_all(&mut *connection).await.unwrap();
    let (_, told) = dissemination::statements().into_iter().find(|(name, _)| *name == "to communities").unwrap();
    for campaigns in [Some(&year), None] {
        let asked = sqlx::query(explain(&told)).bind(campaigns).bind(&communities);
        check(&mut connection, "to communities", asked).await;
    }
    for (name, sql) in dissemination::medians_statements() {
        if name == "medians to communities" {
            check(&mut connection, name, sqlx::query(explain(sql)).bind(year[0]).bind(&communities)).await;
        }
    }
    for (name, sql) in dissemination::waiting_statements() {
        if name == "unanswered of communities" {
            let asked = sqlx::query(explain(sql)).bind(to).bind(vec![3, 7, 30]).bind(None::<Uuid>);
            check(&mut connection, name, asked.bind(&communities)).await;
        }
    }
}

async fn check(connection: &mut PgConnection, name: &str, question: Asked<'_>) {
    check_but(connection, name, question, &[]).await;
}

async fn check_but(connection: &mut PgConnection, name: &str, question: Asked<'_>, but: &[&str]) {
    let rows = question.fetch_all(connection).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    let plan: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let plan = plan.join("\n");
    for table in GROWING.iter().filter(|table| !but.contains(*table)) {
        assert!(!plan.contains(&format!("Seq Scan on {table}")), "{name} reads all of {table}:\n{plan}");
    }
}

#[test]
fn the_last_day_is_later_than_any_month() {
    assert!(crate::fold::NEVER > Date::from_calendar_date(2999, time::Month::December, 31).unwrap());
}

/// A nation with a community in each of 60,000 villages, five years of months, and 10,000 trainings.
const NATION: &str = "
INSERT INTO community SELECT md5(n::text)::uuid, 5, 'KIM ' || n, 1100000000 + n * 140003::bigint, '2018-01-01', 12, NULL, '2022-01-01', 1
FROM generate_series(1, 60000) n;
INSERT INTO span SELECT c.id, b, s.from_on, s.until_on, s.status, c.seat, c.name FROM community c, generate_series(1, 2) b,
    (VALUES (date '2018-02-01', date '2020-05-01', 5), ('2020-05-01', '2022-11-01', 6), ('2022-11-01', '9999-12-31', 5))
    AS s (from_on, until_on, status);
INSERT INTO activity SELECT c.id, date '2018-01-01' + make_interval(months => m), '2018-01-01', 1, '2018-01-01', 1
FROM community c, generate_series(1, 5) m;
INSERT INTO revival SELECT id, 9, seat, name, date '2019-01-01' + n, date '2019-01-02' + n, 3, NULL
FROM (SELECT *, (row_number() OVER ())::int % 2000 AS n FROM community) c;
INSERT INTO figure SELECT b, p.place, date '2015-01-01' + make_interval(months => m), 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1
FROM generate_series(1, 2) b, generate_series(1, 60) m,
    (SELECT 0 AS place UNION SELECT seat - seat % 100000000 FROM community UNION SELECT seat - seat % 1000000 FROM community) p;
INSERT INTO training SELECT md5('t' || n)::uuid, 1100000000 + (n % 500) * 17000000::bigint, '2022-10-06', '2022-10-07', '2022-10-08'
FROM generate_series(1, 10000) n;
INSERT INTO participant SELECT c.id, t.id FROM (SELECT id FROM community LIMIT 10) c, training t;
INSERT INTO outcome SELECT p.place, b, t.id, '2022-10-01', 1, 1, 1 FROM generate_series(1, 2) b, training t,
    LATERAL (VALUES (0::bigint), (t.place - t.place % 100000000), (t.place)) p (place) ON CONFLICT DO NOTHING;
INSERT INTO dormancy_rule SELECT md5('r' || n)::uuid, 1, n * 1000000::bigint, '2018-01-01', '2018-01-01', 9, 12
FROM generate_series(1, 600) n;
";

/// Ten years of campaigns, forty a year, in 500 regencies; twenty of them to 15,000 communities with all that is reported.
const CAMPAIGNS: &str = "
INSERT INTO community SELECT md5(n::text)::uuid, 5, 'KIM ' || n, 1100000000 + n * 560012::bigint, '2018-01-01', 12, NULL, '2022-01-01', 1
FROM generate_series(1, 15000) n;
INSERT INTO campaign SELECT md5('c' || n)::uuid, md5('m' || n)::uuid, md5('p' || n % 40)::uuid, md5('o')::uuid, 'Kampanye ' || n,
    date '2014-01-01' + n * 9, date '2014-02-01' + n * 9, 1, 5, '2014-01-01', 1 FROM generate_series(1, 400) n;
INSERT INTO batch SELECT c.id, b, '2025', b * 17000000::bigint, 7, '2022-01-01', 30
FROM campaign c, generate_series(1, 500) b;
INSERT INTO batch_notice SELECT c.id, b, 1, 2, 1, '2022-01-01', 20
FROM (SELECT id FROM campaign ORDER BY id LIMIT 40) c, generate_series(1, 500) b;
INSERT INTO funnel SELECT b.campaign_id, b.decree, b.place, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 FROM batch b;
INSERT INTO funnel SELECT c.id, '', 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 FROM campaign c;
UPDATE funnel SET corrected_told = 2 WHERE campaign_id = md5('c7')::uuid;
INSERT INTO delivery SELECT c.id, m.id, 1 + m.n % 500, false, '2022-01-02', '2022-01-03', '2022-01-04', NULL, false, '2022-01-05', 1,
    20, '2022-01-06', 40, '2022-01-07'
FROM (SELECT id FROM campaign ORDER BY from_on DESC LIMIT 20 OFFSET 60) c, (SELECT id, (row_number() OVER ())::int AS n FROM community) m;
INSERT INTO session SELECT campaign_id, community_id, md5('s')::uuid, '2022-01-05', 20 FROM delivery LIMIT 50000;
INSERT INTO notice_receipt SELECT campaign_id, community_id, 1, 2 FROM delivery LIMIT 50000;
INSERT INTO question SELECT md5('q' || n)::uuid, md5('c1')::uuid, md5('p1')::uuid, md5((n % 15000)::text)::uuid, '2025',
    (n % 500) * 17000000::bigint, md5('o' || n % 30)::uuid, '2022-01-06', CASE WHEN n % 50 = 0 THEN date '2022-01-06' END
FROM generate_series(1, 40000) n;
";
