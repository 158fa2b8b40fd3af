//! Keeps the copy: one of all replicas folds the registry's events into it.

use std::time::Duration;

use kim_eventlog::{Feed, Leadership, Partition, Subscriber};
use sqlx::PgPool;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Audiences, CONTEXT, SCHEMA, fold::RegistryFold};

/// How long connections may take to end.
const PATIENCE: Duration = Duration::from_secs(5);

impl Audiences {
    /// Keeps the copy up to date from `feed` whenever no other replica does, until `stop`. Where the log is another one than the copy was
    /// made from, nothing is folded until a person has decided.
    pub async fn keep(self, feed: Feed, stop: CancellationToken) {
        let lock = Leadership::lock_for(SCHEMA, CONTEXT);
        while let Some(leadership) = stop.run_until_cancelled(Leadership::win(&self.pool, lock)).await {
            let pool = self.own_pool();
            let subscriber =
                Subscriber::new(pool.clone(), SCHEMA, CONTEXT, Partition::WHOLE, feed.clone(), RegistryFold);
            self.reader.send_replace(Some(subscriber.progress()));
            let ended = leadership.hold(subscriber.run(stop.clone())).await.is_some();
            self.reader.send_replace(None);
            let _ = timeout(PATIENCE, pool.close()).await;
            if ended {
                return;
            }
            tracing::warn!("kepemimpinan hilang; replika lain boleh menyalin kejadian registri");
        }
    }

    /// Connections for one term. What loses leadership is broken off in the midst of a batch, and its connections are no one else's.
    fn own_pool(&self) -> PgPool {
        let connect = self.pool.connect_options().as_ref().clone();
        self.pool.options().clone().min_connections(0).max_connections(2).connect_lazy_with(connect)
    }
}
