//! What the registry knows of its own log: a read model for lists, timers, rules and revoked grants, followed in the same
//! database. Decisions do not rest on it; the version check at append does.

mod assessments;
mod community;
mod entry;
mod follower;
mod grant;
mod likeness;
mod metrics;
mod names;
mod office;
mod partner;
mod partnership;
mod rows;
mod rubrics;
mod rules;
mod schema;
mod search;
mod term;
mod territory;
mod timers;
mod training;

pub use assessments::{AssessmentPage, Wanted};
pub use community::{Found, Page};
pub use entry::{Entry, LastSeen};
pub use follower::FollowError;
pub use office::{OfficeFilter, OfficePage};
pub use partnership::{PartnershipFilter, PartnershipPage};
pub use rubrics::RubricPage;
pub use rules::Masters;
pub use schema::migrate;
pub use search::{CommunityFilter, Sought};
pub use territory::{Accession, Located};
pub use timers::{Timer, TimerKind};
pub use training::{Outcome, TrainingFilter, TrainingPage};

use std::sync::{Arc, RwLock};

use kim_chassis::territory::InForce;
use kim_desk::follow::Followed;
use kim_eventlog::Log;
use kim_territory::Adopted;
use likeness::Names;
use metrics::Metrics;
use sqlx::PgPool;
use tokio::sync::{Mutex, watch};

/// The index of one log. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    log: Log,
    pool: PgPool,
    /// How far the log was followed.
    pub followed: Followed,
    masters: Arc<watch::Sender<Masters>>,
    adopted: Arc<watch::Sender<Arc<Adopted>>>,
    /// What communities are called, up to where somebody last looked for a name.
    names: Arc<RwLock<Names>>,
    /// Held by whoever brings the names up to date.
    learning: Arc<Mutex<()>>,
    metrics: Metrics,
}

impl Index {
    #[must_use]
    pub fn new(log: Log) -> Self {
        let pool = log.pool().clone();
        let masters = Arc::new(watch::Sender::new(Masters::default()));
        let adopted = Arc::default();
        let (names, learning) = (Arc::default(), Arc::default());
        let (followed, metrics) = (Followed::new(log.clone()), Metrics::new());
        Self { log, pool, followed, masters, adopted, names, learning, metrics }
    }

    /// The rules, lists and rubrics, and the revoked grants; they change when the follower comes to such an event.
    #[must_use]
    pub fn masters(&self) -> watch::Receiver<Masters> {
        self.masters.subscribe()
    }

    /// What territories the log has adopted as far as it was followed.
    #[must_use]
    pub fn territory(&self) -> Arc<Adopted> {
        self.masters.borrow().adopted.clone()
    }

    /// The same from moment to moment, for whoever resolves scopes.
    #[must_use]
    pub fn in_force(&self) -> InForce {
        InForce::new(self.adopted.subscribe())
    }

    fn know(&self, masters: Masters) {
        self.adopted.send_replace(masters.adopted.clone());
        self.masters.send_replace(masters);
    }
}
