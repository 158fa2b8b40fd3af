//! The tokens of the local nation, one a file: the national office's, and each province's and regency's.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path, time::Duration};

use anyhow::Context;
use kim_chassis::identity::{Issuer, IssuerError, Principal, Role, Scope, Subject};
use kim_territory::{Decree, Level, RegionCode, Territory};

use crate::{account::Account, servers::secret};

/// They are written anew at every start, so a year is longer than any of them is used.
const LIFETIME: Duration = Duration::from_hours(365 * 24);

/// The issuer in `dir`, made if there is none. Its public keys are readable by the services' account.
pub fn issuer(dir: &Path) -> anyhow::Result<Issuer> {
    let issuer = match Issuer::open(dir) {
        Ok(issuer) => issuer,
        Err(IssuerError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => Issuer::create(dir)?,
        Err(e) => return Err(e).with_context(|| format!("penerbit token di {}", dir.display())),
    };
    fs::set_permissions(issuer.jwks_file(), fs::Permissions::from_mode(0o644))?;
    Ok(issuer)
}

/// A token for one caller.
pub fn token(issuer: &Issuer, subject: &str, role: Role, scope: Scope) -> anyhow::Result<String> {
    let subject: Subject = subject.parse()?;
    Ok(issuer.issue(&Principal { subject, role, scope, grant: None }, LIFETIME)?)
}

/// The national office's token.
pub fn national(issuer: &Issuer) -> anyhow::Result<String> {
    token(issuer, "national", Role::NationalOffice, Scope::National)
}

/// The simulator's token, which only a simulated log obeys.
pub fn simulator(issuer: &Issuer) -> anyhow::Result<String> {
    token(issuer, "simulator", Role::Simulator, Scope::Simulator)
}

/// The simulator's token as a second person: somebody else approves what the first one wrote.
pub fn reviewer(issuer: &Issuer) -> anyhow::Result<String> {
    token(issuer, "simulator-reviewer", Role::Simulator, Scope::Simulator)
}

/// Writes `national.jwt`, `province-14.jwt`, `regency-1401.jwt` and so on into `dir`, and `simulator.jwt` for a simulated log.
/// Says how many.
pub fn write_all(issuer: &Issuer, dir: &Path, simulated: bool) -> anyhow::Result<usize> {
    let write = |name: &str, token: &str| secret::write(&dir.join(format!("{name}.jwt")), token, &Account::Caller);
    write("national", &national(issuer)?)?;
    let mut written = 1;
    if simulated {
        write("simulator", &simulator(issuer)?)?;
        written += 1;
    }
    for (level, word, role) in
        [(Level::Province, "province", Role::ProvincialOffice), (Level::Regency, "regency", Role::RegencyOffice)]
    {
        for region in Territory::current().within(&RegionCode::NATION, level) {
            let name = format!("{word}-{}", region.code.undotted());
            let scope = Scope::Region { code: region.code, decree: Decree::CURRENT };
            write(&name, &token(issuer, &name, role, scope)?)?;
            written += 1;
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_and_regency_has_its_own_token() {
        let dir = tempfile::tempdir().unwrap();
        let issuer = issuer(&dir.path().join("identity")).unwrap();
        let tokens = dir.path().join("tokens");
        fs::create_dir(&tokens).unwrap();
        assert_eq!(write_all(&issuer, &tokens, true).unwrap(), 1 + 1 + 38 + 514);
        for name in ["national", "simulator", "province-14", "regency-1401"] {
            assert!(tokens.join(format!("{name}.jwt")).exists(), "{name}");
        }
        write_all(&self::issuer(&dir.path().join("identity")).unwrap(), &tokens, false).unwrap();
    }
}
