//! What came of messages goes back into the log: a receipt of what arrived, and which channel does not reach a community. An outcome is acted on
//! before it is settled, by the request id that it brings: killed in between, it is acted on again without an effect.

use std::time::Duration;

use kim_desk::wire::Happened;
use kim_eventlog::{Envelope, ExecuteError, Leadership, Proposal, answered};
use kim_webhook::{DeadReason, EndpointId, Failure, MessageId, Queue, Report, State, What};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::message::{Kind, Notification};
use crate::{
    domain::{
        Refusal,
        delivery::{self, Channel, Command, ReceiptKind, UndeliverableReason},
        endpoint::{self, Kind as EndpointKind, SuspensionReason},
        ids::{CampaignId, CommunityId, DeliveryId},
        material::Version,
    },
    service::desk::Desk,
    wire,
};

/// Outcomes that are acted on in one transaction.
const BATCH: i64 = 200;
/// How often is looked for outcomes when there were none.
const LOOK: Duration = Duration::from_secs(1);

/// Acts on outcomes. Cheap to clone.
#[derive(Clone)]
pub(super) struct Receipts {
    pub desk: Desk,
    pub queue: Queue,
    pub pool: PgPool,
}

#[derive(Debug, thiserror::Error)]
enum ReceiptError {
    #[error("the queue could not be asked")]
    Database(#[from] sqlx::Error),
    #[error("a receipt could not be written")]
    Execute(#[from] ExecuteError<Refusal>),
    #[error("what a community was told could not be looked up: {0}")]
    Known(tonic::Status),
}

impl Receipts {
    /// Runs until `stop`; in one replica at a time, which saves work and no more.
    pub async fn run(self, stop: CancellationToken) {
        let lock = Leadership::lock_for("receipts", self.desk.log.context());
        while !stop.is_cancelled() {
            let won = stop.run_until_cancelled(Leadership::win(&self.pool, lock)).await;
            let Some(leadership) = won else { return };
            if leadership.hold(self.lead(&stop)).await.is_none() {
                tracing::warn!("kepemimpinan tanda terima berpindah");
            }
        }
    }

    async fn lead(&self, stop: &CancellationToken) {
        while !stop.is_cancelled() {
            match self.batch().await {
                Ok(BATCH) => continue,
                Ok(_) => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "tanda terima saluran belum tercatat; dicoba lagi");
                }
            }
            let _ = stop.run_until_cancelled(tokio::time::sleep(LOOK)).await;
        }
    }

    /// Acts on the next outcomes, and settles them after that. Returns how many there were.
    async fn batch(&self) -> Result<i64, ReceiptError> {
        let mut connection = answered(self.pool.acquire()).await?;
        let outcomes = answered(self.queue.outcomes(&mut connection, BATCH)).await?;
        for outcome in &outcomes {
            self.act(&mut connection, outcome).await?;
        }
        let settled: Vec<Uuid> = outcomes.iter().map(|outcome| outcome.id).collect();
        answered(self.queue.settle(&mut connection, &settled)).await?;
        Ok(i64::try_from(outcomes.len()).unwrap_or(BATCH))
    }

    async fn act(&self, connection: &mut PgConnection, outcome: &Report) -> Result<(), ReceiptError> {
        match &outcome.what {
            What::Delivered(message) => self.arrived(connection, outcome, message).await,
            What::Dead { message, reason, last } => match undeliverable(*reason, *last) {
                Some(reason) => self.lost(connection, outcome, message, reason).await,
                None => Ok(()),
            },
            What::Stopped(State::Suspended) => self.suspend(outcome, SuspensionReason::Unreachable).await,
            What::Stopped(State::Gone) => self.suspend(outcome, SuspensionReason::Gone).await,
            // By whoever owns it: the log has it already.
            What::Stopped(State::Disabled | State::Active) => Ok(()),
        }
    }

    async fn arrived(
        &self,
        connection: &mut PgConnection,
        outcome: &Report,
        message: &MessageId,
    ) -> Result<(), ReceiptError> {
        let Some((notification, channel)) = self.assignment(connection, outcome.endpoint, message).await? else {
            return Ok(());
        };
        let Some(version) = u32::try_from(notification.version).ok().and_then(Version::new) else { return Ok(()) };
        let receipt = delivery::Receipt { at: outcome.at, channel, version };
        self.report(outcome, &notification, Command::Receive { kind: ReceiptKind::Delivered, receipt }).await
    }

    async fn lost(
        &self,
        connection: &mut PgConnection,
        outcome: &Report,
        message: &MessageId,
        reason: UndeliverableReason,
    ) -> Result<(), ReceiptError> {
        let Some((notification, channel)) = self.assignment(connection, outcome.endpoint, message).await? else {
            return Ok(());
        };
        self.report(outcome, &notification, Command::Fail { channel, reason, at: outcome.at }).await
    }

