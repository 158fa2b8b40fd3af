//! Measurements, each beside a ceiling or a peer from the same run; a table, or JSON with `--json`.

mod append;
mod browse;
mod caller;
mod commands;
mod cpu;
mod do_nothing;
mod grow;
mod machine;
mod message_db;
mod page;
mod pgbench;
mod report;
mod sample;
mod serve;
mod servers;
mod stand;

use std::{env, fs, path::PathBuf};

use anyhow::Context;
use clap::{Parser, Subcommand};

use stand::Span;

#[derive(Parser)]
#[command(
    name = "kim-bench",
    version,
    about = "Measures on private servers, or a local nation that is up (KIM_HOME, KIM_PORT)."
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
    },
    /// Unary gRPC to durable, beside raw inserts and a service that does nothing.
    Commands {
        #[command(flatten)]
        span: Span,
    },
    /// What is measured over the network.
    #[command(hide = true)]
    Serve {
        #[command(subcommand)]
        serve: serve::Serve,
    },
    /// How long the server takes for the pages, beside its own do-nothing answer. Of a nation that is up.
    Page {
        /// Requests of each page.
        #[arg(long, default_value_t = 3_000)]
        requests: usize,
    },
    /// Adds activities to a nation that is up, through the registry, until its log has this many events, and says how fast.
    Grow {
        #[arg(long)]
        events: i64,
    },
}

/// Where the nation is that is measured.
pub struct Nation {
    pub port: u16,
    pub token: String,
}

impl Nation {
    fn here() -> anyhow::Result<Self> {
        let port = env::var("KIM_PORT").ok().map(|port| port.parse()).transpose().context("KIM_PORT is no port")?;
        let home = env::var_os("KIM_HOME").map_or_else(|| PathBuf::from(".local"), PathBuf::from);
        let file = home.join("tokens/national.jwt");
        let token = fs::read_to_string(&file)
            .with_context(|| format!("{}: is the nation up? deploy/local/up", file.display()))?;
        Ok(Self { port: port.unwrap_or(7400), token: token.trim().to_owned() })
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.measure {
        Measure::Append { span } => append::measure(span).await?.print(cli.json),
        Measure::Commands { span } => commands::measure(span).await?.print(cli.json),
        Measure::Serve { serve } => serve.run().await,
        Measure::Page { requests } => page::measure(&Nation::here()?, requests, cli.json).await,
        Measure::Grow { events } => grow::grow(&Nation::here()?, events, cli.json).await,
    }
}
