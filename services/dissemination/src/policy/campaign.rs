//! Carries campaigns out. Several take turns, a turn being some batches: the most urgent first, and of one priority those of the smallest
//! region, so that a local one does not stand behind a national one.
//!
//! What a turn did is known from the campaign's own state alone, so that one that was broken off anywhere is made again: what was assigned is
//! not assigned again, because the cursor of the fan-out has gone on, and the version check at append lets one of several replicas through.

use std::collections::{HashMap, VecDeque};

use kim_desk::wire::Happened;
use kim_eventlog::{Done, Envelope, ExecuteError, Position, Proposal};
use kim_territory::Zone;
use time::OffsetDateTime;

use super::{Policies, PolicyError};
use crate::{
    audience::DrawError,
    domain::{
        Refusal,
        campaign::{self, Campaign, Command, FanOut, Stage},
        ids::CampaignId,
        material::RevisionReason,
    },
    index::Live,
};

/// When something is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub now: OffsetDateTime,
    /// Only in a simulated log: when it is recorded.
    pub recorded: Option<OffsetDateTime>,
}

/// The turns of several campaigns.
pub(super) struct Turns {
    /// The clock of a simulated log.
    simulated: Option<OffsetDateTime>,
    /// Up to where each campaign has made communities' weeks fuller. Whoever reckons a week waits for the others' only.
    filled: HashMap<CampaignId, Position>,
}

/// What became of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Something was done, and more may be to do.
    Taken,
    /// There is nothing to do now.
    Over,
}

impl Turns {
    pub fn new(simulated: Option<OffsetDateTime>) -> Self {
        Self { simulated, filled: HashMap::new() }
    }

    fn moment(&self) -> Moment {
        Moment { now: self.simulated.unwrap_or_else(OffsetDateTime::now_utc), recorded: self.simulated }
    }

    pub fn has_filled(&mut self, id: CampaignId, position: Position) {
        self.filled.insert(id, position);
    }

    /// Up to where the index must be to know what the other campaigns have brought.
    pub fn filled_by_others(&self, id: CampaignId) -> Option<Position> {
        self.filled.iter().filter(|(other, _)| **other != id).map(|(_, position)| *position).max()
    }
}

impl Policies {
    /// Lets these campaigns, in the order of [`crate::index::Index::live_campaigns`], take turns until none has anything to do. Returns how
    /// many turns were taken. `simulated` is the clock of a simulated log.
    pub(super) async fn take_turns(
        &self,
        live: &[Live],
        simulated: Option<OffsetDateTime>,
    ) -> Result<u64, PolicyError> {
        let mut turns = Turns::new(simulated);
        let mut taken = 0;
        for of_one_priority in live.chunk_by(|one, next| one.priority == next.priority) {
            let mut waiting: VecDeque<CampaignId> = of_one_priority.iter().map(|live| live.id).collect();
            while let Some(id) = waiting.pop_front() {
                if self.turn(id, &mut turns).await? == Turn::Taken {
                    taken += 1;
                    waiting.push_back(id);
                }
            }
        }
        Ok(taken)
    }

    /// What one campaign does now. One that cannot go on does not keep the others.
    async fn turn(&self, id: CampaignId, turns: &mut Turns) -> Result<Turn, PolicyError> {
        match self.next_step(id, turns).await {
            Ok(turn) => Ok(turn),
            Err(PolicyError::Execute(ExecuteError::UnknownEvent { position, event_type })) => {
                tracing::error!(campaign = %id, %position, event_type, "a campaign waits for a newer version of this service");
                Ok(Turn::Over)
            }
            Err(PolicyError::Draw(error @ DrawError::Behind { .. })) => {
                tracing::warn!(campaign = %id, %error, "a campaign waits for the copy of the registry");
                Ok(Turn::Over)
            }
            // It was paused or cancelled meanwhile.
            Err(PolicyError::Execute(ExecuteError::Refused(Refusal::Campaign(
                campaign::CampaignError::NotRunning(_),
            )))) => Ok(Turn::Over),
            Err(PolicyError::Execute(ExecuteError::Refused(refusal))) => {
                tracing::error!(campaign = %id, %refusal, "a campaign cannot go on");
                Ok(Turn::Over)
            }
            Err(error) => Err(error),
        }
    }

