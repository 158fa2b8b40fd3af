//! Folds dissemination's events into the read model.
//!
//! The core is pure: [`event`] reads an event, [`delivery`] says what a delivery counts for, [`notice`] what a batch's notices do.
//! [`part`] applies events to what is in memory, and [`rows`] writes the difference with few statements; [`records`] writes what
//! there is little of: programmes, materials, campaigns, questions.
//!
//! Nothing here reads what the registry's fold writes, so that both logs may be folded in any order.

mod cache;
pub mod delivery;
pub mod event;
mod load;
pub mod notice;
mod part;
mod records;
mod rows;

use std::time::Instant;

use kim_eventlog::{Fold, FoldError, Recorded};
use sqlx::PgConnection;
use tracing::Instrument;

use super::{rows::tally, trace};
use crate::{context::Context, metrics::Metrics};
use cache::Cache;
use event::{CampaignEvent, Event};
use part::Part;

/// As many deliveries as are worked on at once: an event may assign 500.
const DELIVERIES_AT_ONCE: usize = 20_000;

/// Dissemination's fold, with what it touched lately in memory.
#[derive(Default)]
pub struct DisseminationFold {
    cache: Cache,
    metrics: Metrics,
}

impl Fold for DisseminationFold {
    type Event = Event;

    fn decode(&self, event: &Recorded) -> Result<Option<Event>, String> {
        event::decode(event)
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FoldError> {
        let span = trace::of_batch(events.iter().map(|(recorded, _)| *recorded));
        let began = Instant::now();
        self.fold_batch(transaction, events).instrument(span).await?;
        self.metrics.folded(Context::Dissemination, events.len(), began.elapsed());
        Ok(())
    }

    fn reset(&mut self) {
        self.cache = Cache::default();
    }
}

impl DisseminationFold {
    async fn fold_batch(
        &mut self,
        connection: &mut PgConnection,
        events: &[(&Recorded, Event)],
    ) -> Result<(), FoldError> {
        let mut rest = events;
        while !rest.is_empty() {
            let (some, later) = rest.split_at(few(rest));
            self.fold_part(connection, some).await?;
            rest = later;
        }
        Ok(())
    }

    async fn fold_part(
        &mut self,
        connection: &mut PgConnection,
        events: &[(&Recorded, Event)],
    ) -> Result<(), FoldError> {
        self.cache.make_room();
        load::touched(connection, &mut self.cache, events).await?;
        let mut part = Part::default();
        for (recorded, event) in events {
            let poisonous = |reason| FoldError::Poisonous { position: recorded.position, reason };
            match event {
                Event::Campaign(happened) => {
                    part.campaign(&mut self.cache, recorded.aggregate, happened).map_err(poisonous)?;
                }
                Event::Delivery(happened) => part.delivery(&mut self.cache, happened),
                Event::Programme(_) | Event::Material(_) | Event::Question(_) => {}
            }
            if !records::write(connection, recorded.aggregate, event).await? {
                return Err(poisonous("yang diubahnya belum ada".into()));
            }
        }
        rows::write(connection, &mut self.cache, part).await?;
        let new = events.iter().filter(|(recorded, _)| recorded.version.get() == 1).count();
        if new > 0 {
            let new = i64::try_from(new).expect("a batch is short");
            tally(connection, Context::Dissemination, new).await?;
        }
        Ok(())
    }
}

/// How many of the events touch as many deliveries as are worked on at once, at least one.
fn few(events: &[(&Recorded, Event)]) -> usize {
    let mut deliveries = 0;
    let fit = events.iter().take_while(|(_, event)| {
        deliveries += match event {
            Event::Campaign(CampaignEvent::Assigned(assignment)) => assignment.communities.len(),
            Event::Campaign(CampaignEvent::Released(released)) => released.communities.len(),
            _ => 1,
        };
        deliveries <= DELIVERIES_AT_ONCE
    });
    fit.count().max(1)
}
