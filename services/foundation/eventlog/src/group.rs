//! A group of members as the database takes it: `log.append` in `migrations/0002_append.sql`.

use sqlx::{PgPool, Row, postgres::PgRow};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{AppendError, Appended, Member, Position};

/// What became of a member, and its last position.
pub(crate) struct Outcome {
    pub(crate) answer: Result<Appended, AppendError>,
    pub(crate) last: Option<Position>,
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
    fn of(group: &[&'m Member]) -> Self {
        let mut columns = Self::default();
        for (ordinal, member) in (1..).zip(group) {
            columns.push(ordinal, member);
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

/// Appends a group in one transaction; the answers are in the members' order.
pub(crate) async fn append_group(pool: &PgPool, group: &[&Member]) -> Result<Vec<Outcome>, sqlx::Error> {
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
    group.iter().zip(&rows).map(|(member, row)| outcome(member, row)).collect()
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
