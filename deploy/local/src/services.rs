//! The services: which there are, what configuration each gets, and how one is started and known to be ready.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use kim_chassis::identity::{Issuer, Role, Scope};
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::{
    home::Home,
    http,
    keeper::Kept,
    ports::Ports,
    process::{self, Launch, Process, Signal},
    servers::{Nats, Postgres, secret, tail},
    tokens,
};

/// A service that takes longer is stuck; catching up after a long stop is quicker.
const READY_WITHIN: Duration = Duration::from_mins(3);

/// One row of the table of services.
#[derive(Debug, Clone)]
pub struct Row {
    /// The binary, beside this one.
    pub name: &'static str,
    /// Context, database, NATS user.
    pub context: &'static str,
    pub grpc: u16,
    pub http: u16,
    pub pages: Option<u16>,
    /// A write service has a log, a stream and a vault.
    pub writes: bool,
    /// Whether it keeps media, in a folder of its own.
    pub media: bool,
    /// The write services whose logs it reads: their contexts, and their gRPC ports.
    pub reads: Vec<(&'static str, u16)>,
}

/// The services, in the order in which they are started.
#[must_use]
pub fn table(ports: Ports) -> Vec<Row> {
    vec![
        Row {
            name: "kim-registry",
            context: "registry",
            grpc: ports.registry(),
            http: ports.registry_http(),
            pages: None,
            writes: true,
            media: false,
            reads: vec![],
        },
        Row {
            name: "kim-dissemination",
            context: "dissemination",
            grpc: ports.dissemination(),
            http: ports.dissemination_http(),
            pages: None,
            writes: true,
            media: true,
            reads: vec![("registry", ports.registry())],
        },
        Row {
            name: "kim-projection",
            context: "projection",
            grpc: ports.reporting(),
            http: ports.projection_http(),
            pages: Some(ports.pages()),
            writes: false,
            media: false,
            reads: vec![("registry", ports.registry()), ("dissemination", ports.dissemination())],
        },
    ]
}

/// A service with its configuration written, to be kept running.
#[derive(Debug)]
pub struct Service {
    row: Row,
    launch: Launch,
    process: Option<Process>,
}

/// What the configuration of every service is made from.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    pub home: &'a Home,
    pub postgres: &'a Postgres,
    pub nats: &'a Nats,
    pub issuer: &'a Issuer,
    /// Whether the write services' logs are simulated ones.
    pub simulated: bool,
}

impl Service {
    /// Writes the service's configuration.
    pub fn prepare(row: Row, around: &Surroundings<'_>) -> anyhow::Result<Service> {
        let home = around.home;
        let config = home.store("config").join(format!("{}.toml", row.context));
        let text = toml::to_string(&configuration(&row, around)?)?;
        secret::write(&config, &format!("# Written at every start; changes here are lost.\n{text}"), home.account())?;
        let program = home.account().runnable(&beside(row.name)?, &home.store("bin"))?;
        let launch = Launch {
            name: row.name,
            program,
            args: vec!["--config".into(), config.into()],
            envs: handed_on(),
            account: home.account().clone(),
            dir: PathBuf::from("/"),
            log: home.log(row.context),
            pid_file: Some(home.pid_file(row.context)),
            on_our_death: Signal::TERM,
            at_once: Signal::KILL,
        };
        Ok(Service { row, launch, process: None })
    }

