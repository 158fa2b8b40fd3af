//! What becomes of a material goes on to its campaigns: another version takes the place of the one that is assigned, and a withdrawal ends
//! them.

use futures::{StreamExt, TryStreamExt, stream};
use kim_desk::wire::Paired;
use kim_eventlog::{Envelope, ExecuteError, Position, answered};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Policies, PolicyError};
use crate::domain::{
    Refusal,
    campaign::Command,
    ids::CampaignId,
    material::{RevisionReason, Version},
};

/// The policy's name in request keys. It never changes: by another name everything would be done again.
const POLICY: &str = "material";
const PAGE: i64 = 500;
const SIDE_BY_SIDE: usize = 16;

#[derive(Debug, Clone, sqlx::FromRow)]
struct Reaction {
    position: i64,
    campaign_id: Uuid,
    material_version: i32,
    revision_reason: Option<i16>,
    recorded_time: OffsetDateTime,
}

impl Reaction {
    /// `None` for what this version does not know.
    fn command(&self) -> Option<Command> {
        let now = self.recorded_time;
        let Some(reason) = self.revision_reason else { return Some(Command::WithdrawMaterial { now }) };
        let by = Version::new(u32::try_from(self.material_version).ok()?)?;
        Some(Command::ReplaceMaterial { by, reason: RevisionReason::from_proto(reason.into())?, now })
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
    /// Carries out the reactions that the index has noted, in the order of what they react to. Returns to how many it meant something.
    pub async fn react(&self) -> Result<u64, PolicyError> {
        let mut reacted = 0;
        let (mut after, mut after_campaign) = (0, Uuid::nil());
        loop {
            let asked = sqlx::query_as(
                "SELECT position, campaign_id, material_version, revision_reason, recorded_time FROM dissemination.reaction
                 WHERE (position, campaign_id) > ($1, $2) ORDER BY position, campaign_id LIMIT $3",
            )
            .bind(after)
            .bind(after_campaign)
            .bind(PAGE);
            let page: Vec<Reaction> = answered(asked.fetch_all(self.log.pool())).await?;
            let Some(last) = page.last() else { return Ok(reacted) };
            (after, after_campaign) = (last.position, last.campaign_id);
            // One event after another; the campaigns that it concerns are committed side by side.
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
        let (positions, campaigns): (Vec<i64>, Vec<Uuid>) =
            done.map(|(reaction, _)| (reaction.position, reaction.campaign_id)).unzip();
        let delete = sqlx::query(
            "DELETE FROM dissemination.reaction USING unnest($1, $2) AS done (at, id) WHERE position = at AND campaign_id = id",
        )
        .bind(positions)
        .bind(campaigns);
        answered(delete.execute(self.log.pool())).await?;
        Ok(())
    }

    /// A reaction that cannot be carried out yet stays noted.
    async fn react_to(&self, reaction: &Reaction) -> Result<Given, PolicyError> {
        let campaign = CampaignId(reaction.campaign_id);
        let Some(command) = reaction.command() else {
            tracing::error!(%campaign, "a reaction waits for a newer version of this service");
            return Ok(Given::Later);
        };
        let (position, recorded) = (Position::new(reaction.position).unwrap_or_default(), reaction.recorded_time);
        let envelope = Envelope {
            actor: format!("policy:{POLICY}"),
            key: Some(self.keys.reaction(POLICY, self.log.context(), (position, recorded), campaign.0)),
            traceparent: None,
            recorded: self.log.is_simulated().then_some(recorded),
        };
        match self.tell(campaign, &envelope, &[command], recorded).await {
            Ok(Some(_)) => {
                self.metrics.fired("material");
                Ok(Given::Event)
            }
            Ok(None) => Ok(Given::Nothing),
            Err(ExecuteError::Refused(Refusal::CampaignNotFound)) => {
                tracing::error!(%campaign, "a reaction is of a campaign that is not there");
                Ok(Given::Nothing)
            }
            Err(ExecuteError::UnknownEvent { position, event_type }) => {
                tracing::error!(%campaign, %position, event_type, "a reaction waits for a newer version of this service");
                Ok(Given::Later)
            }
            Err(error) => Err(error.into()),
        }
    }
}
