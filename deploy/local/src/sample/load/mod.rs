//! Tells the plan to the registry and to dissemination, step by step.
//!
//! How far it came, the logs' clocks say: a step's clock is moved when the step before is told whole. So a loading that was killed
//! goes on with one step that is told again, and of which nothing is added twice: rows are known by what they say, commands by ids
//! that are the same whenever they are sent.
//!
//! The two logs go on side by side. Dissemination's clock is moved when its copy has all that the registry was told before, and before
//! the registry is told more: so each audience is the one of its day.

mod carry_out;
mod dissemination;
mod ids;
mod messages;
mod notes;
mod registry;
mod service;

use std::path::Path;

use anyhow::{Context, bail};
use futures::{StreamExt, TryStreamExt, stream};
use kim_territory::RegionCode;
use time::OffsetDateTime;

use self::{
    carry_out::Moment,
    dissemination::Dissemination,
    ids::{Ids, Made},
    messages::community,
    notes::Notes,
    registry::Registry,
    service::Service,
};
use super::{
    command::Command,
    dissemination as told,
    month::Month,
    plan::{Plan, Step},
    territory,
};

/// Commands of one step that are under way at a time.
const SIDE_BY_SIDE: usize = 64;

/// Where a plan goes, and with whose rights.
#[derive(Debug, Clone, Copy)]
pub struct Services<'a> {
    /// The registry's gRPC, `http://127.0.0.1:7401`.
    pub registry: &'a str,
    /// Dissemination's gRPC.
    pub dissemination: &'a str,
    /// Token of the simulator.
    pub simulator: &'a str,
    /// Token of the simulator as a second person.
    pub reviewer: &'a str,
}

/// How far the loading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub month: Month,
    /// Rows and commands that the logs have.
    pub done: u64,
    pub total: u64,
    pub communities: u64,
    pub activities: u64,
    /// Reports on campaigns.
    pub reports: u64,
}

/// Loads what of `plan` the services do not have yet. `notes` is a folder that is kept from run to run.
pub async fn load_plan(
    plan: &Plan,
    services: Services<'_>,
    notes: &Path,
    mut progress: impl FnMut(Progress),
) -> anyhow::Result<()> {
    let simulator = |address| Service::new(address, services.simulator);
    let registry = Registry::new(simulator(services.registry)?);
    let reviewer = Service::new(services.dissemination, services.reviewer)?;
    let dissemination = Dissemination::new(simulator(services.dissemination)?, reviewer);
    let (log, clock) = (registry.log().await?, registry.clock().await?);
    dissemination.check().await?;
    let told = dissemination.clock().await?;
    if clock >= plan.ends() && told >= plan.ends() {
        return Ok(());
    }
    let notes = Notes::open(notes, log, clock.min(told), plan.ends(), OffsetDateTime::now_utc())?;
    // The last step that was begun may not be told whole.
    let begun = plan.steps.partition_point(|step| step.starts <= clock);
    let first = if clock >= plan.ends() { begun } else { begun.saturating_sub(1) };
    let mut done = Progress::before(plan);
    done.count(plan, 0..first);
    are_in_step(plan, first, told)?;
    let mut ids = Ids::default();
    if begun > 0 {
        ids = Ids::recall(plan, &registry).await?;
        ids.recall_of_dissemination(plan, &dissemination).await?;
    }
    let mut loader = Loader { plan, registry, dissemination, told, notes, ids };
    for (i, step) in plan.steps.iter().enumerate().skip(first) {
        loader.tell(i, step).await.with_context(|| format!("contoh, langkah {}", step.starts.date()))?;
        done.count(plan, i..i + 1);
        progress(done);
    }
    loader.registry.advance(plan.ends()).await?;
    loader.advance_dissemination(plan.ends()).await
}

/// Whether dissemination was told of all stops before the step from which on is loaded: an audience is drawn in its time or not at all.
fn are_in_step(plan: &Plan, first: usize, told: OffsetDateTime) -> anyhow::Result<()> {
    let stops = plan.steps[..first].iter().flat_map(|step| told::Dissemination::stops(step.starts.date()));
    if stops.max().is_some_and(|last| told < last) {
        bail!("registri sudah dimuat tanpa diseminasi; mulai lagi dengan deploy/local/down --erase");
    }
    Ok(())
}

impl Progress {
    fn before(plan: &Plan) -> Self {
        let weight = |i: usize| plan.steps[i].weight() + plan.dissemination.steps[i].weight();
        let total = (0..plan.steps.len()).map(weight).sum();
        Self { month: plan.until, done: 0, total, communities: 0, activities: 0, reports: 0 }
    }

    fn count(&mut self, plan: &Plan, steps: std::ops::Range<usize>) {
        for (step, told) in plan.steps[steps.clone()].iter().zip(&plan.dissemination.steps[steps]) {
            self.month = Month::of(step.starts.date());
            self.done += step.weight() + told.weight();
            let drafted = step.commands.iter().filter(|(_, command)| matches!(command, Command::Draft(_))).count();
            self.communities += (step.listed.len() + drafted) as u64;
            self.activities += step.reports.len() as u64;
            self.reports += told.reports.len() as u64;
        }
    }
}

