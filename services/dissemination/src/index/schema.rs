//! The schema's steps: SQL files, forward only, with a table of steps of their own beside the log's and the copy's.

use sqlx::{
    PgPool,
    migrate::{MigrateError, Migrator},
};

static STEPS: Migrator = sqlx::migrate!("./migrations/index");

/// Brings the index's tables up to date. The log's come first: [`kim_eventlog::Log::open`].
pub async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut steps = Migrator::with_migrations(STEPS.iter().cloned().collect());
    steps.dangerous_set_table_name("dissemination.migration");
    steps.create_schema("dissemination");
    steps.run(pool).await
}
