//! The command behind `deploy/local/up` and `deploy/local/down`.

use std::process::ExitCode;

use kim_local::{
    detach, down,
    screen::Screen,
    up::{self, Wish},
};

const USAGE: &str = "Pakai: deploy/local/up [--detach], deploy/local/down [--erase]";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let screen = Screen::detect();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["up"] => run(&screen).await,
        ["up", "--detach"] => match Wish::from_env() {
            Ok(_) => detach::start(&screen).await,
            Err(e) => Err(e),
        },
        [detach::CHILD] => {
            detach::leave_session();
            run(&screen).await
        }
        ["down"] => down::down(false, &screen).await,
        ["down", "--erase"] => down::down(true, &screen).await,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Gagal: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(screen: &Screen) -> anyhow::Result<()> {
    up::up(Wish::from_env()?, screen).await
}
