//! One child process: started with an account's rights, bound to the life of this process, and known by more than its number.
//!
//! A process number is used again by the kernel, so nothing here signals by number alone: a running child is signalled
//! through its descriptor, and one from an earlier run only after [`Identity`] has shown that it is the same one.

mod identity;
mod spawner;

use std::{
    ffi::OsString,
    fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

pub use identity::{Identity, Leftover, listener_on, working_in};
pub use rustix::process::Signal;
use rustix::process::{Pid, PidfdFlags, pidfd_open, pidfd_send_signal};
use tokio::sync::watch;

use crate::account::Account;

/// What to start, and with what around it. The environment is only `envs` and `PATH`.
#[derive(Debug, Clone)]
pub struct Launch {
    pub name: &'static str,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub envs: Vec<(OsString, OsString)>,
    pub account: Account,
    pub dir: PathBuf,
    /// Standard output and error are appended here.
    pub log: PathBuf,
    /// Where the child's [`Identity`] is kept while it runs, so that a later run can clean up.
    pub pid_file: Option<PathBuf>,
    /// What the kernel sends the child when this process ends, whatever the reason.
    pub on_our_death: Signal,
    /// What ends the child at once without a chance that it lingers; sent when [`Process`] is dropped.
    pub at_once: Signal,
}

#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("{name} tidak dapat dijalankan ({program}): {source}")]
    NotStarted { name: &'static str, program: PathBuf, source: io::Error },
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
}

/// How a child ended; `None` when the kernel would not say.
pub type Ended = Arc<Option<ExitStatus>>;

/// A running child. Dropping it ends it and waits until it is gone.
#[derive(Debug)]
pub struct Process {
    name: &'static str,
    descriptor: OwnedFd,
    ended: watch::Receiver<Option<Ended>>,
    waiter: Option<JoinHandle<()>>,
    pid: u32,
    pid_file: Option<PathBuf>,
    at_once: Signal,
}

impl Process {
    pub fn start(launch: &Launch) -> Result<Process, ProcessError> {
        let name = launch.name;
        let not_started = |source| ProcessError::NotStarted { name, program: launch.program.clone(), source };
        let mut child = spawner::spawn(command(launch)?).map_err(not_started)?;
        let pid = child.id();
        // The child is not waited for yet, so its number cannot have been given to another.
        let descriptor = pidfd_open(Pid::from_child(&child), PidfdFlags::empty()).map_err(|e| not_started(e.into()))?;
        if let Some(path) = &launch.pid_file {
            let identity = Identity::of(pid).map_err(not_started)?;
            identity.write(path).map_err(|source| ProcessError::File { path: path.clone(), source })?;
        }
        let (tell, ended) = watch::channel(None);
        let waiter = thread::Builder::new()
            .name(format!("wait-{name}"))
            .stack_size(64 * 1024)
            .spawn(move || {
                let status = child.wait().ok();
                tell.send_replace(Some(Arc::new(status)));
            })
            .map_err(not_started)?;
        Ok(Process {
            name,
            descriptor,
            ended,
            waiter: Some(waiter),
            pid,
            pid_file: launch.pid_file.clone(),
            at_once: launch.at_once,
        })
    }

    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// A signal to a child that has ended is no error.
    pub fn signal(&self, signal: Signal) {
        // The descriptor is ours, so the only failure left is that the child has ended.
        let _ = pidfd_send_signal(&self.descriptor, signal);
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.ended.borrow().clone()
    }

    /// Waits until it has ended. May be dropped and called again.
    pub async fn wait(&self) -> Ended {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await {
            Ok(status) => status.clone().unwrap_or_default(),
            Err(_) => Ended::default(),
        }
    }

    /// Asks it to stop by `signal`; after `grace` it is killed. True when it went by itself.
    pub async fn stop(self, signal: Signal, grace: Duration) -> bool {
        self.signal(signal);
        let went = tokio::time::timeout(grace, self.wait()).await.is_ok();
        if !went {
            self.signal(Signal::KILL);
            self.wait().await;
        }
        went
    }

    /// Kills it as `kill -9` does and waits until it is gone.
    pub async fn kill9(self) {
        self.signal(Signal::KILL);
        self.wait().await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.signal(self.at_once);
        }
        if let Some(waiter) = self.waiter.take() {
            let _ = waiter.join();
        }
        if let Some(path) = &self.pid_file {
            let _ = fs::remove_file(path);
        }
    }
}

/// A program and its arguments, started with variables that only it gets, and not what takes its account on.
#[must_use]
pub fn with_envs(program: PathBuf, args: Vec<OsString>, envs: &[(OsString, OsString)]) -> (PathBuf, Vec<OsString>) {
    let assigned = envs.iter().map(|(name, value)| {
        let mut assigned = name.clone();
        assigned.push("=");
        assigned.push(value);
        assigned
    });
    (PathBuf::from("env"), assigned.chain([program.into()]).chain(args).collect())
}

/// Says how a child ended, for a person.
#[must_use]
pub fn ending(ended: &Ended) -> String {
    use std::os::unix::process::ExitStatusExt;
    match ended.as_ref() {
        Some(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("keluar dengan kode {code}"),
            (None, Some(signal)) => format!("dihentikan sinyal {signal}"),
            (None, None) => "berakhir".to_owned(),
        },
        None => "berakhir".to_owned(),
    }
}

fn command(launch: &Launch) -> Result<Command, ProcessError> {
    use std::os::unix::process::CommandExt;
    let file = |source| ProcessError::File { path: launch.log.clone(), source };
    let out = open_log(&launch.log).map_err(file)?;
    let err = out.try_clone().map_err(file)?;
    // setpriv becomes the program, so the child's number is the program's.
    let mut command = Command::new("setpriv");
    command.arg("--pdeathsig").arg(signal_name(launch.on_our_death)).args(launch.account.setpriv());
    command.arg("--").arg(&launch.program).args(&launch.args);
    command.env_clear().envs(launch.envs.iter().map(|(k, v)| (k, v)));
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    // Ctrl-C at a terminal goes to the foreground group: the supervisor alone shall get it and stop all in order.
    command.current_dir(&launch.dir).stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
    Ok(command)
}

/// setpriv takes names only.
fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::INT => "INT",
        Signal::QUIT => "QUIT",
        Signal::TERM => "TERM",
        _ => "KILL",
    }
}

fn open_log(path: &Path) -> io::Result<fs::File> {
    const TURN_OVER: u64 = 16 * 1024 * 1024;
    if fs::metadata(path).is_ok_and(|m| m.len() > TURN_OVER) {
        fs::rename(path, path.with_extension("log.1"))?;
    }
    fs::File::options().create(true).append(true).open(path)
}