    /// What a message told, and by which channel; `None` unless it told of an assignment, and for one that is forgotten: a correction that
    /// arrived is acknowledged by the community itself.
    async fn assignment(
        &self,
        connection: &mut PgConnection,
        endpoint: EndpointId,
        message: &MessageId,
    ) -> Result<Option<(Notification, Channel)>, ReceiptError> {
        let queued = self.queue.message(connection, endpoint, message).await?;
        let told = queued.and_then(|message| Notification::read(message.payload()));
        let Some(notification) = told.filter(|told| told.kind == Kind::Assigned) else { return Ok(None) };
        let snapshot = self.desk.endpoints.load::<Refusal>(endpoint.0).await?;
        let kind = snapshot.state.as_ref().map(|endpoint| endpoint.kind);
        let channel = kind.map(|kind| match kind {
            EndpointKind::Webhook => Channel::Webhook,
            EndpointKind::Email => Channel::Email,
        });
        Ok(channel.map(|channel| (notification, channel)))
    }

    async fn report(
        &self,
        outcome: &Report,
        notification: &Notification,
        command: Command,
    ) -> Result<(), ReceiptError> {
        let (campaign, community) = (CampaignId(notification.campaign), CommunityId(notification.community));
        let Some(known) = self.desk.known_now(campaign, community).await.map_err(ReceiptError::Known)? else {
            return Ok(());
        };
        let now = OffsetDateTime::now_utc();
        let (told, id) = (known.told(now), DeliveryId::of(campaign, community).0);
        let envelope = self.envelope("receipts", outcome);
        let done = self.desk.deliveries.execute(id, &envelope, |snapshot| {
            let events = delivery::decide(snapshot.state.as_ref(), &told, command.clone())?;
            let happened = |event| wire::delivery::happened(id, event, now);
            Ok(Proposal::of(events.into_iter().map(happened).collect()))
        });
        match done.await {
            Ok(_) => Ok(()),
            Err(ExecuteError::Refused(refusal)) => {
                tracing::warn!(%refusal, delivery = %id, "what a channel reports does not fit");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn suspend(&self, outcome: &Report, reason: SuspensionReason) -> Result<(), ReceiptError> {
        let id = outcome.endpoint.0;
        let envelope = self.envelope("suspension", outcome);
        let done = self.desk.endpoints.execute(id, &envelope, |snapshot| {
            let Some(known) = &snapshot.state else { return Ok(Proposal::of(Vec::new())) };
            let events = endpoint::decide(Some(known), endpoint::Command::Suspend { reason, now: outcome.at })?;
            let happened = |event| Happened::new(id, event, None, known.seat, outcome.at);
            Ok::<_, Refusal>(Proposal::of(events.into_iter().map(happened).collect()))
        });
        done.await?;
        Ok(())
    }

    fn envelope(&self, policy: &str, outcome: &Report) -> Envelope {
        let actor = format!("channel:{policy}");
        let key = self.desk.keys.content(&actor, policy, outcome.at.date(), outcome.id.as_bytes());
        Envelope { actor, key: Some(key), traceparent: None, recorded: None }
    }
}

/// What a dead letter says of its channel; `None` for one that its owner stopped, or that was not to be told any more.
fn undeliverable(reason: DeadReason, last: Option<Failure>) -> Option<UndeliverableReason> {
    Some(match (reason, last) {
        (DeadReason::Moot | DeadReason::Stopped(State::Disabled | State::Active), _) => return None,
        (DeadReason::Stopped(State::Gone), _) | (_, Some(Failure::Refused)) => UndeliverableReason::Refused,
        (_, Some(Failure::NotAllowed)) => UndeliverableReason::NotAllowed,
        (DeadReason::Exhausted | DeadReason::Stopped(State::Suspended), _) => UndeliverableReason::Unreachable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_letter_says_why_the_channel_does_not_reach() {
        use DeadReason::{Exhausted, Moot, Stopped};
        for (reason, last, expected) in [
            (Exhausted, Some(Failure::Late), Some(UndeliverableReason::Unreachable)),
            (Exhausted, Some(Failure::Refused), Some(UndeliverableReason::Refused)),
            (Exhausted, Some(Failure::NotAllowed), Some(UndeliverableReason::NotAllowed)),
            (Stopped(State::Gone), None, Some(UndeliverableReason::Refused)),
            (Stopped(State::Suspended), Some(Failure::Cut), Some(UndeliverableReason::Unreachable)),
            (Stopped(State::Disabled), Some(Failure::Cut), None),
            (Moot, None, None),
        ] {
            assert_eq!(undeliverable(reason, last), expected, "{reason:?} {last:?}");
        }
    }
}
