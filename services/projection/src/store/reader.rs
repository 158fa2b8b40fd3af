//! The generation that serves, as this replica sees it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kim_chassis::{pools, territory::InForce};
use kim_eventlog::in_time;
use kim_territory::Adopted;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use time::OffsetDateTime;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    Territories,
    as_of::{Feeds, Standing},
    generation::{Generations, is_gone},
};
use crate::pages::{AsOf, Feed, QueryError, State};

/// How often a replica looks which generation serves, and how the writer stands.
const POLL: Duration = Duration::from_secs(1);
/// The writer of this process says at once when it folded; more often than this nobody needs to know.
const GAP: Duration = Duration::from_millis(100);
/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// A writer that did not say for so long that it hears the log does not hear it.
const BEATS_MISSED: Duration = Duration::from_secs(5);

/// How often a question looks anew which generation serves; two switches within a question are rare.
const LOOKS: usize = 3;

/// A read model is in memory or on a disk without a head: a few rows by an index cost less than a table, however small.
pub(super) const QUESTIONS: [(&str, &str); 1] = [("random_page_cost", "1.1")];

/// Answers questions from the generation that serves. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    base: PgPool,
    generations: Generations,
    /// Connections for questions.
    most: u32,
    reader: Mutex<Option<Reader>>,
    /// What the log of a generation had adopted up to the newest adoption that was seen.
    territories: Mutex<Known>,
    adopted: watch::Sender<Arc<Adopted>>,
    state: watch::Sender<State>,
    nudge: Notify,
    /// One look at a time, so that an older one never undoes a newer one.
    looking: tokio::sync::Mutex<()>,
}

/// The territories of a generation, and where the newest of them was adopted.
#[derive(Clone, Default)]
struct Known {
    generation: i64,
    adopted_at: Option<i64>,
    territories: Arc<Territories>,
}

#[derive(Clone)]
struct Reader {
    generation: i64,
    pool: PgPool,
}

/// A transaction that sees one state of the read model, and which one.
pub struct Snapshot {
    pub transaction: Transaction<'static, Postgres>,
    pub territories: Arc<Territories>,
    pub as_of: AsOf,
}

impl Store {
    /// With `most` connections for questions.
    #[must_use]
    pub fn new(base: PgPool, generations: Generations, most: u32) -> Self {
        let inner = Inner {
            base,
            generations,
            most,
            reader: Mutex::new(None),
            territories: Mutex::default(),
            adopted: watch::Sender::default(),
            state: watch::Sender::new(State::Loading),
            nudge: Notify::new(),
            looking: tokio::sync::Mutex::new(()),
        };
        Self { inner: Arc::new(inner) }
    }

    #[must_use]
    pub fn states(&self) -> watch::Receiver<State> {
        self.inner.state.subscribe()
    }

    #[must_use]
    pub fn generations(&self) -> &Generations {
        &self.inner.generations
    }

    /// The database, without any generation in sight.
    #[must_use]
    pub fn base(&self) -> &PgPool {
        &self.inner.base
    }

    /// Something was folded or switched: do not wait for the next look.
    pub fn nudge(&self) {
        self.inner.nudge.notify_one();
    }

