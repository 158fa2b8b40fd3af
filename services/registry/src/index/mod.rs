//! What the registry knows of its own log: a read model for lists, timers, rules and revoked grants, followed in the same
//! database. Decisions do not rest on it; the version check at append does.

mod assessments;
mod entry;
mod follower;
mod grant;
mod likeness;
mod list;
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
pub use entry::{Entry, LastSeen};
pub use follower::FollowError;
pub use list::{Found, ListError, Page, Paging};
pub use office::{OfficeFilter, OfficePage};
pub use partnership::{PartnershipFilter, PartnershipPage};
pub use rubrics::RubricPage;
pub use rules::Masters;
pub use schema::migrate;
pub use search::{CommunityFilter, Sought};
pub use territory::{Accession, Located};
pub use timers::{Timer, TimerKind};
pub use training::{Outcome, TrainingFilter, TrainingPage};

use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use kim_chassis::territory::InForce;
use kim_eventlog::{Log, Position};
use kim_territory::Adopted;
use likeness::Names;
use metrics::Metrics;
use sqlx::PgPool;
use tokio::{
    sync::{Mutex, Notify, watch},
    time::timeout,
};

/// How long a reader waits at most until the follower has come to what was committed before it asked.
const CATCH_UP: Duration = Duration::from_secs(5);

/// The index of one log. Cheap to clone.
#[derive(Clone)]
pub struct Index {
    log: Log,
    pool: PgPool,
    position: Arc<watch::Sender<Position>>,
    masters: Arc<watch::Sender<Masters>>,
    adopted: Arc<watch::Sender<Arc<Adopted>>>,
    /// What communities are called, up to where somebody last looked for a name.
    names: Arc<RwLock<Names>>,
    /// Held by whoever brings the names up to date.
    learning: Arc<Mutex<()>>,
    /// That a reader waits for the follower.
    awaited: Arc<Notify>,
    metrics: Metrics,
}

/// The follower did not come far enough in time.
#[derive(Debug, thiserror::Error)]
#[error("the index is at {at} and not yet at {wanted}")]
pub struct Behind {
    pub at: Position,
    pub wanted: Position,
}

impl Index {
    #[must_use]
    pub fn new(log: Log) -> Self {
        let pool = log.pool().clone();
        let position = Arc::new(watch::Sender::new(Position::START));
        let masters = Arc::new(watch::Sender::new(Masters::default()));
        let adopted = Arc::default();
        let (names, learning) = (Arc::default(), Arc::default());
        let (awaited, metrics) = (Arc::new(Notify::new()), Metrics::new());
        Self { log, pool, position, masters, adopted, names, learning, awaited, metrics }
    }

    /// How far the log was followed.
    #[must_use]
    pub fn position(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
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

    /// Waits, a few seconds at most, until the follower has come to `wanted`.
    pub async fn reached(&self, wanted: Position) -> Result<(), Behind> {
        let mut position = self.position.subscribe();
        if *position.borrow() < wanted {
            self.awaited.notify_one();
        }
        let reached = timeout(CATCH_UP, position.wait_for(|&at| at >= wanted)).await;
        match reached {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Behind { at: *self.position.borrow(), wanted }),
        }
    }

    /// Waits until the follower has come to all that is committed now.
    pub async fn caught_up(&self) -> Result<(), CatchUpError> {
        let head = self.log.newest().await?;
        Ok(self.reached(head).await?)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CatchUpError {
    #[error(transparent)]
    Behind(#[from] Behind),
    #[error("the log could not be read")]
    Database(#[from] sqlx::Error),
}