    async fn until_ready(&self) -> anyhow::Result<()> {
        let Some(process) = &self.process else { return Ok(()) };
        let deadline = Instant::now() + READY_WITHIN;
        let mut last = String::new();
        loop {
            match http::get(self.row.http, "/readyz").await {
                Some((200, _)) => return Ok(()),
                // Its log waits for a person to decide (kimctl log reconcile), and the service is what is decided with.
                Some((_, text)) if text.trim() == "belum siap: log" => return Ok(()),
                Some((_, text)) => last = text,
                None => {}
            }
            if let Some(ended) = process.ended() {
                bail!(
                    "{}; akhir {}:\n{}",
                    process::ending(&ended),
                    self.launch.log.display(),
                    tail(&self.launch.log, 10)
                );
            }
            if Instant::now() > deadline {
                bail!("belum siap setelah {} detik: {last}", READY_WITHIN.as_secs());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Kept for Service {
    fn name(&self) -> &'static str {
        self.row.name
    }

    async fn launch(&mut self) -> anyhow::Result<()> {
        self.process = None;
        if let Some(leftover) =
            self.launch.pid_file.as_deref().and_then(process::Identity::read).and_then(|it| it.find())
        {
            leftover.end(Signal::TERM, Duration::from_secs(6)).await;
        }
        self.process = Some(Process::start(&self.launch)?);
        self.until_ready().await
    }

    fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    async fn halt(&mut self) {
        if let Some(process) = self.process.take() {
            process.stop(Signal::TERM, Duration::from_secs(6)).await;
        }
    }
}

#[derive(Serialize)]
struct Configuration {
    grpc: Grpc,
    http: Listen,
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<Listen>,
    database: Database,
    nats: Broker,
    identity: Identified,
    telemetry: Telemetry,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<Log>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<Stream>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vault: Option<Vault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media: Option<Media>,
    /// Each in a section called as its context is.
    #[serde(flatten)]
    logs: BTreeMap<&'static str, LogOfAnother>,
}

#[derive(Serialize)]
struct Grpc {
    listen: String,
    drain_ms: u64,
    stop_ms: u64,
}

#[derive(Serialize)]
struct Listen {
    listen: String,
}

#[derive(Serialize)]
struct Database {
    url_file: PathBuf,
}

#[derive(Serialize)]
struct Broker {
    url: String,
    nkey_seed_file: PathBuf,
    inbox_prefix: String,
}

#[derive(Serialize)]
struct Identified {
    issuer: String,
    audience: String,
    jwks_file: Option<PathBuf>,
}

#[derive(Serialize)]
struct Telemetry {
    log: &'static str,
}

#[derive(Serialize)]
struct Log {
    simulated: bool,
}

#[derive(Serialize)]
struct Stream {
    max_gigabytes: u32,
}

#[derive(Serialize)]
struct LogOfAnother {
    url: String,
    token_file: PathBuf,
}

#[derive(Serialize)]
struct Vault {
    key_file: PathBuf,
}

#[derive(Serialize)]
struct Media {
    folder: PathBuf,
}

fn configuration(row: &Row, around: &Surroundings<'_>) -> anyhow::Result<Configuration> {
    let at = |port: u16| format!("127.0.0.1:{port}");
    let vault = if row.writes { Some(Vault { key_file: vault_key(row, around.home)? }) } else { None };
    let media = if row.media { Some(Media { folder: media(around.home)? }) } else { None };
    let logs = row.reads.iter().map(|(context, port)| Ok((*context, log_of_another(row, *port, around)?)));
    let logs = logs.collect::<anyhow::Result<_>>()?;
    let identity = around.issuer.identity();
    Ok(Configuration {
        // A person who pressed Ctrl-C waits ten seconds at most.
        grpc: Grpc { listen: at(row.grpc), drain_ms: 2500, stop_ms: 2500 },
        http: Listen { listen: at(row.http) },
        pages: row.pages.map(|port| Listen { listen: at(port) }),
        database: Database { url_file: around.postgres.url_file(row.context)? },
        nats: Broker {
            url: around.nats.url(),
            nkey_seed_file: around.nats.seed_file(row.context),
            inbox_prefix: format!("_INBOX_{}", row.context),
        },
        identity: Identified { issuer: identity.issuer, audience: identity.audience, jwks_file: identity.jwks_file },
        telemetry: Telemetry { log: "json" },
        log: row.writes.then_some(Log { simulated: around.simulated }),
        // A laptop's share; the log keeps everything.
        stream: row.writes.then_some(Stream { max_gigabytes: 10 }),
        vault,
        media,
        logs,
    })
}

/// The log that this service reads what the stream no longer keeps from, with a token of its own for that.
fn log_of_another(row: &Row, port: u16, around: &Surroundings<'_>) -> anyhow::Result<LogOfAnother> {
    let token = tokens::token(around.issuer, row.name, Role::Subscriber, Scope::National)?;
    let token_file = around.home.store("secrets").join(format!("{}.jwt", row.context));
    secret::write(&token_file, &token, around.home.account())?;
    Ok(LogOfAnother { url: format!("http://127.0.0.1:{port}"), token_file })
}

/// A folder that the services' account alone writes to.
fn media(home: &Home) -> anyhow::Result<PathBuf> {
    let folder = home.store("media");
    home.account().private_dir(&folder)?;
    Ok(folder)
}

/// 32 random bytes in hexadecimal; made once, since what it sealed can be opened with no other.
fn vault_key(row: &Row, home: &Home) -> anyhow::Result<PathBuf> {
    let path = home.store("secrets").join(format!("{}-vault.key", row.context));
    secret::kept(&path, home.account(), secret::random)?;
    Ok(path)
}

/// The binary of this name beside the one that runs.
fn beside(name: &str) -> anyhow::Result<PathBuf> {
    let me = env::current_exe().context("jalur program ini tidak terbaca")?;
    let path = me.parent().unwrap_or(Path::new(".")).join(name);
    if !fs::metadata(&path).is_ok_and(|m| m.is_file()) {
        bail!("{} tidak ada; bangun dengan deploy/local/up", path.display());
    }
    Ok(path)
}

/// What of our environment a service may see: its own settings, and where telemetry goes.
fn handed_on() -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
    let wanted = |name: &str| name.starts_with("KIM__") || name.starts_with("OTEL_") || name == "RUST_LOG";
    env::vars_os().filter(|(name, _)| name.to_str().is_some_and(wanted)).collect()
}
