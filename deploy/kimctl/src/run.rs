//! One command, from what was typed to the exit code.

use std::{io::Write, process::ExitCode};

use anyhow::bail;
use futures::future::LocalBoxFuture;
use kim_contract::log::v1::ReconcileChoice;
use kim_territory::spelling::grouped;
use serde::Serialize;
use time::OffsetDateTime;

use crate::{
    cli::{
        Assessment, Cli, CodeList, Command, Import, ImportCommunities, Log, Options, Projection, Report, Rubric, Token,
    },
    community, completions,
    connection::Services,
    import::{self, Check, Outcome},
    inbox, log, office, partnership, projection, reconcile, status, token, training,
};

mod assessment;
mod dissemination;
mod territory;

/// Something is wrong, and it was said.
const WRONG: u8 = 1;

/// Carries out a command. The exit code is 1 when it found something wrong; an error is the caller's to print. Boxed, so that
/// whoever calls it compiles none of it again.
#[must_use]
pub fn run(cli: Cli) -> LocalBoxFuture<'static, anyhow::Result<ExitCode>> {
    Box::pin(carry_out(cli))
}

async fn carry_out(cli: Cli) -> anyhow::Result<ExitCode> {
    let options = &cli.options;
    match cli.command {
        Command::Status => {
            let report = status::report(options).await?;
            print(options, &report, || report.screen())?;
            Ok(exit(report.is_well()))
        }
        Command::Token(Token::Issue(wish)) => {
            let issued = token::issue(options, &wish)?;
            eprintln!("{}.", issued.words());
            match &wish.output {
                Some(path) if !options.json => {
                    eprintln!("Ditulis ke {}.", path.display());
                    Ok(ExitCode::SUCCESS)
                }
                _ => print(options, &issued, || format!("{}\n", issued.token)),
            }
        }
        Command::Token(Token::Show { file }) => {
            let shown = token::show(options, file.as_deref()).await?;
            print(options, &shown, || shown.screen(OffsetDateTime::now_utc()))?;
            Ok(exit(shown.is_valid()))
        }
        Command::Projection(Projection::Rebuild) => {
            let rebuilt = projection::rebuild(&Services::of(options)?).await?;
            print(options, &rebuilt, || rebuilt.screen())
        }
        Command::Log(Log::Verify { which }) => {
            let verdict = log::verify(options, which.context).await?;
            print(options, &verdict, || verdict.screen())?;
            Ok(exit(verdict.is_sound()))
        }
        Command::Log(Log::Reconcile(wish)) => {
            let choice = if wish.keep_log { ReconcileChoice::KeepLog } else { ReconcileChoice::TakeBack };
            let standing = log::reconcile(&Services::of(options)?, wish.which.context, choice, wish.yes).await?;
            print(options, &standing, || standing.screen())?;
            Ok(exit(standing.is_settled()))
        }
        Command::Import(Import::Template { list }) => file(options, &import::template_of(list)),
        Command::Import(Import::Communities(wish)) => {
            let services = Services::of(options)?;
            let checked = import::check(&services, &wish.list).await?;
            if wish.check || (checked.is_doubtful() && !wish.accept_duplicates) {
                return examined(options, &wish, &checked);
            }
            if !checked.doubled.is_empty() {
                eprintln!(
                    "{} baris mirip baris lain di berkas ini; lihat dengan --check.",
                    grouped(checked.doubled.len())
                );
            }
            let outcome = import::communities(&services, &wish.list).await?;
            imported(options, &wish.report, &outcome)
        }
        Command::Import(Import::Activities(wish)) => {
            let outcome = import::activities(&Services::of(options)?, &wish.file, &wish.reading).await?;
            imported(options, &wish.report, &outcome)
        }
        Command::Import(Import::Reports(wish)) => {
            let outcome = import::reports(&Services::of(options)?, &wish.file, &wish.reading).await?;
            imported(options, &wish.report, &outcome)
        }
        Command::Reconcile(command) => {
            let reconciled = reconcile::run(&Services::of(options)?, command).await?;
            print(options, &reconciled, || reconciled.screen())?;
            Ok(exit(reconciled.agrees()))
        }
        Command::Community(command) => {
            let shown = community::run(&Services::of(options)?, command).await?;
            print(options, &shown, || shown.screen())
        }
        Command::Office(command) => {
            let shown = office::run(&Services::of(options)?, command).await?;
            print(options, &shown, || shown.screen())
        }
        Command::Partnership(command) => {
            let shown = partnership::run(&Services::of(options)?, command).await?;
            print(options, &shown, || shown.screen())
        }
        Command::Training(command) => {
            let shown = training::run(&Services::of(options)?, command).await?;
            print(options, &shown, || shown.screen())
        }
        Command::Programme(command) => dissemination::programme(options, command).await,
        Command::Material(command) => dissemination::material(options, command).await,
        Command::Campaign(command) => dissemination::campaign(options, command).await,
        Command::Delivery(command) => dissemination::delivery(options, command).await,
        Command::Inbox(command) => dissemination::inbox(options, command).await,
        Command::Endpoint(command) => dissemination::endpoint(options, command).await,
        Command::Question(command) => dissemination::question(options, command).await,
        Command::CodeList(command) => assessment::code_list(options, command).await,
        Command::Rubric(command) => assessment::rubric(options, command).await,
        Command::Assessment(command) => assessment::assessment(options, command).await,
        Command::Territory(command) => territory::run(options, command).await,
        Command::Completions { shell } => file(options, &completions::script(shell)),
    }
}

