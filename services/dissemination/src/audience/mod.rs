//! What dissemination knows of the registry: its own copy of communities, partnerships and offices, made from the registry's events, and the
//! audiences that are drawn from it.
//!
//! A row says from which position of the registry's log it holds and until which. So an audience that was drawn at a position is drawn
//! again, whatever has happened since: the answer for a position never changes once the copy has reached it.

mod community;
mod criteria;
mod draw;
mod event;
mod fold;
mod master;
mod member;
mod office;
mod partnership;
#[cfg(test)]
mod plans;
mod reading;
mod schema;
mod stretch;
mod territory;
mod versions;

use std::sync::Arc;

use kim_chassis::territory::InForce;
use kim_desk::keep::Keeper;
use kim_eventlog::{Checkpoints, Feed, Parked, Partition, Position, Progress};
use kim_territory::Adopted;
use sqlx::{PgConnection, PgPool, migrate::MigrateError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use fold::RegistryFold;

pub use criteria::Criteria;
pub use draw::{Count, SeatOrder};
pub use master::Known;
pub use member::Member;
pub use office::Office;

/// The context whose events are copied.
pub const CONTEXT: &str = "registry";
/// Where the copy is in the service's database.
pub const SCHEMA: &str = "audience";

/// Draws audiences. Cheap to clone.
#[derive(Clone)]
pub struct Audiences {
    pool: PgPool,
    checkpoints: Checkpoints,
    keeper: Keeper,
    known: Arc<watch::Sender<Known>>,
    adopted: Arc<watch::Sender<Arc<Adopted>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The copy did not come far enough in time.
    #[error("the copy of the registry is at {at} and not yet at {wanted}")]
    Behind { at: Position, wanted: Position },
    #[error("the copy of the registry could not be read")]
    Database(#[from] sqlx::Error),
}

impl Audiences {
    /// Brings the copy's tables up to date.
    pub async fn open(pool: PgPool) -> Result<Self, MigrateError> {
        schema::migrate(&pool).await?;
        let checkpoints = Checkpoints::new(SCHEMA, CONTEXT, Partition::WHOLE);
        checkpoints.create(&mut *pool.acquire().await?).await?;
        let (known, adopted) = (Arc::default(), Arc::default());
        let keeper = Keeper::new(pool.clone(), SCHEMA, CONTEXT);
        let audiences = Self { pool, checkpoints, keeper, known, adopted };
        audiences.learn().await?;
        Ok(audiences)
    }

    /// What territories are adopted, from moment to moment, for whoever resolves scopes.
    #[must_use]
    pub fn in_force(&self) -> InForce {
        InForce::new(self.adopted.subscribe())
    }

    /// How far the registry's log is known: the newest position that an audience can be drawn at.
    pub async fn position(&self) -> Result<Position, sqlx::Error> {
        self.position_by(&mut *self.pool.acquire().await?).await
    }

    /// How the copy is kept; `None` while another replica does it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.keeper.progress()
    }

    /// Keeps the copy up to date from `feed` whenever no other replica does, until `stop`. Where the log is another one than the copy was
    /// made from, nothing is folded until a person has decided.
    pub async fn keep(self, feed: Feed, stop: CancellationToken) {
        self.keeper.keep(feed, || RegistryFold, stop).await;
    }

    /// What is held back, and so may be missing in an audience or be there wrongly.
    pub async fn parked(&self) -> Result<Vec<Parked>, sqlx::Error> {
        self.checkpoints.parked(&mut *self.pool.acquire().await?).await
    }

    /// Empties the copy: it is made again from the log, by its keeper as soon as the next event comes. For one of a log that is no more.
    /// Whoever draws meanwhile has all of the old one or nothing.
    pub async fn empty(&self) -> Result<(), sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        // Rows that are deleted are there for whoever sees an older snapshot; those of a truncated table are not.
        sqlx::raw_sql(
            "DELETE FROM audience.checkpoint;
             DELETE FROM audience.parked;
             DELETE FROM audience.community;
             DELETE FROM audience.partnership;
             DELETE FROM audience.office;
             DELETE FROM audience.master",
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await
    }

    async fn position_by(&self, connection: &mut PgConnection) -> Result<Position, sqlx::Error> {
        Ok(self.checkpoints.load(connection).await?.map(|checkpoint| checkpoint.position).unwrap_or_default())
    }
}

/// A row that this program did not write.
fn corrupt(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: "not a value that the copy has".into() }
}
