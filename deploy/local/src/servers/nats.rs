//! A private NATS server with JetStream in files.

use std::{
    fmt::Write as _,
    fs, io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    time::Duration,
};

use nkeys::KeyPair;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use super::{
    installation::{self, NotInstalled},
    port,
    secret::{self, SecretError},
    tail,
};
use crate::{
    account::{Account, AccountError},
    process::{self, Identity, Launch, Process, ProcessError, Signal},
};

const READY_WITHIN: Duration = Duration::from_mins(1);

/// Who may do what on the server. A user's inbox is `_INBOX_<name>`, which its client must be told, and no other's.
#[derive(Debug, Clone)]
pub struct NatsUser {
    pub name: String,
    /// Subjects it may publish on.
    pub publish: Vec<String>,
    /// Subjects it may subscribe to, beside its inbox.
    pub subscribe: Vec<String>,
}

impl NatsUser {
    /// A write service: publishes its context's events and keeps its stream (`REGISTRY` for `registry`), which it reads by
    /// consumers of its own to compare it with its log.
    #[must_use]
    pub fn writer(context: &str) -> NatsUser {
        let stream = context.to_uppercase();
        let mut publish = vec![format!("kim.evt.{context}.>"), "$JS.API.INFO".to_owned()];
        for verb in ["INFO", "CREATE", "UPDATE", "DELETE", "MSG.GET"] {
            publish.push(format!("$JS.API.STREAM.{verb}.{stream}"));
        }
        publish.extend(reads_of(&stream));
        NatsUser { name: context.to_owned(), publish, subscribe: Vec::new() }
    }

    /// A service that reads these contexts' streams by consumers of its own, and changes nothing.
    #[must_use]
    pub fn reader(name: &str, contexts: &[&str]) -> NatsUser {
        let mut publish = vec!["$JS.API.INFO".to_owned()];
        for stream in contexts.iter().map(|context| context.to_uppercase()) {
            publish.push(format!("$JS.API.STREAM.INFO.{stream}"));
            publish.push(format!("$JS.API.STREAM.MSG.GET.{stream}"));
            publish.extend(reads_of(&stream));
            publish.push(format!("$JS.ACK.{stream}.>"));
            publish.push(format!("$JS.FC.{stream}.>"));
        }
        NatsUser { name: name.to_owned(), publish, subscribe: Vec::new() }
    }

    /// A writer, or a reader, that reads these contexts' streams, too.
    #[must_use]
    pub fn reading(mut self, contexts: &[&str]) -> NatsUser {
        self.publish.extend(NatsUser::reader(&self.name, contexts).publish);
        self
    }

    /// The users of a nation's services, and the operator.
    #[must_use]
    pub fn of_services() -> Vec<NatsUser> {
        vec![
            NatsUser::writer("registry"),
            NatsUser::writer("dissemination").reading(&["registry"]),
            NatsUser::reader("projection", &["registry", "dissemination"]),
            NatsUser::admin(),
        ]
    }

    /// A system that reads a part of a context's stream by consumers of its own, and can read nothing else of it: the broker
    /// compares the subjects that its consumers ask for (`kim.evt.registry.v1.14.>`).
    #[must_use]
    pub fn reader_of(name: &str, context: &str, subjects: &str) -> NatsUser {
        let stream = context.to_uppercase();
        let mut publish = vec!["$JS.API.INFO".to_owned(), format!("$JS.API.STREAM.INFO.{stream}")];
        publish.push(format!("$JS.API.CONSUMER.CREATE.{stream}.*.{subjects}"));
        for verb in ["INFO", "DELETE", "MSG.NEXT"] {
            publish.push(format!("$JS.API.CONSUMER.{verb}.{stream}.>"));
        }
        NatsUser { name: name.to_owned(), publish, subscribe: Vec::new() }
    }

    /// The operator: may do everything with streams, and publish no event, which only a relay may.
    #[must_use]
    pub fn admin() -> NatsUser {
        NatsUser { name: "admin".to_owned(), publish: vec!["$JS.>".to_owned()], subscribe: vec![">".to_owned()] }
    }
}

