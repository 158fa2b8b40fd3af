//! What a worker is sending, and how much more each lane may take.

use std::{collections::HashMap, time::Duration};

use tokio::{
    task::{Id, JoinSet},
    time::Instant,
};

use crate::claim::Lane;

/// Attempts that one worker makes at the same time. One that takes longer than `slow_after` leaves its slot to another and goes on
/// beside: endpoints that hang delay the others by that long at most, and again only once they were heard to fail. In all there are no
/// more than `(fast + slow) * (the longest attempt / slow_after)`.
#[derive(Debug, Clone, Copy)]
pub struct Slots {
    /// To endpoints that answer.
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

    /// Those that hold a slot of a lane.
    pub fn in_lane(&self, lane: Lane) -> usize {
        let holds = |(of, begun): &&(Lane, Instant)| *of == lane && begun.elapsed() < self.slots.slow_after;
        self.begun.values().filter(holds).count()
    }

    /// Those that have left their slot.
    pub fn beside(&self) -> usize {
        self.begun.len() - self.in_lane(Lane::Fast) - self.in_lane(Lane::Slow)
    }

    pub fn free(&self, lane: Lane) -> usize {
        let slots = match lane {
            Lane::Fast => self.slots.fast,
            Lane::Slow => self.slots.slow,
        };
        slots.saturating_sub(self.in_lane(lane))
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

    #[tokio::test]
    async fn who_takes_long_leaves_its_slot_to_others() {
        let counts = |flights: &Flights| (flights.free(Lane::Fast), flights.free(Lane::Slow), flights.beside());
        let mut patient = Flights::new(Slots { fast: 2, slow: 1, slow_after: Duration::from_hours(1) });
        for lane in [Lane::Fast, Lane::Fast, Lane::Slow] {
            patient.begin(lane, std::future::pending());
        }
        assert_eq!(counts(&patient), (0, 0, 0));
        let mut hasty = Flights::new(Slots { fast: 2, slow: 1, slow_after: Duration::ZERO });
        for lane in [Lane::Fast, Lane::Fast, Lane::Slow] {
            hasty.begin(lane, std::future::pending());
        }
        assert_eq!(counts(&hasty), (2, 1, 3));
    }

    #[tokio::test]
    async fn who_has_ended_holds_no_slot_however_it_ended() {
        let mut flights = Flights::new(Slots { fast: 2, slow: 1, slow_after: Duration::from_hours(1) });
        flights.begin(Lane::Fast, std::future::ready(()));
        flights.begin(Lane::Fast, async { panic!("a mistake") });
        while flights.free(Lane::Fast) < 2 {
            flights.ended().await;
        }
        flights.land().await;
    }
}
