//! Measurements of a running local nation, each beside a peer from the same run; a table, or JSON with `--json`.

mod browse;
mod grow;
mod page;

use std::{env, fs, path::PathBuf};

use anyhow::Context;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "kim-bench", version, about = "Measures a local nation that is up (KIM_HOME, KIM_PORT).")]
struct Cli {
    /// JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    measure: Measure,
}

#[derive(Subcommand)]
enum Measure {
    /// How long the server takes for the pages, beside its own do-nothing answer.
    Page {
        /// Requests of each page.
        #[arg(long, default_value_t = 3_000)]
        requests: usize,
    },
    /// Adds activities to the nation through the registry until its log has this many events, and says how fast.
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
    let nation = Nation::here()?;
    match cli.measure {
        Measure::Page { requests } => page::measure(&nation, requests, cli.json).await,
        Measure::Grow { events } => grow::grow(&nation, events, cli.json).await,
    }
}