    /// Follows the serving generation until `stop`.
    pub async fn follow(self, stop: CancellationToken) {
        let mut poll = interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let began = Instant::now();
            if let Err(error) = in_time(PATIENCE, self.look()).await {
                tracing::warn!(%error, "model baca tidak dapat dibaca");
                self.unheard();
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = poll.tick() => {}
                () = self.inner.nudge.notified() => tokio::time::sleep_until(began + GAP).await,
            }
        }
    }

    /// Looks which generation serves and how it stands.
    pub async fn look(&self) -> Result<(), sqlx::Error> {
        let _one = self.inner.looking.lock().await;
        loop {
            let serving = self.inner.generations.serving().await?.filter(super::Generation::is_readable);
            let Some(serving) = serving else {
                self.replace(None);
                self.say(State::Loading);
                return Ok(());
            };
            let pool = match self.reader() {
                Some(reader) if reader.generation == serving.number => reader.pool,
                _ => {
                    let pool = serving.pool(&self.inner.base, self.inner.most, &QUESTIONS);
                    pools::measure("questions", &pool);
                    self.replace(Some(Reader { generation: serving.number, pool: pool.clone() }));
                    pool
                }
            };
            let feeds = self.feeds().await?;
            let mut connection = pool.acquire().await?;
            // It may have been switched from since a moment ago.
            let Some(standing) = Standing::read(&mut connection, serving.number).await? else { continue };
            let territories = self.known(&mut connection, serving.number, &standing).await?;
            self.say(standing.as_of(serving.number, &territories, &feeds).map_or(State::Loading, State::Serving));
            return Ok(());
        }
    }

    /// A view of one state of the read model, for several statements: of the generation that serves in that state.
    pub async fn snapshot(&self) -> Result<Snapshot, QueryError> {
        for _ in 0..LOOKS {
            match self.begin().await {
                Ok(Some(snapshot)) => return Ok(snapshot),
                Err(QueryError::Store(error)) if !error.downcast_ref::<sqlx::Error>().is_some_and(is_gone) => {
                    return Err(QueryError::Store(error));
                }
                // It was switched from since the last look.
                Ok(None) | Err(QueryError::Store(_)) => self.look().await.map_err(super::unanswered)?,
                Err(error) => return Err(error),
            }
        }
        Err(QueryError::Loading)
    }

    /// `None` when another generation serves by now.
    async fn begin(&self) -> Result<Option<Snapshot>, QueryError> {
        let Reader { generation, pool } = self.reader().ok_or(QueryError::Loading)?;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let mut transaction = pool.begin_with(begin).await.map_err(super::unanswered)?;
        let standing = Standing::read(&mut transaction, generation).await.map_err(super::unanswered)?;
        let Some(standing) = standing else { return Ok(None) };
        let feeds = match &*self.inner.state.borrow() {
            State::Serving(as_of) => {
                Feeds::new(|context| as_of.log(context).map_or(Feed::Live { lag: Duration::ZERO }, |log| log.feed))
            }
            State::Loading => Feeds::new(|_| Feed::Live { lag: Duration::ZERO }),
        };
        let territories = self.known(&mut transaction, generation, &standing).await.map_err(super::unanswered)?;
        let as_of = standing.as_of(generation, &territories, &feeds).ok_or(QueryError::Loading)?;
        Ok(Some(Snapshot { transaction, territories, as_of }))
    }

    /// What was adopted, for those who resolve scopes by it.
    #[must_use]
    pub fn in_force(&self) -> InForce {
        InForce::new(self.inner.adopted.subscribe())
    }

    /// What was adopted, as it was seen last.
    #[must_use]
    pub fn territories(&self) -> Arc<Territories> {
        self.inner.territories.lock().unwrap_or_else(PoisonError::into_inner).territories.clone()
    }

    /// What a generation's log had adopted in a state of it: read again only when it has adopted something since.
    async fn known(
        &self,
        connection: &mut PgConnection,
        generation: i64,
        standing: &Standing,
    ) -> Result<Arc<Territories>, sqlx::Error> {
        let known = self.inner.territories.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if (known.generation, known.adopted_at) == (generation, standing.adopted_at()) {
            return Ok(known.territories);
        }
        let territories = Arc::new(Territories::read(connection).await?);
        self.inner.adopted.send_replace(territories.adopted().clone());
        let known = Known { generation, adopted_at: standing.adopted_at(), territories: territories.clone() };
        *self.inner.territories.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(territories)
    }

    async fn feeds(&self) -> Result<Feeds, sqlx::Error> {
        let beats: Vec<(String, i64, Option<OffsetDateTime>, OffsetDateTime, bool)> =
            sqlx::query_as("SELECT context, lag_ms, silent_since, beat_at, stopped FROM public.writer")
                .fetch_all(&self.inner.base)
                .await?;
        let now = OffsetDateTime::now_utc();
        Ok(Feeds::new(|context| {
            let beat = beats.iter().find(|(of, ..)| of == context.name());
            match beat.map(|(_, lag, since, beat, stopped)| (*lag, *since, *beat, *stopped)) {
                Some((_, since, beat, true)) => Feed::Stopped { since: since.unwrap_or(beat) },
                Some((_, Some(since), ..)) => Feed::Silent { since },
                Some((lag, None, beat, _)) if now - beat < BEATS_MISSED => {
                    Feed::Live { lag: Duration::from_millis(lag.unsigned_abs()) }
                }
                Some((_, None, beat, _)) => Feed::Silent { since: beat },
                None => Feed::Silent { since: now },
            }
        }))
    }

    /// The database does not answer: what was shown may be older than it seems.
    fn unheard(&self) {
        self.inner.state.send_if_modified(|state| match state {
            State::Serving(as_of) => {
                let mut changed = false;
                for log in as_of.logs.iter_mut().filter(|log| matches!(log.feed, Feed::Live { .. })) {
                    log.feed = Feed::Silent { since: OffsetDateTime::now_utc() };
                    changed = true;
                }
                changed
            }
            State::Loading => false,
        });
    }

    fn say(&self, new: State) {
        self.inner.state.send_if_modified(|state| {
            let differs = *state != new;
            *state = new;
            differs
        });
    }

    fn reader(&self) -> Option<Reader> {
        self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, new: Option<Reader>) {
        let old = std::mem::replace(&mut *self.inner.reader.lock().unwrap_or_else(PoisonError::into_inner), new);
        if let Some(old) = old {
            // Requests in flight end first.
            tokio::spawn(async move { old.pool.close().await });
        }
    }
}
