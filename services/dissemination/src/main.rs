//! Dissemination as a program.

use kim_chassis::{config, telemetry};
use kim_dissemination::{config::Config, startup};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = config::load_or_exit(config::Args::from_env());
    let _telemetry = telemetry::init(&config.telemetry, startup::CONTEXT)?;
    let service = startup::build(&config).await?;
    tracing::info!(grpc = %service.grpc_address(), http = %service.http_address(), "diseminasi siap");
    Ok(service.run_until_signal().await?)
}
