//! A token signed with the local nation's key.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use anyhow::{Context, bail};
use kim_chassis::identity::{Issuer, Principal, Role, Scope};
use kim_territory::{Decree, RegionCode, Territory};
use serde::Serialize;
use time::OffsetDateTime;

use super::Claims;
use crate::{
    cli::{Issue, Options},
    times::moment,
};

/// A token, and for the person what it is.
#[derive(Debug, Clone, Serialize)]
pub struct Issued {
    pub token: String,
    pub subject: String,
    pub role: &'static str,
    pub scope: Option<serde_json::Value>,
    /// Seconds since 1970.
    pub expires: i64,
    #[serde(skip)]
    words: String,
}

/// A token as asked for, signed with the key below `$KIM_HOME`; written to a file when one is named.
pub fn issue(options: &Options, wish: &Issue) -> anyhow::Result<Issued> {
    let principal = principal(wish)?;
    let dir = options.in_home("identity");
    let issuer = Issuer::open(&dir).with_context(|| {
        format!(
            "kunci penerbit negeri lokal tidak terbaca di {}; sebutkan KIM_HOME yang benar atau jalankan deploy/local/up. \
             Di luar negeri lokal, token diterbitkan penyedia identitas",
            dir.display()
        )
    })?;
    let token = issuer.issue(&principal, Duration::from_hours(24 * u64::from(wish.days)))?;
    let claims = Claims::read(&token)?;
    let expires = claims.exp.unwrap_or_default();
    let until = OffsetDateTime::from_unix_timestamp(expires).map(moment).unwrap_or_default();
    let words = format!("Token {} untuk {}, berlaku sampai {until}", principal.role, claims.reach());
    if let Some(path) = &wish.output {
        match write(path, &token) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{} sudah ada; hapus dulu, atau pilih nama lain", path.display())
            }
            written => written.with_context(|| format!("{} tidak dapat ditulis", path.display()))?,
        }
    }
    Ok(Issued {
        token,
        subject: principal.subject.to_string(),
        role: principal.role.as_str(),
        scope: claims.scope,
        expires,
        words,
    })
}

impl Issued {
    /// What was issued, for the person; the token itself is data.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }
}

/// Whoever has the file has the right, so none but its owner reads it.
fn write(path: &Path, token: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{token}")
}

fn principal(wish: &Issue) -> anyhow::Result<Principal> {
    let role = wish.role;
    let scope = scope(wish)?;
    if !role.fits(&scope) {
        bail!("peran {role} tidak cocok dengan cakupan itu: pakai {}", needs(role));
    }
    let subject = wish.subject.clone().unwrap_or_else(|| match &scope {
        Scope::Region { code, .. } => format!("{role}-{}", code.undotted()),
        _ => role.to_string(),
    });
    let subject =
        subject.parse().context("--subject harus 1 sampai 64 tanda dari A-Z a-z 0-9 : . _ -, bukan nama orang")?;
    Ok(Principal { subject, role, scope, grant: wish.grant })
}

/// The scope that the options name, or the one that the role has without any.
fn scope(wish: &Issue) -> anyhow::Result<Scope> {
    let named = [wish.region.is_some(), wish.kim.is_some(), wish.office.is_some()];
    if named.iter().filter(|named| **named).count() > 1 {
        bail!("pilih salah satu: --region, --kim, atau --office");
    }
    if let Some(code) = wish.region {
        return region(code);
    }
    if let Some(id) = wish.kim {
        return Ok(Scope::Kim { id });
    }
    if let Some(office) = wish.office {
        return Ok(Scope::Agency { office, topics: wish.topics.clone() });
    }
    match (wish.role, wish.grant) {
        (Role::NationalOffice | Role::Subscriber, _) => Ok(Scope::National),
        (Role::Citizen, _) => Ok(Scope::Citizen),
        (Role::Simulator, _) => Ok(Scope::Simulator),
        (Role::Auditor, Some(grant)) => Ok(Scope::Audit { grant }),
        (role, _) => bail!("peran {role} perlu cakupan: pakai {}", needs(role)),
    }
}

