//! Appends, committed in groups by one writer task, so that the lock and the flush cost once a group.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Instant,
};

use bytes::Bytes;
use sqlx::{PgPool, Row, postgres::PgRow};
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use crate::{NewEvent, Position, RequestKey, Version, event::MAX_PAYLOAD, metrics::Metrics, vault::Sealed};

/// How many members wait at most; beyond it an append is refused as busy.
const QUEUE: usize = 4096;
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
    pub traceparent: Option<String>,
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
    /// It is not known whether the member was committed: ask again with the same request id.
    #[error("the database could not be asked: {0}")]
    Unavailable(String),
}

struct Waiting {
    member: Member,
    reply: oneshot::Sender<Result<Appended, AppendError>>,
    since: Instant,
}

/// The way to the writer task. Cheap to clone; the task ends when the last clone is gone and the queue is empty.
#[derive(Clone)]
pub(crate) struct Appender {
    queue: mpsc::Sender<Waiting>,
}

impl Appender {
    pub(crate) fn start(pool: PgPool, head: Arc<watch::Sender<Position>>, metrics: Metrics) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(Writer { pool, head, metrics, held: VecDeque::new() }.run(waiting));
        Self { queue }
    }

    pub(crate) async fn append(&self, member: Member) -> Result<Appended, AppendError> {
        validate(&member)?;
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Waiting { member, reply, since: Instant::now() }).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => AppendError::Busy,
            mpsc::error::TrySendError::Closed(_) => AppendError::Unavailable("the writer has stopped".into()),
        })?;
        answer.await.unwrap_or_else(|_| Err(AppendError::Unavailable("the writer has stopped".into())))
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

struct Writer {
    pool: PgPool,
    head: Arc<watch::Sender<Position>>,
    metrics: Metrics,
    /// Members that may not share a group with one before them; they are the next group's first.
    held: VecDeque<Waiting>,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Waiting>) {
        loop {
            if self.held.is_empty() {
                match waiting.recv().await {
                    Some(first) => self.held.push_back(first),
                    None => return,
                }
            }
            while self.held.len() < QUEUE
                && let Ok(more) = waiting.try_recv()
            {
                self.held.push_back(more);
            }
            let group = self.next_group();
            self.metrics.group(group.len());
            self.commit(group).await;
        }
    }

    /// Takes members in order, leaving those that share an aggregate, a key or a claim with one already taken.
    fn next_group(&mut self) -> Vec<Waiting> {
        let mut aggregates = HashSet::new();
        let mut keys = HashSet::new();
        let mut claims = HashSet::new();
        let (mut group, mut left, mut events) = (Vec::new(), VecDeque::new(), 0);
        for waiting in std::mem::take(&mut self.held) {
            let member = &waiting.member;
            let fits =
                group.len() < GROUP_MEMBERS && (group.is_empty() || events + member.events.len() <= GROUP_EVENTS);
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
        self.held = left;
        group
    }

    /// Commits a group; when the database refuses it, halves it until only the guilty member fails.
    async fn commit(&self, group: Vec<Waiting>) {
        let mut todo = vec![group];
        while let Some(mut group) = todo.pop() {
            let started = Instant::now();
            match append_group(&self.pool, &group).await {
                Ok(outcomes) => {
                    self.metrics.committed(started.elapsed());
                    let newest = outcomes.iter().filter_map(|o| o.last).max();
                    if let Some(newest) = newest {
                        self.head.send_if_modified(|head| {
                            let newer = newest > *head;
                            *head = newest.max(*head);
                            newer
                        });
                    }
                    for (waiting, outcome) in group.into_iter().zip(outcomes) {
                        self.metrics.appended(waiting.since.elapsed());
                        // The caller may be gone: what was committed stands all the same.
                        let _ = waiting.reply.send(outcome.answer);
                    }
                }
                Err(error) if is_guilt(&error) => {
                    if group.len() == 1 {
                        let waiting = group.pop().expect("the group has one member");
                        tracing::warn!(aggregate = %waiting.member.aggregate, code = ?code(&error), "the database refused a member");
                        let _ = waiting.reply.send(Err(AppendError::Poisoned(code(&error).unwrap_or_default())));
                    } else {
                        let second = group.split_off(group.len() / 2);
                        todo.push(second);
                        todo.push(group);
                    }
                }
                Err(error) => {
                    tracing::error!(%error, members = group.len(), "appends could not be committed");
                    for waiting in group {
                        let _ = waiting.reply.send(Err(AppendError::Unavailable(error.to_string())));
                    }
                }
            }
        }
    }
}

fn code(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(Into::into)
}

/// Whether a member's own data made the database refuse: data, integrity, limits, or a trigger's exception.
fn is_guilt(error: &sqlx::Error) -> bool {
    code(error).is_some_and(|c| ["22", "23", "54", "P0"].iter().any(|class| c.starts_with(class)))
}

struct Outcome {
    answer: Result<Appended, AppendError>,
    last: Option<Position>,
}

