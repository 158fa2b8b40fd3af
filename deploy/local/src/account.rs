//! Whose rights the servers and services have: the caller's, or those of an unprivileged account when root calls.

use std::{
    env,
    ffi::OsString,
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

/// The system account that `up` makes when root calls it.
pub const NAME: &str = "kim-local";

/// Whose rights a child process has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// The caller's own. Never root's.
    Caller,
    /// Another account; only root can take it on.
    Other { uid: u32, gid: u32 },
}

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("akun sistem tak terbaca (getent passwd): {0}")]
    Unreadable(io::Error),
    #[error("akun sistem '{NAME}' tidak dapat dibuat dengan useradd: {0}")]
    NotMade(String),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("{0} tidak dapat dijangkau akun tanpa hak istimewa; pindahkan ke folder yang dapat dilewati semua orang")]
    Unreachable(PathBuf),
}

/// True when the caller is root.
#[must_use]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

impl Account {
    /// The caller, or for root `nobody`: what tests use, who make no account.
    pub fn present() -> Result<Account, AccountError> {
        if !is_root() {
            return Ok(Account::Caller);
        }
        Ok(look_up("nobody")?.unwrap_or(Account::Other { uid: 65534, gid: 65534 }))
    }

    /// Whether the account [`NAME`] is there.
    pub fn exists() -> Result<bool, AccountError> {
        Ok(look_up(NAME)?.is_some())
    }

    /// The caller, or for root the account [`NAME`], made if it is missing. The flag is true when it was made now.
    pub fn ensure() -> Result<(Account, bool), AccountError> {
        if !is_root() {
            return Ok((Account::Caller, false));
        }
        if let Some(account) = look_up(NAME)? {
            return Ok((account, false));
        }
        let made = Command::new("useradd")
            .args(["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"])
            .args(["--shell", "/usr/sbin/nologin", "--comment", "Kemitraan KIM", NAME])
            .output()
            .map_err(|e| AccountError::NotMade(e.to_string()))?;
        match look_up(NAME)? {
            Some(account) => Ok((account, true)),
            None => Err(AccountError::NotMade(String::from_utf8_lossy(&made.stderr).trim().to_owned())),
        }
    }

    /// Arguments of `setpriv` that take this account on and drop everything else.
    #[must_use]
    pub fn setpriv(&self) -> Vec<OsString> {
        match self {
            Account::Caller => Vec::new(),
            Account::Other { uid, gid } => [
                format!("--reuid={uid}"),
                format!("--regid={gid}"),
                "--clear-groups".to_owned(),
                "--inh-caps=-all".to_owned(),
                "--no-new-privs".to_owned(),
            ]
            .into_iter()
            .map(OsString::from)
            .collect(),
        }
    }

    /// Gives `path` (not what is in it) to this account.
    pub fn own(&self, path: &Path) -> Result<(), AccountError> {
        if let Account::Other { uid, gid } = self {
            chown(path, Some(*uid), Some(*gid)).map_err(|e| failed(path, e))?;
        }
        Ok(())
    }

    /// A directory that only this account can enter, made if it is missing.
    pub fn private_dir(&self, path: &Path) -> Result<(), AccountError> {
        fs::create_dir_all(path).map_err(|e| failed(path, e))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(|e| failed(path, e))?;
        self.own(path)
    }