/// What it takes to read a stream: its messages one by one, and consumers of one's own.
fn reads_of(stream: &str) -> impl Iterator<Item = String> {
    let verbs = ["CREATE", "INFO", "DELETE", "MSG.NEXT"].into_iter();
    let of_verbs = verbs.map(move |verb| format!("$JS.API.CONSUMER.{verb}.{stream}.>"));
    let direct = ["", ".>"].map(|rest| format!("$JS.API.DIRECT.GET.{stream}{rest}"));
    direct.into_iter().chain([format!("$JS.API.CONSUMER.CREATE.{stream}")]).chain(of_verbs)
}

/// Where a server lives and who may use it.
#[derive(Debug, Clone)]
pub struct NatsOptions {
    /// Everything of this server that has no other place: streams, settings.
    pub dir: PathBuf,
    /// The loopback port; 0 takes any, and keeps it over restarts.
    pub port: u16,
    pub users: Vec<NatsUser>,
    pub account: Account,
    /// Seeds of the users' NKeys, one a file: `<name>.nk`.
    pub secrets: PathBuf,
    pub log: PathBuf,
    pub pid_file: Option<PathBuf>,
}

impl NatsOptions {
    /// All below `dir`, on any port, with the users of a nation's services.
    pub fn at(dir: &Path) -> Result<NatsOptions, AccountError> {
        Ok(NatsOptions {
            dir: dir.to_owned(),
            port: 0,
            users: NatsUser::of_services(),
            account: Account::present()?,
            secrets: dir.join("secrets"),
            log: dir.join("nats.log"),
            pid_file: None,
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    #[error(transparent)]
    NotInstalled(#[from] NotInstalled),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("kunci NATS {path} rusak: {reason}; hapus berkas itu agar dibuat lagi")]
    BadSeed { path: PathBuf, reason: String },
    #[error("NATS {how} sebelum siap; akhir catatannya:\n{log}")]
    Died { how: String, log: String },
    #[error("NATS belum siap setelah {} detik; akhir catatannya:\n{log}", READY_WITHIN.as_secs())]
    NotReady { log: String },
}

/// A server that this process started. Dropping it kills it; the next start recovers.
#[derive(Debug)]
pub struct Nats {
    options: NatsOptions,
    program: PathBuf,
    store: PathBuf,
    process: Option<Process>,
}

impl Nats {
    /// Starts it and comes back when it takes connections and JetStream is ready.
    pub async fn start(mut options: NatsOptions) -> Result<Nats, NatsError> {
        let any_port = options.port == 0;
        if any_port {
            options.port = port::any_free();
        }
        let mut nats = Nats::prepare(options)?;
        let mut tries = 3;
        loop {
            match nats.restart().await {
                // Another process may take a free port before NATS does.
                Err(NatsError::Died { .. }) if any_port && tries > 0 && !port::is_free(nats.options.port) => {
                    tries -= 1;
                    nats.options.port = port::any_free();
                }
                Err(e) => return Err(e),
                Ok(()) => return Ok(nats),
            }
        }
    }

    /// The server's directory and keys, made if missing; not started.
    pub fn prepare(options: NatsOptions) -> Result<Nats, NatsError> {
        for dir in [&options.dir, &options.secrets] {
            fs::create_dir_all(dir).map_err(|e| file(dir, e))?;
            options.account.passage(dir)?;
        }
        let dir = fs::canonicalize(&options.dir).map_err(|e| file(&options.dir, e))?;
        let store = dir.join("store");
        options.account.private_dir(&store)?;
        let program = options.account.runnable(&installation::nats()?, &dir.join("bin"))?;
        Ok(Nats { options, program, store, process: None })
    }

    /// Starts it again on the same directory and port, after a stop, a crash or a kill.
    pub async fn restart(&mut self) -> Result<(), NatsError> {
        self.process = None;
        self.clear_leftovers().await;
        let settings = self.write_settings()?;
        self.process = Some(Process::start(&Launch {
            name: "nats-server",
            program: self.program.clone(),
            args: vec!["--config".into(), settings.into()],
            // Go gives memory back before it asks for more than this.
            envs: vec![("GOMEMLIMIT".into(), "128MiB".into())],
            account: self.options.account.clone(),
            dir: self.store.clone(),
            log: self.options.log.clone(),
            pid_file: self.options.pid_file.clone(),
            on_our_death: Signal::TERM,
            at_once: Signal::KILL,
        })?);
        self.until_ready().await
    }

    /// Stops it cleanly.
    pub async fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop(Signal::TERM, Duration::from_secs(4)).await;
        }
    }

    /// Kills it as `kill -9` does. [`Nats::restart`] starts it again.
    pub async fn kill9(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill9().await;
        }
    }

    /// The running server.
    #[must_use]
    pub fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.options.port
    }

