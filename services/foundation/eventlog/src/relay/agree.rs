//! Before it publishes, the relay brings the stream to agree with the log.

use std::{collections::VecDeque, time::Duration};

use async_nats::jetstream::stream::Stream;
use tokio::time::Instant;

use super::{
    Relay,
    status::{Alarm, RelayError},
};
use crate::{
    Closed, Position,
    gate::{Standing, Wanted},
    guard::verdict,
    stream::{Compared, Flaw, Settings, Unanswered, last_of},
};

/// A stream that has to be made anew more often is being spoilt by somebody.
const REMADE_AT_MOST: usize = 3;
const REMADE_WITHIN: Duration = Duration::from_mins(10);

/// When the stream was made anew, lately.
#[derive(Default)]
pub(super) struct Remade(VecDeque<Instant>);

impl Remade {
    /// Whether it may be made anew once more.
    fn once_more(&mut self) -> bool {
        while self.0.front().is_some_and(|then| then.elapsed() > REMADE_WITHIN) {
            self.0.pop_front();
        }
        let may = self.0.len() < REMADE_AT_MOST;
        if may {
            self.0.push_back(Instant::now());
        }
        may
    }
}

impl Relay {
    /// The stream and its last position, once stream and log are known to agree on it. `looked` is how the log stood before.
    pub(super) async fn agree(&self, looked: &Standing) -> Result<(Stream, Position), RelayError> {
        loop {
            let stream = match self.stream.find().await? {
                Some(stream) => stream,
                None => self.stream.make().await?,
            };
            let compared = self.stream.compare_with(&stream).await?;
            if let Some((closed, wanted)) = compared.verdict() {
                return Err(self.close(closed, wanted, looked).await);
            }
            let flaw = match compared {
                Compared::Spoilt(flaw) => flaw,
                Compared::Agrees(last) => match self.settled(&stream).await? {
                    None => return Ok((stream, last)),
                    Some(flaw) => flaw,
                },
                // Deleted since it was found.
                _ => continue,
            };
            self.make_anew(&stream, flaw, looked).await?;
        }
    }

    /// Puts the settings right. A flaw when the stream cannot stay as it is.
    async fn settled(&self, stream: &Stream) -> Result<Option<Flaw>, RelayError> {
        let info = stream.cached_info();
        match self.stream.put_right(info).await? {
            Settings::Right | Settings::Mended => {
                // That nothing is kept is over only once something is.
                if self.unkept().is_none() {
                    self.note(None).await;
                }
                Ok(None)
            }
            Settings::Partly(why) => {
                tracing::error!(why, remedy = Alarm::SettingsRefused.remedy(), "the broker refuses settings");
                self.note(Some(Alarm::SettingsRefused)).await;
                Ok(None)
            }
            Settings::Fixed(why) => Ok(Some(Flaw { sequence: last_of(stream).sequence(), why })),
        }
    }

    /// Makes the stream anew from the log, unless it holds anything of the log's own that the log lacks.
    async fn make_anew(&self, stream: &Stream, flaw: Flaw, looked: &Standing) -> Result<(), RelayError> {
        let Flaw { sequence, why } = flaw;
        tracing::error!(sequence, why, "the stream is not what the relay made");
        let scan = self.stream.scan(stream).await?;
        if let Some((closed, wanted)) = verdict(&scan, self.log.newest().await?) {
            return Err(self.close(closed, wanted, looked).await);
        }
        if !self.remade.lock().expect("no code panics while it holds it").once_more() {
            return Err(RelayError::Alarm {
                alarm: Alarm::AnotherPublisher,
                why: format!("the stream {} at {sequence}: {why}", self.stream.name()),
            });
        }
        let (same, foreign) = (scan.same, scan.foreign);
        tracing::error!(
            same,
            foreign,
            "the stream is deleted, and made anew from the log, which has all of its events"
        );
        self.stream.delete().await?;
        self.log.metrics().stream_made_anew();
        Ok(())
    }

    /// Closes the log, unless it was opened since it was looked at.
    pub(super) async fn close(&self, closed: Closed, wanted: Option<Wanted>, looked: &Standing) -> RelayError {
        match self.log.gate().close(closed, wanted, looked).await {
            Ok(true) => RelayError::Closed(closed),
            Ok(false) => RelayError::passing("the log was opened meanwhile"),
            Err(error) => RelayError::Unanswered(Unanswered::Log(error)),
        }
    }
}
