//! Publishes the log to its stream: in order, once, with the stream's sequence equal to the log's position.
//!
//! The relay keeps no state. It asks the stream for its last sequence, compares the events there with the log's, and publishes
//! what follows, each message with the sequence that it expects before it. So two relays cannot interleave, and a tail that the
//! broker lost is published again. While it publishes, it goes on looking: a stream that was deleted, cut, changed, replaced or
//! written into by somebody else is put right from the log, as long as it holds nothing of the log's own that the log lacks.

mod agree;
mod flight;
mod publish;
mod status;
mod watch;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_nats::jetstream;
use tokio::{sync::watch as channel, time::Instant};
use tokio_util::sync::CancellationToken;

pub use self::status::{Alarm, RelayStatus};
use self::{agree::Remade, status::RelayError};
use crate::{Log, Position, Seal, leader::Leadership, stream::OwnStream, stream::REQUEST};

const BACKOFF: Duration = Duration::from_millis(500);
/// How often a stopped relay looks whether a person has mended the cause.
const STOPPED_RETRY: Duration = Duration::from_secs(10);

/// How long the broker keeps events, whatever comes first; the log keeps them all.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    pub max_age: Duration,
    pub max_bytes: i64,
    /// Copies in a cluster: 1 or 3.
    pub replicas: usize,
}

impl Default for Retention {
    /// Two years or 200 GB, one copy.
    fn default() -> Self {
        Self { max_age: Duration::from_hours(2 * 366 * 24), max_bytes: 200_000_000_000, replicas: 1 }
    }
}

/// The relay of one log.
pub struct Relay {
    log: Log,
    stream: OwnStream,
    seal: Option<Seal>,
    remade: Mutex<Remade>,
    /// Since when the broker answers all else, and keeps no event after this one.
    unkept: Mutex<Option<(Position, Instant)>>,
    status: channel::Sender<RelayStatus>,
}

impl Relay {
    #[must_use]
    pub fn new(log: Log, client: async_nats::Client, retention: Retention) -> Self {
        let jetstream = jetstream::ContextBuilder::new().timeout(REQUEST).build(client);
        let stream = OwnStream::new(log.clone(), jetstream, retention);
        Self {
            log,
            stream,
            seal: None,
            remade: Mutex::default(),
            unkept: Mutex::default(),
            status: channel::Sender::new(RelayStatus::Standby),
        }
    }

    /// Sends with each event what its member brought beside it, sealed.
    #[must_use]
    pub fn sealing(self, seal: Seal) -> Self {
        Self { seal: Some(seal), ..self }
    }

    #[must_use]
    pub fn status(&self) -> channel::Receiver<RelayStatus> {
        self.status.subscribe()
    }

    /// Publishes until `stop`; then what is on its way is awaited, and nothing new is begun.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let lock = Leadership::lock_for("relay", self.log.context());
            let Some(leadership) = stop.run_until_cancelled(Leadership::win(self.log.pool(), lock)).await else {
                return;
            };
            if leadership.hold(self.lead(&stop)).await.is_some() {
                return;
            }
            self.say(RelayStatus::Standby);
            if stop.run_until_cancelled(tokio::time::sleep(BACKOFF)).await.is_none() {
                return;
            }
        }
    }

    /// Publishes until `stop`, beginning again after whatever went wrong. One who remembers a log that is no more makes way.
    async fn lead(&self, stop: &CancellationToken) {
        let outdated = self.log.gate().outdated();
        while !outdated.is_cancelled() {
            let Err(error) = self.publish(stop).await else { return };
            let until = Instant::now()
                + match &error {
                    RelayError::Alarm { .. } => STOPPED_RETRY,
                    _ => BACKOFF,
                };
            self.fails(&error).await;
            let pause = async {
                if let RelayError::Closed(_) = error {
                    // Whoever closes it says why in the service's log.
                    let _ = self.log.gate().states().wait_for(Option::is_none).await;
                } else {
                    tokio::time::sleep_until(until).await;
                }
            };
            if stop.run_until_cancelled(outdated.run_until_cancelled(pause)).await.is_none() {
                return;
            }
        }
    }

    async fn fails(&self, error: &RelayError) {
        match error {
            RelayError::Closed(closed) => {
                self.log.metrics().relay_stopped(true);
                self.say(RelayStatus::Stopped(format!("{closed}: {}", closed.reason.remedy())));
            }
            RelayError::Alarm { alarm, why } => {
                let remedy = alarm.remedy();
                tracing::error!(why, remedy, "the relay has stopped: a person must decide");
                self.log.metrics().relay_stopped(true);
                self.note(Some(*alarm)).await;
                self.say(RelayStatus::Stopped(format!("{why}: {remedy}")));
            }
            RelayError::Passing(_) | RelayError::Unanswered(_) => {
                if let RelayError::Unanswered(_) = error {
                    *self.unkept() = None;
                }
                tracing::warn!(%error, "the relay begins again");
                self.say(RelayStatus::Waiting(error.to_string()));
            }
        }
    }

    fn unkept(&self) -> MutexGuard<'_, Option<(Position, Instant)>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The broker said nothing of an event that was sent after `last`. For a while that may be the network.
    fn not_kept(&self, last: Position) -> RelayError {
        let why = "the broker keeps no event";
        let mut unkept = self.unkept();
        let since = unkept.filter(|(at, _)| *at == last).map_or_else(Instant::now, |(_, since)| since);
        *unkept = Some((last, since));
        if since.elapsed() < flight::PATIENCE {
            RelayError::passing(why)
        } else {
            RelayError::Alarm { alarm: Alarm::NothingKept, why: why.to_owned() }
        }
    }

    async fn kept(&self) {
        if self.unkept().take().is_some() {
            self.note(None).await;
        }
    }

    /// Notes for operators what the relay cannot mend.
    async fn note(&self, alarm: Option<Alarm>) {
        if let Err(error) = self.log.gate().alarm(alarm).await {
            tracing::warn!(%error, "an alarm could not be noted");
        }
    }

    fn say(&self, status: RelayStatus) {
        self.status.send_if_modified(|now| {
            let differs = *now != status;
            *now = status;
            differs
        });
    }
}
