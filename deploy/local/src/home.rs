//! `KIM_HOME`: everything that the local nation writes, and how it is made, found and erased.
//!
//! A plain user's home holds all. When root calls, servers and services run as another account, and that account may be
//! unable to walk to the home (a checkout below `/root`): then what they need stands in the *store*, a folder below
//! [`MACHINE`] that `$KIM_HOME/store` points to, and the rest stays in the home.

use std::{
    env, fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf, absolute},
    process::Command,
};

use uuid::Uuid;

use crate::account::{self, Account, AccountError};

/// What root's homes share: which there are, and whether the account is ours to remove.
pub const MACHINE: &str = "/var/lib/kim-local";
const MARK: &str = ".kim-home";

#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("{0} berisi berkas lain dan bukan buatan deploy/local; pilih folder kosong atau baru untuk KIM_HOME")]
    Foreign(PathBuf),
    #[error("{path} dibuat oleh pengguna dengan uid {uid}; jalankan sebagai pengguna itu, atau pilih KIM_HOME lain")]
    AnotherUser { path: PathBuf, uid: u32 },
    #[error(transparent)]
    Account(#[from] AccountError),
}

/// A home that is made and marked as ours.
#[derive(Debug, Clone)]
pub struct Home {
    dir: PathBuf,
    store: PathBuf,
    account: Account,
}

/// `$KIM_HOME`, or `.local` here.
pub fn located() -> Result<PathBuf, HomeError> {
    let named = env::var_os("KIM_HOME").filter(|path| !path.is_empty()).map_or_else(|| ".local".into(), PathBuf::from);
    absolute(&named).map_err(|e| file(&named, e))
}

impl Home {
    /// The home at `dir`, made if there is none, with an account for the servers.
    pub fn create(dir: &Path) -> Result<Home, HomeError> {
        let fresh = !is_marked(dir)?;
        fs::create_dir_all(dir).map_err(|e| file(dir, e))?;
        let dir = fs::canonicalize(dir).map_err(|e| file(dir, e))?;
        let _alone = alone()?;
        let (account, made) = Account::ensure()?;
        if made {
            fs::create_dir_all(MACHINE).map_err(|e| file(Path::new(MACHINE), e))?;
            write(&Path::new(MACHINE).join("account-made"), "")?;
        }
        write(&dir.join(MARK), "Dibuat oleh deploy/local; hapus dengan deploy/local/down --erase\n")?;
        let store = if account == Account::Caller { dir.clone() } else { store(&dir, &account, fresh)? };
        let home = Home { dir, store, account };
        for below in ["logs", "run", "tokens"] {
            let path = home.dir.join(below);
            fs::create_dir_all(&path).map_err(|e| file(&path, e))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(|e| file(&path, e))?;
        }
        for below in ["config", "secrets", "identity"] {
            let path = home.store.join(below);
            fs::create_dir_all(&path).map_err(|e| file(&path, e))?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o711)).map_err(|e| file(&path, e))?;
        }
        Ok(home)
    }

    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whose rights servers and services have.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// A path that the servers' account can walk to.
    #[must_use]
    pub fn store(&self, below: &str) -> PathBuf {
        self.store.join(below)
    }

    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.dir.join("logs").join(format!("{name}.log"))
    }

    #[must_use]
    pub fn pid_file(&self, name: &str) -> PathBuf {
        self.dir.join("run").join(format!("{name}.pid"))
    }

    /// Tokens, one a file.
    #[must_use]
    pub fn tokens(&self) -> PathBuf {
        self.dir.join("tokens")
    }
}

/// Whether `dir` is a home of this caller. An error for a folder that holds something else, or is another user's home.
pub fn is_marked(dir: &Path) -> Result<bool, HomeError> {
    match fs::metadata(dir.join(MARK)) {
        Ok(mark) if mark.uid() == rustix::process::geteuid().as_raw() => return Ok(true),
        Ok(mark) => return Err(HomeError::AnotherUser { path: dir.to_owned(), uid: mark.uid() }),
        Err(_) => {}
    }
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(HomeError::Foreign(dir.to_owned())),
            None => Ok(false),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(e) => Err(file(dir, e)),
    }
}

/// What [`erase`] could not remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    Nothing,
    /// The account, because some process has it.
    Account,
}

