//! Whether the log takes events. It takes none where it did not last run, until it was compared with its stream, and none while
//! it differs from the stream: a log that was set back would give a position to two events.
//!
//! What decides is in the database (`migrations/0003_home.sql`), so that it is exact for all replicas at once; here is what this
//! process knows of it, a tenth of a second late at most.

mod follow;
mod home;
mod known;

use std::{fmt, sync::Arc};

use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::known::{Known, Verdict};
pub(crate) use self::{
    follow::follow,
    home::{Standing, keep},
};
use crate::{Alarm, Position, answered, metrics::Metrics, position::raise, tail::Tail};

/// What the database says to an append while the log is closed.
const REFUSED: &str = "KIM01";

/// Why the log takes no events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It runs in another cluster, timeline, database or table than it last did: restored, copied or promoted, and not yet
    /// compared with its stream.
    Moved,
    /// It lacks events that a service knows to have been committed.
    SetBack,
    /// Its stream has events that come after its own.
    Behind,
    /// Its stream has another event at a position than it has.
    Differs,
    /// Its stream is that of another log.
    OtherLog,
    /// It may have been set back, and there is no stream that could tell.
    NoStream,
    /// A position is missing in the midst of it.
    Damaged,
}

impl Reason {
    pub const ALL: [Self; 7] =
        [Self::Moved, Self::SetBack, Self::Behind, Self::Differs, Self::OtherLog, Self::NoStream, Self::Damaged];

    /// As it stands in `log.home.closed`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::SetBack => "set_back",
            Self::Behind => "behind",
            Self::Differs => "differs",
            Self::OtherLog => "other_log",
            Self::NoStream => "no_stream",
            Self::Damaged => "damaged",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }

    /// For a service's own log: what is wrong and what to do.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Moved => {
                "the database was restored, copied or promoted; it opens by itself once it was compared with its stream: \
                 see that NATS can be reached"
            }
            Self::SetBack => {
                "the database was set back, and lacks events that were committed: restore a newer state, or decide with \
                 `kimctl log reconcile`"
            }
            Self::Behind => {
                "the database was set back; its stream has the events that it lacks: take them back with \
                 `kimctl log reconcile`, and do not delete the stream"
            }
            Self::Differs => {
                "the database was set back and took other events since: see `kimctl log reconcile`, and do not delete the \
                 stream"
            }
            Self::OtherLog => {
                "the stream is that of another log: connect the service with the database and the NATS that belong \
                 together, or have the stream deleted if that log is given up"
            }
            Self::NoStream => {
                "the database may have been set back, and its stream is gone: bring the stream back, or decide with \
                 `kimctl log reconcile --keep-log`"
            }
            Self::Damaged => "the log has a hole: restore the database from a backup, then `kimctl log reconcile`",
        }
    }
}

/// A log that takes no events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    pub reason: Reason,
    /// The position that showed it, where there is one.
    pub position: Option<Position>,
}

impl Closed {
    pub(crate) fn of(reason: Reason) -> Self {
        Self { reason, position: None }
    }

    pub(crate) fn at(reason: Reason, position: Position) -> Self {
        Self { reason, position: Some(position) }
    }
}

/// An event that a log must have again before it opens by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub position: Position,
    /// Where it is known.
    pub event: Option<Uuid>,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.as_str())?;
        match self.position {
            Some(position) => write!(f, " at {position}"),
            None => Ok(()),
        }
    }
}

/// The gate of one log, as this process knows it. Cheap to clone.
#[derive(Clone)]
pub struct Gate(Arc<Inner>);

struct Inner {
    pool: PgPool,
    state: watch::Sender<Option<Closed>>,
    head: Arc<watch::Sender<Position>>,
    known: Known,
    /// Cancelled when this process knows events that the log went on without.
    outdated: CancellationToken,
    /// What this process has in hand of a log that may not be the one that is there.
    tail: Tail,
    metrics: Arc<Metrics>,
}

impl Gate {
    /// The gate of the log in this database, and the log's head, which appends move and [`follow`] follows.
    pub(crate) async fn look_at(pool: PgPool, tail: Tail, metrics: Arc<Metrics>) -> Result<Self, sqlx::Error> {
        let standing = Standing::read(&pool, Position::START).await?;
        let known = Known::with(home::decisions(&pool).await?);
        let head = Arc::new(watch::Sender::new(standing.head()));
        let outdated = CancellationToken::new();
        let gate =
            Self(Arc::new(Inner { pool, state: watch::Sender::new(None), head, known, outdated, tail, metrics }));
        gate.know(standing.closed());
        Ok(gate)
    }

    /// The newest position that is known here.
    pub(crate) fn head(&self) -> &Arc<watch::Sender<Position>> {
        &self.0.head
    }

