//! What a worker is sending, and how much more each lane may take.

use std::{collections::HashMap, time::Duration};

use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};

use crate::claim::Lane;

/// Attempts that one worker makes at the same time.
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    /// To endpoints that answer. An attempt that takes longer than [`Self::slow_after`] leaves its slot to another and goes on beside it, so that endpoints that
    /// begin to hang delay the others by that long at most. In all there are no more than `fast * (total / slow_after) + slow`.
    pub fast: usize,
    /// To endpoints that failed or were slow the last time.
    pub slow: usize,
    pub slow_after: Duration,
}

impl Default for Slots {
    fn default() -> Self {
        Self { fast: 64, slow: 32, slow_after: Duration::from_secs(2) }
    }
}

pub(crate) struct Flights {
    slots: Slots,
    tasks: JoinSet<()>,
    begun: HashMap<Id, (Lane, Instant)>,
}

impl Flights {
    pub fn new(slots: Slots) -> Self {
        Self { slots, tasks: JoinSet::new(), begun: HashMap::new() }
    }

    pub fn begin(&mut self, lane: Lane, attempt: impl Future<Output = ()> + Send + 'static) {
        let task = self.tasks.spawn(attempt);
        self.begun.insert(task.id(), (lane, Instant::now()));
    }

    /// In a lane as it is now: who takes long is in the slow one.
    pub fn in_flight(&self, lane: Lane) -> usize {
        let is_in = |(begun_in, begun): &&(Lane, Instant)| match lane {
            Lane::Fast => *begun_in == Lane::Fast && begun.elapsed() < self.slots.slow_after,
            Lane::Slow => *begun_in == Lane::Slow || begun.elapsed() >= self.slots.slow_after,
        };
        self.begun.values().filter(is_in).count()
    }

    pub fn free(&self, lane: Lane) -> usize {
        let slots = match lane {
            Lane::Fast => self.slots.fast,
            Lane::Slow => self.slots.slow,
        };
        slots.saturating_sub(self.in_flight(lane))
    }

    /// Waits until one has ended, and takes note of all that have. Without any it waits for ever.
    pub async fn ended(&mut self) {
        match self.tasks.join_next_with_id().await {
            Some(ended) => self.forget(ended.map(|(id, ())| id)),
            None => std::future::pending().await,
        }
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            self.forget(ended.map(|(id, ())| id));
        }
    }

    /// Until all have ended.
    pub async fn land(mut self) {
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.forget(ended.map(|(id, ())| id));
        }
    }

    fn forget(&mut self, ended: Result<Id, tokio::task::JoinError>) {
        let id = ended.unwrap_or_else(|error| {
            // Its lease runs out, and the message is tried again.
            tracing::error!(%error, "pengiriman webhook terhenti karena kesalahan program");
            error.id()
        });
        self.begun.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_takes_long_leaves_its_slot_to_others() {
        let mut flights = Flights::new(Slots { fast: 2, slow: 1, slow_after: Duration::from_secs(2) });
        let free = |flights: &Flights| (flights.free(Lane::Fast), flights.free(Lane::Slow));
        flights.begin(Lane::Fast, std::future::pending());
        flights.begin(Lane::Fast, tokio::time::sleep(Duration::from_secs(1)));
        assert_eq!(free(&flights), (0, 1));
        flights.ended().await;
        assert_eq!(free(&flights), (1, 1));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(free(&flights), (2, 0), "what hangs is counted among the slow ones");
    }
}