fn region(code: RegionCode) -> anyhow::Result<Scope> {
    let now = Territory::current();
    if now.get(&code).is_some() {
        return Ok(Scope::Region { code, decree: Decree::CURRENT });
    }
    let moved = now.elsewhere(&code).into_iter().find_map(|decree| now.moved(&code, decree));
    match moved.and_then(|code| now.get(&code)) {
        Some(region) => bail!("kode wilayah {code} sudah berganti; kodenya sekarang {} ({})", region.code, region.name),
        None => bail!("kode wilayah {code} tidak ada dalam wilayah {}; periksa kodenya", Decree::CURRENT),
    }
}

fn needs(role: Role) -> &'static str {
    match role {
        Role::ProvincialOffice => "--region dengan kode provinsi, misalnya --region 14",
        Role::RegencyOffice => "--region dengan kode kabupaten/kota, misalnya --region 14.01",
        Role::Agency => "--office dengan nomor kantor, dan --topic",
        Role::KimOfficer => "--kim dengan nomor KIM",
        Role::Auditor => "--grant dengan nomor izin audit",
        Role::Subscriber => "--region dengan kode provinsi atau kabupaten/kota, atau tanpa cakupan",
        Role::NationalOffice | Role::Citizen | Role::Simulator => "perintah ini tanpa cakupan",
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn wish(role: Role) -> Issue {
        Issue {
            role,
            region: None,
            kim: None,
            office: None,
            topics: vec![],
            grant: None,
            subject: None,
            days: 30,
            output: None,
        }
    }

    fn at(role: Role, code: &str) -> Issue {
        Issue { region: Some(code.parse().unwrap()), ..wish(role) }
    }

    #[test]
    fn a_role_gets_the_scope_that_fits_it() {
        let id = Uuid::from_u128(7);
        let national = (wish(Role::NationalOffice), Scope::National, "national-office");
        let cases = [
            national,
            (
                at(Role::RegencyOffice, "14.01"),
                Scope::Region { code: "14.01".parse().unwrap(), decree: Decree::CURRENT },
                "regency-office-1401",
            ),
            (Issue { kim: Some(id), ..wish(Role::KimOfficer) }, Scope::Kim { id }, "kim-officer"),
            (Issue { grant: Some(id), ..wish(Role::Auditor) }, Scope::Audit { grant: id }, "auditor"),
            (
                Issue { office: Some(id), topics: vec!["air".into()], ..wish(Role::Agency) },
                Scope::Agency { office: id, topics: vec!["air".into()] },
                "agency",
            ),
        ];
        for (wish, scope, subject) in cases {
            let principal = principal(&wish).unwrap();
            assert_eq!((principal.scope, principal.subject.as_str()), (scope, subject));
        }
    }

    #[test]
    fn a_role_without_its_scope_is_told_what_it_needs() {
        let cases = [
            (wish(Role::ProvincialOffice), "--region 14"),
            (at(Role::RegencyOffice, "14"), "--region 14.01"),
            (at(Role::ProvincialOffice, "99"), "tidak ada dalam wilayah"),
            (at(Role::RegencyOffice, "92.71"), "96.71 (Kota Sorong)"),
            (at(Role::NationalOffice, "14"), "tanpa cakupan"),
            (wish(Role::Auditor), "--grant"),
            (wish(Role::KimOfficer), "--kim"),
            (Issue { kim: Some(Uuid::nil()), ..at(Role::KimOfficer, "14") }, "pilih salah satu"),
            (Issue { subject: Some("nama orang".into()), ..wish(Role::NationalOffice) }, "--subject"),
        ];
        for (wish, said) in cases {
            let error = format!("{:#}", principal(&wish).unwrap_err());
            assert!(error.contains(said), "{error}");
        }
    }
}
