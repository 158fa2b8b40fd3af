//! A service as a process of its own: the program that operators run, with a configuration file.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use kim_local::{
    account::Account,
    process::{self, Launch, Process, Signal},
    servers::{secret, tail},
};
use tokio::time::{Instant, sleep};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// What one is started with.
pub struct ServiceOptions<'a> {
    /// The program, and its file names: `kim-registry`.
    pub program: &'static str,
    /// Its own name among others of its kind: `registry-1`.
    pub name: String,
    /// Where its files go.
    pub dir: &'a Path,
    pub settings: String,
    /// Its port for health and metrics, as in the settings.
    pub http: u16,
    pub envs: Vec<(OsString, OsString)>,
}

/// A service that is started and stopped by the test. Dropping it ends it.
pub struct Service {
    pub name: String,
    pub http: u16,
    launch: Launch,
    process: Option<Process>,
    /// Whether it should be running, so that an end that nobody brought about is noticed.
    wanted: bool,
}

impl Service {
    /// Writes its configuration. Not started yet.
    pub fn prepare(options: ServiceOptions<'_>) -> Self {
        let account = Account::present().expect("there is an account to run as");
        let config = options.dir.join(format!("{}.toml", options.name));
        secret::write(&config, &options.settings, &account).expect("a file can be written");
        let program = account.runnable(&binary(options.program), options.dir).expect("the account can run it");
        let (program, args) = process::with_envs(program, vec!["--config".into(), config.into()], &options.envs);
        let launch = Launch {
            name: options.program,
            program,
            args,
            envs: vec![],
            account,
            dir: PathBuf::from("/"),
            log: options.dir.join(format!("{}.log", options.name)),
            pid_file: None,
            on_our_death: Signal::KILL,
            at_once: Signal::KILL,
        };
        Self { name: options.name, http: options.http, launch, process: None, wanted: false }
    }

    pub fn start(&mut self) {
        self.process = None;
        self.process = Some(Process::start(&self.launch).expect("it is built beside the tests"));
        self.wanted = true;
    }

    pub async fn kill9(&mut self) {
        self.wanted = false;
        if let Some(process) = self.process.take() {
            process.kill9().await;
        }
    }

    pub fn signal(&self, signal: Signal) {
        if let Some(process) = &self.process {
            process.signal(signal);
        }
    }

    /// How it ended, if nobody ended it.
    pub fn ended_by_itself(&self) -> Option<String> {
        let ended = self.process.as_ref().filter(|_| self.wanted)?.ended()?;
        Some(format!("{} {}; its last lines:\n{}", self.name, process::ending(&ended), self.last_lines()))
    }

    /// Waits until it is ready. One that cannot start yet, for what it needs is not there, is started again, as a
    /// supervisor does.
    pub async fn ready(&mut self) {
        let deadline = Instant::now() + READY_WITHIN;
        while !self.is_ready().await {
            if self.process.as_ref().is_none_or(|process| process.ended().is_some()) {
                self.start();
            }
            let said = self.says().await;
            assert!(Instant::now() < deadline, "{} is not ready: {said}\n{}", self.name, self.last_lines());
            sleep(Duration::from_millis(50)).await;
        }
    }

    pub async fn is_ready(&self) -> bool {
        matches!(kim_local::http::get(self.http, "/readyz").await, Some((200, _)))
    }

    async fn says(&self) -> String {
        kim_local::http::get(self.http, "/readyz").await.map(|(_, text)| text).unwrap_or_default()
    }

    /// Its memory, in bytes.
    pub fn resident(&self) -> u64 {
        let pid = self.process.as_ref().expect("it is running").pid();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it is running");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("the kernel says it");
        let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number");
        kilobytes * 1024
    }

    pub fn last_lines(&self) -> String {
        tail(&self.launch.log, 12)
    }

    /// What it has written.
    pub fn log(&self) -> &Path {
        &self.launch.log
    }
}

/// A program of this workspace, built with the same profile as the tests.
pub fn binary(name: &str) -> PathBuf {
    let tests = std::env::current_exe().expect("a test knows where it is");
    let folder = tests.parent().and_then(Path::parent).expect("tests stand in <profile>/deps");
    folder.join(name)
}
