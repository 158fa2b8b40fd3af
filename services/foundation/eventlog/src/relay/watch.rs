//! While the relay publishes, it goes on looking at the stream: once a second, a few questions.

use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use rand::RngExt;
use time::OffsetDateTime;
use tokio::time::{Instant, sleep_until};

use super::status::RelayError;
use crate::{
    Position,
    stream::{OwnStream, gap, last_of},
};

const PERIOD: Duration = Duration::from_secs(1);

/// The stream that is published to, as it was last seen.
pub(super) struct Watch {
    created: OffsetDateTime,
    /// The next position of the walk through the stream.
    walk: Position,
    next: Instant,
}

impl Watch {
    pub fn begin(stream: &Stream) -> Self {
        let info = stream.cached_info();
        Self { created: info.created, walk: Position::START, next: Instant::now() + PERIOD }
    }

    pub fn is_due(&self) -> bool {
        self.next <= Instant::now()
    }

    pub async fn due(&self) {
        sleep_until(self.next).await;
    }

    /// Looks whether it is still the same stream with the same settings, has what it acknowledged and nothing more than was
    /// sent, and compares two events: one at random, one in turn. Whatever is not so is a reason to begin again, and then
    /// everything is compared.
    pub async fn look(&mut self, own: &OwnStream, acknowledged: Position, sent: Position) -> Result<(), RelayError> {
        self.next = Instant::now() + PERIOD;
        let again = |why: &str| Err(RelayError::Passing(why.to_owned()));
        let Some(stream) = own.find().await? else { return again("the stream is gone") };
        let info = stream.cached_info();
        if info.created != self.created {
            return again("the stream was replaced");
        }
        let last = last_of(&stream);
        if last < acknowledged {
            return again("the stream lost its tail");
        }
        if last > sent {
            return again("somebody else published");
        }
        if gap(info).is_some() {
            return again("messages are missing in the stream");
        }
        if own.drifts(info) {
            return again("the stream's settings were changed");
        }
        let first = Position::from_sequence(info.state.first_sequence).unwrap_or_default();
        if info.state.messages == 0 {
            return Ok(());
        }
        self.walk = if self.walk.next() > last { first } else { self.walk.next().max(first) };
        let random = rand::rng().random_range(first.get()..=last.get());
        for position in [self.walk, Position::new(random).unwrap_or(first)] {
            if !own.audit(&stream, position).await? {
                return again("the stream has another event than the log");
            }
        }
        Ok(())
    }
}
