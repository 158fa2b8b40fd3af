//! The writer of the read model: one of all replicas. It folds the generation that serves, and builds the next one beside it.

use std::time::Duration;

use futures::future::select_all;
use kim_chassis::pools;
use kim_eventlog::{Fold, Leadership, Partition, Position, Progress, ReaderState, Subscriber, answered};
use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use crate::{
    context::{Context, Positions},
    fold::{DisseminationFold, RegistryFold},
    metrics::Metrics,
    source::{self, Source},
    store::{Generation, Store, Switched},
};

/// How often the writer looks whether a rebuild is wanted or done.
const LOOK: Duration = Duration::from_millis(200);
/// How often it says that it is there, and how far behind.
const BEAT: Duration = Duration::from_secs(1);
/// How long after a failure it begins again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long the batch that is under way may take to end.
const LAST_BATCH: Duration = Duration::from_secs(5);
/// How long after a switch the old generation is kept: the other replicas look once a second, and a page takes milliseconds.
const KEEP: Duration = Duration::from_secs(5);
/// The fold goes by keys only. A fresh generation has no statistics, and without them a planner may choose to read all of a
/// table that is small today, and keep that plan.
const BY_KEY: [(&str, &str); 3] = [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];

/// Folds, as long as this replica leads.
pub struct Writer {
    store: Store,
    sources: Vec<Source>,
    metrics: Metrics,
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// A replica that led before, and does not know yet that it leads no more, has dropped it or switched from it.
    #[error("generation {0} is not what it was when this replica began to fold it")]
    Overtaken(i64),
}

/// A generation that is being folded: each log by a reader of its own.
struct Folding {
    generation: Generation,
    readers: Vec<Reader>,
    stop: CancellationToken,
    pool: PgPool,
}

/// What folds one log into a generation.
struct Reader {
    context: Context,
    progress: watch::Receiver<Progress>,
    task: JoinHandle<()>,
}

impl Reader {
    fn position(&self) -> Position {
        self.progress.borrow().position()
    }

    fn is_live(&self) -> bool {
        self.progress.borrow().state == ReaderState::Live
    }

    /// Whether it waits for a person to decide: the log was restored, or another one stands in its place.
    fn is_stopped(&self) -> bool {
        matches!(self.progress.borrow().state, ReaderState::Stopped { .. })
    }
}

/// Connections for each log that is folded.
const CONNECTIONS: u32 = 2;

impl Folding {
    fn start(store: &Store, sources: &[Source], generation: Generation) -> Self {
        let most = CONNECTIONS * u32::try_from(sources.len()).expect("there are few logs");
        let pool = generation.pool(store.base(), most, &BY_KEY);
        pools::measure("fold", &pool);
        let stop = CancellationToken::new();
        let reader = |source: &Source| match source.context {
            Context::Registry => read(source, RegistryFold::default(), &pool, &generation, &stop),
            Context::Dissemination => read(source, DisseminationFold::default(), &pool, &generation, &stop),
        };
        let readers = sources.iter().map(reader).collect();
        Self { generation, readers, stop, pool }
    }

    fn positions(&self) -> Positions {
        let positions = Positions::default();
        self.readers.iter().fold(positions, |positions, reader| positions.with(reader.context, reader.position().get()))
    }

    fn reader(&self, context: Context) -> Option<&Reader> {
        self.readers.iter().find(|reader| reader.context == context)
    }

    /// The logs that go on where they were folded to.
    fn goes_on(&self) -> Vec<Context> {
        self.readers.iter().filter(|reader| !reader.is_stopped()).map(|reader| reader.context).collect()
    }

    /// Waits until something was folded, or a log is heard otherwise.
    async fn changed(&mut self) {
        let changes = self.readers.iter_mut().map(|reader| Box::pin(reader.progress.changed()));
        if select_all(changes).await.0.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits until it has come as far as that.
    async fn reached(&mut self, goal: Positions) {
        for reader in &mut self.readers {
            let goal = goal.of(reader.context);
            if reader.progress.wait_for(|progress| progress.position().get() >= goal).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Stops it; a batch that was begun is ended, unless the database does not answer.
    async fn stop(&mut self) {
        self.stop.cancel();
        let end = Instant::now() + LAST_BATCH;
        for Reader { context, task, .. } in &mut self.readers {
            match timeout_at(end, &mut *task).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, %context, "pelipat berhenti tidak wajar"),
                Err(_) => {
                    tracing::warn!(%context, "pelipat dihentikan di tengah pekerjaan: basis data tidak menjawab");
                    task.abort();
                }
            }
        }
        let _ = timeout(LAST_BATCH, self.pool.close()).await;
    }
}

/// Begins to fold a log into a generation.
fn read<F: Fold>(source: &Source, fold: F, pool: &PgPool, generation: &Generation, stop: &CancellationToken) -> Reader {
    let (schema, context) = (&generation.schema, source.context);
    let subscriber = Subscriber::new(pool.clone(), schema, context.name(), Partition::WHOLE, source.feed(), fold);
    let progress = subscriber.progress();
    Reader { context, progress, task: tokio::spawn(subscriber.run(stop.clone())) }
}

impl Drop for Folding {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What the writer of this term has in its hands.
#[derive(Default)]
struct Term {
    live: Option<Folding>,
    building: Option<Folding>,
    last_beat: Option<Beat>,
    /// When a generation that was switched from may be dropped.
    sweep_at: Option<Instant>,
}

impl Term {
    /// Stops what is being folded.
    async fn end(&mut self) {
        for mut folding in [self.live.take(), self.building.take()].into_iter().flatten() {
            folding.stop().await;
        }
    }
}

struct Beat {
    at: Instant,
    /// The logs that were not heard.
    silent: Vec<Context>,
}

impl Writer {
    #[must_use]
    pub fn new(store: Store, sources: Vec<Source>) -> Self {
        Self { store, sources, metrics: Metrics::default() }
    }

