//! Publishes what follows in the log, many messages on their way at a time.

use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    Relay, RelayStatus,
    flight::{Flight, Unkept},
    status::RelayError,
    watch::Watch,
};
use crate::{
    Closed, Log, Position, Reason,
    gate::{Standing, Wanted},
    message::{SEALED, headers},
    whole::Whole,
};

/// How many messages are on their way at a time.
const WINDOW: u64 = 512;
const BATCH: usize = 512;

type Batch = Result<Vec<Whole>, sqlx::Error>;

impl Relay {
    pub(super) async fn publish(&self, stop: &CancellationToken) -> Result<(), RelayError> {
        let mut head = self.log.head();
        self.log_is_open()?;
        let looked = self.log.gate().standing().await?;
        let (stream, last) = self.agree(&looked).await?;
        let mut watch = Watch::begin(self.stream.clone(), &stream);
        let mut flight = Flight::begin(self.stream.jetstream.client(), last).await?;
        self.log.metrics().relay_stopped(false);
        self.say(RelayStatus::Running(last));
        let mut ahead: Option<AbortOnDropHandle<Batch>> = None;
        loop {
            self.log_is_open()?;
            let events = match ahead.take() {
                Some(batch) => batch.await.map_err(RelayError::passing)??,
                None => self.log.read_whole(flight.sent().next(), BATCH).await?,
            };
            if events.len() == BATCH {
                ahead = events.last().map(|last| read_ahead(self.log.clone(), last.event.position.next()));
            }
            for (i, whole) in events.iter().enumerate() {
                if whole.event.position != flight.sent().next() {
                    return Err(self.damaged(flight.sent().next(), &looked).await);
                }
                self.send(whole, &mut flight, i + 1 == events.len()).await?;
                while flight.count() >= WINDOW {
                    self.answered(&mut flight).await?;
                }
            }
            if stop.is_cancelled() {
                return self.settle(&mut flight).await;
            }
            if events.is_empty() {
                self.settle(&mut flight).await?;
            }
            watch.go_on(flight.kept(), flight.sent())?;
            if events.is_empty() && *head.borrow_and_update() <= flight.sent() {
                // An append by this process wakes the relay at once, one by another replica when the head is polled.
                tokio::select! {
                    () = stop.cancelled() => return Ok(()),
                    changed = head.changed() => if changed.is_err() { return Ok(()) },
                    () = watch.due() => {}
                }
            }
        }
    }

    fn log_is_open(&self) -> Result<(), RelayError> {
        match self.log.gate().closed() {
            Some(closed) => Err(RelayError::Closed(closed)),
            None => Ok(()),
        }
    }

    /// The log has no event at this position, though it has some after it.
    async fn damaged(&self, position: Position, looked: &Standing) -> RelayError {
        self.close(Closed::at(Reason::Damaged, position), Some(Wanted { position, event: None }), looked).await
    }

    async fn send(&self, whole: &Whole, flight: &mut Flight, pause: bool) -> Result<(), RelayError> {
        let event = &whole.event;
        let mut headers = headers(event, self.log.context());
        if let Some(seal) = &self.seal {
            headers.insert(SEALED, seal.seal(event.event_id, &whole.actor, whole.attached.as_deref()));
        }
        flight.send(event, headers, pause).await
    }

    async fn settle(&self, flight: &mut Flight) -> Result<(), RelayError> {
        while flight.count() > 0 {
            self.answered(flight).await?;
        }
        Ok(())
    }

    async fn answered(&self, flight: &mut Flight) -> Result<(), RelayError> {
        let before = flight.kept().sequence();
        let answered = flight.answered().await;
        let kept = flight.kept();
        if kept.sequence() > before {
            self.kept().await;
            self.log.metrics().published(kept.sequence() - before, kept.sequence());
            self.say(RelayStatus::Running(kept));
        }
        answered.map_err(|unkept| match unkept {
            Unkept::Unsaid => self.not_kept(kept),
            Unkept::Refused(why) => why,
        })
    }
}

/// Reads a batch while the one before it is published.
fn read_ahead(log: Log, from: Position) -> AbortOnDropHandle<Batch> {
    AbortOnDropHandle::new(tokio::spawn(async move { log.read_whole(from, BATCH).await }))
}
