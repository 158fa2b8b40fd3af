//! The steps of the channels' schema: SQL files, forward only, with a table of steps of their own.

use sqlx::{
    PgPool,
    migrate::{MigrateError, Migrator},
};

use super::SCHEMA;

static STEPS: Migrator = sqlx::migrate!("./migrations/channel");

pub(super) async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut steps = Migrator::with_migrations(STEPS.iter().cloned().collect());
    steps.dangerous_set_table_name("channel.migration");
    steps.create_schema(SCHEMA);
    steps.run(pool).await
}