    /// Leads whenever no other replica does, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let lock = Leadership::lock_for("projection", "read_model");
        while let Some(leadership) = stop.run_until_cancelled(Leadership::win(self.store.base(), lock)).await {
            tracing::info!("replika ini menulis model baca");
            let mut term = Term::default();
            let work = async {
                let outcome = self.lead(&mut term, &stop).await;
                // Before the next replica leads.
                term.end().await;
                outcome
            };
            let outcome = leadership.hold(work).await;
            term.end().await;
            match outcome {
                Some(Ok(())) => return,
                Some(Err(error)) => tracing::error!(%error, "penulis model baca mulai lagi"),
                None => tracing::warn!("kepemimpinan hilang; replika lain boleh menulis"),
            }
            if stop.run_until_cancelled(sleep(AGAIN)).await.is_none() {
                return;
            }
        }
    }

    /// Until `stop`. What was begun is in `term`, and whoever called ends it.
    async fn lead(&self, term: &mut Term, stop: &CancellationToken) -> Result<(), WriteError> {
        let generations = self.store.generations();
        // A rebuild that was killed leaves nothing in the way.
        self.sweep(term).await;
        match answered(generations.serving()).await? {
            Some(serving) if serving.is_ours() => {
                term.live = Some(Folding::start(&self.store, &self.sources, serving));
            }
            other => {
                if let Some(serving) = other {
                    tracing::info!(generation = serving.number, "model baca dibuat oleh aturan lain; dibangun ulang");
                }
                self.begin(term).await?;
            }
        }
        loop {
            answered(self.beat(term)).await?;
            answered(self.look(term)).await?;
            if term.building.is_some() {
                if self.caught_up(term).await? {
                    self.switch(term, stop).await?;
                }
            } else if answered(generations.is_requested()).await? {
                self.begin(term).await?;
            }
            if term.sweep_at.is_some_and(|at| at <= Instant::now()) {
                self.sweep(term).await;
            }
            if stop.is_cancelled() {
                return Ok(());
            }
            let changed = async {
                let Some(folding) = term.building.as_mut().or(term.live.as_mut()) else {
                    return std::future::pending().await;
                };
                folding.changed().await;
                self.store.nudge();
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(LOOK) => {}
                () = changed => sleep(LOOK / 2).await,
            }
        }
    }

    /// What is folded here must still be what it was, and what nobody uses is swept.
    async fn look(&self, term: &mut Term) -> Result<(), WriteError> {
        let there = self.store.generations().all().await?;
        for (folding, status) in [(&term.live, "serving"), (&term.building, "building")] {
            let Some(number) = folding.as_ref().map(|folding| folding.generation.number) else { continue };
            if !there.iter().any(|(n, s)| *n == number && s == status) {
                return Err(WriteError::Overtaken(number));
            }
        }
        if term.sweep_at.is_none() && there.iter().any(|(_, status)| status == "retired") {
            term.sweep_at = Some(Instant::now() + KEEP);
        }
        Ok(())
    }

    /// Drops what is left of older generations; what somebody still reads is dropped later.
    async fn sweep(&self, term: &mut Term) {
        // A rebuild may have begun since the switch.
        let building = term.building.as_ref().map(|building| &building.generation);
        term.sweep_at = match answered(self.store.generations().sweep(building)).await {
            Ok(()) => None,
            Err(error) => {
                tracing::debug!(%error, "generasi lama belum dapat dihapus");
                Some(Instant::now() + AGAIN)
            }
        };
    }

    async fn begin(&self, term: &mut Term) -> Result<(), WriteError> {
        let generation = answered(self.store.generations().begin()).await?;
        tracing::info!(generation = generation.number, "generasi baru dibangun dari posisi 1");
        term.building = Some(Folding::start(&self.store, &self.sources, generation));
        Ok(())
    }

