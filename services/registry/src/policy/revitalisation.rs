//! A training gives each dormant community that took part a plan to come back.

use futures::{StreamExt, TryStreamExt, stream};
use kim_eventlog::{Done, Envelope, ExecuteError, Position, Proposal, answered};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Policies, PolicyError};
use crate::{
    domain::{
        Refusal,
        community::{self, Command},
        ids::TrainingId,
    },
    wire,
};

/// The policy's name in request keys. It never changes: a changed name would give every plan again.
const POLICY: &str = "revitalisation";
const PAGE: i64 = 500;
const SIDE_BY_SIDE: usize = 64;

#[derive(Debug, Clone, sqlx::FromRow)]
struct Reaction {
    position: i64,
    community_id: Uuid,
    training_id: Uuid,
    held_from: Date,
    recorded_time: OffsetDateTime,
}

/// What became of a reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given {
    Plan,
    /// The community needs none.
    Nothing,
    Later,
}

impl Policies {
    /// Carries out the reactions that the index has noted, in the order of the trainings. Returns how many communities got a plan.
    pub async fn react(&self) -> Result<u64, PolicyError> {
        let mut planned = 0;
        let (mut after, mut after_community) = (0, Uuid::nil());
        loop {
            let asked = sqlx::query_as(
                "SELECT position, community_id, training_id, held_from, recorded_time FROM registry.reaction
                 WHERE (position, community_id) > ($1, $2) ORDER BY position, community_id LIMIT $3",
            )
            .bind(after)
            .bind(after_community)
            .bind(PAGE);
            let page: Vec<Reaction> = answered(asked.fetch_all(self.log.pool())).await?;
            let Some(last) = page.last() else { return Ok(planned) };
            (after, after_community) = (last.position, last.community_id);
            // One training after another; its communities are different aggregates, whose plans are committed side by side.
            for training in page.chunk_by(|one, next| one.position == next.position) {
                let plans: Vec<_> = training.iter().map(|reaction| self.give_plan(reaction)).collect();
                let given: Vec<Given> = stream::iter(plans).buffered(SIDE_BY_SIDE).try_collect().await?;
                planned += given.iter().map(|given| u64::from(*given == Given::Plan)).sum::<u64>();
                self.forget(training, &given).await?;
            }
        }
    }

    /// What was carried out is noted no more.
    async fn forget(&self, training: &[Reaction], given: &[Given]) -> Result<(), PolicyError> {
        let done = training.iter().zip(given).filter(|(_, given)| **given != Given::Later);
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
    async fn give_plan(&self, reaction: &Reaction) -> Result<Given, PolicyError> {
        let id = reaction.community_id;
        let position = Position::new(reaction.position).unwrap_or_default();
        let envelope = Envelope {
            actor: format!("policy:{POLICY}"),
            key: Some(self.keys.reaction(POLICY, self.log.context(), (position, reaction.recorded_time), id)),
            traceparent: None,
            recorded: self.log.is_simulated().then_some(reaction.recorded_time),
        };
        let command =
            Command::FollowTraining { training: TrainingId(reaction.training_id), held_from: reaction.held_from };
        let done = self
            .communities
            .execute(id, &envelope, |snapshot| {
                let events = community::decide(&snapshot.state, command.clone())?;
                let seat = snapshot.state.known()?.profile.seat;
                let happened = |event| wire::community::happened(id, event, seat, reaction.recorded_time);
                Ok(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await;
        match done {
            Ok(Done::New { first: Some(_), .. }) => {
                self.metrics.fired("plan");
                Ok(Given::Plan)
            }
            Ok(Done::New { first: None, .. } | Done::Repeated { .. }) => Ok(Given::Nothing),
            Err(ExecuteError::Refused(Refusal::CommunityNotFound)) => {
                tracing::error!(community = %id, training = %reaction.training_id, "a training names a community that is not there");
                Ok(Given::Nothing)
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(community = %id, %position, event_type, "a plan waits for a newer version of this service");
                Ok(Given::Later)
            }
            Err(error) => Err(error.into()),
        }
    }
}
