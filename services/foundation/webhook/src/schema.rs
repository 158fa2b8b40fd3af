//! The steps of the schema `webhook`: SQL files, forward only, with a table of steps of their own.

use sqlx::{
    PgPool,
    migrate::{MigrateError, Migrator},
};

static STEPS: Migrator = sqlx::migrate!("./migrations");

/// Channel on which a commit says that something waits.
pub(crate) const CHANNEL: &str = "webhook";

/// Brings the schema up to date.
pub(crate) async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut steps = Migrator::with_migrations(STEPS.iter().cloned().collect());
    steps.dangerous_set_table_name("webhook.migration");
    steps.create_schema("webhook");
    steps.run(pool).await
}

/// A column that holds what nobody wrote.
pub(crate) fn corrupt(column: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("webhook: {column} is not what was written").into())
}