    /// Whether the generation that is being built has all of every log that the live one has. Without a live one, or where that
    /// was folded from a log that is not the source's any more, whether it has all that there is.
    async fn caught_up(&self, term: &Term) -> Result<bool, WriteError> {
        let Some(building) = &term.building else { return Ok(false) };
        for source in &self.sources {
            let (building, live) = (
                building.reader(source.context).expect("every log has its reader"),
                term.live.as_ref().and_then(|live| live.reader(source.context)).filter(|live| !live.is_stopped()),
            );
            if !self.has_all(source, building, live).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn has_all(&self, source: &Source, building: &Reader, live: Option<&Reader>) -> Result<bool, WriteError> {
        let context = source.context;
        let goal = match live {
            Some(live) => live.position(),
            None if building.is_live() || self.is_awaited(context).await? => match source.head().await {
                Ok(head) => head,
                Err(error) => {
                    tracing::debug!(%error, %context, "ujung aliran belum diketahui");
                    return Ok(false);
                }
            },
            None => Position::START,
        };
        Ok(building.position() >= goal && (building.is_live() || goal == Position::START))
    }

    /// Whether there must be such a log: a deployment may not have the service of one that was never heard of.
    async fn is_awaited(&self, context: Context) -> Result<bool, WriteError> {
        Ok(context == Context::Registry || answered(source::is_known(context, self.store.base())).await?)
    }

    /// The new generation serves, and the old one is left. No page ever goes back to an older position: the old one stops
    /// first, and the new one has come at least as far, also when another replica folded the old one on meanwhile.
    async fn switch(&self, term: &mut Term, stop: &CancellationToken) -> Result<(), WriteError> {
        let Some(mut building) = term.building.take() else { return Ok(()) };
        let generations = self.store.generations();
        let outcome = async {
            answered(generations.analyse(&building.generation)).await?;
            let mut live = term.live.take();
            if let Some(live) = &mut live {
                live.stop().await;
            }
            // Where a log was restored, the old generation counts what is no more: it may be ahead.
            let goes_on = live.as_ref().map(Folding::goes_on).unwrap_or_default();
            let mut goal = live.as_ref().map_or(Positions::default(), |live| {
                goes_on
                    .iter()
                    .fold(Positions::default(), |goal, context| goal.with(*context, live.positions().of(*context)))
            });
            loop {
                if stop.run_until_cancelled(building.reached(goal)).await.is_none() {
                    return Ok(false);
                }
                let from = live.as_ref().map(|live| (&live.generation, goes_on.as_slice()));
                match answered(generations.switch(&building.generation, from)).await? {
                    Switched::Done => return Ok::<bool, WriteError>(true),
                    Switched::Behind(positions) => goal = positions,
                }
            }
        };
        let switched = outcome.await;
        let number = building.generation.number;
        match switched {
            Ok(true) => {
                tracing::info!(generation = number, "generasi baru melayani");
                term.live = Some(building);
                term.sweep_at = Some(Instant::now() + KEEP);
                answered(self.store.look()).await?;
                Ok(())
            }
            Ok(false) => {
                building.stop().await;
                Ok(())
            }
            Err(error) => {
                building.stop().await;
                Err(error)
            }
        }
    }

    /// Says how the writer stands, once a second and when a log falls silent or is heard again.
    async fn beat(&self, term: &mut Term) -> Result<(), WriteError> {
        let Some(folding) = term.live.as_ref().or(term.building.as_ref()) else { return Ok(()) };
        let now = OffsetDateTime::now_utc();
        let said: Vec<Said> = folding.readers.iter().map(|reader| Said::of(reader, now)).collect();
        let silent = said.iter().filter(|said| said.silent_since.is_some()).map(|said| said.context).collect();
        let beat = Beat { at: Instant::now(), silent };
        if term.last_beat.as_ref().is_some_and(|last| last.at + BEAT > beat.at && last.silent == beat.silent) {
            return Ok(());
        }
        let number = |folding: &Option<Folding>| folding.as_ref().map(|folding| folding.generation.number);
        self.metrics.stands(number(&term.live), number(&term.building));
        for Said { context, head, lag, silent_since, stopped } in said {
            self.metrics.lags(context, lag);
            sqlx::query(SAY)
                .bind(context.name())
                .bind(head.get())
                .bind(i64::try_from(lag.as_millis()).unwrap_or(i64::MAX))
                .bind(silent_since)
                .bind(now)
                .bind(stopped)
                .execute(self.store.base())
                .await?;
        }
        term.last_beat = Some(beat);
        self.store.nudge();
        Ok(())
    }
}

/// How a log is heard.
struct Said {
    context: Context,
    head: Position,
    lag: Duration,
    silent_since: Option<OffsetDateTime>,
    stopped: bool,
}

impl Said {
    fn of(reader: &Reader, now: OffsetDateTime) -> Self {
        let progress = reader.progress.borrow();
        let silent_since = match &progress.state {
            ReaderState::Live => None,
            ReaderState::Disconnected { since, .. } => Some(*since),
            ReaderState::Stopped { .. } => Some(progress.published.unwrap_or(now)),
        };
        Self {
            context: reader.context,
            head: progress.head.max(progress.position()),
            lag: progress.lag(now),
            silent_since,
            stopped: matches!(progress.state, ReaderState::Stopped { .. }),
        }
    }
}

const SAY: &str = "
INSERT INTO public.writer (context, head, lag_ms, silent_since, beat_at, stopped) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (context) DO UPDATE SET head = excluded.head, lag_ms = excluded.lag_ms, silent_since = excluded.silent_since,
    beat_at = excluded.beat_at, stopped = excluded.stopped";
