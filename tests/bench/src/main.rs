//! Measurements, each beside a ceiling or a peer from the same run; a table, or JSON with `--json`.

mod append;
mod browse;
mod caller;
mod commands;
mod cpu;
mod do_nothing;
mod fill;
mod grow;
mod growth;
mod held;
mod import;
mod machine;
mod message_db;
mod nation;
mod page;
mod pgbench;
mod rebuild;
mod relay;
mod report;
mod sample;
mod search;
mod series;
mod serve;
mod servers;
mod stand;
mod unary;
mod up;
mod visible;

use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use report::Report;
use stand::Span;
use up::Up;

#[derive(Parser)]
#[command(
    name = "kim-bench",
    version,
    about = "Measures on servers of its own, each figure beside its ceiling from the same run."
)]
struct Cli {
    /// JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Subcommand)]
enum Measure {
    /// Appends to the log, beside raw inserts and message-db.
    Append {
        #[command(flatten)]
        span: Span,
        /// Instead: with a snapshot held open and `pg_dump` running, beside the same without.
        #[arg(long)]
        held: bool,
        /// How long the snapshot is held.
        #[arg(long, default_value_t = 1)]
        minutes: u64,
    },
    /// Unary gRPC to durable, beside raw inserts and a service that does nothing.
    Commands {
        #[command(flatten)]
        span: Span,
    },
    /// Imports in bulk, beside raw inserts of many rows a transaction.
    Import {
        #[command(flatten)]
        span: Span,
    },
    /// From a full log to an empty stream, beside raw publishing of the same messages.
    Relay {
        #[command(flatten)]
        length: Length,
    },
    /// The read model from position 1 on, beside raw ordered reading of the stream.
    Rebuild {
        #[command(flatten)]
        length: Length,
    },
    /// From a command to the page that shows it, at half load.
    Visible {
        #[command(flatten)]
        span: Span,
    },
    /// Searches for mistyped names among 84,000 communities, beside a service that does nothing.
    Search {
        #[command(flatten)]
        span: Span,
    },
    /// How long the server takes for the pages, beside its own do-nothing answer.
    Page {
        /// Requests of each page.
        #[arg(long, default_value_t = 3_000)]
        requests: usize,
        /// Of the nation that is up (`KIM_HOME`, `KIM_PORT`), not of one made for it.
        #[arg(long)]
        up: bool,
    },
    /// A command, a rebuilt event and a page in a long log, beside a short one.
    Growth {
        #[command(flatten)]
        growth: Growth,
    },
    /// All of them.
    All {
        #[command(flatten)]
        span: Span,
        #[command(flatten)]
        growth: GrowthOf,
    },
    /// Adds activities to the nation that is up, through the registry, until its log has this many events, and says how fast.
    Grow {
        #[arg(long)]
        events: i64,
    },
    /// What is measured over the network.
    #[command(hide = true)]
    Serve {
        #[command(subcommand)]
        serve: serve::Serve,
    },
}

/// How much is measured, where a log is gone through.
#[derive(Debug, Clone, Copy, Args)]
struct Length {
    /// How often the log is gone through.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Events in the log.
    #[arg(long, default_value_t = 300_000)]
    events: i64,
}

#[derive(Debug, Clone, Copy, Args)]
struct Growth {
    #[command(flatten)]
    span: Span,
    #[command(flatten)]
    of: GrowthOf,
}

/// What is compared with what.
#[derive(Debug, Clone, Copy, Args)]
struct GrowthOf {
    /// Events of the short log.
    #[arg(long, default_value_t = 500_000)]
    short: i64,
    /// Events of the long log.
    #[arg(long, default_value_t = 5_000_000)]
    long: i64,
    /// Communities in both.
    #[arg(long, default_value_t = 8_000)]
    communities: usize,
}

impl GrowthOf {
    async fn measure(self, span: Span) -> anyhow::Result<Report> {
        growth::measure(span, [self.short, self.long], self.communities).await
    }
}

const PAGE_ROUNDS: usize = 5;
const LENGTH: Length = Length { rounds: 3, events: 300_000 };
const HELD: Duration = Duration::from_mins(1);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Cli { json, measure } = Cli::parse();
    if let Measure::Serve { serve } = measure {
        return serve.run().await;
    }
    // Whoever breaks it off leaves no server and no folder behind.
    tokio::select! {
        done = run(measure, json) => done,
        asked = signalled() => anyhow::bail!("broken off by {}", asked?),
    }
}

async fn signalled() -> anyhow::Result<&'static str> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
    })
}

async fn run(measure: Measure, json: bool) -> anyhow::Result<()> {
    let report = match measure {
        Measure::Append { held: true, minutes, .. } => held::measure(Duration::from_mins(minutes)).await?,
        Measure::Append { span, .. } => append::measure(span).await?,
        Measure::Commands { span } => commands::measure(span).await?,
        Measure::Import { span } => import::measure(span).await?,
        Measure::Relay { length } => relay::measure(length.rounds, length.events).await?,
        Measure::Rebuild { length } => rebuild::measure(length.rounds, length.events).await?,
        Measure::Visible { span } => visible::measure(span).await?,
        Measure::Search { span } => search::measure(span).await?,
        Measure::Page { requests, up: false } => page::measure(PAGE_ROUNDS, requests).await?,
        Measure::Page { requests, up: true } => return page::measure_up(&Up::here()?, requests, json).await,
        Measure::Growth { growth } => growth.of.measure(growth.span).await?,
        Measure::All { span, growth } => return all(span, growth, json).await,
        Measure::Grow { events } => return grow::grow(&Up::here()?, events, json).await,
        Measure::Serve { serve } => return serve.run().await,
    };
    report.print(json)
}

async fn all(span: Span, growth: GrowthOf, json: bool) -> anyhow::Result<()> {
    append::measure(span).await?.print(json)?;
    held::measure(HELD).await?.print(json)?;
    commands::measure(span).await?.print(json)?;
    import::measure(span).await?.print(json)?;
    relay::measure(LENGTH.rounds, LENGTH.events).await?.print(json)?;
    rebuild::measure(LENGTH.rounds, LENGTH.events).await?.print(json)?;
    visible::measure(span).await?.print(json)?;
    search::measure(span).await?.print(json)?;
    page::measure(PAGE_ROUNDS, 3_000).await?.print(json)?;
    growth.measure(span).await?.print(json)
}
