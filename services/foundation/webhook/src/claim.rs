//! Takes up messages that are due: endpoint by endpoint in turn, from each no more than its share, so that one with a hundred thousand
//! messages delays none with a single one.
//!
//! There is no order among an endpoint's messages but the one in which they are due. A message that its receiver does not take would hold
//! up all after it for days, and Standard Webhooks promises no order either; who needs one finds it in what a message says.

use sqlx::{Connection, PgConnection};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    message::{EndpointId, Message, MessageId, MessageType},
    schema::corrupt,
};

/// Endpoints are called in two lanes with slots of their own: those whose last attempt failed or took long are in the slow lane, and all of
/// them together can take no slot of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    Fast,
    Slow,
}

impl Lane {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Slow => "slow",
        }
    }
}

/// A message that this worker sends until its lease runs out.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub queued: Uuid,
    pub lease: Uuid,
    pub endpoint: EndpointId,
    pub sealed: Vec<u8>,
    /// This one included.
    pub attempts: u32,
    pub message: Message,
    /// How long it was due.
    pub waited: time::Duration,
}

/// Endpoints that are looked at in one step.
const STEP: i32 = 500;

/// Whose turn it is in a lane.
#[derive(Debug)]
pub(crate) struct Turn {
    pub lane: Lane,
    /// The endpoint that had the last one.
    after: Uuid,
}

/// What bounds a claim.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Messages of one endpoint that are being sent at the same time, by all workers together.
    pub share: i32,
    /// How long they are this worker's.
    pub lease: time::Duration,
}

impl Turn {
    pub fn new(lane: Lane) -> Self {
        Self { lane, after: Uuid::nil() }
    }

    /// Claims up to `slots` messages, going once round at most.
    pub async fn claim(
        &mut self,
        connection: &mut PgConnection,
        slots: usize,
        bounds: Bounds,
        now: OffsetDateTime,
    ) -> Result<Vec<Claimed>, sqlx::Error> {
        let mut claimed = Vec::new();
        if slots == 0 {
            return Ok(claimed);
        }
        for (mut after, until) in [(self.after, Uuid::max()), (Uuid::nil(), self.after)] {
            loop {
                let endpoints = waiting(connection, after, until).await?;
                let Some(last) = endpoints.last() else { break };
                claimed.extend(self.lease(connection, &endpoints, slots - claimed.len(), bounds, now).await?);
                if claimed.len() == slots {
                    self.after = claimed.last().map_or(*last, |claimed| claimed.endpoint.0);
                    return Ok(claimed);
                }
                after = *last;
            }
        }
        Ok(claimed)
    }

    async fn lease(
        &self,
        connection: &mut PgConnection,
        endpoints: &[Uuid],
        slots: usize,
        bounds: Bounds,
        now: OffsetDateTime,
    ) -> Result<Vec<Claimed>, sqlx::Error> {
        let slots = i64::try_from(slots).unwrap_or(i64::MAX);
        // An endpoint that fails is tried by one message at a time.
        let share = if self.lane == Lane::Slow { 1 } else { bounds.share };
        let mut transaction = connection.begin().await?;
        let (ids, sealed): (Vec<Uuid>, Vec<Vec<u8>>) = sqlx::query_as::<_, (Uuid, Vec<u8>)>(HOLD)
            .bind(endpoints)
            .bind(self.lane == Lane::Slow)
            .bind(now)
            .bind(slots)
            .bind(share)
            .fetch_all(&mut *transaction)
            .await?
            .into_iter()
            .unzip();
        if ids.is_empty() {
            return Ok(vec![]);
        }
        let rows: Vec<Row> = sqlx::query_as(LEASE)
            .bind(&ids)
            .bind(share)
            .bind(now)
            .bind(slots)
            .bind(now + bounds.lease)
            .fetch_all(&mut *transaction)
            .await?;
        transaction.commit().await?;
        let mut claimed = Vec::with_capacity(rows.len());
        for row in rows {
            let place = ids.iter().position(|id| *id == row.endpoint_id).ok_or_else(|| corrupt("endpoint_id"))?;
            claimed.push(row.claimed(sealed[place].clone(), now)?);
        }
        claimed.sort_by_key(|claimed| claimed.endpoint);
        Ok(claimed)
    }
}

