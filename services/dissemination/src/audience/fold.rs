//! Folds the registry's events into the copy.

use std::collections::BTreeSet;

use kim_eventlog::{Fold, FoldError, Recorded};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    community,
    event::{self, Event},
    master, office, partnership,
};

/// It keeps nothing in memory: what a batch begins with is read from the copy.
pub(super) struct RegistryFold;

impl Fold for RegistryFold {
    type Event = Event;

    fn decode(&self, event: &Recorded) -> Result<Option<Event>, String> {
        event::decode(event)
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FoldError> {
        let ids = |of: fn(&Event) -> bool| -> Vec<Uuid> {
            let told = events.iter().filter(|(_, event)| of(event)).map(|(recorded, _)| recorded.aggregate);
            told.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let mut communities = community::load(transaction, &ids(|event| matches!(event, Event::Community(_)))).await?;
        let mut partnerships =
            partnership::load(transaction, &ids(|event| matches!(event, Event::Partnership(_)))).await?;
        let mut offices = office::load(transaction, &ids(|event| matches!(event, Event::Office(_)))).await?;
        for (recorded, event) in events {
            let Recorded { aggregate, position, .. } = **recorded;
            let unfit = |reason| FoldError::Poisonous { position, reason };
            match event {
                Event::Community(event) => {
                    let row = community::evolve(communities.now(aggregate), event).map_err(unfit)?;
                    communities.becomes(aggregate, position, row);
                }
                Event::Partnership(event) => {
                    let row = partnership::evolve(partnerships.now(aggregate), event).map_err(unfit)?;
                    partnerships.becomes(aggregate, position, row);
                }
                Event::Office(event) => {
                    let row = office::evolve(offices.now(aggregate), event).map_err(unfit)?;
                    offices.becomes(aggregate, position, row);
                }
                Event::Master => master::insert(transaction, recorded).await?,
            }
        }
        community::write(transaction, communities).await?;
        partnership::write(transaction, partnerships).await?;
        office::write(transaction, offices).await?;
        Ok(())
    }

    fn reset(&mut self) {}
}
