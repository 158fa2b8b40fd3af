//! What clap says of a wrong command, in Indonesian.

use std::{ffi::OsString, io::Write, process::ExitCode};

use clap::{
    CommandFactory, FromArgMatches,
    builder::StyledStr,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

/// As other programs exit for a wrong command.
const USAGE: u8 = 2;

/// Instead of a command: help that was asked for, or what is wrong with what was typed.
#[derive(Debug)]
pub enum Said {
    Asked(String),
    Wrong(String),
}

impl Said {
    #[must_use]
    pub fn print(&self) -> ExitCode {
        match self {
            Self::Asked(text) => {
                // Whoever closed the output has seen enough.
                let _ = std::io::stdout().write_all(text.as_bytes());
                ExitCode::SUCCESS
            }
            Self::Wrong(text) => {
                eprintln!("{text}");
                ExitCode::from(USAGE)
            }
        }
    }
}

/// Parses what was typed.
pub fn parse<C: CommandFactory + FromArgMatches>(args: impl IntoIterator<Item = OsString>) -> Result<C, Said> {
    let mut command = worded(C::command());
    let parsed = command.try_get_matches_from_mut(args).and_then(|matches| C::from_arg_matches(&matches));
    parsed.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Said::Asked(indonesian(&error.render().to_string())),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Said::Wrong(indonesian(&error.render().to_string())),
        // Defaults and variables count as arguments, so clap does not show help by itself.
        ErrorKind::MissingSubcommand => Said::Wrong(indonesian(&command.render_help().to_string())),
        _ => Said::Wrong(format!("{}\n{}", words(&error), usage(&error))),
    })
}

/// The command with the headings of its help in Indonesian, and of all commands below it.
#[must_use]
pub fn worded(command: clap::Command) -> clap::Command {
    let about = command.get_about().map(plain).unwrap_or_default();
    let command = command
        .about(about)
        .help_template("{about-with-newline}\nPakai: {usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("Perintah")
        .subcommand_value_name("PERINTAH");
    let command = command.mut_args(|arg| {
        let heading = if arg.is_positional() { "Isian" } else { "Pilihan" };
        let help = arg.get_help().map(plain).unwrap_or_default();
        let arg = arg.help(help);
        if arg.get_help_heading().is_some() { arg } else { arg.help_heading(heading) }
    });
    command.mut_subcommands(worded)
}

/// Without the marks that documentation wants, and a terminal shows as they are.
fn plain(text: &StyledStr) -> String {
    text.to_string().replace('`', "")
}

/// What the templates cannot say.
fn indonesian(text: &str) -> String {
    text.replace("Usage:", "Pakai:").replace("[OPTIONS]", "[PILIHAN]")
}

fn words(error: &Error) -> String {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        Some(ContextValue::StyledStr(text)) => Some(text.to_string()),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let known = text(ContextKind::ValidValue).filter(|known| !known.is_empty());
    let told = match error.kind() {
        ErrorKind::UnknownArgument => format!("pilihan {argument} tidak dikenal"),
        ErrorKind::InvalidSubcommand => {
            format!("perintah {} tidak dikenal", text(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        ErrorKind::MissingRequiredArgument => format!("belum disebut: {argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument} perlu nilai"),
        ErrorKind::InvalidValue => match known {
            Some(known) => format!("{argument} tidak boleh {value:?}; pilih salah satu: {known}"),
            None => format!("{argument} tidak boleh {value:?}"),
        },
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(|why| format!(": {why}")).unwrap_or_default();
            format!("{argument} tidak boleh {value:?}{why}")
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).unwrap_or_default();
            format!("{argument} tidak dapat dipakai bersama {other}; pilih salah satu")
        }
        ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => format!("{argument}: nilainya terlalu banyak"),
        _ => return error.to_string(),
    };
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    match near.into_iter().find_map(text) {
        Some(near) => format!("Salah: {told}. Maksudnya {near}?"),
        None => format!("Salah: {told}."),
    }
}

fn usage(error: &Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => indonesian(&usage.to_string()),
        _ => "Pakai: kimctl PERINTAH".to_owned(),
    };
    format!("{usage}\nKeterangan: --help")
}

/// Words of clap's own, and marks that documentation wants.
#[cfg(test)]
pub(crate) const ENGLISH: [&str; 11] = [
    "Usage",
    "OPTIONS",
    "Options",
    "Commands",
    "Arguments",
    "default:",
    "possible values",
    "Possible values",
    "env:",
    "Print",
    "`",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;

    fn said(args: &[&str]) -> String {
        let args = std::iter::once("kimctl").chain(args.iter().copied()).map(OsString::from);
        match parse::<Cli>(args) {
            Err(Said::Wrong(text) | Said::Asked(text)) => text,
            Ok(cli) => panic!("{cli:?}"),
        }
    }

    #[test]
    fn a_wrong_command_is_answered_in_indonesian() {
        let cases: [(&[&str], &str); 15] = [
            (&["stat"], "perintah stat tidak dikenal. Maksudnya status?"),
            (&["status", "--jsn"], "pilihan --jsn tidak dikenal. Maksudnya --json?"),
            (&["token", "issue"], "belum disebut: --role"),
            (&["token", "issue", "--role", "raja"], "peran tidak dikenal; pilih salah satu: national-office"),
            (&["token", "issue", "--role", "agency", "--region", "x"], "kode wilayah salah bentuk"),
            (&["token", "issue", "--role", "agency", "--days", "900"], "--days"),
            (&["status", "--port", "80"], "bukan nomor porta"),
            (&["status", "--token", "a", "--token-file", "b"], "tidak dapat dipakai bersama"),
            (&["import", "template", "desa"], "pilih salah satu: communities, activities"),
            (&["import", "communities", "a.csv", "--map", "Sebutan"], "tulis \"kolom berkas=kolom daftar\""),
            (&["reconcile", "communities", "a.csv", "--yes"], "belum disebut: --propose"),
            (&["status", "--home"], "perlu nilai"),
            (&["office", "list", "--kind", "dinas"], "pilih salah satu: national, provincial, regency, agency"),
            (&["office", "list", "--on", "31/02/2023"], "tidak ada di kalender"),
            (&["partnership", "propose"], "belum disebut: --office"),
        ];
        for (args, what) in cases {
            let said = said(args);
            assert!(said.contains(what) && said.contains("Pakai:"), "{args:?}: {said}");
        }
    }

    #[test]
    fn help_has_no_english_of_claps_own() {
        let cases: [&[&str]; 12] = [
            &["--help"],
            &["token", "issue", "--help"],
            &["import", "--help"],
            &["import", "communities", "--help"],
            &["reconcile", "communities", "--help"],
            &["code-list", "set", "--help"],
            &["rubric", "set", "--help"],
            &["assessment", "set", "--help"],
            &["assessment", "revise", "--help"],
            &["log"],
            &["office"],
            &[],
        ];
        for args in cases {
            let said = said(args);
            assert!(said.contains("Pakai:"), "{said}");
            for english in ENGLISH {
                assert!(!said.contains(english), "{args:?} says {english}: {said}");
            }
        }
    }
}
