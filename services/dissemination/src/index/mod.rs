//! What dissemination knows of its own log: a read model for lists, policies and the inbox, followed in the same database. Decisions do not
//! rest on it; the version check at append does.

mod assignment;
mod campaign;
mod delivery;
mod follower;
mod inbox;
mod material;
mod metrics;
mod news;
pub mod place;
mod programme;
mod publication;
mod question;
mod schema;
mod told;

pub use assignment::GotCampaign;
pub use campaign::{CampaignFilter, CampaignPage, Live};
pub use delivery::{DeliveryFilter, Listed};
pub use follower::FollowError;
pub use inbox::{Inbox, Item, ItemKey, Items};
pub use material::{MaterialFilter, MaterialPage};
pub use news::{News, Watcher};
pub use programme::{ProgrammeFilter, ProgrammePage};
pub use question::{ListedQuestion, QuestionFilter};
pub use schema::migrate;
pub use told::CampaignSide;

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

/// A row that this program did not write.
fn corrupt(column: &str) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.into(), source: "not a value that the index has".into() }
}
