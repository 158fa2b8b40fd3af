//! Folds events into the read model: the registry's here, dissemination's in [`dissemination`].
//!
//! The core is pure: [`event`] reads an event, [`community`] says what it makes of a community, [`figures`] what a community
//! counts for, [`coverage`] when a region is covered. [`batch`] applies a batch to what is in memory, and [`rows`] writes the
//! difference with few statements, however many events there are.

mod batch;
mod cache;
pub mod codes;
pub mod community;
pub mod coverage;
pub mod dissemination;
pub mod event;
pub mod figures;
mod load;
mod place;
mod rows;
mod sums;
pub mod territory;
#[cfg(test)]
mod tests;
mod timeline;
mod trace;

use std::time::Instant;

use kim_eventlog::{Fold, FoldError, Recorded};
use sqlx::PgConnection;
use tracing::Instrument;

pub use dissemination::DisseminationFold;
pub use place::{Place, Region, Seat, Seats};
pub use timeline::{NEVER, Stay, Timeline};

use batch::Batch;
use cache::Cache;
use event::Event;

use crate::{context::Context, metrics::Metrics};

/// The version of the rules by which events become rows. A read model that was made by another one is made anew: raise it
/// with every change of this folder that changes a row.
pub const FOLD_VERSION: u32 = 5;

/// The registry's fold, with what it touched lately in memory.
#[derive(Default)]
pub struct RegistryFold {
    cache: Cache,
    metrics: Metrics,
}

impl Fold for RegistryFold {
    type Event = Event;

    fn decode(&self, event: &Recorded) -> Result<Option<Event>, String> {
        event::decode(event)
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FoldError> {
        let span = trace::of_batch(events.iter().map(|(recorded, _)| *recorded));
        let began = Instant::now();
        self.fold_batch(transaction, events).instrument(span).await?;
        self.metrics.folded(Context::Registry, events.len(), began.elapsed());
        Ok(())
    }

    fn reset(&mut self) {
        self.cache = Cache::default();
    }
}

impl RegistryFold {
    async fn fold_batch(
        &mut self,
        connection: &mut PgConnection,
        events: &[(&Recorded, Event)],
    ) -> Result<(), FoldError> {
        // What moves regions is folded alone: where everything before it is counted must be written by then.
        for part in events.chunk_by(|(_, one), (_, next)| !one.moves_regions() && !next.moves_regions()) {
            self.fold_part(connection, part).await?;
        }
        Ok(())
    }

    async fn fold_part(
        &mut self,
        connection: &mut PgConnection,
        events: &[(&Recorded, Event)],
    ) -> Result<(), FoldError> {
        let cache = &mut self.cache;
        cache.make_room();
        load::seats(connection, cache).await?;
        load::held(connection, cache, events).await?;
        load::communities(connection, cache, events).await?;
        let mut batch = Batch::default();
        for (recorded, event) in events {
            batch
                .apply(cache, recorded, event)
                .map_err(|reason| FoldError::Poisonous { position: recorded.position, reason })?;
        }
        let mut changes = batch.changes(cache);
        load::series(connection, cache, &changes).await?;
        cache.cover(&mut changes);
        rows::write(connection, cache, &batch, &changes).await?;
        Ok(())
    }
}
