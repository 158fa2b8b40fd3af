//! Keeps what a service makes of events, its own or another context's, in tables of its own: one of all replicas folds them.

use std::{sync::Arc, time::Duration};

use kim_eventlog::{Feed, Fold, Leadership, Partition, Progress, Subscriber};
use sqlx::PgPool;
use tokio::{sync::watch, time::timeout};
use tokio_util::sync::CancellationToken;

/// How long connections may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whose events are kept, and where. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    pool: PgPool,
    schema: &'static str,
    context: &'static str,
    /// Of the reader of this replica, while it is the one that keeps them.
    reader: Arc<watch::Sender<Option<watch::Receiver<Progress>>>>,
}

impl Keeper {
    /// Of `context`'s events, in `schema`, whose tables are there ([`kim_eventlog::Checkpoints::create`]).
    #[must_use]
    pub fn new(pool: PgPool, schema: &'static str, context: &'static str) -> Self {
        Self { pool, schema, context, reader: Arc::default() }
    }

    /// How they are kept; `None` while another replica does it.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.reader.borrow().as_ref().map(|progress| progress.borrow().clone())
    }

    /// Folds events from `feed` whenever no other replica does, until `stop`. Where the log is another one than the tables were made from,
    /// nothing is folded until a person has decided.
    pub async fn keep<F: Fold>(&self, feed: Feed, fold: impl Fn() -> F, stop: CancellationToken) {
        let lock = Leadership::lock_for(self.schema, self.context);
        while let Some(leadership) = stop.run_until_cancelled(Leadership::win(&self.pool, lock)).await {
            let pool = self.own_pool();
            let subscriber =
                Subscriber::new(pool.clone(), self.schema, self.context, Partition::WHOLE, feed.clone(), fold());
            self.reader.send_replace(Some(subscriber.progress()));
            let ended = leadership.hold(subscriber.run(stop.clone())).await.is_some();
            self.reader.send_replace(None);
            let _ = timeout(PATIENCE, pool.close()).await;
            if ended {
                return;
            }
            tracing::warn!(schema = self.schema, "kepemimpinan hilang; replika lain boleh melipat kejadian");
        }
    }

    /// Connections for one term. What loses leadership is broken off in the midst of a batch, and its connections are no one else's.
    fn own_pool(&self) -> PgPool {
        let connect = self.pool.connect_options().as_ref().clone();
        self.pool.options().clone().min_connections(0).max_connections(2).connect_lazy_with(connect)
    }
}
