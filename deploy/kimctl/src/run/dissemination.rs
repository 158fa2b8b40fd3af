//! `kimctl programme`, `material`, `campaign`, `delivery`, `inbox`, `endpoint` and `question`.

use std::process::ExitCode;

use super::{file, print, put};
use crate::{campaign, cli::Options, connection::Services, delivery, endpoint, inbox, material, programme, question};

pub(super) async fn programme(options: &Options, command: programme::Command) -> anyhow::Result<ExitCode> {
    let shown = programme::run(&Services::of(options)?, command).await?;
    print(options, &shown, || shown.screen())
}

pub(super) async fn material(options: &Options, command: material::Command) -> anyhow::Result<ExitCode> {
    if matches!(command, material::Command::Template) {
        return file(options, material::TEMPLATE);
    }
    let shown = material::run(&Services::of(options)?, command).await?;
    print(options, &shown, || shown.screen())
}

pub(super) async fn campaign(options: &Options, command: campaign::Command) -> anyhow::Result<ExitCode> {
    let shown = campaign::run(&Services::of(options)?, command).await?;
    print(options, &shown, || shown.screen())
}

pub(super) async fn delivery(options: &Options, command: delivery::Command) -> anyhow::Result<ExitCode> {
    let shown = delivery::run(&Services::of(options)?, command).await?;
    print(options, &shown, || shown.screen())
}

pub(super) async fn inbox(options: &Options, command: inbox::Command) -> anyhow::Result<ExitCode> {
    let services = Services::of(options)?;
    match command {
        inbox::Command::List(wish) => {
            let inbox = inbox::list(&services, &wish).await?;
            print(options, &inbox, || inbox.screen())
        }
        inbox::Command::Watch(wish) => {
            let tell = |change: &inbox::Change| {
                // One object a line, so that a program reads each as it comes.
                let text = if options.json { serde_json::to_string(change)? + "\n" } else { change.screen() };
                put(&text)
            };
            inbox::watch(&services, &wish, tell).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

pub(super) async fn endpoint(options: &Options, command: endpoint::Command) -> anyhow::Result<ExitCode> {
    let shown = endpoint::run(&Services::of(options)?, command).await?;
    print(options, &shown, || shown.screen())
}

pub(super) async fn question(options: &Options, command: question::Command) -> anyhow::Result<ExitCode> {
    if matches!(command, question::Command::Template) {
        return file(options, question::TEMPLATE);
    }
    let shown = question::run(&Services::of(options)?, command).await?;
    print(options, &shown, || shown.screen())
}
