//! Tells the plan to the registry, step by step.
//!
//! How far it came, the log's clock says: a step's clock is moved when the step before is told whole. So a loading that was killed
//! goes on with one step that is told again, and of which nothing is added twice: rows are known by what they say, commands by ids
//! that are the same whenever they are sent.

mod messages;
mod notes;
mod registry;

use std::{collections::HashMap, path::Path};

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use kim_contract::registry::v1 as pb;
use time::OffsetDateTime;

use self::{notes::Notes, registry::Registry};
use super::{
    dice::{Dice, Topic},
    month::Month,
    places::key,
    plan::{Command, Plan, Step},
};

/// Commands of one step that are under way at a time.
const SIDE_BY_SIDE: usize = 64;

/// How far the loading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub month: Month,
    /// Rows and commands that the log has.
    pub done: u64,
    pub total: u64,
    pub communities: u64,
    pub activities: u64,
}

/// Loads what of `plan` the registry at `address` does not have yet. `notes` is a folder that is kept from run to run.
pub async fn load_plan(
    plan: &Plan,
    address: &str,
    simulator: &str,
    notes: &Path,
    mut progress: impl FnMut(Progress),
) -> anyhow::Result<()> {
    let registry = Registry::new(address, simulator)?;
    let log = registry.log().await?;
    let clock = registry.clock().await?;
    let mut done = Progress { month: plan.until, done: 0, total: weight(&plan.steps), communities: 0, activities: 0 };
    if clock >= plan.ends() {
        return Ok(());
    }
    let notes = Notes::open(notes, log, clock, plan.ends(), OffsetDateTime::now_utc())?;
    // The last step that was begun may not be told whole.
    let begun = plan.steps.partition_point(|step| step.starts <= clock);
    let first = begun.saturating_sub(1);
    for step in &plan.steps[..first] {
        done.count(step);
    }
    let mut loader = Loader { plan, registry, notes, communities: HashMap::new(), offices: HashMap::new() };
    if begun > 0 {
        loader.recall().await?;
    }
    for step in &plan.steps[first..] {
        loader.tell(step).await.with_context(|| format!("contoh, langkah {}", step.starts.date()))?;
        done.count(step);
        progress(done);
    }
    loader.registry.advance(plan.ends()).await
}

fn weight(steps: &[Step]) -> u64 {
    steps.iter().map(Step::weight).sum()
}

impl Progress {
    fn count(&mut self, step: &Step) {
        self.month = Month::of(step.starts.date());
        self.done += step.weight();
        let drafted = step.commands.iter().filter(|(_, command)| matches!(command, Command::Draft(_))).count();
        self.communities += (step.listed.len() + drafted) as u64;
        self.activities += step.reports.len() as u64;
    }
}

struct Loader<'p> {
    plan: &'p Plan,
    registry: Registry,
    notes: Notes,
    /// Ids by place in the plan.
    communities: HashMap<usize, String>,
    offices: HashMap<usize, String>,
}