    /// Notes the newest event that this process has just committed.
    pub(crate) fn committed(&self, position: Position, event: Uuid) {
        self.0.known.committed(position, event);
        raise(&self.0.head, position);
    }

    /// To be called for each new connection that appends, since whoever restores a database has to cut all of them: a log
    /// that was moved or set back is closed before anything is appended by it.
    pub(crate) async fn admit(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let before = self.0.known.before(*self.0.head.borrow());
        let standing = Standing::read(&mut *connection, before.witness()).await?;
        match self.0.known.judge(before, &standing) {
            Verdict::SetBack(wanted) => home::set_back(connection, wanted, &standing).await,
            Verdict::Outdated => {
                self.out_of_date();
                Ok(())
            }
            // What the trigger does not see: another cluster, another database.
            Verdict::Same => home::close_if_moved(connection).await,
        }
    }

    /// Whether the log, wherever it is, stands as it did: what is known here is brought up to date.
    pub(crate) async fn look(&self) -> Result<(), sqlx::Error> {
        let before = self.0.known.before(*self.0.head.borrow());
        let standing = Standing::read(&self.0.pool, before.witness()).await?;
        match self.0.known.judge(before, &standing) {
            Verdict::SetBack(wanted) => {
                self.know(standing.closed().or(Some(Closed::at(Reason::SetBack, wanted.position))));
                home::set_back(&self.0.pool, wanted, &standing).await?;
            }
            Verdict::Outdated => self.out_of_date(),
            Verdict::Same => {
                self.know(standing.closed());
                raise(&self.0.head, standing.head());
            }
        }
        Ok(())
    }

    /// How the log stands, asked of the database.
    pub(crate) async fn standing(&self) -> Result<Standing, sqlx::Error> {
        answered(Standing::read(&self.0.pool, Position::START)).await
    }

    /// Why the log is closed; `None` while it takes events.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        *self.0.state.borrow()
    }

    #[must_use]
    pub fn states(&self) -> watch::Receiver<Option<Closed>> {
        self.0.state.subscribe()
    }

    /// Cancelled when an operator let the log go on without events that this process knows: what it keeps in memory is of a log
    /// that is no more, and it should begin anew.
    #[must_use]
    pub fn outdated(&self) -> CancellationToken {
        self.0.outdated.clone()
    }

    /// Closes the log for all replicas, or says more exactly why it is closed. `looked` is how it stood before it was compared: what
    /// was found in a log that was opened since then is out of date, and closes nothing.
    pub(crate) async fn close(
        &self,
        closed: Closed,
        wanted: Option<Wanted>,
        looked: &Standing,
    ) -> Result<bool, sqlx::Error> {
        let still = answered(home::close(&self.0.pool, closed, wanted, looked)).await?;
        if still {
            if self.closed() != Some(closed) {
                tracing::error!(%closed, remedy = closed.reason.remedy(), "the log is closed");
            }
            self.know(Some(closed));
        }
        Ok(still)
    }

    /// Opens the log here and now, for all replicas, unless it stands otherwise by now. The caller has compared it with its stream.
    pub(crate) async fn open(&self, standing: &Standing) -> Result<(), sqlx::Error> {
        if answered(home::open(&self.0.pool, standing)).await? {
            self.know(None);
        }
        Ok(())
    }

    /// Notes what the relay cannot mend by itself; `None` when there is nothing.
    pub(crate) async fn alarm(&self, alarm: Option<Alarm>) -> Result<(), sqlx::Error> {
        answered(home::alarm(&self.0.pool, alarm.map(Alarm::as_str))).await
    }

    pub(crate) async fn noted_alarm(&self) -> Result<Option<Alarm>, sqlx::Error> {
        Ok(answered(home::noted_alarm(&self.0.pool)).await?.as_deref().and_then(Alarm::parse))
    }

    /// What the database's refusal means; `None` for another error.
    pub(crate) fn refusal(&self, error: &sqlx::Error) -> Option<Closed> {
        let code = error.as_database_error()?.code()?;
        (code == REFUSED).then(|| self.closed().unwrap_or(Closed::of(Reason::Moved)))
    }

    /// This process remembers a log that is no more: it appends nothing.
    fn out_of_date(&self) {
        self.know(Some(Closed::of(Reason::SetBack)));
        self.0.outdated.cancel();
    }

    fn know(&self, closed: Option<Closed>) {
        self.0.metrics.gate(closed.is_some());
        self.0.state.send_if_modified(|state| {
            let differs = *state != closed;
            if differs && closed.is_none() {
                tracing::warn!("the log is open again");
            }
            *state = closed;
            if closed.is_some() {
                self.0.tail.clear();
            }
            differs
        });
    }
}