/// Leaves nothing of the home, and nothing of ours on the machine when it was root's last home.
pub fn erase(dir: &Path) -> Result<Rest, HomeError> {
    // Before the home is gone, since its name with all links followed is the entry's.
    let entry = entry(dir);
    if is_marked(dir)? {
        // The store of a home that was moved is another home's number.
        if let Ok(store) = fs::canonicalize(dir.join("store")) {
            remove(&store)?;
        }
        remove(dir)?;
    }
    if !account::is_root() {
        return Ok(Rest::Nothing);
    }
    let _alone = alone()?;
    remove(&entry)?;
    let machine = Path::new(MACHINE);
    let homes = machine.join("homes");
    forget_homes_that_are_gone(&homes)?;
    // Another home still needs the account, and its store is its data.
    if fs::read_dir(&homes).is_ok_and(|mut left| left.next().is_some()) {
        return Ok(Rest::Nothing);
    }
    if machine.join("account-made").exists() {
        let gone = Command::new("userdel").arg(account::NAME).output().is_ok_and(|done| done.status.success());
        if !gone && Account::exists()? {
            return Ok(Rest::Account);
        }
    }
    remove(machine)?;
    Ok(Rest::Nothing)
}

/// What root's homes share is changed by one of them at a time: none removes the account that another has just found. The lock
/// is on a folder of the system's own, so that nothing of it is left.
fn alone() -> Result<Option<fs::File>, HomeError> {
    if !account::is_root() {
        return Ok(None);
    }
    let folder = Path::new(MACHINE).parent().unwrap_or(Path::new("/"));
    let lock = fs::File::open(folder).map_err(|e| file(folder, e))?;
    lock.lock().map_err(|e| file(folder, e))?;
    Ok(Some(lock))
}

/// The entry of root's home at `dir`: says where that home is, and is its store when it needs one.
fn entry(dir: &Path) -> PathBuf {
    let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, dir.as_os_str().as_encoded_bytes()).simple();
    Path::new(MACHINE).join("homes").join(id.to_string())
}

fn store(dir: &Path, account: &Account, fresh: bool) -> Result<PathBuf, HomeError> {
    let entry = entry(dir);
    if fresh {
        // A home was here before and was removed by hand; its store goes with it.
        remove(&entry)?;
    }
    let link = dir.join("store");
    // A home that was moved keeps its store, which then has another home's number.
    let store = match fs::canonicalize(&link) {
        Ok(store) => store,
        Err(_) if account.passage(dir).is_ok() => dir.to_owned(),
        Err(_) => entry.clone(),
    };
    let entry = if store == dir { entry } else { store.clone() };
    fs::create_dir_all(&entry).map_err(|e| file(&entry, e))?;
    write(&entry.join("home"), &dir.to_string_lossy())?;
    if store != dir {
        for folder in [Path::new(MACHINE), &Path::new(MACHINE).join("homes"), &store] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o711)).map_err(|e| file(folder, e))?;
        }
        account.passage(&store)?;
        if !link.exists() {
            symlink(&store, &link).map_err(|e| file(&link, e))?;
        }
        // Whoever looks into a home finds everything under the same name, wherever it stands.
        for name in ["config", "identity", "nats", "postgres", "secrets"] {
            let link = dir.join(name);
            if !link.is_symlink() {
                symlink(Path::new("store").join(name), &link).map_err(|e| file(&link, e))?;
            }
        }
    }
    Ok(store)
}

/// An entry without data, whose home is gone, holds nothing that anyone could miss.
fn forget_homes_that_are_gone(homes: &Path) -> Result<(), HomeError> {
    for entry in fs::read_dir(homes).into_iter().flatten().flatten() {
        let path = entry.path();
        let home = PathBuf::from(fs::read_to_string(path.join("home")).unwrap_or_default());
        if !home.join(MARK).exists() && !path.join("postgres").exists() {
            remove(&path)?;
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), HomeError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(file(path, e)),
        _ => Ok(()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), HomeError> {
    fs::write(path, text).map_err(|e| file(path, e))
}

fn file(path: &Path, source: io::Error) -> HomeError {
    HomeError::File { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_other_things_in_it_is_neither_taken_nor_erased() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.odt"), "years of work").unwrap();
        assert!(matches!(Home::create(dir.path()), Err(HomeError::Foreign(_))));
        assert!(matches!(erase(dir.path()), Err(HomeError::Foreign(_))));
        assert!(dir.path().join("thesis.odt").exists());
    }
}
