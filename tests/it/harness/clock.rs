//! A clock that can be set while processes run by it: libfaketime, of Debian's package `faketime`.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use kim_local::{account::Account, servers::secret};

/// The clock of some processes. What they measure durations by goes on as it does.
pub struct Clock {
    library: PathBuf,
    offset: PathBuf,
}

impl Clock {
    /// How long until a process goes by a change.
    pub const SEEN_AFTER: Duration = Duration::from_secs(1);

    /// A right clock, with its file at `offset`. `None` where libfaketime is not installed.
    pub fn at(offset: PathBuf) -> Option<Self> {
        let folders = fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path().join("faketime"));
        let library = folders.map(|folder| folder.join("libfaketimeMT.so.1")).find(|library| library.is_file())?;
        let clock = Self { library, offset };
        clock.set(0);
        Some(clock)
    }

    /// So many seconds later, or earlier, than it is.
    pub fn set(&self, seconds: i64) {
        write(&self.offset, &format!("{seconds:+}\n"));
    }

    /// What a process must be started with to go by this clock.
    pub fn envs(&self) -> Vec<(OsString, OsString)> {
        vec![
            ("LD_PRELOAD".into(), self.library.clone().into()),
            ("FAKETIME_TIMESTAMP_FILE".into(), self.offset.clone().into()),
            ("FAKETIME_CACHE_DURATION".into(), Self::SEEN_AFTER.as_secs().to_string().into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC".into(), "1".into()),
        ]
    }
}

impl Drop for Clock {
    /// A process that was killed leaves what the library shares among its threads.
    fn drop(&mut self) {
        let left = fs::read_dir("/dev/shm").into_iter().flatten().flatten();
        for file in left {
            let name = file.file_name().to_string_lossy().into_owned();
            let Some((kind, process)) = name.rsplit_once('_') else { continue };
            if kind.contains("faketime") && !Path::new("/proc").join(process).exists() {
                let _ = fs::remove_file(file.path());
            }
        }
    }
}

fn write(path: &Path, text: &str) {
    let account = Account::present().expect("there is an account to run as");
    secret::write(path, text, &account).expect("a file can be written");
}
