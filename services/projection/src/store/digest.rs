//! What a read model says, in one number: a rebuild has the same as the live one.

use std::fmt;

use sqlx::{AssertSqlSafe, PgPool};

/// One table's rows, whatever order they stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDigest {
    pub table: String,
    pub rows: i64,
    /// Sum over all rows of a hash of the row.
    pub sum: String,
}

impl fmt::Display for TableDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.table, self.rows, self.sum)
    }
}

/// Every table of a schema of the database, by name: `read_3`. All columns count: a generation has none that depends on a
/// wall clock.
///
/// The tables are read in one snapshot, so a fold that goes on does not tear them apart.
///
/// # Panics
/// When the schema's name is not made of lower-case letters, digits and `_`.
pub async fn digest(pool: &PgPool, schema: &str) -> Result<Vec<TableDigest>, sqlx::Error> {
    assert!(
        schema.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
        "a schema's name is made of lower-case letters, digits and _"
    );
    let mut transaction = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY tablename")
            .bind(schema)
            .fetch_all(&mut *transaction)
            .await?;
    let mut digests = Vec::with_capacity(tables.len());
    for table in tables {
        // A sum does not depend on order, and needs no sort; 128 bits of it are as good as a hash of all.
        let sql = format!(
            "SELECT count(*), coalesce(sum(('x' || left(h, 16))::bit(64)::bigint::numeric), 0)::text
                 || ':' || coalesce(sum(('x' || right(h, 16))::bit(64)::bigint::numeric), 0)::text
             FROM (SELECT md5(t::text) AS h FROM {schema}.{table} AS t) AS hashed"
        );
        let (rows, sum) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut *transaction).await?;
        digests.push(TableDigest { table, rows, sum });
    }
    Ok(digests)
}
