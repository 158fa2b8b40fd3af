//! A training gives each dormant community that took part a plan to come back.

use kim_eventlog::{Done, Envelope, ExecuteError, Position, Proposal};
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

#[derive(Debug, Clone, sqlx::FromRow)]
struct Reaction {
    position: i64,
    community_id: Uuid,
    training_id: Uuid,
    held_from: Date,
    recorded_time: OffsetDateTime,
}

impl Policies {
    /// Carries out the reactions that the index has noted, in the order of the trainings. Returns how many communities got a plan.
    pub async fn react(&self) -> Result<u64, PolicyError> {
        let mut planned = 0;
        let (mut after, mut after_community) = (0, Uuid::nil());
        loop {
            let page: Vec<Reaction> = sqlx::query_as(
                "SELECT position, community_id, training_id, held_from, recorded_time FROM registry.reaction
                 WHERE (position, community_id) > ($1, $2) ORDER BY position, community_id LIMIT $3",
            )
            .bind(after)
            .bind(after_community)
            .bind(PAGE)
            .fetch_all(self.log.pool())
            .await?;
            let Some(last) = page.last() else { return Ok(planned) };
            (after, after_community) = (last.position, last.community_id);
            for reaction in &page {
                planned += u64::from(self.give_plan(reaction).await?);
            }
        }
    }

    /// Whether the community got a plan now. A reaction that cannot be carried out yet stays noted.
    async fn give_plan(&self, reaction: &Reaction) -> Result<bool, PolicyError> {
        let id = reaction.community_id;
        let position = Position::new(reaction.position).unwrap_or_default();
        let envelope = Envelope {
            actor: format!("policy:{POLICY}"),
            key: Some(self.keys.reaction(POLICY, self.log.context(), position, id)),
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
        let planned = match done {
            Ok(Done::New { first, .. }) => {
                if first.is_some() {
                    self.metrics.fired("plan");
                }
                first.is_some()
            }
            Ok(Done::Repeated { .. }) => false,
            Err(ExecuteError::Refused(Refusal::CommunityNotFound)) => {
                tracing::error!(community = %id, training = %reaction.training_id, "a training names a community that is not there");
                false
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(community = %id, %position, event_type, "a plan waits for a newer version of this service");
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        };
        sqlx::query("DELETE FROM registry.reaction WHERE position = $1 AND community_id = $2")
            .bind(reaction.position)
            .bind(id)
            .execute(self.log.pool())
            .await?;
        Ok(planned)
    }
}
