//! A group of members as the database takes it: `log.append` in `migrations/0009_less_under_the_lock.sql`.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use sqlx::{
    PgConnection, Row,
    postgres::{PgRow, types::PgInterval},
};
use time::{OffsetDateTime, UtcOffset};
use uuid::Uuid;

use crate::{
    AppendError, Appended, LogId, Member, Position, Recorded, append::Answer, attached::Attached, event::subject,
    whole::Whole,
};

/// The log that is appended to.
pub(crate) struct Target {
    pub(crate) id: LogId,
    pub(crate) context: Arc<str>,
    /// A member's own time counts only in a simulated log.
    pub(crate) simulated: bool,
}

/// What became of a group: an answer for each member, in order, and the events that the log has now.
pub(crate) struct Outcome {
    pub(crate) answers: Vec<Answer>,
    pub(crate) events: Vec<Whole>,
    /// How long the group waited for the log's lock.
    pub(crate) waited: Duration,
}

/// The columns of a group, as `log.append` takes them.
#[derive(Default)]
struct Columns<'m> {
    aggregate: Vec<Uuid>,
    expected: Vec<i64>,
    actor: Vec<&'m str>,
    traceparent: Vec<Option<&'m str>>,
    recorded: Vec<Option<OffsetDateTime>>,
    key: Vec<Option<Uuid>>,
    body: Vec<Option<&'m [u8]>>,
    result: Vec<&'m [u8]>,
    event_member: Vec<i32>,
    event_id: Vec<Uuid>,
    event_version: Vec<i64>,
    event_type: Vec<&'m str>,
    province: Vec<&'m str>,
    regency: Vec<&'m str>,
    time: Vec<OffsetDateTime>,
    payload: Vec<&'m [u8]>,
    attached: Vec<Option<Bytes>>,
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
    known_owner: Vec<Uuid>,
}

