//! The command line of a service: which file, and whether only to check it.

use std::{ffi::OsString, path::PathBuf, process};

const USAGE: &str = "\
Pemakaian: {program} [--config BERKAS] [--check-config]

  --config BERKAS   berkas konfigurasi TOML; variabel KIM__SECTION__KEY menimpanya
  --check-config    periksa konfigurasi, sebutkan semua kesalahannya, lalu selesai
  --version         versi
  --help            pesan ini";

/// What a service was told on its command line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Args {
    /// The TOML file; without it only variables count.
    pub config: Option<PathBuf>,
    /// Check the configuration and do nothing else.
    pub check_only: bool,
}

enum Parsed {
    Run(Args),
    Help,
    Version,
}

impl Args {
    /// Reads this process's command line. `--help` and `--version` print and exit with 0; a mistake prints what is
    /// wrong and exits with 2.
    #[must_use]
    pub fn from_env() -> Self {
        let mut arguments = std::env::args_os();
        let program = arguments.next().map(PathBuf::from).unwrap_or_default();
        let program = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let usage = USAGE.replace("{program}", &program);
        match parse(arguments) {
            Ok(Parsed::Run(args)) => args,
            Ok(Parsed::Help) => {
                println!("{usage}");
                process::exit(0)
            }
            Ok(Parsed::Version) => {
                println!("{program} {}", env!("CARGO_PKG_VERSION"));
                process::exit(0)
            }
            Err(mistake) => {
                eprintln!("{mistake}\n\n{usage}");
                process::exit(2)
            }
        }
    }
}

fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Parsed, String> {
    let mut args = Args::default();
    while let Some(argument) = arguments.next() {
        match argument.to_string_lossy().as_ref() {
            "--config" => {
                let path = arguments.next().ok_or("--config butuh nama berkas")?;
                args.config = Some(path.into());
            }
            "--check-config" => args.check_only = true,
            "--help" | "-h" => return Ok(Parsed::Help),
            "--version" | "-V" => return Ok(Parsed::Version),
            other => match other.strip_prefix("--config=") {
                Some(path) if !path.is_empty() => args.config = Some(path.into()),
                _ => return Err(format!("argumen tidak dikenal: {other}")),
            },
        }
    }
    Ok(Parsed::Run(args))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Result<Args, String> {
        match parse(words.iter().map(OsString::from))? {
            Parsed::Run(args) => Ok(args),
            Parsed::Help => Err("help".into()),
            Parsed::Version => Err("version".into()),
        }
    }

    #[test]
    fn the_command_line_names_a_file_and_whether_only_to_check_it() {
        assert_eq!(args(&[]), Ok(Args::default()));
        let both = Args { config: Some("a.toml".into()), check_only: true };
        assert_eq!(args(&["--config", "a.toml", "--check-config"]), Ok(both.clone()));
        assert_eq!(args(&["--check-config", "--config=a.toml"]), Ok(both));
        assert_eq!(args(&["--help"]), Err("help".into()));
        assert_eq!(args(&["-V"]), Err("version".into()));
    }

    #[test]
    fn a_mistake_on_the_command_line_is_named() {
        assert_eq!(args(&["--config"]), Err("--config butuh nama berkas".into()));
        assert_eq!(args(&["--konfig"]), Err("argumen tidak dikenal: --konfig".into()));
        assert_eq!(args(&["--config="]), Err("argumen tidak dikenal: --config=".into()));
    }
}
