//! What a reader of a part keeps beside its checkpoint, in the same transaction: the versions of its aggregates, and count and
//! digest of what it folded since it last agreed with the log.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Part, Position, Recorded, Tally, Version, answered, checkpoint::Checkpoints};

/// Up to where count and digest agreed, and of what came since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) agreed: Position,
    pub(crate) at: Option<OffsetDateTime>,
    pub(crate) since: Tally,
}

/// The tables `account` and `version` in a reader's schema.
pub(crate) struct Ledger {
    of: Checkpoints,
}

impl Ledger {
    pub(crate) fn beside(checkpoints: &Checkpoints) -> Self {
        Self { of: checkpoints.clone() }
    }

    /// Makes the tables if they are not there.
    pub(crate) async fn create(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let schema = self.of.schema();
        sqlx::raw_sql(AssertSqlSafe(format!(
            "CREATE TABLE IF NOT EXISTS {schema}.account (
                 context text NOT NULL, partition smallint NOT NULL, part text NOT NULL, agreed bigint NOT NULL,
                 agreed_at timestamptz, count bigint NOT NULL, digest uuid NOT NULL, PRIMARY KEY (context, partition));
             CREATE TABLE IF NOT EXISTS {schema}.version (
                 context text NOT NULL, partition smallint NOT NULL, aggregate_id uuid NOT NULL, version bigint NOT NULL,
                 PRIMARY KEY (context, partition, aggregate_id));"
        )))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Whose part it is, and how the account stands; `None` when nothing was folded yet.
    pub(crate) async fn load(&self, connection: &mut PgConnection) -> Result<Option<(String, Account)>, sqlx::Error> {
        let sql = format!(
            "SELECT part, agreed, agreed_at, count, digest FROM {}.account WHERE context = $1 AND partition = $2",
            self.of.schema()
        );
        let row: Option<(String, i64, Option<OffsetDateTime>, i64, Uuid)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(self.of.context())
            .bind(self.of.index())
            .fetch_optional(connection)
            .await?;
        Ok(row.map(|(part, agreed, at, count, digest)| {
            let since = Tally { count, digest: digest.as_u128() };
            (part, Account { agreed: Position::new(agreed).unwrap_or_default(), at, since })
        }))
    }

    /// Writes how the account stands.
    pub(crate) async fn save(
        &self,
        connection: &mut PgConnection,
        part: &Part,
        account: Account,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {}.account (context, partition, part, agreed, agreed_at, count, digest) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (context, partition) DO UPDATE
             SET agreed = excluded.agreed, agreed_at = excluded.agreed_at, count = excluded.count, digest = excluded.digest",
            self.of.schema()
        )))
        .bind(self.of.context())
        .bind(self.of.index())
        .bind(part.to_string())
        .bind(account.agreed.get())
        .bind(account.at)
        .bind(account.since.count)
        .bind(Uuid::from_u128(account.since.digest))
        .execute(connection)
        .await?;
        Ok(())
    }

    /// The last versions that were folded of the aggregates of these events.
    pub(crate) async fn versions(
        &self,
        pool: &PgPool,
        events: &[Recorded],
    ) -> Result<HashMap<Uuid, Version>, sqlx::Error> {
        let aggregates: Vec<Uuid> = events.iter().map(|event| event.aggregate).collect();
        let sql = format!(
            "SELECT aggregate_id, version FROM {}.version WHERE context = $1 AND partition = $2 AND aggregate_id = ANY ($3)",
            self.of.schema()
        );
        let asked = sqlx::query_as(AssertSqlSafe(sql)).bind(self.of.context()).bind(self.of.index()).bind(aggregates);
        let rows: Vec<(Uuid, i64)> = answered(asked.fetch_all(pool)).await?;
        Ok(rows.into_iter().map(|(id, version)| (id, Version::new(version).unwrap_or_default())).collect())
    }

    /// Notes the versions of these events.
    pub(crate) async fn note(&self, connection: &mut PgConnection, events: &[Recorded]) -> Result<(), sqlx::Error> {
        let newest: HashMap<Uuid, i64> = events.iter().map(|event| (event.aggregate, event.version.get())).collect();
        let (ids, versions): (Vec<Uuid>, Vec<i64>) = newest.into_iter().unzip();
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO {}.version (context, partition, aggregate_id, version)
             SELECT $1, $2, id, version FROM unnest($3::uuid[], $4::bigint[]) AS noted (id, version)
             ON CONFLICT (context, partition, aggregate_id) DO UPDATE SET version = excluded.version",
            self.of.schema()
        )))
        .bind(self.of.context())
        .bind(self.of.index())
        .bind(ids)
        .bind(versions)
        .execute(connection)
        .await?;
        Ok(())
    }
}
