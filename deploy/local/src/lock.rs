//! One `up` at a time for a home.

use std::{
    fs::{File, TryLockError},
    io::{self, Read, Seek, Write},
    path::Path,
    time::Duration,
};

use crate::process::{Identity, Leftover};

const NAME: &str = "up.lock";

/// Held while `up` runs; the kernel gives it back however the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Whether the home is free.
#[derive(Debug)]
pub enum Taken {
    Now(Lock),
    /// By another `up`; `None` when it has not said yet which process it is.
    Already(Option<Leftover>),
}

/// Takes the lock of the home at `dir`, or says who has it.
pub async fn take(dir: &Path) -> io::Result<Taken> {
    // An `up` that is being born has not said who it is, and one that was killed holds on until its last thread is gone.
    for _ in 0..100 {
        match try_take(dir)? {
            Taken::Already(None) => tokio::time::sleep(Duration::from_millis(50)).await,
            taken => return Ok(taken),
        }
    }
    try_take(dir)
}

fn try_take(dir: &Path) -> io::Result<Taken> {
    let path = dir.join(NAME);
    let mut file = File::options().create(true).truncate(false).read(true).write(true).open(&path)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(Identity::of(std::process::id())?.to_string().as_bytes())?;
            Ok(Taken::Now(Lock { _file: file }))
        }
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            Ok(Taken::Already(Identity::parse(&text).and_then(|identity| identity.find())))
        }
        Err(TryLockError::Error(e)) => Err(e),
    }
}
