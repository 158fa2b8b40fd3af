//! Reads the copy at a position, once it has come there.

use std::time::Duration;

use kim_eventlog::Position;
use sqlx::{Postgres, Transaction};
use tokio::time::{Instant, sleep};

use super::{Audiences, DrawError};

/// How long a reader waits at most until the copy has come to the position that it asks for.
const CATCH_UP: Duration = Duration::from_secs(5);
/// How often it looks. Another replica may be the one that keeps the copy.
const LOOK: Duration = Duration::from_millis(50);

/// All of one snapshot: a copy that is emptied meanwhile is still whole in it. An audience goes by keys only; a fresh copy has no statistics,
/// and without them a planner may choose to read and sort all of it for a page.
const SNAPSHOT: &str = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
SET LOCAL plan_cache_mode = force_custom_plan;
SET LOCAL jit = off";

impl Audiences {
    /// A snapshot in which the copy has come to `at`.
    pub(super) async fn reading(&self, at: Position) -> Result<Transaction<'static, Postgres>, DrawError> {
        let deadline = Instant::now() + CATCH_UP;
        loop {
            let mut transaction = self.pool.begin().await?;
            sqlx::raw_sql(SNAPSHOT).execute(&mut *transaction).await?;
            let reached = self.position_by(&mut transaction).await?;
            if reached >= at {
                return Ok(transaction);
            }
            transaction.rollback().await?;
            if Instant::now() >= deadline {
                return Err(DrawError::Behind { at: reached, wanted: at });
            }
            sleep(LOOK).await;
        }
    }
}
