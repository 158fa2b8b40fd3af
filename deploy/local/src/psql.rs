//! `$KIM_HOME/psql <database>`: a way into the databases without typing a password.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::{account::Account, home::Home, servers::Postgres, servers::secret};

/// Writes the script and the passwords that it needs.
pub fn write(home: &Home, postgres: &Postgres) -> anyhow::Result<()> {
    let line = |role| -> anyhow::Result<String> {
        Ok(format!("127.0.0.1:{}:{role}:{role}:{}\n", postgres.port(), postgres.password_of(role)?))
    };
    let passwords: String =
        ["registry", "dissemination", "projection", "postgres"].into_iter().map(line).collect::<anyhow::Result<_>>()?;
    let pgpass = home.dir().join("run").join("pgpass");
    secret::write(&pgpass, &passwords, &Account::Caller)?;
    let script = SCRIPT
        .replace("@PGPASS@", &quoted(&pgpass))
        .replace("@PORT@", &postgres.port().to_string())
        .replace("@PSQL@", &quoted(&postgres.bin().join("psql")));
    let path = home.dir().join("psql");
    fs::write(&path, script)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

const SCRIPT: &str = r#"#!/bin/sh
# Written at every start; changes here are lost.
case ${1:-} in
'' | -*)
  echo "Pakai: $0 registry|dissemination|projection [argumen psql]" >&2
  exit 2
  ;;
esac
database=$1
shift
PGPASSFILE=@PGPASS@ PGSSLMODE=disable \
  exec @PSQL@ --host=127.0.0.1 --port=@PORT@ --username="$database" --dbname="$database" "$@"
"#;
