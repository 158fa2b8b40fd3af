//! Tells the plan to the registry, step by step.
//!
//! How far it came, the log's clock says: a step's clock is moved when the step before is told whole. So a loading that was killed
//! goes on with one step that is told again, and of which nothing is added twice: rows are known by what they say, commands by ids
//! that are the same whenever they are sent.

mod carry_out;
mod ids;
mod messages;
mod notes;
mod registry;

use std::path::Path;

use anyhow::Context;
use futures::{StreamExt, TryStreamExt, stream};
use time::OffsetDateTime;

use self::{
    carry_out::Moment,
    ids::{Ids, Made},
    messages::community,
    notes::Notes,
    registry::Registry,
};
use super::{
    command::Command,
    month::Month,
    plan::{Plan, Step},
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
    let ids = if begun > 0 { Ids::recall(plan, &registry).await? } else { Ids::default() };
    let mut loader = Loader { plan, registry, notes, ids };
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
    ids: Ids,
}

impl Loader<'_> {
    async fn tell(&mut self, step: &Step) -> anyhow::Result<()> {
        self.registry.advance(step.starts).await?;
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
        let moment = |((at, command), i): (&(OffsetDateTime, Command), u64)| {
            (Moment { at: *at, step: step.starts, i }, *command)
        };
        let commands = step.commands.iter().zip(0..).map(moment);
        let (masters, others): (Vec<_>, Vec<_>) = commands.partition(|(_, command)| command.is_master());
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

impl Step {
    /// Rows and commands in it.
    #[must_use]
    pub fn weight(&self) -> u64 {
        (self.commands.len() + self.listed.len() + self.reports.len()) as u64
    }
}
