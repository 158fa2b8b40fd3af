//! While the relay publishes, it goes on looking at the stream: once a second at what the broker says of it, and now and then at
//! some of its events.

use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use futures::FutureExt;
use rand::RngExt;
use time::OffsetDateTime;
use tokio::{
    task::JoinError,
    time::{Instant, sleep_until},
};
use tokio_util::task::AbortOnDropHandle;

use super::status::RelayError;
use crate::{
    Position,
    stream::{OwnStream, gap, last_of},
};

const PERIOD: Duration = Duration::from_secs(1);
/// How often events are compared. For an old one the broker reads a whole block of its file, so it is asked for several in a row.
const AUDIT: Duration = Duration::from_secs(10);
const IN_A_ROW: usize = 20;

/// The looks at the stream that is published to, one after the other and beside the publishing, which does not wait for them: a
/// broker may take long to find an old message.
pub(super) struct Watch {
    own: OwnStream,
    created: OffsetDateTime,
    /// The last position of the walk through the stream.
    walk: Position,
    next: Instant,
    audit: Instant,
    looking: Option<AbortOnDropHandle<Result<Seen, RelayError>>>,
    seen: Option<Result<Seen, RelayError>>,
}

/// A stream that is as it should be.
struct Seen {
    last: Position,
    walk: Position,
}

impl Watch {
    pub fn begin(own: OwnStream, stream: &Stream) -> Self {
        let created = stream.cached_info().created;
        let now = Instant::now();
        Self { own, created, walk: Position::START, next: now + PERIOD, audit: now, looking: None, seen: None }
    }

    /// Begins a look when it is time, and draws the conclusion of one that is over: whatever is not as it should be is a reason to
    /// begin again, and then everything is compared.
    pub fn go_on(&mut self, acknowledged: Position, sent: Position) -> Result<(), RelayError> {
        if let Some(ended) = self.looking.as_mut().and_then(FutureExt::now_or_never) {
            self.ends(ended);
        }
        if let Some(seen) = self.seen.take().transpose()? {
            if seen.last > sent {
                return again("somebody else published");
            }
            self.walk = seen.walk;
        }
        if self.looking.is_none() && self.next <= Instant::now() {
            self.next = Instant::now() + PERIOD;
            let audits = self.audit <= Instant::now();
            if audits {
                self.audit = Instant::now() + AUDIT;
            }
            let (own, created, walk) = (self.own.clone(), self.created, self.walk);
            let looking = async move {
                let stream = look(&own, created, acknowledged).await?;
                let walk = if audits { audit(&own, &stream, walk).await? } else { walk };
                Ok(Seen { last: last_of(&stream), walk })
            };
            self.looking = Some(AbortOnDropHandle::new(tokio::spawn(looking)));
        }
        Ok(())
    }

    /// Until there is something to go on with.
    pub async fn due(&mut self) {
        match &mut self.looking {
            Some(looking) => {
                let ended = looking.await;
                self.ends(ended);
            }
            None => sleep_until(self.next).await,
        }
    }

    fn ends(&mut self, ended: Result<Result<Seen, RelayError>, JoinError>) {
        self.looking = None;
        self.seen = Some(ended.unwrap_or_else(|error| Err(RelayError::passing(error))));
    }
}

/// Looks whether it is still the same stream, with the same settings and all that it acknowledged.
async fn look(own: &OwnStream, created: OffsetDateTime, acknowledged: Position) -> Result<Stream, RelayError> {
    let Some(stream) = own.find().await? else { return again("the stream is gone") };
    let info = stream.cached_info();
    if info.created != created {
        return again("the stream was replaced");
    }
    if last_of(&stream) < acknowledged {
        return again("the stream lost its tail");
    }
    if gap(info).is_some() {
        return again("messages are missing in the stream");
    }
    if own.drifts(info) {
        return again("the stream's settings were changed");
    }
    Ok(stream)
}

/// Compares events of the stream with the log: those that follow in the walk, and one at random. Returns where the walk is.
async fn audit(own: &OwnStream, stream: &Stream, mut walk: Position) -> Result<Position, RelayError> {
    let state = &stream.cached_info().state;
    let (first, last) = (Position::from_sequence(state.first_sequence).unwrap_or_default(), last_of(stream));
    if state.messages == 0 {
        return Ok(walk);
    }
    let mut positions = vec![Position::new(rand::rng().random_range(first.get()..=last.get())).unwrap_or(first)];
    for _ in 0..IN_A_ROW {
        walk = if walk.next() > last { first } else { walk.next().max(first) };
        positions.push(walk);
    }
    for position in positions {
        if !own.audit(stream, position).await? {
            return again("the stream has another event than the log");
        }
    }
    Ok(walk)
}

fn again<T>(why: &str) -> Result<T, RelayError> {
    Err(RelayError::Passing(why.to_owned()))
}
