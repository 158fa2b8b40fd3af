//! Opens a log that was closed once it is known to be whole: compares it with its stream, has the vault forget again what was
//! erased, and has the service catch up with its log, in this order.

use std::{pin::Pin, sync::Arc, time::Duration};

use async_nats::jetstream::{self, stream::Stream};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    Closed, Erasures, Log, Position, Reason, Retention, Seal,
    erasure::Eraser,
    gate::{Standing, Wanted},
    stream::{Compared, OwnStream, REQUEST, Scan, Unanswered},
};

/// How long a start waits for the broker, when nothing speaks for a restore: commands go on while the broker is away.
const PATIENCE: Duration = Duration::from_secs(3);
const AGAIN: Duration = Duration::from_millis(200);
/// How often a closed log is compared.
const PERIOD: Duration = Duration::from_secs(1);

/// What a service does before its log is opened after a restore: its own tables follow the log.
pub type Prepare = dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), PrepareError>> + Send>> + Send + Sync;
pub type PrepareError = Box<dyn std::error::Error + Send + Sync>;

/// What a service tells the guard of itself.
pub struct Restoring {
    /// Opens what its relay sealed.
    pub seal: Seal,
    pub erasures: Box<dyn Erasures>,
    pub prepare: Box<Prepare>,
}

/// The guard of one log. Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub log: Log,
    pub stream: OwnStream,
    pub seal: Seal,
    eraser: Eraser,
    prepare: Box<Prepare>,
}

#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    #[error("{0}")]
    Unanswered(String),
    #[error("the log's database could not be asked")]
    Database(#[from] sqlx::Error),
    #[error("the service could not follow its log: {0}")]
    Prepare(PrepareError),
}

impl From<Unanswered> for GuardError {
    fn from(error: Unanswered) -> Self {
        match error {
            Unanswered::Log(error) => Self::Database(error),
            Unanswered::Broker(_) => Self::Unanswered(error.to_string()),
        }
    }
}

impl Guard {
    #[must_use]
    pub fn new(log: Log, client: async_nats::Client, retention: Retention, restoring: Restoring) -> Self {
        let jetstream = jetstream::ContextBuilder::new().timeout(REQUEST).build(client);
        let Restoring { seal, erasures, prepare } = restoring;
        let eraser = Eraser::new(log.clone(), erasures);
        let stream = OwnStream::new(log.clone(), jetstream, retention);
        Self { inner: Arc::new(Inner { log, stream, seal, eraser, prepare }) }
    }

    /// To be awaited before anything is served: the vault forgets what was erased, and the log is compared with its stream.
    /// A log that runs where it last ran is served after a few seconds without the broker, too; another stays closed.
    pub async fn begin(&self) -> Result<(), sqlx::Error> {
        self.inner.eraser.catch_up().await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            match tokio::time::timeout_at(deadline, self.settle()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) if Instant::now() < deadline => {
                    tracing::debug!(%error, "the log is not yet compared with its stream");
                    sleep(AGAIN).await;
                }
                Ok(Err(_)) | Err(_) => {
                    tracing::warn!("the log could not be compared with its stream yet: the broker cannot be reached");
                    return Ok(());
                }
            }
        }
    }

    /// Until `stop`: opens the log when it is whole again, and keeps the vault as the log's erasures say.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.open(&stop), self.inner.eraser.follow(&stop));
    }

    async fn open(&self, stop: &CancellationToken) {
        let mut gate = self.inner.log.gate().states();
        loop {
            let closed = stop.run_until_cancelled(gate.wait_for(Option::is_some)).await;
            if closed.is_none_or(|closed| closed.is_err()) {
                return;
            }
            if let Err(error) = self.settle().await {
                tracing::warn!(%error, "the log stays closed: it could not be compared with its stream");
            }
            if stop.run_until_cancelled(sleep(PERIOD)).await.is_none() {
                return;
            }
        }
    }

    /// Compares the log with its stream, and opens or closes it accordingly.
    pub(crate) async fn settle(&self) -> Result<(), GuardError> {
        let Inner { log, stream, .. } = &*self.inner;
        let standing = log.gate().standing().await?;
        let found = stream.find().await?;
        let compared = match &found {
            Some(found) => stream.compare_with(found).await?,
            None => Compared::Missing,
        };
        let is_open = standing.closed().is_none();
        let verdict = match (compared, found) {
            (Compared::Missing, _) if !is_open => Some((Closed::of(Reason::NoStream), None)),
            // While the log takes events, the relay puts such a stream right.
            (Compared::Agrees(_) | Compared::Spoilt(_) | Compared::Missing, _) if is_open => return Ok(()),
            (Compared::Spoilt(_), Some(found)) => verdict(&stream.scan(&found).await?, log.newest().await?),
            (compared, _) => compared.verdict(),
        };
        match verdict {
            Some((closed, wanted)) => {
                log.gate().close(closed, wanted, &standing).await?;
                Ok(())
            }
            // Of a spoilt stream the relay makes another.
            None => self.open_when_whole(&standing).await,
        }
    }

    /// Opens the log, unless it lacks what a service knows to have been committed.
    async fn open_when_whole(&self, standing: &Standing) -> Result<(), GuardError> {
        let log = &self.inner.log;
        if let Some(missing) = self.missing(standing).await? {
            let reason = match standing.closed() {
                Some(Closed { reason: Reason::Damaged, .. }) => Reason::Damaged,
                _ => Reason::SetBack,
            };
            log.gate().close(Closed::at(reason, missing.position), None, standing).await?;
            return Ok(());
        }
        self.prepare().await?;
        log.gate().open(standing).await?;
        Ok(())
    }

    /// What the log must have again, and does not.
    pub(crate) async fn missing(&self, standing: &Standing) -> Result<Option<Wanted>, sqlx::Error> {
        let Some(wanted) = standing.wanted() else { return Ok(None) };
        let here = self.inner.log.at(wanted.position).await?;
        let is_there = here.is_some_and(|here| wanted.event.is_none_or(|event| event == here.event_id));
        Ok((!is_there).then_some(wanted))
    }

    /// What must be done before anything is served from a log that was restored.
    pub(crate) async fn prepare(&self) -> Result<(), GuardError> {
        self.inner.eraser.catch_up().await?;
        (self.inner.prepare)().await.map_err(GuardError::Prepare)
    }

    pub(crate) async fn found(&self) -> Result<Option<Stream>, Unanswered> {
        self.inner.stream.find().await
    }
}

/// Why a log is closed whose whole stream was read; `None` when it has all of its events that the stream has.
pub(crate) fn verdict(scan: &Scan, head: Position) -> Option<(Closed, Option<Wanted>)> {
    if let Some((position, event)) = scan.lost {
        let wanted = Wanted { position, event: Some(event) };
        return Some(if position > head {
            (Closed::at(Reason::Behind, position), None)
        } else {
            (Closed::at(Reason::Differs, position), Some(wanted))
        });
    }
    scan.other_log.map(|(position, _)| (Closed::at(Reason::OtherLog, position), None))
}
