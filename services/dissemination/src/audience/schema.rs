//! The steps of the copy's schema: SQL files, forward only, with a table of steps of their own.

use sqlx::{
    PgPool,
    migrate::{MigrateError, Migrator},
};

use super::SCHEMA;

static STEPS: Migrator = sqlx::migrate!("./migrations/audience");

pub(super) async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    let mut steps = Migrator::with_migrations(STEPS.iter().cloned().collect());
    steps.dangerous_set_table_name("audience.migration");
    steps.create_schema(SCHEMA);
    steps.run(pool).await
}
