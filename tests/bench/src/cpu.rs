//! Who used the processor: on two cores that is what a figure is made of.

use std::{
    fs,
    ops::{AddAssign, Sub},
    time::Duration,
};

use serde::Serialize;

/// Linux counts the time of processes in hundredths of a second.
const TICKS: f64 = 100.0;
/// A look this long, with less than this used in it, is quiet: the registry's index gathers for up to a second.
const LOOK: Duration = Duration::from_millis(1_200);
const QUIET: f64 = 0.1;
const QUIET_WITHIN: Duration = Duration::from_mins(5);

/// Processor seconds by whose they are.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Cpu {
    /// `PostgreSQL`: all its processes.
    pub postgres: f64,
    /// The NATS server.
    pub nats: f64,
    /// The service under load, where it is a process of its own.
    pub service: f64,
    /// This process: the load, and what is measured in it.
    pub bench: f64,
    /// Programs that made the load: pgbench.
    pub tools: f64,
    /// Everybody else on the machine; what there is makes the figures unsure.
    pub others: f64,
}

impl Cpu {
    pub fn ours(&self) -> f64 {
        self.postgres + self.nats + self.service + self.bench + self.tools
    }

    pub fn scaled(self, by: f64) -> Self {
        Self {
            postgres: self.postgres * by,
            nats: self.nats * by,
            service: self.service * by,
            bench: self.bench * by,
            tools: self.tools * by,
            others: self.others * by,
        }
    }
}

impl AddAssign for Cpu {
    fn add_assign(&mut self, more: Self) {
        self.postgres += more.postgres;
        self.nats += more.nats;
        self.service += more.service;
        self.bench += more.bench;
        self.tools += more.tools;
        self.others += more.others;
    }
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            postgres: self.postgres - before.postgres,
            nats: self.nats - before.nats,
            service: self.service - before.service,
            bench: self.bench - before.bench,
            tools: self.tools - before.tools,
            others: self.others - before.others,
        }
    }
}

/// Which processes are whose.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    pub postgres: Option<u32>,
    pub nats: Vec<u32>,
    pub services: Vec<u32>,
}

impl Meter {
    /// What was used until now.
    pub fn read(&self) -> Cpu {
        let (bench, tools) = of(std::process::id()).map_or((0.0, 0.0), |used| (used.own, used.children));
        let whole = |pid: &u32| of(*pid).map_or(0.0, |used| used.own + used.children);
        let mut cpu = Cpu {
            postgres: self.postgres.map_or(0.0, |pid| whole(&pid) + children(pid)),
            nats: self.nats.iter().map(whole).sum(),
            service: self.services.iter().map(whole).sum(),
            bench,
            tools,
            others: 0.0,
        };
        cpu.others = machine() - cpu.ours();
        cpu
    }

    /// Waits until the servers and the services have done what the last load left them to do.
    pub async fn quiet(&self) {
        let deadline = tokio::time::Instant::now() + QUIET_WITHIN;
        loop {
            let before = self.read();
            tokio::time::sleep(LOOK).await;
            let used = self.read() - before;
            if used.postgres + used.nats + used.service < QUIET || tokio::time::Instant::now() > deadline {
                return;
            }
        }
    }
}

struct Used {
    parent: u32,
    own: f64,
    /// Of children that have ended.
    children: f64,
}

fn of(pid: u32) -> Option<Used> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Used {
        parent: fields.get(1)?.parse().ok()?,
        own: (ticks(11)? + ticks(12)?) / TICKS,
        children: (ticks(13)? + ticks(14)?) / TICKS,
    })
}

fn children(parent: u32) -> f64 {
    let Ok(processes) = fs::read_dir("/proc") else { return 0.0 };
    let pids = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    pids.filter_map(of).filter(|used| used.parent == parent).map(|used| used.own).sum()
}

/// All that was used on the machine, without idling and waiting.
fn machine() -> f64 {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = stat.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = first.split_whitespace().skip(1).filter_map(|ticks| ticks.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal
    [0, 1, 2, 5, 6, 7].iter().filter_map(|&at| ticks.get(at)).sum::<f64>() / TICKS
}