struct Loader<'p> {
    plan: &'p Plan,
    registry: Registry,
    dissemination: Dissemination,
    /// Dissemination's clock.
    told: OffsetDateTime,
    notes: Notes,
    ids: Ids,
}

impl Loader<'_> {
    async fn tell(&mut self, i: usize, step: &Step) -> anyhow::Result<()> {
        self.registry.advance(step.starts).await?;
        for stop in told::Dissemination::stops(step.starts.date()) {
            self.advance_dissemination(stop).await?;
        }
        let told = &self.plan.dissemination.steps[i];
        self.command_dissemination(step, told).await?;
        let reports = self.report_rows(told)?;
        let dissemination = self.dissemination.clone();
        if step.commands.iter().any(|(_, command)| matches!(command, Command::AdoptTerritory(_))) {
            // A delivery belongs where its community is.
            self.tell_registry(step).await?;
            self.follow().await?;
            dissemination.import_reports(reports).await
        } else {
            tokio::try_join!(self.tell_registry(step), dissemination.import_reports(reports)).map(|_| ())
        }
    }

    /// Moves dissemination's clock, unless it is there already: what it would find now was not there then.
    async fn advance_dissemination(&mut self, to: OffsetDateTime) -> anyhow::Result<()> {
        if self.told < to {
            self.follow().await?;
            self.dissemination.advance(to).await?;
            self.told = to;
        }
        Ok(())
    }

    /// Waits until dissemination knows all that the registry was told.
    async fn follow(&self) -> anyhow::Result<()> {
        // The smallest region of an office that every territory calls the same: which of them its copy is at, is not known yet.
        let mut regions = self.plan.offices.iter().rev().map(|office| office.region);
        let region = regions.find(|region| territory::is_called_the_same(*region)).unwrap_or(RegionCode::NATION);
        let office = self.ids.office(self.plan, region)?;
        let head = self.registry.head().await?;
        self.dissemination.follows(head, office, messages::region_in_force(region)).await
    }

    async fn command_dissemination(&mut self, step: &Step, told: &told::Step) -> anyhow::Result<()> {
        let commands: Vec<_> = moments(step, &told.commands).collect();
        let made: Vec<Made> = stream::iter(&commands)
            .map(|(moment, command)| self.carry_out_of_dissemination(*moment, *command))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        for made in made {
            self.ids.keep(made);
        }
        Ok(())
    }

    async fn tell_registry(&mut self, step: &Step) -> anyhow::Result<()> {
        self.command(step).await?;
        if !step.listed.is_empty() {
            let rows = step.listed.iter().zip(1..);
            let rows: Vec<_> =
                rows.map(|(listed, row)| community::community_row(row, listed, &self.plan.kims[listed.kim])).collect();
            let ids = self.registry.import_communities(&rows).await?;
            let made = step.listed.iter().zip(ids).map(|(listed, id)| Made::Community(listed.kim, id));
            made.for_each(|made| self.ids.keep(made));
        }
        if !step.reports.is_empty() {
            let rows = step.reports.iter().zip(1..);
            let rows = rows.map(|(report, row)| {
                let seat = self.plan.kims[report.kim].record.seat.level();
                Ok(community::activity_row(row, report, seat, self.ids.community(self.plan, report.kim)?))
            });
            let rows: Vec<_> = rows.collect::<anyhow::Result<_>>()?;
            self.registry.import_activities(&rows).await?;
        }
        Ok(())
    }

    /// Master data one after another, the rest side by side: no two commands of a step are about one community.
    async fn command(&mut self, step: &Step) -> anyhow::Result<()> {
        let (masters, others): (Vec<_>, Vec<_>) =
            moments(step, &step.commands).partition(|(_, command)| command.is_master());
        let mut made = Vec::new();
        for (moment, command) in &masters {
            made.push(self.carry_out(*moment, *command).await?);
        }
        if !masters.is_empty() {
            // Rules hold, and communities and offices are where the territory in force has them, before anything else is told.
            self.registry.advance(step.starts).await?;
        }
        let others: Vec<Made> = stream::iter(&others)
            .map(|(moment, command)| self.carry_out(*moment, *command))
            .buffered(SIDE_BY_SIDE)
            .try_collect()
            .await?;
        let reacts = step.commands.iter().any(|(_, command)| command.is_reacted_to());
        if reacts {
            // Plans are given before anything else is told.
            self.registry.advance(step.starts).await?;
        }
        made.into_iter().chain(others).for_each(|made| self.ids.keep(made));
        Ok(())
    }
}

/// Commands of a step, each with its moment.
fn moments<C: Copy>(step: &Step, commands: &[(OffsetDateTime, C)]) -> impl Iterator<Item = (Moment, C)> {
    commands.iter().zip(0..).map(|((at, command), i)| (Moment { at: *at, step: step.starts, i }, *command))
}

impl Step {
    /// Rows and commands in it.
    #[must_use]
    pub fn weight(&self) -> u64 {
        (self.commands.len() + self.listed.len() + self.reports.len()) as u64
    }
}

impl told::Step {
    /// Rows and commands in it.
    #[must_use]
    pub fn weight(&self) -> u64 {
        (self.commands.len() + self.reports.len()) as u64
    }
}
