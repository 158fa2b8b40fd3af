//! Follows the log: folds its events into the index, checkpoint and rows in one transaction. Replicas take turns by the lock on
//! the checkpoint's row; whichever comes second finds the work done.

use kim_desk::follow::BATCH;
use kim_eventlog::{Aggregate, Filter, Position, Recorded};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Index, campaign, delivery, material, programme, publication, question};
use crate::wire::{
    campaign::Campaigns, delivery::Deliveries, material::Materials, programme::Programmes, question::Questions,
};

#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("the index was made from another log: at {0} it has an event that this log does not have there")]
    OtherLog(Position),
    #[error("a row of the index is not understood")]
    Row,
}

impl Index {
    /// Follows the log to its head. An index of a log that is no more, after a restore, is made again.
    pub async fn prepare(&self) -> Result<(), FollowError> {
        loop {
            match self.advance().await {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(FollowError::OtherLog(at)) => {
                    tracing::warn!(%at, "indeks dibuat dari log yang lain; dibuat lagi dari awal");
                    empty(&mut *self.pool.acquire().await?).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Follows the log until `stop`.
    pub async fn follow(self, stop: CancellationToken) {
        self.followed.follow(|| self.advance(), stop).await;
    }

    /// Folds the next events. Returns how many there were.
    async fn advance(&self) -> Result<i64, FollowError> {
        let mut transaction = self.pool.begin().await?;
        let (at, event_id): (i64, Option<Uuid>) = sqlx::query_as(CHECKPOINT).fetch_one(&mut *transaction).await?;
        let at = Position::new(at).unwrap_or_default();
        if at > Position::START && self.followed.at() == Position::START {
            let there = self.log.at(at).await?.map(|event| event.event_id);
            if there != event_id {
                return Err(FollowError::OtherLog(at));
            }
        }
        let (events, _) = self.log.read(at.next(), BATCH, &Filter::default()).await?;
        let Some(last) = events.last() else {
            self.arrived(at);
            return Ok(0);
        };
        fold(&mut transaction, &events).await?;
        sqlx::query("UPDATE dissemination.follower SET position = $1, event_id = $2")
            .bind(last.position.get())
            .bind(last.event_id)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.arrived(last.position);
        Ok(last.position.get() - at.get())
    }

    fn arrived(&self, position: Position) {
        self.metrics.arrived(position.sequence());
        self.followed.arrived(position);
    }
}

const CHECKPOINT: &str = "SELECT position, event_id FROM dissemination.follower FOR UPDATE";

/// Folds `events`, kind by kind of aggregate. What becomes of materials is noted for the campaigns that are there.
async fn fold(connection: &mut PgConnection, events: &[Recorded]) -> Result<(), FollowError> {
    let (mut programmes, mut materials, mut campaigns) = (Vec::new(), Vec::new(), Vec::new());
    let (mut deliveries, mut questions) = (Vec::new(), Vec::new());
    for recorded in events {
        if let Some(happened) = Deliveries::decode(recorded) {
            deliveries.push((recorded, happened.event));
        } else if let Some(happened) = Campaigns::decode(recorded) {
            campaigns.push((recorded, happened.event));
        } else if let Some(happened) = Materials::decode(recorded) {
            materials.push((recorded, happened.event));
        } else if let Some(happened) = Programmes::decode(recorded) {
            programmes.push((recorded, happened.event));
        } else if let Some(happened) = Questions::decode(recorded) {
            questions.push((recorded, happened.event));
        }
    }
    programme::fold(connection, &programmes).await?;
    material::fold(connection, &materials).await?;
    publication::fold(connection, &materials).await?;
    campaign::fold(connection, &campaigns).await?;
    campaign::note_reactions(connection, &materials).await?;
    delivery::fold(connection, &deliveries).await?;
    question::fold(connection, &questions).await?;
    Ok(())
}

/// Empties the index: it is made again from the log.
async fn empty(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let emptied: [&'static str; 4] = [
        "TRUNCATE dissemination.programme, dissemination.material",
        "TRUNCATE dissemination.campaign, dissemination.assignment, dissemination.notice, dissemination.reaction",
        "TRUNCATE dissemination.delivery, dissemination.publication, dissemination.withdrawal, dissemination.question",
        "UPDATE dissemination.follower SET position = 0, event_id = NULL",
    ];
    for statement in emptied {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}