    /// Lets this account walk through `dir`, which is ours, and through what leads to it in the system's folder for
    /// temporary files. Other parents are not ours to open.
    pub fn passage(&self, dir: &Path) -> Result<(), AccountError> {
        if *self == Account::Caller {
            return Ok(());
        }
        let scratch = env::temp_dir();
        let ours = |folder: &&Path| *folder == dir || (folder.starts_with(&scratch) && *folder != scratch);
        for folder in dir.ancestors().take_while(ours) {
            let mode = fs::metadata(folder).map_err(|e| failed(folder, e))?.mode();
            fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o011)).map_err(|e| failed(folder, e))?;
        }
        if self.can_reach(dir) { Ok(()) } else { Err(AccountError::Unreachable(dir.to_owned())) }
    }

    /// Whether this account can walk through the directory, or run the file. Asks the kernel, so that ACLs and mounts count.
    #[must_use]
    pub fn can_reach(&self, path: &Path) -> bool {
        if *self == Account::Caller {
            return true;
        }
        let tried = Command::new("setpriv").args(self.setpriv()).args(["--", "test", "-x"]).arg(path).status();
        tried.is_ok_and(|status| status.success())
    }

    /// The program, or a copy of it in `dir` when this account cannot run it where it stands (a checkout below `/root`).
    pub fn runnable(&self, program: &Path, dir: &Path) -> Result<PathBuf, AccountError> {
        if self.can_reach(program) {
            return Ok(program.to_owned());
        }
        let name = program.file_name().ok_or_else(|| AccountError::Unreachable(program.to_owned()))?;
        let copy = dir.join(name);
        if !same_file(program, &copy) {
            fs::create_dir_all(dir).map_err(|e| failed(dir, e))?;
            // A running copy cannot be written to, but it can be replaced.
            let fresh = dir.join(format!(".{}.new", name.to_string_lossy()));
            fs::copy(program, &fresh).map_err(|e| failed(&fresh, e))?;
            fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755)).map_err(|e| failed(&fresh, e))?;
            let modified = fs::metadata(program).and_then(|m| m.modified()).map_err(|e| failed(program, e))?;
            fs::File::options()
                .write(true)
                .open(&fresh)
                .and_then(|file| file.set_modified(modified))
                .map_err(|e| failed(&fresh, e))?;
            fs::rename(&fresh, &copy).map_err(|e| failed(&copy, e))?;
        }
        if self.can_reach(&copy) { Ok(copy) } else { Err(AccountError::Unreachable(copy)) }
    }
}

impl Account {
    /// The folder of programs and what they load, or a copy of it as `copy` when this account cannot reach it where it is.
    pub fn reachable_tree(&self, folder: &Path, copy: &Path) -> Result<PathBuf, AccountError> {
        if self.can_reach(folder) {
            return Ok(folder.to_owned());
        }
        if !copy.exists() {
            // Beside its place first, so that a kill in the midst leaves no half.
            let mut fresh = copy.as_os_str().to_owned();
            fresh.push(".new");
            let fresh = PathBuf::from(fresh);
            match fs::remove_dir_all(&fresh) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(&fresh, e)),
                _ => {}
            }
            let copied = Command::new("cp").arg("-a").arg("--").args([folder, &fresh]).status();
            if !copied.map_err(|e| failed(folder, e))?.success() {
                return Err(AccountError::Unreachable(folder.to_owned()));
            }
            fs::rename(&fresh, copy).map_err(|e| failed(copy, e))?;
        }
        if self.can_reach(copy) { Ok(copy.to_owned()) } else { Err(AccountError::Unreachable(copy.to_owned())) }
    }
}

fn failed(path: &Path, source: io::Error) -> AccountError {
    AccountError::File { path: path.to_owned(), source }
}

fn same_file(a: &Path, b: &Path) -> bool {
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => a.len() == b.len() && a.modified().ok() == b.modified().ok(),
        _ => false,
    }
}

fn look_up(name: &str) -> Result<Option<Account>, AccountError> {
    let found = Command::new("getent").args(["passwd", name]).output().map_err(AccountError::Unreadable)?;
    Ok(parse_passwd(&String::from_utf8_lossy(&found.stdout)))
}

fn parse_passwd(line: &str) -> Option<Account> {
    let mut fields = line.trim_end().split(':').skip(2);
    let uid = fields.next()?.parse().ok()?;
    let gid = fields.next()?.parse().ok()?;
    Some(Account::Other { uid, gid })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passwd_line_gives_the_account() {
        let line = "nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n";
        assert_eq!(parse_passwd(line), Some(Account::Other { uid: 65534, gid: 65533 }));
        assert_eq!(parse_passwd(""), None);
    }

    #[test]
    fn root_never_runs_a_server_with_its_own_rights() {
        let account = Account::present().unwrap();
        assert_eq!(is_root(), account != Account::Caller);
    }
}