/// The next endpoints after one, and not beyond another, that have something waiting, in the order of their ids.
async fn waiting(connection: &mut PgConnection, after: Uuid, until: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar(WAITING).bind(after).bind(until).bind(STEP).fetch_all(connection).await
}

#[derive(sqlx::FromRow)]
struct Row {
    queued_id: Uuid,
    lease: Uuid,
    endpoint_id: Uuid,
    message_id: String,
    kind: String,
    payload: Vec<u8>,
    attempts: i32,
    was_due_at: OffsetDateTime,
}

impl Row {
    fn claimed(self, sealed: Vec<u8>, now: OffsetDateTime) -> Result<Claimed, sqlx::Error> {
        let id = MessageId::parse(&self.message_id).map_err(|_| corrupt("message_id"))?;
        let kind = MessageType::parse(&self.kind).map_err(|_| corrupt("kind"))?;
        Ok(Claimed {
            queued: self.queued_id,
            lease: self.lease,
            endpoint: EndpointId(self.endpoint_id),
            sealed,
            attempts: self.attempts.unsigned_abs(),
            message: Message::new(id, kind, self.payload).map_err(|_| corrupt("payload"))?,
            waited: now - self.was_due_at,
        })
    }
}

/// Goes from endpoint to endpoint along the index: what it costs depends on how many endpoints there are, and not on how many messages.
pub(super) const WAITING: &str = "
WITH RECURSIVE turn (endpoint_id, step) AS (
  (SELECT endpoint_id, 1 FROM webhook.message
   WHERE state = 'waiting' AND endpoint_id > $1 AND endpoint_id <= $2 ORDER BY endpoint_id LIMIT 1)
  UNION ALL
  SELECT next.endpoint_id, turn.step + 1 FROM turn CROSS JOIN LATERAL (
    SELECT m.endpoint_id FROM webhook.message m
    WHERE m.state = 'waiting' AND m.endpoint_id > turn.endpoint_id AND m.endpoint_id <= $2
    ORDER BY m.endpoint_id LIMIT 1) next
  WHERE turn.step < $3)
SELECT endpoint_id FROM turn ORDER BY step";

/// What of an endpoint's messages is being sent, by whichever worker.
macro_rules! leased {
    () => {
        "(SELECT count(*) FROM webhook.message l
  WHERE l.endpoint_id = e.endpoint_id AND l.lease IS NOT NULL AND l.due_at > $3)"
    };
}

/// Holds endpoints with something due, so that what is counted of their messages in the next statement stays true until the commit. Whoever
/// queues a message is not kept waiting by that.
pub(super) const HOLD: &str = concat!(
    "
SELECT e.endpoint_id, e.sealed FROM webhook.endpoint e
WHERE e.endpoint_id = ANY ($1) AND e.state = 'active' AND e.slow = $2 AND (e.rest_until IS NULL OR e.rest_until <= $3)
  AND EXISTS (
    SELECT FROM webhook.message m WHERE m.endpoint_id = e.endpoint_id AND m.state = 'waiting' AND m.due_at <= $3)
  AND $5 > ",
    leased!(),
    " ORDER BY e.endpoint_id LIMIT $4 FOR NO KEY UPDATE OF e SKIP LOCKED"
);

/// A lease that has run out is a message that is due again.
pub(super) const LEASE: &str = concat!(
    "
WITH wanted AS (
  SELECT due.queued_id, due.due_at FROM unnest($1::uuid[]) WITH ORDINALITY AS e (endpoint_id, place)
  CROSS JOIN LATERAL (
    SELECT m.queued_id, m.due_at FROM webhook.message m
    WHERE m.endpoint_id = e.endpoint_id AND m.state = 'waiting' AND m.due_at <= $3
    ORDER BY m.due_at, m.queued_id LIMIT greatest(0, $2 - ",
    leased!(),
    ") FOR NO KEY UPDATE SKIP LOCKED) due
  ORDER BY e.place LIMIT $4)
UPDATE webhook.message m SET lease = gen_random_uuid(), due_at = $5, attempts = m.attempts + 1
FROM wanted WHERE m.queued_id = wanted.queued_id
RETURNING m.queued_id, m.lease, m.endpoint_id, m.message_id, m.kind, m.payload, m.attempts, wanted.due_at AS was_due_at"
);
