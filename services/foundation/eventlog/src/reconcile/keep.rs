//! The log stays as it is: what only the stream has is set aside for people to read, and the stream is made anew from the log.

use async_nats::jetstream::stream::Stream;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{Decision, Plan, ReconcileError, Wish, plan::Relation};
use crate::{
    Guard, Position, gate,
    stream::{Found, Nature},
};

impl Guard {
    pub(super) async fn keep_log(
        &self,
        wish: &Wish,
        plan: &Plan,
        progress: &mpsc::Sender<Position>,
    ) -> Result<Decision, ReconcileError> {
        let pool = self.inner.log.pool();
        let decision = Decision::record(pool, wish, plan).await?;
        // A stream that has nothing but what the log has, too, stays.
        if !matches!(plan.relation, Relation::Lost(_))
            && let Some(stream) = self.found().await?
        {
            let from = if plan.from == Position::START { plan.head.next() } else { plan.from };
            self.set_aside(&stream, from, decision, progress).await?;
            self.inner.stream.delete().await?;
        }
        self.prepare().await?;
        let mut transaction = pool.begin().await?;
        gate::keep(&mut *transaction, decision).await?;
        let decision = Decision::end(&mut transaction, decision).await?;
        transaction.commit().await?;
        Ok(decision)
    }

    /// Copies what the log does not have into a table that nothing reads.
    async fn set_aside(
        &self,
        stream: &Stream,
        from: Position,
        decision: Uuid,
        progress: &mpsc::Sender<Position>,
    ) -> Result<(), ReconcileError> {
        let mut walk = self.inner.stream.walk(stream, from).await?;
        loop {
            let batch = walk.next().await?;
            let Some((last, _)) = batch.last() else { return Ok(()) };
            let position = last.position();
            let aside: Vec<&Found> =
                batch.iter().filter(|(_, nature)| *nature != Nature::Same).map(|(found, _)| found).collect();
            let mut transaction = self.inner.log.pool().begin().await?;
            sqlx::query(
                "INSERT INTO log.set_aside (decision_id, sequence, subject, headers, payload)
                 SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bytea[])",
            )
            .bind(decision)
            .bind(aside.iter().map(|found| found.position().get()).collect::<Vec<_>>())
            .bind(aside.iter().map(|found| found.subject.as_str()).collect::<Vec<_>>())
            .bind(aside.iter().map(|found| lines(found)).collect::<Vec<_>>())
            .bind(aside.iter().map(|found| found.payload.as_ref()).collect::<Vec<_>>())
            .execute(&mut *transaction)
            .await?;
            Decision::count(&mut transaction, decision, aside.len()).await?;
            transaction.commit().await?;
            let _ = progress.try_send(position);
        }
    }
}

/// A message's headers, a line each.
fn lines(found: &Found) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (name, values) in found.headers.iter() {
        lines.extend(values.iter().map(|value| format!("{name}: {}", value.as_str())));
    }
    lines.sort();
    lines.join("\n")
}
