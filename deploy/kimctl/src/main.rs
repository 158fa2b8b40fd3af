//! The operator's command line as a program.

use std::process::ExitCode;

use kimctl::{cli::Cli, refusal, run::run};

/// It could not be done: a wrong file, no connection, no right.
const FAILED: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match refusal::parse::<Cli>(std::env::args_os()) {
        Ok(cli) => cli,
        Err(said) => return said.print(),
    };
    let on_interrupt = cli.command.when_interrupted();
    let outcome = tokio::select! {
        outcome = run(cli) => outcome,
        _ = tokio::signal::ctrl_c() => {
            eprintln!("Dihentikan. {on_interrupt}");
            return ExitCode::from(130);
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("Gagal: {error:#}");
        ExitCode::from(FAILED)
    })
}
