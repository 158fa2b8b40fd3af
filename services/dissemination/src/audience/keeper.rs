//! Keeps the copy: one of all replicas folds the registry's events into it.

use kim_eventlog::{Feed, Leadership, Partition, Subscriber};
use tokio_util::sync::CancellationToken;

use super::{Audiences, CONTEXT, SCHEMA, fold::RegistryFold};

impl Audiences {
    /// Keeps the copy up to date from `feed` whenever no other replica does, until `stop`. Where the log is another one than the copy was
    /// made from, nothing is folded until a person has decided.
    pub async fn keep(self, feed: Feed, stop: CancellationToken) {
        let lock = Leadership::lock_for(SCHEMA, CONTEXT);
        while let Some(leadership) = stop.run_until_cancelled(Leadership::win(&self.pool, lock)).await {
            let subscriber =
                Subscriber::new(self.pool.clone(), SCHEMA, CONTEXT, Partition::WHOLE, feed.clone(), RegistryFold);
            self.reader.send_replace(Some(subscriber.progress()));
            let ended = leadership.hold(subscriber.run(stop.clone())).await.is_some();
            self.reader.send_replace(None);
            if ended {
                return;
            }
            tracing::warn!("kepemimpinan hilang; replika lain boleh menyalin kejadian registri");
        }
    }
}