    /// Where clients connect to.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.options.port)
    }

    /// Where the server writes its own log.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.options.log
    }

    /// The streams' files, to search them or to lose them in a test.
    #[must_use]
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// The file with a user's NKey seed, readable by the servers' account alone.
    #[must_use]
    pub fn seed_file(&self, user: &str) -> PathBuf {
        self.options.secrets.join(format!("{user}.nk"))
    }

    /// A user's NKey seed.
    pub fn seed(&self, user: &str) -> Result<String, NatsError> {
        let path = self.seed_file(user);
        let make = || KeyPair::new_user().seed().expect("a new pair has its private half");
        Ok(secret::kept(&path, &self.options.account, make)?)
    }

    fn public_key(&self, user: &str) -> Result<String, NatsError> {
        let bad = |e: nkeys::error::Error| NatsError::BadSeed { path: self.seed_file(user), reason: e.to_string() };
        Ok(KeyPair::from_seed(&self.seed(user)?).map_err(bad)?.public_key())
    }

    async fn until_ready(&self) -> Result<(), NatsError> {
        let Some(process) = &self.process else { return Ok(()) };
        let deadline = Instant::now() + READY_WITHIN;
        while !greets(self.options.port).await {
            if let Some(ended) = process.ended() {
                return Err(NatsError::Died { how: process::ending(&ended), log: tail(&self.options.log, 8) });
            }
            if Instant::now() > deadline {
                return Err(NatsError::NotReady { log: tail(&self.options.log, 8) });
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    async fn clear_leftovers(&self) {
        let recorded = self.options.pid_file.as_deref().and_then(Identity::read).and_then(|identity| identity.find());
        for leftover in recorded.into_iter().chain(process::working_in(&self.store, "nats-server")) {
            leftover.end(Signal::TERM, Duration::from_secs(4)).await;
        }
    }

    fn write_settings(&self) -> Result<PathBuf, NatsError> {
        let mut users = String::new();
        for user in &self.options.users {
            let mut subscribe = user.subscribe.clone();
            subscribe.push(format!("_INBOX_{}.>", user.name));
            let key = self.public_key(&user.name)?;
            let (publish, subscribe) = (list(&user.publish), list(&subscribe));
            let _ = writeln!(
                users,
                "    # {}\n    {{ nkey: {key}, permissions: {{ publish: {publish}, subscribe: {subscribe} }} }}",
                user.name
            );
        }
        let store = self.store.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
        let text = format!(
            "# Written at every start; changes here are lost.\n\
             listen: \"127.0.0.1:{}\"\nserver_name: kim-local\nmax_payload: 1MB\n\
             jetstream {{\n  store_dir: \"{store}\"\n  max_memory_store: 16MB\n  max_file_store: 1TB\n}}\n\
             authorization {{\n  users: [\n{users}  ]\n}}\n",
            self.options.port,
        );
        let path = self.store.parent().unwrap_or(&self.store).join("nats.conf");
        secret::write(&path, &text, &self.options.account)?;
        Ok(path)
    }
}

fn file(path: &Path, source: io::Error) -> NatsError {
    NatsError::File { path: path.to_owned(), source }
}

fn list(subjects: &[String]) -> String {
    let quoted: Vec<String> = subjects.iter().map(|subject| format!("\"{subject}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// True when a NATS server with JetStream says hello on this port: it opens the port when JetStream has its streams.
async fn greets(port: u16) -> bool {
    let hello = async {
        let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        let mut line = String::new();
        BufReader::new(connection).read_line(&mut line).await.ok()?;
        Some(line.starts_with("INFO ") && line.contains("\"jetstream\":true"))
    };
    timeout(Duration::from_secs(2), hello).await.ok().flatten().unwrap_or(false)
}