    async fn next_step(&self, id: CampaignId, turns: &mut Turns) -> Result<Turn, PolicyError> {
        let moment = turns.moment();
        let snapshot = self.campaigns.load(id.0).await?;
        let Some(campaign) = &snapshot.state else { return Ok(Turn::Over) };
        if let Some(FanOut { notice: Some(notice), .. }) = campaign.stage.fan_out()
            && notice.told < notice.of
        {
            return self.step(id, "notices", &[Command::IssueNotices { now: moment.now }], moment).await;
        }
        let window = campaign.plan.window;
        match &campaign.stage {
            Stage::Scheduled { .. } if moment.now >= window.begins(campaign.plan.audience.codes()) => {
                self.start(id, campaign, moment).await
            }
            Stage::Running(_) | Stage::Paused(_) if moment.now >= window.ends(campaign.plan.audience.codes()) => {
                self.step(id, "completion", &[Command::Complete { now: moment.now }], moment).await
            }
            Stage::Running(fan_out) => self.fan_out(id, (campaign, fan_out), moment, turns).await,
            Stage::Paused(fan_out) => self.release(id, (campaign, fan_out), moment).await,
            _ => Ok(Turn::Over),
        }
    }

    /// Draws the audience. What became of the material after the campaign was scheduled comes first.
    async fn start(&self, id: CampaignId, campaign: &Campaign, moment: Moment) -> Result<Turn, PolicyError> {
        let now = moment.now;
        let mut commands = Vec::new();
        let material = self.materials.load(campaign.outline.material.0).await?;
        let Some(material) = &material.state else { return Ok(Turn::Over) };
        match material.shown() {
            None => return self.step(id, "material", &[Command::WithdrawMaterial { now }], moment).await,
            Some(shown) => {
                let reason = shown.revision.unwrap_or(RevisionReason::Update);
                commands.push(Command::ReplaceMaterial { by: shown.version, reason, now });
            }
        }
        let draw = self.draw(campaign, now).await?;
        commands.push(Command::Start { draw, now });
        self.step(id, "start", &commands, moment).await
    }

    /// Tells a campaign one command after another, all or none.
    pub(super) async fn step(
        &self,
        id: CampaignId,
        name: &'static str,
        commands: &[Command],
        moment: Moment,
    ) -> Result<Turn, PolicyError> {
        Ok(match self.tell_now(id, name, commands, moment).await? {
            Some(_) => Turn::Taken,
            None => Turn::Over,
        })
    }

    /// The same; says where the last event stands, if there is one.
    pub(super) async fn tell_now(
        &self,
        id: CampaignId,
        name: &'static str,
        commands: &[Command],
        moment: Moment,
    ) -> Result<Option<Position>, PolicyError> {
        if commands.is_empty() {
            return Ok(None);
        }
        let envelope =
            Envelope { actor: "policy:campaign".into(), key: None, traceparent: None, recorded: moment.recorded };
        let last = self.tell(id, &envelope, commands, moment.now).await?;
        if last.is_some() {
            self.metrics.fired(name);
        }
        Ok(last)
    }

    /// Carries out one command after another, all or none. Says where the last event stands, if there is one.
    pub(super) async fn tell(
        &self,
        id: CampaignId,
        envelope: &Envelope,
        commands: &[Command],
        now: OffsetDateTime,
    ) -> Result<Option<Position>, ExecuteError<Refusal>> {
        let mut made = 0;
        let told = self.campaigns.execute(id.0, envelope, |snapshot| {
            let mut state = snapshot.state.clone();
            let mut events = Vec::new();
            for command in commands {
                let next = campaign::decide(state.as_ref(), command.clone())?;
                state = next.iter().fold(state, campaign::evolve);
                events.extend(next);
            }
            made = i64::try_from(events.len()).unwrap_or(i64::MAX);
            let happened = |event| Happened { aggregate: id.0, at: now, event };
            Ok(Proposal::of(events.into_iter().map(happened).collect()))
        });
        Ok(match told.await? {
            Done::New { first: Some(first), .. } => Position::new(first.get() + made - 1),
            Done::New { first: None, .. } | Done::Repeated { .. } => None,
        })
    }
}

/// The moments at which a campaign may have something to do, from its last event on.
pub(super) fn moments(campaign: &Campaign, changed_at: OffsetDateTime) -> Vec<OffsetDateTime> {
    const ALL: [Zone; 3] = [Zone::Wit, Zone::Wita, Zone::Wib];
    let window = campaign.plan.window;
    let codes = || campaign.plan.audience.codes();
    let mut moments = vec![changed_at];
    match &campaign.stage {
        Stage::Scheduled { .. } => moments.push(window.begins(codes())),
        Stage::Running(fan_out) => {
            moments.extend(ALL.map(|zone| window.opens(zone)));
            if !fan_out.deferred.is_empty() {
                moments.extend(ALL.into_iter().flat_map(|zone| window.hours(zone)));
            }
            moments.push(window.ends(codes()));
        }
        Stage::Paused(_) => moments.push(window.ends(codes())),
        Stage::Draft | Stage::Completed(_) | Stage::Cancelled { .. } => {}
    }
    moments.into_iter().map(|moment| moment.max(changed_at)).collect()
}
