//! What an event of one aggregate does to another: a training gives each dormant community that took part a plan to come back, a
//! community into which another was merged learns of it, and a partnership ends with either of its sides.

use futures::{StreamExt, TryStreamExt, stream};
use kim_eventlog::{Done, Envelope, ExecuteError, Position, answered};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Policies, PolicyError};
use crate::domain::{
    Refusal,
    community::Command,
    ids::{CommunityId, TrainingId},
    partnership::Side,
};

const PAGE: i64 = 500;
const SIDE_BY_SIDE: usize = 64;

#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct Reaction {
    position: i64,
    /// Who reacts: a community, a partnership.
    pub aggregate_id: Uuid,
    /// The policy's name in request keys. It never changes: by another name everything would be done again.
    policy: String,
    /// What the policy reacts to: a training, a community, an office.
    cause_id: Uuid,
    pub on_day: Date,
    pub recorded_time: OffsetDateTime,
}

/// What a policy does.
enum Told {
    /// A community is told this; it is counted by the name.
    Community(&'static str, Box<Command>),
    /// A partnership has lost this side.
    Partnership(Side),
}

impl Reaction {
    /// `None` for a policy that this version does not have.
    fn told(&self) -> Option<Told> {
        let community = |name, command| Told::Community(name, Box::new(command));
        Some(match self.policy.as_str() {
            "revitalisation" => community(
                "plan",
                Command::FollowTraining { training: TrainingId(self.cause_id), held_from: self.on_day },
            ),
            "merger" => {
                community("absorption", Command::Absorb { merged: CommunityId(self.cause_id), on: self.on_day })
            }
            "community-gone" => Told::Partnership(Side::Community),
            "office-gone" => Told::Partnership(Side::Office),
            _ => return None,
        })
    }
}

/// What became of a reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Event,
    /// It needs none.
    Nothing,
    Later,
}

impl Policies {
    /// Carries out the reactions that the index has noted, in the order of what they react to. Returns to how many it meant
    /// something.
    pub async fn react(&self) -> Result<u64, PolicyError> {
        let mut reacted = 0;
        let (mut after, mut after_aggregate) = (0, Uuid::nil());
        loop {
            let asked = sqlx::query_as(
                "SELECT position, aggregate_id, policy, cause_id, on_day, recorded_time FROM registry.reaction
                 WHERE (position, aggregate_id) > ($1, $2) ORDER BY position, aggregate_id LIMIT $3",
            )
            .bind(after)
            .bind(after_aggregate)
            .bind(PAGE);
            let page: Vec<Reaction> = answered(asked.fetch_all(self.log.pool())).await?;
            let Some(last) = page.last() else { return Ok(reacted) };
            (after, after_aggregate) = (last.position, last.aggregate_id);
            // One event after another; those that it concerns are different aggregates, and are committed side by side.
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
        let (positions, aggregates): (Vec<i64>, Vec<Uuid>) =
            done.map(|(reaction, _)| (reaction.position, reaction.aggregate_id)).unzip();
        let delete = sqlx::query(
            "DELETE FROM registry.reaction USING unnest($1, $2) AS done (at, id) WHERE position = at AND aggregate_id = id",
        )
        .bind(positions)
        .bind(aggregates);
        answered(delete.execute(self.log.pool())).await?;
        Ok(())
    }

    /// A reaction that cannot be carried out yet stays noted.
    async fn react_to(&self, reaction: &Reaction) -> Result<Given, PolicyError> {
        let id = reaction.aggregate_id;
        let policy = reaction.policy.as_str();
        let Some(told) = reaction.told() else {
            tracing::error!(aggregate = %id, policy, "a reaction waits for a newer version of this service");
            return Ok(Given::Later);
        };
        let position = Position::new(reaction.position).unwrap_or_default();
        let envelope = Envelope {
            actor: format!("policy:{policy}"),
            key: Some(self.keys.reaction(policy, self.log.context(), (position, reaction.recorded_time), id)),
            traceparent: None,
            recorded: self.log.is_simulated().then_some(reaction.recorded_time),
        };
        match told {
            Told::Community(name, command) => {
                let done = self.tell_community(id, &envelope, &command, reaction.recorded_time).await;
                self.given(reaction, name, done)
            }
            Told::Partnership(side) => {
                let done = self.lose_partner(reaction, &envelope, side).await?;
                self.given(reaction, "partner-gone", done)
            }
        }
    }

    fn given<S>(
        &self,
        reaction: &Reaction,
        name: &'static str,
        done: Result<Done<S>, ExecuteError<Refusal>>,
    ) -> Result<Given, PolicyError> {
        let Reaction { aggregate_id: id, cause_id: cause, policy, .. } = reaction;
        match done {
            Ok(Done::New { first: Some(_), .. }) => {
                self.metrics.fired(name);
                Ok(Given::Event)
            }
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(Given::Nothing),
            Err(ExecuteError::Refused(Refusal::CommunityNotFound | Refusal::PartnershipNotFound)) => {
                tracing::error!(aggregate = %id, %cause, policy, "a reaction is of something that is not there");
                Ok(Given::Nothing)
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(aggregate = %id, %position, event_type, "a reaction waits for a newer version of this service");
                Ok(Given::Later)
            }
            Err(error) => Err(error.into()),
        }
    }
}
