//! The stand that a measurement runs on: servers, and slices of load one after another.

use std::time::{Duration, Instant};

use clap::Args;

use crate::{
    cpu::{Cpu, Meter},
    machine::Machine,
    servers::Servers,
};

/// How long is measured.
#[derive(Debug, Clone, Copy, Args)]
pub struct Span {
    /// How often each load is run, in turn.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// How long each load runs in a round.
    #[arg(long, default_value_t = 4)]
    pub seconds: u64,
}

impl Span {
    pub fn slice(self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rounds, {} s each load", self.rounds, self.seconds)
    }
}

/// What a load did.
#[derive(Debug, Clone)]
pub struct Done {
    pub operations: u64,
    /// What those took, without connecting and the like.
    pub took: Duration,
    /// Of each operation, where it is known.
    pub latencies: Vec<Duration>,
}

/// One slice of one load.
#[derive(Debug, Clone)]
pub struct Slice {
    pub done: Done,
    pub cpu: Cpu,
    /// How long the slice took as a whole.
    pub wall: Duration,
    /// What the servers and services used after it, for what it had left them to do.
    pub cpu_after: Cpu,
}

impl Slice {
    pub fn rate(&self) -> f64 {
        self.done.operations as f64 / self.done.took.as_secs_f64()
    }
}

pub struct Stand {
    pub servers: Servers,
    pub machine: Machine,
    pub meter: Meter,
}

impl Stand {
    /// With as much memory for `PostgreSQL` as on a laptop.
    pub async fn start() -> anyhow::Result<Self> {
        Self::of(Servers::start(None).await?).await
    }

    /// With as much as an operator gives it: more than what a long log's commands touch.
    pub async fn roomy(shared_buffers: &str) -> anyhow::Result<Self> {
        Self::of(Servers::start(Some(shared_buffers)).await?).await
    }

    async fn of(servers: Servers) -> anyhow::Result<Self> {
        let machine = Machine::of(&servers).await?;
        let postgres = servers.postgres.process().map(kim_local::process::Process::pid);
        let nats = servers.nats.process().map(kim_local::process::Process::pid).into_iter().collect();
        Ok(Self { servers, machine, meter: Meter { postgres, nats, services: Vec::new() } })
    }

    /// Runs a load from level ground: after a checkpoint, with nothing of ours at work. Waits until that is so again.
    pub async fn slice(&self, load: impl Future<Output = anyhow::Result<Done>>) -> anyhow::Result<Slice> {
        self.servers.command("CHECKPOINT").await?;
        let (before, begun) = (self.meter.read(), Instant::now());
        let done = load.await?;
        let (ended, wall) = (self.meter.read(), begun.elapsed());
        self.meter.quiet().await;
        Ok(Slice { done, cpu: ended - before, wall, cpu_after: self.meter.read() - ended })
    }
}
