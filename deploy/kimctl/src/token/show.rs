//! A token read out: whose, for where, until when, and whether it would be believed.

use std::{fmt::Write, fs, io, path::Path};

use anyhow::Context;
use kim_chassis::{
    config::Identity,
    errors::Fault,
    identity::{Issuer, Verifier},
};
use serde::Serialize;
use time::OffsetDateTime;

use super::Claims;
use crate::{
    cli::Options,
    connection,
    times::{moment, span},
};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    pub claims: Claims,
    pub validity: Validity,
}

/// Whether a service would believe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Validity {
    /// The local nation believes it.
    Valid,
    /// In force; whether it is genuine is not known here, for want of the issuer's public keys.
    Unchecked,
    Invalid {
        why: String,
    },
}

/// Reads the token in a file, in standard input (`-`), or the one that other commands use.
pub async fn show(options: &Options, file: Option<&Path>) -> anyhow::Result<Shown> {
    let token = match file {
        None => connection::token(options)?,
        Some(path) if path == Path::new("-") => {
            io::read_to_string(io::stdin()).context("masukan baku tidak terbaca")?
        }
        Some(path) => fs::read_to_string(path).with_context(|| format!("{} tidak terbaca", path.display()))?,
    };
    let token = token.trim();
    let claims = Claims::read(token)?;
    let jwks_file = options.in_home("identity/jwks.json");
    let validity = if jwks_file.exists() && claims.iss.as_deref() == Some(Issuer::LOCAL) {
        let identity = Identity { issuer: Issuer::LOCAL.into(), jwks_file: Some(jwks_file), ..Identity::default() };
        match Verifier::from_config(&identity).await?.verify_token(token) {
            Ok(_) => Validity::Valid,
            Err(refusal) => Validity::Invalid { why: Fault::from(refusal).message_id },
        }
    } else if claims.exp.is_some_and(|exp| exp > OffsetDateTime::now_utc().unix_timestamp()) {
        Validity::Unchecked
    } else {
        Validity::Invalid { why: "Token sudah kedaluwarsa. Mintalah token baru.".to_owned() }
    };
    Ok(Shown { claims, validity })
}

impl Shown {
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !matches!(self.validity, Validity::Invalid { .. })
    }

    #[must_use]
    pub fn screen(&self, now: OffsetDateTime) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name:<11}{value}");
        };
        let claims = &self.claims;
        line("penerbit", claims.iss.as_deref().unwrap_or("tidak disebut"));
        line("subjek", claims.sub.as_deref().unwrap_or("tidak disebut"));
        line("peran", claims.role.as_deref().unwrap_or("tidak disebut"));
        line("cakupan", &claims.reach());
        if let Some(grant) = &claims.grant {
            line("izin", grant);
        }
        let at = |unix: i64| OffsetDateTime::from_unix_timestamp(unix).ok();
        if let Some(issued) = claims.iat.and_then(at) {
            line("terbit", &moment(issued));
        }
        match claims.exp.and_then(at) {
            Some(expires) => line("berlaku", &format!("sampai {}, {}", moment(expires), left(expires, now))),
            None => line("berlaku", "tanpa batas, dan karena itu ditolak"),
        }
        match &self.validity {
            Validity::Valid => line("keabsahan", "sah di negeri lokal ini"),
            Validity::Unchecked => {
                line("keabsahan", "tanda tangan tidak diperiksa: kunci publik penerbitnya tidak ada di sini");
            }
            Validity::Invalid { why } => line("keabsahan", &format!("DITOLAK: {why}")),
        }
        text
    }
}

fn left(expires: OffsetDateTime, now: OffsetDateTime) -> String {
    let seconds = (expires - now).whole_seconds();
    let span = span(seconds.unsigned_abs());
    if seconds > 0 { format!("masih {span}") } else { format!("sudah lewat {span}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser;
    use kim_chassis::identity::{Principal, Role, Scope};
    use kim_territory::Decree;

    use super::*;
    use crate::cli::Cli;

    fn options(home: &Path) -> Options {
        let home = home.to_str().unwrap();
        Cli::try_parse_from(["kimctl", "--home", home, "--token-file", "/none", "status"]).unwrap().options
    }

    fn regency() -> Principal {
        Principal {
            subject: "regency-1401".parse().unwrap(),
            role: Role::RegencyOffice,
            scope: Scope::Region { code: "14.01".parse().unwrap(), decree: Decree::CURRENT },
            grant: None,
        }
    }

    async fn shown(options: &Options, token: &str) -> Shown {
        let file = options.home.join("t.jwt");
        fs::write(&file, format!("{token}\n")).unwrap();
        show(options, Some(&file)).await.unwrap()
    }

    #[tokio::test]
    async fn a_token_is_read_in_words_and_checked_with_the_keys_that_are_here() {
        let home = tempfile::tempdir().unwrap();
        let options = options(home.path());
        let issuer = Issuer::create(home.path().join("identity")).unwrap();
        let good = shown(&options, &issuer.issue(&regency(), Duration::from_hours(48)).unwrap()).await;
        assert_eq!(good.validity, Validity::Valid);
        let screen = good.screen(OffsetDateTime::now_utc());
        for said in ["regency-office", "14.01 Kabupaten Kampar", "masih 1 hari 23 jam", "sah di negeri lokal"] {
            assert!(screen.contains(said), "{screen} lacks {said}");
        }
        let late = good.screen(OffsetDateTime::now_utc() + Duration::from_hours(24 * 9));
        assert!(late.contains("sudah lewat"), "{late}");

        let elsewhere = Issuer::create(home.path().join("other")).unwrap();
        let forged = shown(&options, &elsewhere.issue(&regency(), Duration::from_hours(1)).unwrap()).await;
        assert!(!forged.is_valid(), "signed with a key that this nation does not have");

        let foreign = elsewhere.named("https://identity.example").issue(&regency(), Duration::from_hours(1)).unwrap();
        assert_eq!(shown(&options, &foreign).await.validity, Validity::Unchecked);
    }

    #[tokio::test]
    async fn what_is_no_token_is_said_to_be_none() {
        let home = tempfile::tempdir().unwrap();
        let options = options(home.path());
        for text in ["", "halo", "a.b.c", "a.b.c.d"] {
            let file = home.path().join("t.jwt");
            fs::write(&file, text).unwrap();
            let error = show(&options, Some(&file)).await.unwrap_err().to_string();
            assert!(error.contains("bukan token"), "{error}");
        }
    }
}
