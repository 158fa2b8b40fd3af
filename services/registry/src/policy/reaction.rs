//! What an event of one aggregate does to another: a training gives each dormant community that took part a plan to come back, and a
//! community into which another was merged learns of it.

use futures::{StreamExt, TryStreamExt, stream};
use kim_eventlog::{Done, Envelope, ExecuteError, Position, answered};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Policies, PolicyError};
use crate::domain::{
    Refusal,
    community::Command,
    ids::{CommunityId, TrainingId},
};

const PAGE: i64 = 500;
const SIDE_BY_SIDE: usize = 64;

#[derive(Debug, Clone, sqlx::FromRow)]
struct Reaction {
    position: i64,
    community_id: Uuid,
    /// The policy's name in request keys. It never changes: by another name everything would be done again.
    policy: String,
    /// What the policy reacts to: a training, a community.
    cause_id: Uuid,
    on_day: Date,
    recorded_time: OffsetDateTime,
}

impl Reaction {
    /// What is to be done, and what it is counted as; `None` for a policy that this version does not have.
    fn command(&self) -> Option<(&'static str, Command)> {
        Some(match self.policy.as_str() {
            "revitalisation" => {
                ("plan", Command::FollowTraining { training: TrainingId(self.cause_id), held_from: self.on_day })
            }
            "merger" => ("absorption", Command::Absorb { merged: CommunityId(self.cause_id), on: self.on_day }),
            _ => return None,
        })
    }
}

/// What became of a reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Event,
    /// The community needs none.
    Nothing,
    Later,
}

impl Policies {
    /// Carries out the reactions that the index has noted, in the order of what they react to. Returns how many communities it meant
    /// something to.
    pub async fn react(&self) -> Result<u64, PolicyError> {
        let mut reacted = 0;
        let (mut after, mut after_community) = (0, Uuid::nil());
        loop {
            let asked = sqlx::query_as(
                "SELECT position, community_id, policy, cause_id, on_day, recorded_time FROM registry.reaction
                 WHERE (position, community_id) > ($1, $2) ORDER BY position, community_id LIMIT $3",
            )
            .bind(after)
            .bind(after_community)
            .bind(PAGE);
            let page: Vec<Reaction> = answered(asked.fetch_all(self.log.pool())).await?;
            let Some(last) = page.last() else { return Ok(reacted) };
            (after, after_community) = (last.position, last.community_id);
            // One event after another; the communities that it concerns are different aggregates, and are committed side by side.
            for event in page.chunk_by(|one, next| one.position == next.position) {
                let given: Vec<_> = event.iter().map(|reaction| self.react_to(reaction)).collect();
                let given: Vec<Given> = stream::iter(given).buffered(SIDE_BY_SIDE).try_collect().await?;
                reacted += given.iter().map(|given| u64::from(*given == Given::Event)).sum::<u64>();
                self.forget(event, &given).await?;
            }
        }
    }

    /// What was carried out is noted no more.
    async fn forget(&self, event: &[Reaction], given: &[Given]) -> Result<(), PolicyError> {
        let done = event.iter().zip(given).filter(|(_, given)| **given != Given::Later);
        let (positions, communities): (Vec<i64>, Vec<Uuid>) =
            done.map(|(reaction, _)| (reaction.position, reaction.community_id)).unzip();
        let delete = sqlx::query(
            "DELETE FROM registry.reaction USING unnest($1, $2) AS done (at, id) WHERE position = at AND community_id = id",
        )
        .bind(positions)
        .bind(communities);
        answered(delete.execute(self.log.pool())).await?;
        Ok(())
    }

    /// A reaction that cannot be carried out yet stays noted.
    async fn react_to(&self, reaction: &Reaction) -> Result<Given, PolicyError> {
        let id = reaction.community_id;
        let policy = reaction.policy.as_str();
        let Some((name, command)) = reaction.command() else {
            tracing::error!(community = %id, policy, "a reaction waits for a newer version of this service");
            return Ok(Given::Later);
        };
        let position = Position::new(reaction.position).unwrap_or_default();
        let envelope = Envelope {
            actor: format!("policy:{policy}"),
            key: Some(self.keys.reaction(policy, self.log.context(), (position, reaction.recorded_time), id)),
            traceparent: None,
            recorded: self.log.is_simulated().then_some(reaction.recorded_time),
        };
        let done = self.tell_community(id, &envelope, &command, reaction.recorded_time).await;
        match done {
            Ok(Done::New { first: Some(_), .. }) => {
                self.metrics.fired(name);
                Ok(Given::Event)
            }
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(Given::Nothing),
            Err(ExecuteError::Refused(Refusal::CommunityNotFound)) => {
                tracing::error!(community = %id, cause = %reaction.cause_id, policy, "a reaction is to a community that is not there");
                Ok(Given::Nothing)
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(community = %id, %position, event_type, "a reaction waits for a newer version of this service");
                Ok(Given::Later)
            }
            Err(error) => Err(error.into()),
        }
    }
}
