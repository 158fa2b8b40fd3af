//! Sends what is due, tries again what failed, gives up in the end.
//!
//! Any number of workers may run, on as many machines. A message is leased to one of them for as long as an attempt may take, and is taken
//! up by another when that one is killed; so a receiver can get it twice, with the same id, and never not at all.

use std::{sync::Arc, time::Duration};

use time::OffsetDateTime;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    carrier::{Carried, Carrier},
    claim::{Bounds, Claimed, Lane, Turn},
    destination::UnsealError,
    endpoint::{State, stop},
    flights::{Flights, Slots},
    metrics::Metrics,
    outcome::Attempt,
    queue::Queue,
    report::DeadReason,
    schedule::Schedule,
    settle::{Ended, Settled, Settling, bury, give_back, moot},
    wake::listen,
};

/// What is kept of messages that ended.
const KEPT: time::Duration = time::Duration::days(90);
/// How often what is older is forgotten, and how many messages at once.
const FORGET_EVERY: Duration = Duration::from_mins(1);
const FORGET: i64 = 1_000;
/// Dead letters that are made at once for endpoints that are not called any more.
const BURY: i64 = 500;
const VAULT_AGAIN: time::Duration = time::Duration::seconds(10);
/// Between attempts to write down what came of one.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

#[derive(Debug, Clone)]
pub struct Options {
    pub schedule: Schedule,
    pub slots: Slots,
    /// Messages of one endpoint that are being sent at the same time, by all workers together; of one that fails, a single one.
    pub share: u16,
    /// How long after the end of an attempt its outcome may be written down. The longest attempt and this are a message's lease.
    pub margin: Duration,
    /// How often it looks for what is due again, or was not heard of.
    pub poll: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            schedule: Schedule::default(),
            slots: Slots::default(),
            share: 4,
            margin: Duration::from_secs(15),
            poll: Duration::from_secs(1),
        }
    }
}

/// Sends the messages of a queue.
pub struct Worker<C> {
    shared: Arc<Shared<C>>,
}

struct Shared<C> {
    queue: Queue,
    carrier: C,
    options: Options,
    metrics: Metrics,
}

impl<C: Carrier> Worker<C> {
    #[must_use]
    pub fn new(queue: Queue, carrier: C, options: Options) -> Self {
        Self { shared: Arc::new(Shared { queue, carrier, options, metrics: Metrics::new() }) }
    }

    /// Runs until `stop`; then nothing is taken up any more, and what is being sent is brought to its end. It keeps one of the pool's
    /// connections to hear of what is queued.
    pub async fn run(self, stop: CancellationToken) {
        let heard = Notify::new();
        tokio::select! {
            () = listen(&self.shared.queue.pool, &heard) => {}
            () = self.work(&heard, &stop) => {}
        }
    }

    async fn work(&self, heard: &Notify, stop: &CancellationToken) {
        let Shared { options, .. } = &*self.shared;
        let mut flights = Flights::new(options.slots);
        let mut turns = [Turn::new(Lane::Fast), Turn::new(Lane::Slow)];
        let mut forgotten = Instant::now();
        while !stop.is_cancelled() {
            if let Err(error) = kim_eventlog::answered(self.take_up(&mut flights, &mut turns)).await {
                tracing::warn!(%error, "antrean webhook tidak terbaca; mencoba lagi");
                sleep(options.poll).await;
            }
            if forgotten.elapsed() >= FORGET_EVERY {
                forgotten = Instant::now();
                self.forget().await;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = heard.notified() => {}
                () = flights.ended() => {}
                () = sleep(options.poll) => {}
            }
        }
        flights.land().await;
    }