/// An import that was only looked at, or that a person should look at first.
fn examined(options: &Options, wish: &ImportCommunities, checked: &Check) -> anyhow::Result<ExitCode> {
    if let Some(path) = &wish.report.path {
        checked.write(path)?;
    }
    print(options, checked, || checked.screen())?;
    if !wish.check {
        eprintln!(
            "Belum ada yang dimasukkan: ada baris yang mirip KIM terdaftar. Hapus barisnya bila KIM yang sama; \
             bila memang KIM lain, jalankan lagi dengan --accept-duplicates."
        );
    }
    Ok(exit(wish.check && checked.is_clean()))
}

fn imported(options: &Options, report: &Report, outcome: &Outcome) -> anyhow::Result<ExitCode> {
    if let Some(path) = &report.path {
        outcome.write(path)?;
    }
    print(options, outcome, || format!("{}{}\n", outcome.table(), outcome.summary()))?;
    Ok(exit(outcome.refused == 0))
}

fn print<T: Serialize>(options: &Options, value: &T, screen: impl FnOnce() -> String) -> anyhow::Result<ExitCode> {
    let text = if options.json { serde_json::to_string_pretty(value)? + "\n" } else { screen() };
    write(&text)
}

/// What goes into a file as it is.
#[derive(Serialize)]
struct Content<'c> {
    content: &'c str,
}

fn file(options: &Options, content: &str) -> anyhow::Result<ExitCode> {
    print(options, &Content { content }, || content.to_owned())
}

fn write(text: &str) -> anyhow::Result<ExitCode> {
    put(text)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether anybody reads on: a reader that has seen enough (`| head`) is no error.
fn put(text: &str) -> anyhow::Result<bool> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => bail!(error),
    }
}

fn exit(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::from(WRONG) }
}

impl Command {
    /// What a person who stops the command should know.
    #[must_use]
    pub fn when_interrupted(&self) -> &'static str {
        match self {
            Self::Import(_) => "Jalankan lagi perintah yang sama; yang sudah masuk tidak ditambah lagi.",
            Self::Inbox(inbox::Command::Watch(_)) => "Lanjutkan dengan --from dan tanda yang terakhir dicetak.",
            Self::Community(_)
            | Self::Office(_)
            | Self::Partnership(_)
            | Self::Training(_)
            | Self::Programme(_)
            | Self::Material(_)
            | Self::Campaign(_)
            | Self::Delivery(_)
            | Self::Endpoint(_)
            | Self::Question(_)
            | Self::Reconcile(_) => "Yang sudah dikirim mungkin sudah dicatat; periksa dengan list atau show.",
            Self::Projection(_) => "Pembangunan ulang berjalan terus; jalankan lagi untuk mengikutinya.",
            Self::CodeList(CodeList::Set { .. })
            | Self::Rubric(Rubric::Set(_))
            | Self::Assessment(Assessment::Set(_) | Assessment::Revise(_) | Assessment::Withdraw { .. }) => {
                "Belum tentu tercatat; lihat dulu dengan show atau list."
            }
            Self::Log(Log::Reconcile(wish)) if wish.yes => {
                "Yang sudah diputuskan dikerjakan terus; jalankan lagi untuk melihat hasilnya."
            }
            _ => "Tidak ada yang berubah.",
        }
    }
}
