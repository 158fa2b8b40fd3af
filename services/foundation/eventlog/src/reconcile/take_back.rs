//! Takes events that only the stream has back into the log: same positions, ids, versions and times, in transactions of a few
//! hundred. The log stays closed until all are in.

use sqlx::{PgConnection, Postgres, Transaction};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Decision, Plan, ReconcileError, Wish};
use crate::{
    Guard, Position, Recorded,
    attached::{Attached, Beside},
    event::subject,
    stream::{Found, Nature},
};
use prost::Message;

/// An event on its way back.
struct Lost {
    event: Recorded,
    province: String,
    regency: String,
    beside: Option<Beside>,
}

impl Guard {
    pub(super) async fn take_back(
        &self,
        wish: &Wish,
        plan: &Plan,
        progress: &mpsc::Sender<Position>,
    ) -> Result<Decision, ReconcileError> {
        let log = &self.inner.log;
        let decision = Decision::record(log.pool(), wish, plan).await?;
        let stream = self.found().await?.ok_or(ReconcileError::Changed)?;
        let mut walk = self.inner.stream.walk(&stream, plan.from).await?;
        let mut next = plan.from;
        while next <= plan.to {
            let mut batch = Vec::new();
            for (found, nature) in walk.next().await? {
                if found.position() > plan.to {
                    break;
                }
                if !matches!(nature, Nature::Lost(_)) || found.position() != next {
                    return Err(ReconcileError::Changed);
                }
                batch.push(self.lost(&found)?);
                next = next.next();
            }
            let Some(last) = batch.last() else { return Err(ReconcileError::Changed) };
            let position = last.event.position;
            self.put_back(&batch, decision).await?;
            // Whoever asked may be gone: what was begun is ended.
            let _ = progress.try_send(position);
        }
        let decision = Decision::end(&mut *log.pool().acquire().await?, decision).await?;
        self.settle().await?;
        Ok(decision)
    }

    fn lost(&self, found: &Found) -> Result<Lost, ReconcileError> {
        let event = found.event().map_err(|_| ReconcileError::DoesNotFit(found.position()))?;
        let [province, regency] = event.place().map(|token| token.unwrap_or_default().to_owned());
        if subject(self.inner.log.context(), &province, &regency, &event.event_type) != event.subject {
            return Err(ReconcileError::DoesNotFit(event.position));
        }
        let beside = found.beside(event.event_id, &self.inner.seal);
        Ok(Lost { event, province, regency, beside })
    }

    async fn put_back(&self, batch: &[Lost], decision: Uuid) -> Result<(), ReconcileError> {
        let Some(first) = batch.first() else { return Ok(()) };
        let mut transaction = self.inner.log.pool().begin().await?;
        // The lock of appends: nobody else moves the head.
        sqlx::query(
            "SELECT pg_advisory_xact_lock(hashtext('log.append'), 0), set_config('kim.taking_back', 'on', true)",
        )
        .execute(&mut *transaction)
        .await?;
        let head: i64 =
            sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM log.event").fetch_one(&mut *transaction).await?;
        if head != first.event.position.before().get() {
            return Err(ReconcileError::Changed);
        }
        insert(&mut transaction, batch, decision).await?;
        for lost in batch {
            if let Some(attached) = lost.beside.as_ref().and_then(|beside| beside.attached.as_ref()) {
                attach(&mut transaction, &lost.event, attached).await?;
            }
        }
        Decision::count(&mut transaction, decision, batch.len()).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Inserts the events. One whose version does not follow in its aggregate has no place here.
async fn insert(
    transaction: &mut Transaction<'_, Postgres>,
    batch: &[Lost],
    decision: Uuid,
) -> Result<(), ReconcileError> {
    // What the stream does not say stands for who decided.
    let nobody = format!("reconcile:{decision}");
    let actor = |lost: &Lost| lost.beside.as_ref().map_or_else(|| nobody.clone(), |beside| beside.actor.clone());
    let attached = |lost: &Lost| Some(lost.beside.as_ref()?.attached.as_ref()?.encode_to_vec());
    let events: Vec<&Recorded> = batch.iter().map(|lost| &lost.event).collect();
    let inserted = sqlx::query(
        "INSERT INTO log.event (position, event_id, aggregate_id, version, type, province, regency, time, recorded_time, actor,
                                traceparent, payload, attached)
         SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::text[],
                              $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[], $12::bytea[], $13::bytea[])",
    )
    .bind(events.iter().map(|e| e.position.get()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event_id).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.aggregate).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.version.get()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.event_type.as_str()).collect::<Vec<_>>())
    .bind(batch.iter().map(|lost| lost.province.as_str()).collect::<Vec<_>>())
    .bind(batch.iter().map(|lost| lost.regency.as_str()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.time).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.recorded_time).collect::<Vec<_>>())
    .bind(batch.iter().map(actor).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.traceparent.as_deref()).collect::<Vec<_>>())
    .bind(events.iter().map(|e| e.payload.as_ref()).collect::<Vec<_>>())
    .bind(batch.iter().map(attached).collect::<Vec<_>>())
    .execute(&mut **transaction)
    .await;
    match inserted {
        Err(error) if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) => {
            Err(ReconcileError::DoesNotFit(events[0].position))
        }
        inserted => inserted.map(drop).map_err(Into::into),
    }
}

/// What the member brought beside its events: the request is one that was carried out, and names change hands.
async fn attach(connection: &mut PgConnection, event: &Recorded, attached: &Attached) -> Result<(), sqlx::Error> {
    if let Some(key) = attached.key() {
        sqlx::query(
            "INSERT INTO log.request (key, body, result, recorded_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(key)
        .bind(attached.body.as_ref())
        .bind(attached.result.as_ref())
        .bind(event.recorded_time)
        .execute(&mut *connection)
        .await?;
    }
    for released in &attached.releases {
        sqlx::query("DELETE FROM log.claim WHERE kind = $1 AND value = $2 AND aggregate_id = $3")
            .bind(&released.kind)
            .bind(released.value())
            .bind(event.aggregate)
            .execute(&mut *connection)
            .await?;
    }
    for claimed in &attached.claims {
        sqlx::query("INSERT INTO log.claim (kind, value, aggregate_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(&claimed.kind)
            .bind(claimed.value())
            .bind(event.aggregate)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