    async fn take_up(&self, flights: &mut Flights, turns: &mut [Turn; 2]) -> Result<(), sqlx::Error> {
        let Shared { queue, carrier, options, metrics } = &*self.shared;
        let mut connection = queue.pool.acquire().await?;
        for reason in bury(&mut connection, queue.clock.now(), BURY).await? {
            metrics.dead(reason);
        }
        let lease = (carrier.longest() + options.margin).try_into().unwrap_or(time::Duration::MAX);
        let bounds = Bounds { share: options.share.into(), lease };
        for turn in turns {
            let claimed = turn.claim(&mut connection, flights.free(turn.lane), bounds, queue.clock.now()).await?;
            for claimed in claimed {
                metrics.waited(turn.lane, claimed.waited);
                flights.begin(turn.lane, self.shared.clone().send(claimed));
            }
            metrics.in_flight(turn.lane.name(), flights.in_lane(turn.lane));
        }
        metrics.in_flight("beside", flights.beside());
        Ok(())
    }

    async fn forget(&self) {
        let queue = &self.shared.queue;
        if let Err(error) = kim_eventlog::answered(queue.forget(queue.clock.now() - KEPT, FORGET)).await {
            tracing::warn!(%error, "pesan webhook lama tidak terhapus; mencoba lagi nanti");
        }
    }
}

/// What came of a message that was taken up.
enum Came {
    Attempted {
        begun: OffsetDateTime,
        attempt: Attempt,
    },
    /// Its destination was erased.
    Erased,
    /// It is not to be told any more.
    Moot,
    /// The vault does not answer.
    Unreadable,
}

impl<C: Carrier> Shared<C> {
    async fn send(self: Arc<Self>, claimed: Claimed) {
        let came = self.attempt(&claimed).await;
        // What cannot be written down for as long as the lease lasts is sent again.
        let ended = Instant::now();
        while let Err(error) = kim_eventlog::answered(self.write(&claimed, &came)).await {
            if ended.elapsed() >= self.options.margin {
                tracing::warn!(%error, "hasil pengiriman webhook tidak tercatat; pesan akan dikirim lagi");
                return;
            }
            sleep(WRITE_AGAIN).await;
        }
    }

    async fn attempt(&self, claimed: &Claimed) -> Came {
        let begun = self.queue.clock.now();
        // A vault that hangs holds no message longer than its lease.
        let carried = self.carrier.carry(claimed.endpoint, &claimed.sealed, &claimed.message, begun);
        match timeout(self.carrier.longest(), carried).await.unwrap_or_else(|late| Err(UnsealError(late.into()))) {
            Ok(Carried::Attempted(attempt)) => {
                self.metrics.attempted(&attempt);
                Came::Attempted { begun, attempt }
            }
            Ok(Carried::Erased) => Came::Erased,
            Ok(Carried::Moot) => Came::Moot,
            Err(error) => {
                tracing::warn!(%error, endpoint = %claimed.endpoint, "alamat webhook tidak terbaca; mencoba lagi nanti");
                Came::Unreadable
            }
        }
    }

    async fn write(&self, claimed: &Claimed, came: &Came) -> Result<(), sqlx::Error> {
        let now = self.queue.clock.now();
        let mut transaction = self.queue.pool.begin().await?;
        let settled = match came {
            Came::Attempted { begun, attempt } => {
                let Options { schedule, slots, .. } = &self.options;
                let settling = Settling { schedule, slow_after: slots.slow_after, begun: *begun, now };
                settling.settle(&mut transaction, claimed, attempt).await?
            }
            Came::Erased => {
                let stopped = stop(&mut transaction, claimed.endpoint, State::Disabled, now).await?;
                give_back(&mut transaction, claimed, now).await?;
                Settled { message: None, endpoint: stopped.then_some(State::Disabled) }
            }
            Came::Moot => {
                let ended = moot(&mut transaction, claimed, now).await?;
                Settled { message: ended.then_some(Ended::Dead(DeadReason::Moot)), endpoint: None }
            }
            Came::Unreadable => {
                give_back(&mut transaction, claimed, now + VAULT_AGAIN).await?;
                Settled::default()
            }
        };
        transaction.commit().await?;
        self.count(settled);
        Ok(())
    }

    fn count(&self, settled: Settled) {
        match settled.message {
            Some(Ended::Delivered) => self.metrics.delivered(),
            Some(Ended::Dead(reason)) => self.metrics.dead(reason),
            None => {}
        }
        if let Some(state) = settled.endpoint {
            self.metrics.stopped(state);
        }
    }
}
