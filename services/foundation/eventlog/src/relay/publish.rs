//! Publishes what follows in the log, many messages on their way at a time.

use std::{collections::VecDeque, future::IntoFuture};

use async_nats::jetstream::context::{PublishAckFuture, PublishErrorKind};
use tokio_util::sync::CancellationToken;

use super::{BATCH, Relay, RelayStatus, WINDOW, status::RelayError, watch::Watch};
use crate::{
    Closed, Position, Reason,
    gate::Wanted,
    message::{SEALED, headers},
};

type InFlight = VecDeque<(Position, PublishAckFuture)>;

impl Relay {
    pub(super) async fn publish(&self, stop: &CancellationToken) -> Result<(), RelayError> {
        let mut head = self.log.head();
        self.log_is_open()?;
        let (stream, mut sent) = self.agree().await?;
        let mut watch = Watch::begin(&stream);
        self.log.metrics().relay_stopped(false);
        self.say(RelayStatus::Running(sent));
        let mut in_flight = InFlight::new();
        loop {
            self.log_is_open()?;
            let events = self.log.read_whole(sent.next(), BATCH).await?;
            for whole in &events {
                let event = &whole.event;
                if event.position != sent.next() {
                    let damaged = Closed::at(Reason::Damaged, sent.next());
                    let wanted = Wanted { position: sent.next(), event: None };
                    self.log.gate().close(damaged, Some(wanted)).await?;
                    return Err(RelayError::Closed(damaged));
                }
                let mut headers = headers(event, self.log.context());
                if let Some(seal) = &self.seal {
                    headers.insert(SEALED, seal.seal(event.event_id, &whole.actor, whole.attached.as_deref()).as_str());
                }
                headers.insert(async_nats::header::NATS_EXPECTED_LAST_SEQUENCE, sent.to_string().as_str());
                let publish =
                    self.stream.jetstream.publish_with_headers(event.subject.clone(), headers, event.payload.clone());
                in_flight.push_back((event.position, publish.await.map_err(RelayError::passing)?));
                sent = event.position;
                while in_flight.len() >= WINDOW {
                    self.acknowledged(&mut in_flight).await?;
                }
            }
            if stop.is_cancelled() {
                return self.settle(&mut in_flight).await;
            }
            if events.is_empty() {
                self.settle(&mut in_flight).await?;
            }
            if watch.is_due() {
                let acknowledged = in_flight.front().map_or(sent, |(next, _)| next.before());
                watch.look(&self.stream, acknowledged, sent).await?;
            }
            if events.is_empty() && *head.borrow_and_update() <= sent {
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

    async fn settle(&self, in_flight: &mut InFlight) -> Result<(), RelayError> {
        while !in_flight.is_empty() {
            self.acknowledged(in_flight).await?;
        }
        Ok(())
    }

    async fn acknowledged(&self, in_flight: &mut InFlight) -> Result<(), RelayError> {
        let Some((position, ack)) = in_flight.pop_front() else { return Ok(()) };
        let ack = ack.into_future().await.map_err(|error| match error.kind() {
            PublishErrorKind::WrongLastSequence => RelayError::Passing("somebody was faster".into()),
            PublishErrorKind::TimedOut => self.not_kept(),
            _ => RelayError::passing(error),
        })?;
        if ack.sequence != position.sequence() {
            let taken = ack.sequence;
            return Err(RelayError::Passing(format!("position {position} was taken as sequence {taken}")));
        }
        self.kept().await;
        self.log.metrics().published(1, ack.sequence);
        self.say(RelayStatus::Running(position));
        Ok(())
    }
}
