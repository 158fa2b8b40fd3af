//! How a reader stands.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::sync::watch;

use crate::{Checkpoint, Parked, Position};

/// How a reader stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    pub checkpoint: Option<Checkpoint>,
    /// The newest position that the source is known to have; of a part, only whether more is there than was folded.
    pub head: Position,
    /// When the source took the event at the checkpoint.
    pub published: Option<OffsetDateTime>,
    pub parked: Vec<Parked>,
    pub state: ReaderState,
    /// For a reader of a part: what it knows of its completeness.
    pub agreement: Option<Agreement>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ReaderState {
    /// Connected; what is new comes at once.
    Live,
    /// Not connected since then; it is tried again.
    Disconnected { since: OffsetDateTime, reason: String },
    /// Going on would make the read model wrong: a person must decide. Says what is wrong and what to do.
    Stopped { reason: String },
}

/// Up to where a reader of a part has all that the log has there, by the log's own count and digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// A position of the log; [`Position::START`] while nothing was compared.
    pub position: Position,
    /// When it was compared.
    pub at: Option<OffsetDateTime>,
    /// Events that the stream withheld, and that were taken from the log instead, since the reader started.
    pub mended: u64,
    /// What is wrong although it goes on, and what to do; `None` when nothing is.
    pub remark: Option<String>,
}

impl Progress {
    pub(crate) fn starting() -> Self {
        Self {
            checkpoint: None,
            head: Position::START,
            published: None,
            parked: vec![],
            state: ReaderState::Disconnected { since: OffsetDateTime::now_utc(), reason: "starting".into() },
            agreement: None,
        }
    }

    #[must_use]
    pub fn position(&self) -> Position {
        self.checkpoint.map(|c| c.position).unwrap_or_default()
    }

    /// How far the reader is behind its source; zero when it has all that is there.
    #[must_use]
    pub fn lag(&self, now: OffsetDateTime) -> Duration {
        let since = match &self.state {
            ReaderState::Disconnected { since, .. } => Some(*since),
            _ if self.head > self.position() => self.published,
            _ => None,
        };
        since.map_or(Duration::ZERO, |since| (now - since).unsigned_abs())
    }
}

/// Waits until a reader has come to a position.
pub async fn reached(mut progress: watch::Receiver<Progress>, position: Position, within: Duration) -> bool {
    let deadline = Instant::now() + within;
    let waiting = progress.wait_for(|p| p.position() >= position);
    tokio::time::timeout_at(deadline.into(), waiting).await.is_ok_and(|reached| reached.is_ok())
}