impl<'m> Columns<'m> {
    fn of(group: &[&'m Member]) -> Self {
        let mut columns = Self::default();
        for (ordinal, member) in (1..).zip(group) {
            columns.push(ordinal, member);
        }
        // What no member has is not asked for.
        if columns.key.iter().all(Option::is_none) {
            columns.key.clear();
            columns.body.clear();
            columns.result.clear();
        }
        if columns.recorded.iter().all(Option::is_none) {
            columns.recorded.clear();
        }
        columns.known_owner.sort_unstable();
        columns.known_owner.dedup();
        columns
    }

    fn push(&mut self, ordinal: i32, member: &'m Member) {
        self.aggregate.push(member.aggregate);
        self.expected.push(member.expected.get());
        self.actor.push(&member.actor);
        self.traceparent.push(member.traceparent.as_deref());
        self.recorded.push(member.recorded);
        self.key.push(member.key.map(|k| k.key));
        self.body.push(member.key.as_ref().map(|k| k.body.as_slice()));
        self.result.push(&member.result);
        for (version, event) in (member.expected.get() + 1..).zip(&member.events) {
            self.event_member.push(ordinal);
            self.event_id.push(Uuid::now_v7());
            self.event_version.push(version);
            self.event_type.push(event.event_type);
            self.province.push(&event.place.province);
            self.regency.push(&event.place.regency);
            self.time.push(event.time);
            self.payload.push(&event.payload);
            // What the member brings stands at its first event.
            self.attached.push(if version == member.expected.get() + 1 { Attached::of(member) } else { None });
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
            match &sealed.new_key {
                Some(wrapped) => {
                    self.key_member.push(ordinal);
                    self.key_owner.push(sealed.owner);
                    self.key_wrapped.push(wrapped);
                }
                None => self.known_owner.push(sealed.owner),
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

const APPEND: &str = "SELECT member, outcome, head, written, waited, prior_body, prior_result, holder, claim_kind
FROM log.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
                $25, $26, $27, $28, $29, $30, $31, $32, $33)";

/// What `log.append` wants of a connection, which does nothing else then: plans that are kept, and are index plans though the tables
/// may be empty when they are made.
pub(crate) const SETTINGS: [(&str, &str); 2] = [("enable_seqscan", "off"), ("plan_cache_mode", "force_generic_plan")];

/// A column that no member fills. An empty array is read, copied and looked into by the function all the same.
fn or_null<T>(column: Vec<T>) -> Option<Vec<T>> {
    (!column.is_empty()).then_some(column)
}

/// Appends a group in one transaction; whoever stands in its way is answered, and the others come again without them.
pub(crate) async fn append_group(
    connection: &mut PgConnection,
    target: &Target,
    group: &[&Member],
) -> Result<Outcome, sqlx::Error> {
    let mut answers: Vec<Option<Answer>> = vec![None; group.len()];
    let (mut events, mut waited) = (Vec::new(), Duration::ZERO);
    loop {
        let left: Vec<usize> = (0..group.len()).filter(|&i| answers[i].is_none()).collect();
        if left.is_empty() {
            return Ok(Outcome { answers: answers.into_iter().flatten().collect(), events, waited });
        }
        let members: Vec<&Member> = left.iter().map(|&i| group[i]).collect();
        let attempt = attempt(connection, target, &members).await?;
        waited += attempt.waited;
        events = attempt.events;
        for (index, answer) in attempt.answers {
            answers[left[index]] = Some(answer);
        }
    }
}

/// What became of one call of `log.append`: those who stood in the way are answered and nothing was written, or all were appended.
struct Attempt {
    /// Indexes of members, with what they are answered; at least one.
    answers: Vec<(usize, Answer)>,
    events: Vec<Whole>,
    waited: Duration,
}

async fn attempt(connection: &mut PgConnection, target: &Target, group: &[&Member]) -> Result<Attempt, sqlx::Error> {
    let c = Columns::of(group);
    let attached: Vec<Option<&[u8]>> = c.attached.iter().map(Option::as_deref).collect();
    let fresh: Vec<Fresh> = c.event_id.iter().copied().zip(c.attached.iter().cloned()).collect();
    let rows = sqlx::query(APPEND)
        .bind(c.aggregate)
        .bind(c.expected)
        .bind(c.actor)
        .bind(c.traceparent)
        .bind(or_null(c.recorded))
        .bind(or_null(c.key))
        .bind(or_null(c.body))
        .bind(or_null(c.result))
        .bind(c.event_member)
        .bind(c.event_id)
        .bind(c.event_version)
        .bind(c.event_type)
        .bind(c.province)
        .bind(c.regency)
        .bind(c.time)
        .bind(c.payload)
        .bind(attached.iter().any(Option::is_some).then_some(attached))
        .bind(or_null(c.claim_member))
        .bind(or_null(c.claim_kind))
        .bind(or_null(c.claim_value))
        .bind(or_null(c.release_member))
        .bind(or_null(c.release_kind))
        .bind(or_null(c.release_value))
        .bind(or_null(c.key_member))
        .bind(or_null(c.key_owner))
        .bind(or_null(c.key_wrapped))
        .bind(or_null(c.record_member))
        .bind(or_null(c.record_id))
        .bind(or_null(c.record_reference))
        .bind(or_null(c.record_owner))
        .bind(or_null(c.record_kind))
        .bind(or_null(c.record_sealed))
        .bind(or_null(c.known_owner))
        .fetch_all(connection)
        .await?;
    let (begins, in_the_way) = rows.split_first().ok_or_else(|| malformed("no row"))?;
    let head = Position::new(begins.try_get("head")?).ok_or_else(|| malformed("a negative head"))?;
    let written: OffsetDateTime = begins.try_get("written")?;
    let waited: PgInterval = begins.try_get("waited")?;
    let waited = Duration::from_micros(waited.microseconds.unsigned_abs());
    if in_the_way.is_empty() {
        let (answers, events) = appended(target, group, fresh, head, written);
        return Ok(Attempt { answers: answers.into_iter().enumerate().collect(), events, waited });
    }
    let answers = in_the_way.iter().map(|row| refused(group, row)).collect::<Result<_, _>>()?;
    Ok(Attempt { answers, events: Vec::new(), waited })
}

/// The members' answers and events, from the position after `head` on.
fn appended(
    target: &Target,
    group: &[&Member],
    fresh: Vec<Fresh>,
    mut head: Position,
    written: OffsetDateTime,
) -> (Vec<Answer>, Vec<Whole>) {
    let (mut answers, mut events) = (Vec::with_capacity(group.len()), Vec::with_capacity(fresh.len()));
    let mut fresh = fresh.into_iter();
    for member in group {
        let first = (!member.events.is_empty()).then_some(head.next());
        let recorded_time = member.recorded.filter(|_| target.simulated).map_or(written, as_stored);
        let (mut version, actor) = (member.expected, Arc::<str>::from(member.actor.as_str()));
        for (event, (event_id, attached)) in member.events.iter().zip(fresh.by_ref()) {
            head = head.next();
            version = version.after(1);
            let event = Recorded {
                log_id: target.id,
                position: head,
                event_id,
                event_type: event.event_type.to_owned(),
                aggregate: member.aggregate,
                version,
                time: as_stored(event.time),
                recorded_time,
                subject: subject(&target.context, &event.place.province, &event.place.regency, event.event_type),
                payload: event.payload.clone(),
                traceparent: member.traceparent.as_deref().map(ToOwned::to_owned),
            };
            events.push(Whole { event, actor: actor.clone(), attached });
        }
        answers.push(Ok(Appended::New { first, version, recorded_time }));
    }
    (answers, events)
}

/// An event's id, and what its member brought if it is the member's first.
type Fresh = (Uuid, Option<Bytes>);

/// A member that stands in the way, by its index, and what it is answered.
fn refused(group: &[&Member], row: &PgRow) -> Result<(usize, Answer), sqlx::Error> {
    let ordinal: i32 = row.try_get("member")?;
    let index = usize::try_from(ordinal - 1).ok().filter(|i| *i < group.len());
    let index = index.ok_or_else(|| malformed("a member that is not in the group"))?;
    let answer = match row.try_get::<&str, _>("outcome")? {
        "repeated" => {
            let body: &[u8] = row.try_get("prior_body")?;
            if group[index].key.is_some_and(|k| k.body == body) {
                Ok(Appended::Repeated { result: row.try_get::<Vec<u8>, _>("prior_result")?.into() })
            } else {
                Err(AppendError::RequestReused)
            }
        }
        "claimed" => Err(AppendError::Claimed { kind: row.try_get("claim_kind")?, holder: row.try_get("holder")? }),
        "conflict" => Err(AppendError::Conflict),
        other => return Err(malformed(&format!("the outcome {other}"))),
    };
    Ok((index, answer))
}

fn malformed(what: &str) -> sqlx::Error {
    sqlx::Error::Protocol(format!("log.append answered with {what}"))
}

/// A time as PostgreSQL keeps it.
fn as_stored(time: OffsetDateTime) -> OffsetDateTime {
    time.to_offset(UtcOffset::UTC).truncate_to_microsecond()
}
