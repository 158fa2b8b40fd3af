//! Puts what can wait into steps in which nothing else is told of its community.

use std::collections::{HashMap, HashSet};

use time::Date;

use super::{command::Command, plan::Plan};

/// What is told of a community on a day, or later.
#[derive(Debug, Clone, Copy)]
pub struct Waiting {
    on: Date,
    kim: usize,
    command: Command,
}

impl Waiting {
    #[must_use]
    pub fn new(on: Date, kim: usize, command: Command) -> Self {
        Self { on, kim, command }
    }
}

/// What is told of a community keeps the order of its days. What would come after the plan's end is left out.
pub fn fit(plan: &mut Plan, mut waiting: Vec<Waiting>) {
    // What is told of one training is told of many communities, and changes none of what waits.
    let mut taken: HashSet<(usize, usize)> = HashSet::new();
    for (i, step) in plan.steps.iter().enumerate() {
        taken.extend(step.commands.iter().filter_map(|(_, command)| Some((i, command.kim(plan)?))));
    }
    let mut last: HashMap<usize, usize> = HashMap::new();
    waiting.sort_by_key(|waiting| (waiting.on, waiting.kim));
    for Waiting { on, kim, command } in waiting {
        let mut step = plan.step_on(on).max(last.get(&kim).map_or(0, |step| step + 1));
        while taken.contains(&(step, kim)) {
            step += 1;
        }
        last.insert(kim, step);
        if let Some(step) = plan.steps.get_mut(step) {
            step.commands.push((step.starts, command));
        }
    }
}
