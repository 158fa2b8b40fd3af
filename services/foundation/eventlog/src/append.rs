//! Appends, committed in groups by one writer, so that the lock and the flush cost once a group.

use std::{
    collections::{HashSet, VecDeque},
    io,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::join;
use sqlx::{Connection as _, PgConnection, PgPool, postgres::PgConnectOptions};
use time::OffsetDateTime;
use tokio::{
    runtime,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
};
use uuid::Uuid;

use crate::{
    Closed, Gate, NewEvent, Position, RequestKey, Version,
    event::MAX_PAYLOAD,
    gauges,
    group::{Outcome, SETTINGS, Target, append_group},
    metrics::Metrics,
    patience::in_time,
    tail::Tail,
    vault::Sealed,
};

/// What may wait for a commit, in KiB: beyond it an append is refused as busy.
const QUEUE_KIB: usize = 64 * 1024;
/// What a member weighs at least, in KiB, so that no more than 4,096 wait.
const MEMBER_KIB: usize = 16;
/// A connection that was not used for this long may be gone.
const IDLE: Duration = Duration::from_millis(20);
/// How long a commit may take. Whoever waits for one is told before that, that it is not known what became of it.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long the database may take to say that it is there.
const ANSWER: Duration = Duration::from_secs(3);
/// The largest group, in members and in events.
const GROUP_MEMBERS: usize = 512;
const GROUP_EVENTS: usize = 4096;
/// The most events that one member may carry.
const MEMBER_EVENTS: usize = 1024;

/// A name that one aggregate holds at a time. The value is a keyed hash: [`crate::RequestKeys::claim_value`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Claim {
    pub kind: &'static str,
    pub value: Uuid,
}

/// One aggregate's events and all that belongs to them: it stands or falls alone.
#[derive(Debug, Clone)]
pub struct Member {
    pub aggregate: Uuid,
    /// The version that the decision was made on.
    pub expected: Version,
    pub events: Vec<NewEvent>,
    pub key: Option<RequestKey>,
    pub claims: Vec<Claim>,
    pub releases: Vec<Claim>,
    pub vault: Vec<Sealed>,
    /// Who did it: an opaque subject.
    pub actor: String,
    pub traceparent: Option<Arc<str>>,
    /// Only in a simulated log: when it is recorded.
    pub recorded: Option<OffsetDateTime>,
    /// What a retry of the same request is answered.
    pub result: Bytes,
}

/// What became of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// Committed. `first` is `None` when the member had no events.
    New { first: Option<Position>, version: Version, recorded_time: OffsetDateTime },
    /// The same request was carried out before, with this result.
    Repeated { result: Bytes },
}

/// What a member is answered.
pub(crate) type Answer = Result<Appended, AppendError>;

/// Why a member was not committed.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum AppendError {
    #[error("the aggregate has another version than expected")]
    Conflict,
    #[error("{kind} is held by {holder}")]
    Claimed { kind: String, holder: Uuid },
    #[error("the request id was used with another body")]
    RequestReused,
    #[error("the queue of appends is full")]
    Busy,
    /// What the broker or the log would refuse: nothing was tried.
    #[error("refused before the append: {0}")]
    Invalid(&'static str),
    /// The database refused this member, and it alone.
    #[error("the database refused the member: {0}")]
    Poisoned(String),
    /// The log takes no events now.
    #[error("the log is closed: {0}")]
    Closed(Closed),
    /// It is not known whether the member was committed: ask again with the same request id.
    #[error("the database could not be asked: {0}")]
    Unavailable(String),
}

impl Member {
    /// What it costs to let it wait, in KiB.
    fn weight(&self) -> usize {
        let events: usize = self.events.iter().map(|event| event.payload.len()).sum();
        let records: usize = self.vault.iter().map(|sealed| sealed.ciphertext.len()).sum();
        ((events + records) / 1024).max(MEMBER_KIB)
    }
}

struct Waiting {
    member: Member,
    reply: oneshot::Sender<Answer>,
    since: Instant,
    /// Its place in the queue, given back when it is answered.
    _place: OwnedSemaphorePermit,
}

/// The way to the writer. Cheap to clone; its thread ends when the last clone is gone and the queue is empty.
#[derive(Clone)]
pub(crate) struct Appender {
    queue: mpsc::UnboundedSender<Waiting>,
    /// What bounds the queue: permits in KiB.
    places: Arc<Semaphore>,
}

