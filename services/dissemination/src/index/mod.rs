//! What dissemination knows of its own log: a read model for lists, policies and the inbox, followed in the same database. Decisions do not
//! rest on it; the version check at append does.

mod assignment;
mod campaign;
mod follower;
mod material;
mod metrics;
pub mod place;
mod programme;
mod schema;

pub use assignment::GotCampaign;
pub use campaign::{CampaignFilter, CampaignPage, Live};
pub use follower::FollowError;
pub use material::{MaterialFilter, MaterialPage};
pub use programme::{ProgrammeFilter, ProgrammePage};
pub use schema::migrate;

use kim_desk::follow::Followed;
use kim_eventlog::Log;
use metrics::Metrics;
use sqlx::PgPool;

/// The index of one log. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    log: Log,
    pool: PgPool,
    /// How far the log was followed.
    pub followed: Followed,
    metrics: Metrics,
}

impl Index {
    #[must_use]
    pub fn new(log: Log) -> Self {
        let pool = log.pool().clone();
        let (followed, metrics) = (Followed::new(log.clone()), Metrics::new());
        Self { log, pool, followed, metrics }
    }
}
