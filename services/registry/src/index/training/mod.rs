//! Trainings in the index: a row for lists, the plans that a training gives, and what its participants do after it.

mod list;
mod outcome;
mod summary;

pub use list::{TrainingFilter, TrainingPage};
pub use outcome::Outcome;
pub(super) use outcome::{Fact, note};

use kim_contract::registry::v1 as pb;
use kim_desk::wire::{date, region};
use kim_eventlog::{Aggregate, Recorded};
use kim_territory::Adopted;
use prost::Message;
use sqlx::PgConnection;
use uuid::Uuid;

use super::follower::FollowError;
use crate::{
    domain::{
        ids::TrainingId,
        training::{Event, Session},
    },
    wire::training::Trainings,
};

/// Folds an event of a training.
pub(super) async fn fold(
    connection: &mut PgConnection,
    recorded: &Recorded,
    adopted: &Adopted,
) -> Result<(), FollowError> {
    let Some(happened) = Trainings::decode(recorded) else {
        tracing::error!(position = %recorded.position, "a training is not understood, and gives nobody a plan");
        return Ok(());
    };
    let id = TrainingId(recorded.aggregate);
    let known = load(connection, id).await?;
    let Some(summary) = summary::after(known, id, &happened.event, recorded.version) else {
        tracing::error!(position = %recorded.position, "a training's event came without its first one");
        return Ok(());
    };
    save(connection, id, &summary, adopted).await?;
    if let Event::Held { session, .. } = &happened.event {
        insert_reactions(connection, recorded, session).await?;
        outcome::begin(connection, recorded, session).await?;
    }
    Ok(())
}

async fn load(connection: &mut PgConnection, id: TrainingId) -> Result<Option<pb::TrainingSummary>, FollowError> {
    let record: Option<Vec<u8>> = sqlx::query_scalar("SELECT record FROM registry.training WHERE training_id = $1")
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    record.map(|record| pb::TrainingSummary::decode(record.as_slice()).map_err(|_| FollowError::Row)).transpose()
}

async fn save(
    connection: &mut PgConnection,
    id: TrainingId,
    summary: &pb::TrainingSummary,
    adopted: &Adopted,
) -> Result<(), FollowError> {
    let region = region::stored(summary.region.as_ref()).ok_or(FollowError::Row)?.on(adopted);
    let day = |day: Option<_>| day.as_ref().and_then(date::from_proto).ok_or(FollowError::Row);
    sqlx::query(
        "INSERT INTO registry.training (training_id, region_code, kind, status, begins_on, ends_on, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (training_id) DO UPDATE SET
           status = excluded.status, begins_on = excluded.begins_on, ends_on = excluded.ends_on, record = excluded.record",
    )
    .bind(id.0)
    .bind(region.code.to_string())
    .bind(i16::try_from(summary.kind).unwrap_or_default())
    .bind(i16::try_from(summary.status).unwrap_or_default())
    .bind(day(summary.begins_on)?)
    .bind(day(summary.ends_on)?)
    .bind(summary.encode_to_vec())
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert_reactions(
    connection: &mut PgConnection,
    recorded: &Recorded,
    session: &Session,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO registry.reaction (position, aggregate_id, policy, cause_id, on_day, recorded_time)
         SELECT $1, community_id, 'revitalisation', $3, $4, $5 FROM unnest($2::uuid[]) AS community_id",
    )
    .bind(recorded.position.get())
    .bind(participants(session))
    .bind(recorded.aggregate)
    .bind(session.held_from)
    .bind(recorded.recorded_time)
    .execute(connection)
    .await?;
    Ok(())
}

fn participants(session: &Session) -> Vec<Uuid> {
    session.participants.iter().map(|community| community.0).collect()
}