impl Loader<'_> {
    /// Asks for the ids of what an earlier run told.
    async fn recall(&mut self) -> anyhow::Result<()> {
        let mut communities = self.registry.all_communities().await?;
        for (i, kim) in self.plan.kims.iter().enumerate() {
            if let Some(id) = communities.remove(&(kim.record.seat.to_string(), kim.record.name.clone())) {
                self.communities.insert(i, id);
            }
        }
        let mut offices = self.registry.all_offices().await?;
        for (i, office) in self.plan.offices.iter().enumerate() {
            if let Some(id) = offices.remove(&office.region.to_string()) {
                self.offices.insert(i, id);
            }
        }
        Ok(())
    }

    async fn tell(&mut self, step: &Step) -> anyhow::Result<()> {
        self.registry.advance(step.starts).await?;
        self.command(step).await?;
        if !step.listed.is_empty() {
            let rows = step.listed.iter().zip(1..);
            let rows: Vec<_> =
                rows.map(|(listed, row)| messages::community_row(row, listed, &self.plan.kims[listed.kim])).collect();
            let ids = self.registry.import_communities(&rows).await?;
            self.communities.extend(step.listed.iter().map(|listed| listed.kim).zip(ids));
        }
        if !step.reports.is_empty() {
            let rows = step.reports.iter().zip(1..);
            let rows = rows.map(|(report, row)| Ok(messages::activity_row(row, report, self.id(report.kim)?)));
            let rows: Vec<_> = rows.collect::<anyhow::Result<_>>()?;
            self.registry.import_activities(&rows).await?;
        }
        Ok(())
    }

    /// Master data one after another, the rest side by side: no two commands of a step are about one community.
    async fn command(&mut self, step: &Step) -> anyhow::Result<()> {
        let commands = step.commands.iter().zip(0..).map(|((at, command), i)| (*at, *command, i));
        let (masters, others): (Vec<_>, Vec<_>) = commands.partition(|(_, command, _)| command.is_master());
        let mut made = Vec::new();
        for (at, command, i) in &masters {
            made.push(self.carry_out(step, *at, *command, *i).await?);
        }
        let others: Vec<Made> = stream::iter(&others)
            .map(|(at, command, i)| self.carry_out(step, *at, *command, *i))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        let reacts =
            step.commands.iter().any(|(_, command)| command.is_master() || matches!(command, Command::Hold(_)));
        if reacts {
            // Rules hold, and plans are given, before anything else is told.
            self.registry.advance(step.starts).await?;
        }
        for made in made.into_iter().chain(others) {
            match made {
                Made::Nothing => {}
                Made::Office(office, id) => drop(self.offices.insert(office, id)),
                Made::Community(kim, id) => drop(self.communities.insert(kim, id)),
            }
        }
        Ok(())
    }

    async fn carry_out(&self, step: &Step, at: OffsetDateTime, command: Command, i: u64) -> anyhow::Result<Made> {
        let day = u64::try_from(step.starts.unix_timestamp()).context("a step lies after 1970")?;
        let request_id = self.notes.request_id(Dice::of(Topic::Request, day, i).bytes()).to_string();
        let registry = &self.registry;
        match command {
            Command::AdoptTerritory => {
                let decree = kim_territory::Decree::CURRENT.to_string();
                let message = pb::AdoptTerritoryRequest { request_id, decree, ..pb::AdoptTerritoryRequest::default() };
                registry.rule(message, at, |mut c, r| async move { c.adopt_territory(r).await }).await?;
            }
            Command::SetFormationRule => {
                let message = messages::formation_rule(request_id);
                registry.rule(message, at, |mut c, r| async move { c.set_formation_rule(r).await }).await?;
            }
            Command::SetDormancyRule => {
                let message = messages::dormancy_rule(request_id);
                registry.rule(message, at, |mut c, r| async move { c.set_dormancy_rule(r).await }).await?;
            }
            Command::SetBaseline => {
                let message = messages::baseline(request_id);
                registry.rule(message, at, |mut c, r| async move { c.set_baseline(r).await }).await?;
            }
            Command::Establish(office) => {
                let message = messages::office(request_id, &self.plan.offices[office]);
                return Ok(Made::Office(office, registry.establish(message, at).await?));
            }
            Command::Hold(training) => {
                let training = Some(self.training(training)?);
                registry.hold(pb::HoldTrainingRequest { request_id, training, ..Default::default() }, at).await?;
            }
            Command::Plan(kim, cause) => {
                let message = pb::PlanRevitalisationRequest {
                    request_id,
                    community_id: self.id(kim)?,
                    etag: String::new(),
                    preceded_by: Some(messages::preceding(cause)),
                };
                registry.community(message, at, |mut c, r| async move { c.plan_revitalisation(r).await }).await?;
            }
            Command::Dissolve(kim) => {
                let mut dice = Dice::of(Topic::Dissolve, u64::from(self.plan.kims[kim].number), 2);
                let reason = match dice.below(10) {
                    ..7 => pb::DissolutionReason::MembersDecided,
                    7 | 8 => pb::DissolutionReason::DecreeRevoked,
                    _ => pb::DissolutionReason::RegisteredInError,
                };
                let message = pb::DissolveCommunityRequest {
                    request_id,
                    community_id: self.id(kim)?,
                    etag: String::new(),
                    reason: reason.into(),
                    note: String::new(),
                };
                registry.community(message, at, |mut c, r| async move { c.dissolve_community(r).await }).await?;
            }
            Command::Draft(kim) => return self.draft(kim, request_id, at).await,
            Command::Submit(kim) => {
                let message =
                    pb::SubmitCommunityRequest { request_id, community_id: self.id(kim)?, etag: String::new() };
                registry.community(message, at, |mut c, r| async move { c.submit_community(r).await }).await?;
            }
            Command::Return(kim) => {
                let reasons = [
                    pb::ReturnReason::OfficersIncomplete,
                    pb::ReturnReason::DecreeMismatch,
                    pb::ReturnReason::DecreeUnreadable,
                ];
                let reason = *Dice::of(Topic::Applicant, u64::from(self.plan.kims[kim].number), 1).pick(&reasons);
                let message = pb::ReturnCommunityRequest {
                    request_id,
                    community_id: self.id(kim)?,
                    etag: String::new(),
                    reasons: vec![reason.into()],
                    note: String::new(),
                };
                registry.community(message, at, |mut c, r| async move { c.return_community(r).await }).await?;
            }
            Command::Register(kim) => {
                let message = pb::RegisterCommunityRequest {
                    request_id,
                    community_id: self.id(kim)?,
                    etag: String::new(),
                    registered_on: None,
                };
                registry.community(message, at, |mut c, r| async move { c.register_community(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }

    async fn draft(&self, kim: usize, request_id: String, at: OffsetDateTime) -> anyhow::Result<Made> {
        let record = &self.plan.kims[kim].record;
        let message = pb::DraftCommunityRequest {
            request_id,
            profile: Some(messages::profile(record)),
            decree_number: record.decree_number.clone(),
            contacts: Some(messages::contacts(record)),
            decree_issuer_name: String::new(),
        };
        let answer = self.registry.community(message, at, |mut c, r| async move { c.draft_community(r).await }).await?;
        let id = answer.community.context("the registry drafts a community and does not say which")?.community_id;
        Ok(Made::Community(kim, id))
    }

    fn training(&self, training: usize) -> anyhow::Result<pb::Training> {
        let training = &self.plan.trainings[training];
        let host = self.plan.offices.iter().position(|office| office.region == training.session.region);
        let host = host.and_then(|office| self.offices.get(&office)).context("a training's office")?;
        let participants = training.participants.iter().map(|number| {
            let kim = self.plan.find(*number).with_context(|| format!("KIM {number}"))?;
            self.id(kim)
        });
        Ok(messages::training(training, host.clone(), participants.collect::<anyhow::Result<_>>()?))
    }

    fn id(&self, kim: usize) -> anyhow::Result<String> {
        let told = self.communities.get(&kim);
        let record = &self.plan.kims[kim].record;
        told.cloned().with_context(|| format!("{} di {} belum ada di registri", record.name, key(&record.seat)))
    }
}

/// What a command made, to be called by its id later.
enum Made {
    Nothing,
    Office(usize, String),
    Community(usize, String),
}

impl Command {
    fn is_master(self) -> bool {
        matches!(self, Self::AdoptTerritory | Self::SetFormationRule | Self::SetDormancyRule | Self::SetBaseline)
    }
}

impl Step {
    /// Rows and commands in it.
    #[must_use]
    pub fn weight(&self) -> u64 {
        (self.commands.len() + self.listed.len() + self.reports.len()) as u64
    }
}
