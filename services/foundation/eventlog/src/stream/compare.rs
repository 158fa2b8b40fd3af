//! Compares the stream with the log: its end, its beginning, and samples in between.

use async_nats::jetstream::stream::{Info, Stream};
use rand::RngExt;
use uuid::Uuid;

use super::{Found, OwnStream, Unanswered, found::Nature, last_of, read};
use crate::{Closed, LogId, Position, Reason, gate::Wanted};

/// How many positions are looked at in the midst of the stream.
const SAMPLES: usize = 16;
/// How many messages beyond the log's end are looked at for one that is its own.
const BEYOND: u64 = 8;

/// How a stream stands to its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Compared {
    /// There is no stream.
    Missing,
    /// The log has all that the stream has, which ends at this position.
    Agrees(Position),
    /// The stream has events of this log after the log's own.
    Behind {
        head: Position,
        last: Position,
    },
    /// The stream has an event of this log where the log has another one.
    Differs {
        position: Position,
        event: Uuid,
    },
    OtherLog {
        position: Position,
        log_id: LogId,
    },
    /// As far as it was looked at, the log has all of its events that the stream has; but the stream is not what a relay makes.
    Spoilt(Flaw),
}

impl Compared {
    /// Why the log takes no events with such a stream, and what it must have again; `None` when it may take some.
    pub fn verdict(&self) -> Option<(Closed, Option<Wanted>)> {
        match *self {
            Self::Missing | Self::Agrees(_) | Self::Spoilt(_) => None,
            Self::Behind { head, .. } => Some((Closed::at(Reason::Behind, head.next()), None)),
            Self::Differs { position, event } => {
                Some((Closed::at(Reason::Differs, position), Some(Wanted { position, event: Some(event) })))
            }
            Self::OtherLog { position, .. } => Some((Closed::at(Reason::OtherLog, position), None)),
        }
    }
}

/// What is wrong with a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub sequence: u64,
    pub why: String,
}

impl OwnStream {
    /// Compares the log with a stream as it was just found.
    pub async fn compare_with(&self, stream: &Stream) -> Result<Compared, Unanswered> {
        let info = stream.cached_info();
        let (first, last) = (info.state.first_sequence.max(1), last_of(stream));
        // After the stream: what the stream had must be in the log by now.
        let head = self.log.newest().await?;
        if info.state.messages == 0 {
            return self.compare_empty(info, last, head).await;
        }
        let common = last.min(head);
        if common.sequence() >= first {
            for sequence in samples(first, common.sequence()) {
                if let Some(told) = self.look(stream, sequence).await? {
                    return Ok(told);
                }
            }
        }
        if last > head
            && let Some(told) = self.beyond(stream, head, last).await?
        {
            return Ok(told);
        }
        Ok(match gap(info) {
            Some(flaw) => Compared::Spoilt(flaw),
            None => Compared::Agrees(last),
        })
    }

    /// A stream without messages says where it would go on.
    async fn compare_empty(&self, info: &Info, last: Position, head: Position) -> Result<Compared, Unanswered> {
        if last > head && self.is_ours(&info.config) {
            return Ok(Compared::Behind { head, last });
        }
        if last > head || last.next() > self.floor().await? {
            let why = format!("it is empty, and begins at {}", last.next());
            return Ok(Compared::Spoilt(Flaw { sequence: last.next().sequence(), why }));
        }
        Ok(Compared::Agrees(last))
    }

    /// What one message says; `None` when it is as it should be. From any replica: a sample that is not as it should be is
    /// looked at again on the leader.
    async fn look(&self, stream: &Stream, sequence: u64) -> Result<Option<Compared>, Unanswered> {
        let Some(found) = read::at(stream, sequence).await? else {
            // Retention may have taken it since.
            return Ok(None);
        };
        self.told_by(&found).await
    }

    /// What a message says that is not the log's event at its position.
    pub(super) async fn told_by(&self, found: &Found) -> Result<Option<Compared>, Unanswered> {
        let position = found.position();
        let here = self.log.at(position).await?;
        Ok(match found.nature(&self.log, here.as_ref()).await? {
            Nature::Same => None,
            Nature::Lost(event) => Some(Compared::Differs { position, event }),
            Nature::OtherLog(log_id) => Some(Compared::OtherLog { position, log_id }),
            Nature::Foreign(why) => Some(Compared::Spoilt(Flaw { sequence: found.sequence, why })),
        })
    }

    /// The first position at which log and stream differ, at or before one at which they do: from there on all are others.
    pub async fn first_difference(&self, stream: &Stream, differs: Position) -> Result<Position, Unanswered> {
        let (mut low, mut high) = (stream.cached_info().state.first_sequence.max(1), differs.sequence());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.look(stream, middle).await?.is_some() {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(Position::from_sequence(high).unwrap_or(differs))
    }

    /// What stands in the stream after the log's end: one event of the log's own is enough.
    async fn beyond(&self, stream: &Stream, head: Position, last: Position) -> Result<Option<Compared>, Unanswered> {
        let from = head.next().sequence().max(stream.cached_info().state.first_sequence);
        let mut flaw = None;
        for sequence in (from..=last.sequence()).take(usize::try_from(BEYOND).unwrap_or(1)).chain([last.sequence()]) {
            let Some(found) = read::at(stream, sequence).await? else { continue };
            match self.told_by(&found).await? {
                // The relay of another replica was faster than the look at the log's head.
                None => {}
                Some(Compared::Differs { .. }) => return Ok(Some(Compared::Behind { head, last })),
                Some(Compared::Spoilt(why)) => flaw = flaw.or(Some(why)),
                Some(other) => return Ok(Some(other)),
            }
        }
        Ok(flaw.map(Compared::Spoilt))
    }

    /// Compares one sample, from any replica: what is not as it should be is a reason to compare everything again.
    pub async fn audit(&self, stream: &Stream, position: Position) -> Result<bool, Unanswered> {
        let Some(found) = read::at_any(stream, position.sequence()).await? else { return Ok(true) };
        Ok(self.told_by(&found).await?.is_none())
    }
}

/// The ends, and positions at random.
fn samples(first: u64, last: u64) -> Vec<u64> {
    let mut random = rand::rng();
    let mut samples: Vec<u64> = (0..SAMPLES).map(|_| random.random_range(first..=last)).chain([first, last]).collect();
    samples.sort_unstable();
    samples.dedup();
    samples
}

/// Messages that are missing in the midst of the stream.
pub(crate) fn gap(info: &Info) -> Option<Flaw> {
    let state = &info.state;
    let expected = (state.last_sequence + 1).saturating_sub(state.first_sequence);
    (state.messages > 0 && state.messages < expected).then(|| Flaw {
        sequence: state.first_sequence,
        why: format!("{} messages are missing", expected - state.messages),
    })
}
