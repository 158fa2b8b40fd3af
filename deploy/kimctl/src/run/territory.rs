//! `kimctl territory`.

use std::process::ExitCode;

use super::{exit, print};
use crate::{
    cli::{Options, Territory},
    connection::Services,
    territory,
};

pub(super) async fn run(options: &Options, command: Territory) -> anyhow::Result<ExitCode> {
    match command {
        Territory::Diff(wish) => {
            let diff = territory::diff(&wish)?;
            print(options, &diff, || diff.screen())
        }
        Territory::Check(wish) => {
            let checked = territory::check(&wish)?;
            print(options, &checked, || checked.screen())?;
            Ok(exit(checked.is_whole()))
        }
        Territory::Adopt(wish) => {
            let adoption = territory::adopt(&Services::of(options)?, &wish).await?;
            print(options, &adoption, || adoption.screen())
        }
        Territory::Show => {
            let in_force = territory::show(&Services::of(options)?).await?;
            print(options, &in_force, || in_force.screen())
        }
    }
}
