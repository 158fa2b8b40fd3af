//! Puts what communities are told into the queue of their endpoints, in the transaction of the checkpoint: each once, whatever comes again.

use kim_eventlog::{Aggregate, Fold, FoldError, Position, Recorded};
use kim_webhook::{EndpointId, EnqueueError, Message, Queue};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    carrier::sealed,
    message::{Kind as Told, Notification},
};
use crate::{
    domain::{
        campaign::{self, Assignment, Notice, NoticeKind},
        endpoint::{self, Kind},
    },
    wire::{campaign::Campaigns, endpoint::Endpoints},
};

/// What is older is not sent: neither what a simulated log tells of years ago, nor what was sent long ago by a log that is folded again.
const FRESH: Duration = Duration::days(7);

/// What changes what is to be sent.
pub(super) enum Event {
    Endpoint(endpoint::Event),
    Assigned(Assignment),
    Notice { notice: Notice, batch: u32, at: OffsetDateTime },
}

/// It keeps nothing in memory.
pub(super) struct ChannelFold {
    pub queue: Queue,
}

impl Fold for ChannelFold {
    type Event = Event;

    fn decode(&self, event: &Recorded) -> Result<Option<Event>, String> {
        if let Some(happened) = Endpoints::decode(event) {
            return Ok(Some(Event::Endpoint(happened.event)));
        }
        Ok(match Campaigns::decode(event).map(|happened| happened.event) {
            Some(campaign::Event::Assigned(assignment)) => Some(Event::Assigned(assignment)),
            Some(campaign::Event::NoticeIssued { notice, batch, at, .. }) => Some(Event::Notice { notice, batch, at }),
            _ => None,
        })
    }

    async fn fold(&mut self, transaction: &mut PgConnection, events: &[(&Recorded, Event)]) -> Result<(), FoldError> {
        let now = OffsetDateTime::now_utc();
        for (recorded, event) in events {
            let Recorded { aggregate, position, .. } = **recorded;
            let is_fresh = now - recorded.recorded_time <= FRESH;
            match event {
                Event::Endpoint(event) => self.endpoint(transaction, EndpointId(aggregate), event).await?,
                Event::Assigned(assignment) => {
                    let communities: Vec<Uuid> = assignment.communities.iter().map(|community| community.0).collect();
                    remember(transaction, aggregate, assignment, &communities).await?;
                    if is_fresh {
                        let about = About {
                            kind: Told::Assigned,
                            campaign: aggregate,
                            material: assignment.material.0,
                            version: assignment.version.number(),
                            at: assignment.at,
                        };
                        self.tell(transaction, position, &about, &communities).await?;
                    }
                }
                Event::Notice { notice, batch, at } if is_fresh => {
                    let Some((material, communities)) = batch_of(transaction, aggregate, *batch).await? else {
                        return Err(FoldError::Poisonous {
                            position,
                            reason: "paket yang diberi tahu belum ada".into(),
                        });
                    };
                    let kind = match notice.kind {
                        NoticeKind::Corrected => Told::Corrected,
                        NoticeKind::Withdrawn => Told::Withdrawn,
                    };
                    let version = notice.version.number();
                    let about = About { kind, campaign: aggregate, material, version, at: *at };
                    self.tell(transaction, position, &about, &communities).await?;
                }
                Event::Notice { .. } => {}
            }
        }
        Ok(())
    }

    fn reset(&mut self) {}
}

/// What is told, to whomever.
struct About {
    kind: Told,
    campaign: Uuid,
    material: Uuid,
    version: u32,
    at: OffsetDateTime,
}

impl ChannelFold {
    async fn endpoint(
        &self,
        connection: &mut PgConnection,
        id: EndpointId,
        event: &endpoint::Event,
    ) -> Result<(), sqlx::Error> {
        match event {
            endpoint::Event::Set { community, kind, address, .. } => {
                sqlx::query(
                    "INSERT INTO channel.endpoint (endpoint_id, community_id) VALUES ($1, $2)
                     ON CONFLICT (endpoint_id) DO UPDATE SET community_id = excluded.community_id",
                )
                .bind(id.0)
                .bind(community.0)
                .execute(&mut *connection)
                .await?;
                self.queue.put_endpoint(connection, id, &sealed(*kind, *address)).await?;
                self.queue.resume(connection, id).await?;
            }
            endpoint::Event::SecretRotated { address, .. } => {
                // Only a webhook has a secret.
                self.queue.put_endpoint(connection, id, &sealed(Kind::Webhook, *address)).await?;
            }
            endpoint::Event::Suspended { .. } => {
                self.queue.disable(connection, id).await?;
            }
            endpoint::Event::Resumed { .. } => {
                self.queue.resume(connection, id).await?;
            }
            endpoint::Event::Removed { .. } => {
                let delete = sqlx::query("DELETE FROM channel.endpoint WHERE endpoint_id = $1");
                delete.bind(id.0).execute(&mut *connection).await?;
                self.queue.remove(connection, id).await?;
            }
        }
        Ok(())
    }

    /// Queues it for the endpoints of these communities.
    async fn tell(
        &self,
        connection: &mut PgConnection,
        position: Position,
        about: &About,
        communities: &[Uuid],
    ) -> Result<(), FoldError> {
        let endpoints: Vec<(Uuid, Uuid)> =
            sqlx::query_as("SELECT endpoint_id, community_id FROM channel.endpoint WHERE community_id = ANY ($1)")
                .bind(communities)
                .fetch_all(&mut *connection)
                .await?;
        for (endpoint, community) in endpoints {
            let message = about.to(community).queued().map_err(|error| poisonous(position, &error))?;
            self.enqueue(connection, position, EndpointId(endpoint), &message).await?;
        }
        Ok(())
    }

    async fn enqueue(
        &self,
        connection: &mut PgConnection,
        position: Position,
        endpoint: EndpointId,
        message: &Message,
    ) -> Result<(), FoldError> {
        match self.queue.enqueue(connection, endpoint, message).await {
            Ok(_) => Ok(()),
            Err(EnqueueError::Database(error)) => Err(error.into()),
            Err(error) => Err(poisonous(position, &error)),
        }
    }
}

fn poisonous(position: Position, error: &dyn std::error::Error) -> FoldError {
    FoldError::Poisonous { position, reason: error.to_string() }
}

impl About {
    fn to(&self, community: Uuid) -> Notification {
        let Self { kind, campaign, material, version, at } = *self;
        Notification { kind, campaign, community, material, version: version.cast_signed(), at }
    }
}

async fn remember(
    connection: &mut PgConnection,
    campaign: Uuid,
    assignment: &Assignment,
    communities: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO channel.batch (campaign_id, batch, material_id, community_ids) VALUES ($1, $2, $3, $4)
         ON CONFLICT (campaign_id, batch) DO NOTHING",
    )
    .bind(campaign)
    .bind(assignment.batch.cast_signed())
    .bind(assignment.material.0)
    .bind(communities)
    .execute(connection)
    .await?;
    Ok(())
}

/// The material of a batch, and who was assigned in it.
async fn batch_of(
    connection: &mut PgConnection,
    campaign: Uuid,
    batch: u32,
) -> Result<Option<(Uuid, Vec<Uuid>)>, sqlx::Error> {
    sqlx::query_as("SELECT material_id, community_ids FROM channel.batch WHERE campaign_id = $1 AND batch = $2")
        .bind(campaign)
        .bind(batch.cast_signed())
        .fetch_optional(connection)
        .await
}