impl Appender {
    /// What is committed goes into `tail`, then the gate's head says so.
    pub(crate) fn start(
        pool: &PgPool,
        target: Target,
        tail: Tail,
        gate: Gate,
        metrics: Arc<Metrics>,
    ) -> io::Result<Self> {
        let (queue, waiting) = mpsc::unbounded_channel();
        let queued = Queue { waiting, held: VecDeque::new() };
        let connection = Connection::new(pool);
        let places = Arc::new(Semaphore::new(QUEUE_KIB));
        gauges::queue(&target.context, &places, QUEUE_KIB);
        let writer = Writer { connection, target, tail, gate, metrics };
        // Its own, so that a commit's answer does not stand in line behind all calls that are being worked on.
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name("log-writer".into()).spawn(move || runtime.block_on(writer.run(queued)))?;
        Ok(Self { queue, places })
    }

    pub(crate) async fn append(&self, member: Member) -> Answer {
        validate(&member)?;
        let weight = u32::try_from(member.weight()).map_err(|_| AppendError::Busy)?;
        let place = self.places.clone().try_acquire_many_owned(weight).map_err(|_| AppendError::Busy)?;
        let (reply, answer) = oneshot::channel();
        let stopped = || AppendError::Unavailable("the writer has stopped".into());
        self.queue.send(Waiting { member, reply, since: Instant::now(), _place: place }).map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn validate(member: &Member) -> Result<(), AppendError> {
    if member.events.len() > MEMBER_EVENTS {
        return Err(AppendError::Invalid("too many events for one append"));
    }
    for event in &member.events {
        if event.payload.len() > MAX_PAYLOAD {
            return Err(AppendError::Invalid("an event's payload is larger than the broker takes"));
        }
        if !event.place.is_valid() {
            return Err(AppendError::Invalid("an event's place makes no subject"));
        }
    }
    Ok(())
}

/// Who waits for a commit, in the order in which they came.
struct Queue {
    waiting: mpsc::UnboundedReceiver<Waiting>,
    /// Members that could not share a group with one before them; they are the next group's first.
    held: VecDeque<Waiting>,
}

impl Queue {
    /// Waits for somebody. `false` when nobody can come any more.
    async fn wait(&mut self) -> bool {
        let first = self.waiting.recv().await;
        let came = first.is_some();
        self.held.extend(first);
        came
    }

    /// Takes members in order, leaving those that share an aggregate, a key or a claim with one already taken. Empty when nobody waits.
    fn next_group(&mut self) -> Vec<Waiting> {
        while let Ok(more) = self.waiting.try_recv() {
            self.held.push_back(more);
        }
        let mut aggregates = HashSet::new();
        let mut keys = HashSet::new();
        let mut claims = HashSet::new();
        let (mut group, mut left, mut events) = (Vec::new(), VecDeque::new(), 0);
        while group.len() < GROUP_MEMBERS
            && let Some(waiting) = self.held.pop_front()
        {
            let member = &waiting.member;
            let fits = group.is_empty() || events + member.events.len() <= GROUP_EVENTS;
            let clashes = aggregates.contains(&member.aggregate)
                || member.key.is_some_and(|k| keys.contains(&k.key))
                || member.claims.iter().chain(&member.releases).any(|c| claims.contains(c));
            // An aggregate that was left keeps its order: what comes after it waits, too.
            aggregates.insert(member.aggregate);
            if fits && !clashes {
                keys.extend(member.key.map(|k| k.key));
                claims.extend(member.claims.iter().chain(&member.releases).cloned());
                events += member.events.len();
                group.push(waiting);
            } else {
                left.push_back(waiting);
            }
        }
        left.append(&mut self.held);
        self.held = left;
        group
    }
}

struct Writer {
    connection: Connection,
    target: Target,
    tail: Tail,
    gate: Gate,
    metrics: Arc<Metrics>,
}

/// A member with its answer, which it is still to be given.
type Answered = (Waiting, Answer);

impl Writer {
    /// A group is whatever came while the one before it was committed. It is on its way before those of that one are answered, so
    /// that the database need not wait for it.
    async fn run(mut self, mut queue: Queue) {
        let metrics = self.metrics.clone();
        let mut answered = Vec::new();
        loop {
            let group = queue.next_group();
            if group.is_empty() {
                answer(&metrics, &mut answered);
                if queue.wait().await {
                    continue;
                }
                return;
            }
            metrics.group(group.len());
            // In this order: the commit is begun first.
            (answered, ()) = join!(self.commit(group), async { answer(&metrics, &mut answered) });
        }
    }

    async fn try_commit(&mut self, group: &[Waiting]) -> Result<Outcome, sqlx::Error> {
        let members: Vec<&Member> = group.iter().map(|waiting| &waiting.member).collect();
        let connection = self.connection.get(&self.gate).await?;
        let outcome = in_time(PATIENCE, append_group(connection, &self.target, &members)).await;
        if outcome.as_ref().is_err_and(|error| !is_guilt(error)) {
            self.connection.close();
            self.tail.clear();
        }
        outcome
    }

    /// Commits a group; when the database refuses it, halves it until only the guilty member fails. Returns those who were not
    /// answered yet.
    async fn commit(&mut self, group: Vec<Waiting>) -> Vec<Answered> {
        let (mut todo, mut answered) = (vec![group], Vec::new());
        while let Some(mut group) = todo.pop() {
            answer(&self.metrics, &mut answered);
            let started = Instant::now();
            match self.try_commit(&group).await {
                Ok(outcome) => {
                    self.metrics.committed(started.elapsed(), outcome.waited);
                    if let Some((position, event)) =
                        outcome.events.last().map(|whole| (whole.event.position, whole.event.event_id))
                    {
                        self.tail.push(outcome.events);
                        self.gate.committed(position, event);
                    }
                    answered.extend(group.into_iter().zip(outcome.answers));
                }
                Err(error) if is_guilt(&error) => {
                    if group.len() == 1 {
                        let waiting = group.pop().expect("the group has one member");
                        tracing::warn!(aggregate = %waiting.member.aggregate, code = ?code(&error), "the database refused a member");
                        answered.push((waiting, Err(AppendError::Poisoned(code(&error).unwrap_or_default()))));
                    } else {
                        let second = group.split_off(group.len() / 2);
                        todo.push(second);
                        todo.push(group);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, members = group.len(), "appends could not be committed");
                    let closed = self.gate.refusal(&error).map(AppendError::Closed);
                    let told = closed.unwrap_or_else(|| AppendError::Unavailable(error.to_string()));
                    answered.extend(group.into_iter().map(|waiting| (waiting, Err(told.clone()))));
                }
            }
        }
        answered
    }
}

fn answer(metrics: &Metrics, answered: &mut Vec<Answered>) {
    for (waiting, answer) in answered.drain(..) {
        if answer.is_ok() {
            metrics.appended(waiting.since.elapsed());
        }
        // The caller may be gone: what was committed stands all the same.
        let _ = waiting.reply.send(answer);
    }
}

/// The writer's own connection: it is always wanted, and nobody else waits for it.
struct Connection {
    options: PgConnectOptions,
    open: Option<PgConnection>,
    used: Instant,
}

impl Connection {
    fn new(pool: &PgPool) -> Self {
        Self { options: pool.connect_options().as_ref().clone().options(SETTINGS), open: None, used: Instant::now() }
    }

    /// A connection that answers: one that lay idle is asked first, so that no append fails for a server that was restarted.
    async fn get(&mut self, gate: &Gate) -> Result<&mut PgConnection, sqlx::Error> {
        if self.used.elapsed() > IDLE
            && let Some(open) = &mut self.open
            && in_time(ANSWER, open.ping()).await.is_err()
        {
            self.open = None;
        }
        self.used = Instant::now();
        match &mut self.open {
            Some(open) => Ok(open),
            closed @ None => {
                let opening = async {
                    let mut fresh = PgConnection::connect_with(&self.options).await?;
                    gate.admit(&mut fresh).await?;
                    Ok(fresh)
                };
                Ok(closed.insert(in_time::<_, sqlx::Error>(ANSWER, opening).await?))
            }
        }
    }

    /// After an error it is not known how the connection stands.
    fn close(&mut self) {
        self.open = None;
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(Into::into)
}

/// Whether a member's own data made the database refuse: data, integrity, limits, or a trigger's exception.
fn is_guilt(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|c| ["22", "23", "54", "P0"].iter().any(|class| c.starts_with(class)))
}
