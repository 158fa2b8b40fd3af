//! The writer of the read model: one of all replicas. It folds the generation that serves, and builds the next one beside it.

use std::time::Duration;

use kim_chassis::pools;
use kim_eventlog::{Leadership, Partition, Position, Progress, ReaderState, Subscriber, answered};
use sqlx::PgPool;
use time::OffsetDateTime;
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    fold::RegistryFold,
    metrics::Metrics,
    source::{Source, SourceError},
    store::{CONTEXT, Generation, Store, Switched},
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
    source: Source,
    metrics: Metrics,
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A replica that led before, and does not know yet that it leads no more, has dropped it or switched from it.
    #[error("generation {0} is not what it was when this replica began to fold it")]
    Overtaken(i64),
}

/// A generation that is being folded.
struct Folding {
    generation: Generation,
    progress: watch::Receiver<Progress>,
    stop: CancellationToken,
    task: JoinHandle<()>,
    pool: PgPool,
}

impl Folding {
    fn start(store: &Store, source: &Source, generation: Generation) -> Self {
        let pool = generation.pool(store.base(), 2, &BY_KEY);
        pools::measure("fold", &pool);
        let fold = RegistryFold::default();
        let subscriber =
            Subscriber::new(pool.clone(), &generation.schema, CONTEXT, Partition::WHOLE, source.feed(), fold);
        let progress = subscriber.progress();
        let stop = CancellationToken::new();
        let task = tokio::spawn(subscriber.run(stop.clone()));
        Self { generation, progress, stop, task, pool }
    }

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

    /// Stops it; a batch that was begun is ended, unless the database does not answer.
    async fn stop(&mut self) {
        self.stop.cancel();
        match timeout(LAST_BATCH, &mut self.task).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "pelipat berhenti tidak wajar"),
            Err(_) => {
                tracing::warn!("pelipat dihentikan di tengah pekerjaan: basis data tidak menjawab");
                self.task.abort();
            }
        }
        let _ = timeout(LAST_BATCH, self.pool.close()).await;
    }
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

#[derive(Clone, Copy)]
struct Beat {
    at: Instant,
    silent: bool,
}

impl Writer {
    #[must_use]
    pub fn new(store: Store, source: Source) -> Self {
        Self { store, source, metrics: Metrics::default() }
    }

    /// Leads whenever no other replica does, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let lock = Leadership::lock_for("projection", CONTEXT);
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
                term.live = Some(Folding::start(&self.store, &self.source, serving));
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
                match folding.progress.changed().await {
                    Ok(()) => self.store.nudge(),
                    Err(_) => std::future::pending().await,
                }
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
        term.building = Some(Folding::start(&self.store, &self.source, generation));
        Ok(())
    }

    /// Whether the generation that is being built has all that the live one has. Without a live one, or when that one was
    /// folded from a log that is not the source's any more, whether it has all that there is.
    async fn caught_up(&self, term: &Term) -> Result<bool, WriteError> {
        let Some(building) = term.building.as_ref().filter(|building| building.is_live()) else { return Ok(false) };
        let goal = match &term.live {
            Some(live) if !live.is_stopped() => live.position(),
            _ => match self.source.head().await {
                Ok(head) => head,
                Err(error) => {
                    tracing::debug!(%error, "ujung aliran belum diketahui");
                    return Ok(false);
                }
            },
        };
        Ok(building.position() >= goal)
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
            let old = live.filter(|live| !live.is_stopped());
            let mut goal = old.as_ref().map_or(Position::START, Folding::position);
            loop {
                let reached = building.progress.wait_for(|progress| progress.position() >= goal);
                if stop.run_until_cancelled(reached).await.is_none() {
                    return Ok(false);
                }
                let from = old.as_ref().map(|old| &old.generation);
                match answered(generations.switch(&building.generation, from)).await? {
                    Switched::Done => return Ok::<bool, WriteError>(true),
                    Switched::Behind(position) => goal = Position::new(position).unwrap_or_default(),
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

    /// Says how the writer stands, once a second and when it falls silent or is heard again.
    async fn beat(&self, term: &mut Term) -> Result<(), WriteError> {
        let Some(folding) = term.live.as_ref().or(term.building.as_ref()) else { return Ok(()) };
        let now = OffsetDateTime::now_utc();
        let (head, lag, silent_since) = {
            let progress = folding.progress.borrow();
            let silent = match &progress.state {
                ReaderState::Live => None,
                ReaderState::Disconnected { since, .. } => Some(*since),
                ReaderState::Stopped { .. } => Some(progress.published.unwrap_or(now)),
            };
            (progress.head.max(progress.position()), progress.lag(now), silent)
        };
        let stopped = folding.is_stopped();
        let beat = Beat { at: Instant::now(), silent: silent_since.is_some() };
        if term.last_beat.is_some_and(|last| last.at + BEAT > beat.at && last.silent == beat.silent) {
            return Ok(());
        }
        let number = |folding: &Option<Folding>| folding.as_ref().map(|folding| folding.generation.number);
        self.metrics.stands(number(&term.live), number(&term.building), lag);
        sqlx::query(SAY)
            .bind(head.get())
            .bind(i64::try_from(lag.as_millis()).unwrap_or(i64::MAX))
            .bind(silent_since)
            .bind(now)
            .bind(stopped)
            .execute(self.store.base())
            .await?;
        term.last_beat = Some(beat);
        self.store.nudge();
        Ok(())
    }
}

const SAY: &str = "
INSERT INTO public.writer (head, lag_ms, silent_since, beat_at, stopped) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (one) DO UPDATE SET head = excluded.head, lag_ms = excluded.lag_ms, silent_since = excluded.silent_since,
    beat_at = excluded.beat_at, stopped = excluded.stopped";
