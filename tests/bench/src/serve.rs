//! What is measured over the network runs in processes of its own, as operators run it: this program starts itself once more.

use std::{env, fs, net::SocketAddr, path::PathBuf, time::Duration};

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
    servers::port,
};
use tokio::time::{Instant, sleep};

use crate::{do_nothing, servers::Servers};

const READY_WITHIN: Duration = Duration::from_mins(1);
const LIFETIME: Duration = Duration::from_hours(12);

/// The side of this program that is measured.
#[derive(Debug, Subcommand)]
pub enum Serve {
    Registry { config: PathBuf },
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
            Self::DoNothing { listen } => do_nothing::serve(listen).await,
        }
    }
}

/// A service in a process of its own; it ends with the value.
pub struct Served {
    pub grpc: SocketAddr,
    process: Process,
}

/// Whether the broker is there for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broker {
    There,
    Away,
}

impl Served {
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The registry on this database, configured as on a laptop.
    pub async fn registry(servers: &Servers, issuer: &Issuer, database: &str, broker: Broker) -> anyhow::Result<Self> {
        let dir = servers.path();
        let vault = dir.join("vault.key");
        fs::write(&vault, "5a".repeat(32))?;
        let (grpc, http) = (address(), address());
        let nats = match broker {
            Broker::There => servers.nats.url(),
            Broker::Away => format!("nats://{}", address()),
        };
        let text = format!(
            "grpc = {{ listen = '{grpc}' }}\nhttp = {{ listen = '{http}' }}\n\
             database = {{ url_file = '{}' }}\n\
             nats = {{ url = '{nats}', nkey_seed_file = '{}', inbox_prefix = '_INBOX_registry' }}\n\
             identity = {{ issuer = '{}', jwks_file = '{}' }}\n\
             stream = {{ max_gigabytes = 10 }}\nvault = {{ key_file = '{}' }}\n",
            servers.postgres.url_file(database)?.display(),
            servers.nats.seed_file("registry").display(),
            issuer.name(),
            issuer.jwks_file().display(),
            vault.display(),
        );
        let config = dir.join(format!("{database}.toml"));
        fs::write(&config, text)?;
        let served = Self::start(servers, "registry", grpc, vec!["registry".into(), config.into()])?;
        served
            .until(async || kim_local::http::get(http.port(), "/readyz").await.is_some_and(|(code, _)| code == 200))
            .await?;
        Ok(served)
    }

    /// A service that answers every command at once.
    pub async fn do_nothing(servers: &Servers) -> anyhow::Result<Self> {
        let grpc = address();
        let served = Self::start(servers, "do-nothing", grpc, vec!["do-nothing".into(), grpc.to_string().into()])?;
        served.until(async || tokio::net::TcpStream::connect(grpc).await.is_ok()).await?;
        Ok(served)
    }

    fn start(
        servers: &Servers,
        name: &'static str,
        grpc: SocketAddr,
        args: Vec<std::ffi::OsString>,
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
        Ok(Self { grpc, process })
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

/// An issuer of the measurement's own, and a token of the national office.
pub fn issuer(servers: &Servers) -> anyhow::Result<(Issuer, String)> {
    let issuer = Issuer::create(servers.path().join("issuer"))?;
    let subject = "bench:national".parse().context("an opaque subject")?;
    let national = Principal { subject, role: Role::NationalOffice, scope: Scope::National, grant: None };
    let token = issuer.issue(&national, LIFETIME)?;
    Ok((issuer, token))
}
