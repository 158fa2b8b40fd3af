use kim_chassis::{config, telemetry};
use kim_projection::{config::Config, startup};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config: Config = config::load_or_exit(config::Args::from_env());
    let _telemetry = telemetry::init(&config.telemetry, "projection")?;
    startup::build(&config).await?.run_until_signal().await?;
    Ok(())
}
