//! What is measured over the network runs in processes of its own, as operators run it: this program starts itself once more.

use std::{env, ffi::OsString, fs, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use clap::Subcommand;
use kim_chassis::{
    config::{Args, load},
    identity::{Issuer, Principal, Role, Scope},
    telemetry,
};
use kim_local::{
    account::Account,
    process::{Launch, Process, Signal},
    servers::{Nats, port},
};
use tokio::time::{Instant, sleep};

use crate::{do_nothing, servers::Servers};

const READY_WITHIN: Duration = Duration::from_mins(10);
const LIFETIME: Duration = Duration::from_hours(24);

/// The side of this program that is measured.
#[derive(Debug, Subcommand)]
pub enum Serve {
    Registry { config: PathBuf },
    Projection { config: PathBuf },
    DoNothing { listen: SocketAddr },
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Registry { config } => {
                let config: kim_registry::config::Config = load(Args { config: Some(config), check_only: false })?;
                let _telemetry = telemetry::init(&config.telemetry, kim_registry::startup::CONTEXT)?;
                Ok(kim_registry::startup::build(&config).await?.run_until_signal().await?)
            }
            Self::Projection { config } => {
                let config: kim_projection::config::Config = load(Args { config: Some(config), check_only: false })?;
                let _telemetry = telemetry::init(&config.telemetry, "projection")?;
                Ok(kim_projection::startup::build(&config).await?.run_until_signal().await?)
            }
            Self::DoNothing { listen } => do_nothing::serve(listen).await,
        }
    }
}

/// A service in a process of its own; it ends with the value.
pub struct Served {
    pub grpc: SocketAddr,
    /// Health and metrics.
    pub http: SocketAddr,
    pub pages: SocketAddr,
    process: Process,
}

/// Whether the broker is there for a service.
#[derive(Clone, Copy)]
pub enum Broker<'n> {
    There(&'n Nats),
    Away,
}

impl Served {
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The registry on this database, configured as on a laptop, with so many communities in memory or `cached` of them.
    pub async fn registry(
        servers: &Servers,
        issuer: &Issuer,
        database: &str,
        broker: Broker<'_>,
        cached: Option<usize>,
    ) -> anyhow::Result<Self> {
        let vault = servers.path().join("vault.key");
        fs::write(&vault, "5a".repeat(32))?;
        let (nats, url) = match broker {
            Broker::There(nats) => (nats, nats.url()),
            Broker::Away => (&servers.nats, format!("nats://{}", address())),
        };
        let log = cached.map(|cached| format!("log = {{ cached_communities = {cached} }}\n")).unwrap_or_default();
        let rest = format!(
            "{log}nats = {{ url = '{url}', nkey_seed_file = '{}', inbox_prefix = '_INBOX_registry' }}\n\
             stream = {{ max_gigabytes = 10 }}\nvault = {{ key_file = '{}' }}\n",
            nats.seed_file("registry").display(),
            vault.display(),
        );
        Self::configured(servers, issuer, ("registry", database), rest).await
    }

    /// The projection on this database, which reads the registry there.
    pub async fn projection(
        servers: &Servers,
        issuer: &Issuer,
        database: &str,
        nats: &Nats,
        registry: SocketAddr,
    ) -> anyhow::Result<Self> {
        let token_file = servers.path().join("projection.jwt");
        fs::write(&token_file, token(issuer, "bench:projection", Role::Subscriber)?)?;
        let rest = format!(
            "nats = {{ url = '{}', nkey_seed_file = '{}', inbox_prefix = '_INBOX_projection' }}\n\
             registry = {{ url = 'http://{registry}', token_file = '{}' }}\n",
            nats.url(),
            nats.seed_file("projection").display(),
            token_file.display(),
        );
        Self::configured(servers, issuer, ("projection", database), rest).await
    }

    async fn configured(
        servers: &Servers,
        issuer: &Issuer,
        (name, database): (&'static str, &str),
        rest: String,
    ) -> anyhow::Result<Self> {
        let at @ [grpc, http, pages] = [(); 3].map(|()| address());
        let site = if name == "projection" { format!("pages = {{ listen = '{pages}' }}\n") } else { String::new() };
        let text = format!(
            "grpc = {{ listen = '{grpc}' }}\nhttp = {{ listen = '{http}' }}\n\
             database = {{ url_file = '{}' }}\nidentity = {{ issuer = '{}', jwks_file = '{}' }}\n{rest}{site}",
            servers.postgres.url_file(database)?.display(),
            issuer.name(),
            issuer.jwks_file().display(),
        );
        let config = servers.path().join(format!("{database}.toml"));
        fs::write(&config, text)?;
        let served = Self::start(servers, name, at, vec![name.into(), config.into()])?;
        let ready = async || kim_local::http::get(http.port(), "/readyz").await.is_some_and(|(code, _)| code == 200);
        served.until(ready).await?;
        Ok(served)
    }

    /// A service that answers every command at once.
    pub async fn do_nothing(servers: &Servers) -> anyhow::Result<Self> {
        let grpc = address();
        let args = vec!["do-nothing".into(), grpc.to_string().into()];
        let served = Self::start(servers, "do-nothing", [grpc; 3], args)?;
        served.until(async || tokio::net::TcpStream::connect(grpc).await.is_ok()).await?;
        Ok(served)
    }

    fn start(
        servers: &Servers,
        name: &'static str,
        [grpc, http, pages]: [SocketAddr; 3],
        args: Vec<OsString>,
    ) -> anyhow::Result<Self> {
        let process = Process::start(&Launch {
            name,
            program: env::current_exe()?,
            args: [vec!["serve".into()], args].concat(),
            envs: Vec::new(),
            account: Account::Caller,
            dir: servers.path().to_owned(),
            log: servers.path().join(format!("{name}-{}.log", grpc.port())),
            pid_file: None,
            on_our_death: Signal::KILL,
            at_once: Signal::KILL,
        })?;
        Ok(Self { grpc, http, pages, process })
    }

    async fn until(&self, ready: impl AsyncFn() -> bool) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_WITHIN;
        while !ready().await {
            ensure!(
                self.process.ended().is_none() && Instant::now() < deadline,
                "{} is not ready",
                self.process.name()
            );
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

/// A loopback address that is free.
fn address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port::any_free()))
}

/// Who signs tokens in one measurement, and the national office's token.
pub struct Identity {
    pub issuer: Issuer,
    pub token: String,
}

impl Identity {
    pub fn of(servers: &Servers) -> anyhow::Result<Self> {
        let issuer = Issuer::create(servers.path().join("issuer"))?;
        let token = token(&issuer, "bench:national", Role::NationalOffice)?;
        Ok(Self { issuer, token })
    }
}

fn token(issuer: &Issuer, subject: &str, role: Role) -> anyhow::Result<String> {
    let subject = subject.parse().context("an opaque subject")?;
    Ok(issuer.issue(&Principal { subject, role, scope: Scope::National, grant: None }, LIFETIME)?)
}
