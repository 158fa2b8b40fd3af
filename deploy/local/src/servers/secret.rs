//! Secrets in files that only one account can read.

use std::{
    fs, io,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use crate::account::{Account, AccountError};

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// Writes `text` to `path` for `account` alone. Whoever reads sees the old file or the new one, never a part. For what is
/// written again at every start: a power cut may lose it.
pub fn write(path: &Path, text: &str, account: &Account) -> Result<(), SecretError> {
    put(path, text, account, false)
}

fn put(path: &Path, text: &str, account: &Account, for_good: bool) -> Result<(), SecretError> {
    let failed = |source| SecretError::File { path: path.to_owned(), source };
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    match fs::remove_file(&fresh) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(failed(e)),
        _ => {}
    }
    let mut file = fs::File::options().write(true).create_new(true).mode(0o600).open(&fresh).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if for_good {
        file.sync_all().map_err(failed)?;
    }
    account.own(&fresh)?;
    fs::rename(&fresh, path).map_err(failed)
}

/// What stands in `path`; made by `make` and written when there is no such file.
pub fn kept(path: &Path, account: &Account, make: impl FnOnce() -> String) -> Result<String, SecretError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            let text = make();
            put(path, &text, account, true)?;
            Ok(text)
        }
        Err(source) => Err(SecretError::File { path: path.to_owned(), source }),
    }
}

/// 256 random bits as hexadecimal digits.
#[must_use]
pub fn random() -> String {
    rand::random::<[u8; 32]>().iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_others_cannot_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.password");
        let account = Account::present().unwrap();
        let first = kept(&path, &account, random).unwrap();
        assert_eq!(first.len(), 64);
        assert_eq!(kept(&path, &account, random).unwrap(), first);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        write(&path, "changed", &account).unwrap();
        assert_eq!(kept(&path, &account, random).unwrap(), "changed");
    }
}