/// The columns of a group, as `log.append` takes them.
#[derive(Default)]
struct Columns<'m> {
    aggregate: Vec<Uuid>,
    expected: Vec<i64>,
    key: Vec<Option<Uuid>>,
    body: Vec<Option<&'m [u8]>>,
    result: Vec<&'m [u8]>,
    actor: Vec<&'m str>,
    traceparent: Vec<Option<&'m str>>,
    recorded: Vec<Option<OffsetDateTime>>,
    event_member: Vec<i32>,
    event_id: Vec<Uuid>,
    event_type: Vec<&'m str>,
    province: Vec<&'m str>,
    regency: Vec<&'m str>,
    time: Vec<OffsetDateTime>,
    payload: Vec<&'m [u8]>,
    claim_member: Vec<i32>,
    claim_kind: Vec<&'m str>,
    claim_value: Vec<Uuid>,
    release_member: Vec<i32>,
    release_kind: Vec<&'m str>,
    release_value: Vec<Uuid>,
    key_member: Vec<i32>,
    key_owner: Vec<Uuid>,
    key_wrapped: Vec<&'m [u8]>,
    record_member: Vec<i32>,
    record_id: Vec<Uuid>,
    record_reference: Vec<Uuid>,
    record_owner: Vec<Uuid>,
    record_kind: Vec<&'m str>,
    record_sealed: Vec<&'m [u8]>,
}

impl<'m> Columns<'m> {
    fn of(group: &'m [Waiting]) -> Self {
        let mut columns = Self::default();
        for (ordinal, waiting) in (1..).zip(group) {
            columns.push(ordinal, &waiting.member);
        }
        columns
    }

    fn push(&mut self, ordinal: i32, member: &'m Member) {
        self.aggregate.push(member.aggregate);
        self.expected.push(member.expected.get());
        self.key.push(member.key.map(|k| k.key));
        self.body.push(member.key.as_ref().map(|k| k.body.as_slice()));
        self.result.push(&member.result);
        self.actor.push(&member.actor);
        self.traceparent.push(member.traceparent.as_deref());
        self.recorded.push(member.recorded);
        for event in &member.events {
            self.event_member.push(ordinal);
            self.event_id.push(Uuid::now_v7());
            self.event_type.push(event.event_type);
            self.province.push(&event.place.province);
            self.regency.push(&event.place.regency);
            self.time.push(event.time);
            self.payload.push(&event.payload);
        }
        for claim in &member.claims {
            self.claim_member.push(ordinal);
            self.claim_kind.push(claim.kind);
            self.claim_value.push(claim.value);
        }
        for release in &member.releases {
            self.release_member.push(ordinal);
            self.release_kind.push(release.kind);
            self.release_value.push(release.value);
        }
        for sealed in &member.vault {
            if let Some(wrapped) = &sealed.new_key {
                self.key_member.push(ordinal);
                self.key_owner.push(sealed.owner);
                self.key_wrapped.push(wrapped);
            }
            self.record_member.push(ordinal);
            self.record_id.push(sealed.record);
            self.record_reference.push(sealed.reference);
            self.record_owner.push(sealed.owner);
            self.record_kind.push(sealed.kind);
            self.record_sealed.push(&sealed.ciphertext);
        }
    }
}

const APPEND: &str = "SELECT member, outcome, first_position, recorded_time, prior_body, prior_result, holder, claim_kind
FROM log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                $25, $26, $27, $28, $29, $30)
ORDER BY member";

async fn append_group(pool: &PgPool, group: &[Waiting]) -> Result<Vec<Outcome>, sqlx::Error> {
    let c = Columns::of(group);
    let rows = sqlx::query(APPEND)
        .bind(c.aggregate)
        .bind(c.expected)
        .bind(c.key)
        .bind(c.body)
        .bind(c.result)
        .bind(c.actor)
        .bind(c.traceparent)
        .bind(c.recorded)
        .bind(c.event_member)
        .bind(c.event_id)
        .bind(c.event_type)
        .bind(c.province)
        .bind(c.regency)
        .bind(c.time)
        .bind(c.payload)
        .bind(c.claim_member)
        .bind(c.claim_kind)
        .bind(c.claim_value)
        .bind(c.release_member)
        .bind(c.release_kind)
        .bind(c.release_value)
        .bind(c.key_member)
        .bind(c.key_owner)
        .bind(c.key_wrapped)
        .bind(c.record_member)
        .bind(c.record_id)
        .bind(c.record_reference)
        .bind(c.record_owner)
        .bind(c.record_kind)
        .bind(c.record_sealed)
        .fetch_all(pool)
        .await?;
    if rows.len() != group.len() {
        return Err(sqlx::Error::Protocol(format!("{} members, {} answers", group.len(), rows.len())));
    }
    group.iter().zip(&rows).map(|(waiting, row)| outcome(&waiting.member, row)).collect()
}

fn outcome(member: &Member, row: &PgRow) -> Result<Outcome, sqlx::Error> {
    let position = row.try_get::<Option<i64>, _>("first_position")?.and_then(Position::new);
    let last = position.and_then(|first| {
        let events = i64::try_from(member.events.len()).ok()?;
        Position::new(first.get() + events - 1)
    });
    let answer = match row.try_get::<&str, _>("outcome")? {
        "appended" => Ok(Appended::New {
            first: position,
            version: member.expected.after(member.events.len()),
            recorded_time: row.try_get("recorded_time")?,
        }),
        "repeated" => {
            let body: &[u8] = row.try_get("prior_body")?;
            if member.key.is_some_and(|k| k.body == body) {
                Ok(Appended::Repeated { result: row.try_get::<Vec<u8>, _>("prior_result")?.into() })
            } else {
                Err(AppendError::RequestReused)
            }
        }
        "claimed" => Err(AppendError::Claimed { kind: row.try_get("claim_kind")?, holder: row.try_get("holder")? }),
        "conflict" => Err(AppendError::Conflict),
        other => return Err(sqlx::Error::Protocol(format!("unknown outcome {other}"))),
    };
    Ok(Outcome { answer, last })
}
