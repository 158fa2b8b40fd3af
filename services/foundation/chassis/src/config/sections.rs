//! The sections that services share. Each can be left out or written in part: what has no sensible default is empty
//! then, and its check says so, so that all gaps are named together.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use serde::Deserialize;

use super::{Check, Problems};

/// `[grpc]`: the address and the limits of a gRPC server.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grpc {
    /// Where to listen. Port 0 (any free port) is for tests, and a configuration file may not say it.
    pub listen: SocketAddr,
    /// Unary calls answered at the same time; one more gets RESOURCE_EXHAUSTED.
    pub max_in_flight: usize,
    /// Streaming calls at the same time, counted apart, since a log's reader stays for days.
    pub max_streams: usize,
    /// The longest that a unary call may take, in milliseconds; a client's `grpc-timeout` can only shorten it.
    pub deadline_ms: u64,
    /// The largest message in or out, in bytes, after decompression.
    pub max_message_bytes: usize,
    /// An HTTP/2 ping goes out after this silence, in milliseconds.
    pub keepalive_ms: u64,
    /// The connection is given up when a ping has no answer for this long, in milliseconds.
    pub keepalive_timeout_ms: u64,
    /// How long calls in flight get to end once the service was told to stop, in milliseconds.
    pub drain_ms: u64,
    /// How long background tasks get to end after that, in milliseconds.
    pub stop_ms: u64,
}

impl Grpc {
    /// The defaults at this address.
    #[must_use]
    pub fn at(listen: SocketAddr) -> Self {
        Self { listen, ..Self::default() }
    }

    /// [`Self::max_message_bytes`], for [`grpc_service!`](crate::grpc_service).
    #[must_use]
    pub fn message_limit(&self) -> usize {
        self.max_message_bytes
    }

    /// [`Self::deadline_ms`] as a duration.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline_ms)
    }
}

impl Default for Grpc {
    fn default() -> Self {
        Self {
            listen: ANY_PORT,
            max_in_flight: 1024,
            max_streams: 256,
            deadline_ms: 10_000,
            max_message_bytes: 4 * 1024 * 1024,
            keepalive_ms: 20_000,
            keepalive_timeout_ms: 10_000,
            drain_ms: 15_000,
            stop_ms: 10_000,
        }
    }
}

impl Check for Grpc {
    fn check(&self, problems: &mut Problems) {
        check_listen(problems, self.listen, "127.0.0.1:7401");
        problems.within("max_in_flight", &self.max_in_flight, &(1..=1_000_000));
        problems.within("max_streams", &self.max_streams, &(1..=1_000_000));
        problems.within("deadline_ms", &self.deadline_ms, &(10..=600_000));
        problems.within("max_message_bytes", &self.max_message_bytes, &(1024..=64 * 1024 * 1024));
        problems.within("keepalive_ms", &self.keepalive_ms, &(1000..=3_600_000));
        problems.within("keepalive_timeout_ms", &self.keepalive_timeout_ms, &(1000..=600_000));
        problems.within("drain_ms", &self.drain_ms, &(0..=600_000));
        problems.within("stop_ms", &self.stop_ms, &(0..=600_000));
    }
}

/// `[http]`: health, metrics, and what else a service offers to operators over HTTP.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Where to listen. Port 0 (any free port) is for tests, and a configuration file may not say it.
    pub listen: SocketAddr,
}

impl Http {
    /// At this address.
    #[must_use]
    pub fn at(listen: SocketAddr) -> Self {
        Self { listen }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self { listen: ANY_PORT }
    }
}

impl Check for Http {
    fn check(&self, problems: &mut Problems) {
        check_listen(problems, self.listen, "127.0.0.1:7451");
    }
}

/// `[database]`: the service's own PostgreSQL database.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// A file whose only line is the connection's URL; the place for one with a password.
    pub url_file: Option<PathBuf>,
    /// The URL itself, if it holds no password.
    pub url: Option<String>,
    /// Connections in the pool.
    pub max_connections: u32,
    /// The longest that a statement may take, in milliseconds; 0 is without limit.
    pub statement_timeout_ms: u64,
    /// How long to wait for a free connection, in milliseconds.
    pub acquire_timeout_ms: u64,
    /// The name in `pg_stat_activity`; the program's own when left out.
    pub application_name: Option<String>,
}

impl Database {
    /// The defaults with this URL.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url_file: None,
            url: None,
            max_connections: 8,
            statement_timeout_ms: 30_000,
            acquire_timeout_ms: 5_000,
            application_name: None,
        }
    }
}

// By hand, since a URL may hold a password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("url_file", &self.url_file)
            .field("url", &self.url.as_ref().map(|_| "…"))
            .field("max_connections", &self.max_connections)
            .field("statement_timeout_ms", &self.statement_timeout_ms)
            .field("acquire_timeout_ms", &self.acquire_timeout_ms)
            .field("application_name", &self.application_name)
            .finish()
    }
}

impl Check for Database {
    fn check(&self, problems: &mut Problems) {
        match (&self.url_file, &self.url) {
            (Some(_), Some(_)) => problems.add("url", "url_file dan url diisi dua-duanya", "isi salah satu saja"),
            (None, None) => problems.add("url_file", "belum diisi", "tulis jalur berkas yang berisi alamat PostgreSQL"),
            (Some(path), None) => problems.readable("url_file", path),
            (None, Some(url)) => match url::Url::parse(url) {
                Ok(url) if !matches!(url.scheme(), "postgres" | "postgresql") => {
                    problems.add(
                        "url",
                        "bukan alamat PostgreSQL",
                        "tulis misalnya postgres://registry@127.0.0.1:7432/registry",
                    );
                }
                Ok(url) if url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password") => {
                    problems.add(
                        "url",
                        "berisi kata sandi",
                        "pindahkan alamat itu ke sebuah berkas dan sebutkan di url_file",
                    );
                }
                Ok(_) => {}
                Err(_) => {
                    problems.add("url", "bukan alamat", "tulis misalnya postgres://registry@127.0.0.1:7432/registry");
                }
            },
        }
        problems.within("max_connections", &self.max_connections, &(1..=1000));
        problems.within("statement_timeout_ms", &self.statement_timeout_ms, &(0..=3_600_000));
        problems.within("acquire_timeout_ms", &self.acquire_timeout_ms, &(10..=600_000));
    }
}

/// `[nats]`: the broker.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Nats {
    /// `nats://host:port` or `tls://host:port`; several separated by commas.
    pub url: String,
    /// A file with this service's NKey seed; without it, no authentication (a test's own broker).
    pub nkey_seed_file: Option<PathBuf>,
    /// The prefix of this user's inboxes, when the broker gave it one.
    pub inbox_prefix: Option<String>,
    /// A file with the certificate authority that signed the broker's certificate.
    pub ca_file: Option<PathBuf>,
}

impl Nats {
    /// The defaults with this URL.
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

impl Check for Nats {
    fn check(&self, problems: &mut Problems) {
        const EXAMPLE: &str = "tulis misalnya nats://127.0.0.1:7422";
        problems.required("url", &self.url, EXAMPLE);
        for part in self.url.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match url::Url::parse(part) {
                Ok(url) if !matches!(url.scheme(), "nats" | "tls") => problems.add("url", "bukan alamat NATS", EXAMPLE),
                Ok(url) if url.password().is_some() || !url.username().is_empty() => {
                    problems.add("url", "berisi nama atau kata sandi", "pakai nkey_seed_file");
                }
                Ok(_) => {}
                Err(_) => problems.add("url", "bukan alamat", EXAMPLE),
            }
        }
        if let Some(path) = &self.nkey_seed_file {
            problems.readable("nkey_seed_file", path);
        }
        if let Some(path) = &self.ca_file {
            problems.readable("ca_file", path);
        }
        if let Some(prefix) = &self.inbox_prefix
            && (prefix.is_empty() || prefix.contains(['*', '>', ' ']) || prefix.ends_with('.'))
        {
            problems.add("inbox_prefix", format!("{prefix:?} bukan awalan subjek"), "tulis misalnya _INBOX_registry");
        }
    }
}

/// `[identity]`: whose tokens are believed.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Identity {
    /// The only issuer that is believed (claim `iss`).
    pub issuer: String,
    /// The only audience that is meant (claim `aud`).
    pub audience: String,
    /// A file with the issuer's public keys (JWKS); read again when it changes.
    pub jwks_file: Option<PathBuf>,
    /// The address of the issuer's public keys; fetched at start and from time to time.
    pub jwks_url: Option<String>,
    /// How far this clock and the issuer's may differ, in seconds; at most 60.
    pub leeway_seconds: u64,
}

impl Default for Identity {
    fn default() -> Self {
        Self { issuer: String::new(), audience: "kim".into(), jwks_file: None, jwks_url: None, leeway_seconds: 30 }
    }
}

impl Check for Identity {
    fn check(&self, problems: &mut Problems) {
        problems.required("issuer", &self.issuer, "tulis penerbit token persis seperti klaim iss");
        problems.required("audience", &self.audience, "tulis misalnya \"kim\"");
        problems.within("leeway_seconds", &self.leeway_seconds, &(0..=60));
        match (&self.jwks_file, &self.jwks_url) {
            (None, None) => {
                problems.add("jwks_file", "belum diisi", "sebutkan berkas JWKS penerbit, atau alamatnya di jwks_url")
            }
            (Some(_), Some(_)) => {
                problems.add("jwks_url", "jwks_file dan jwks_url diisi dua-duanya", "isi salah satu saja")
            }
            (Some(path), None) => problems.readable("jwks_file", path),
            (None, Some(text)) => {
                let loopback = |url: &url::Url| match url.host() {
                    Some(url::Host::Ipv4(host)) => IpAddr::V4(host).is_loopback(),
                    Some(url::Host::Ipv6(host)) => IpAddr::V6(host).is_loopback(),
                    Some(url::Host::Domain(name)) => name == "localhost",
                    None => false,
                };
                match url::Url::parse(text) {
                    // Keys that came over plain HTTP are whoever's keys who stood in between.
                    Ok(url) if url.scheme() == "https" || (url.scheme() == "http" && loopback(&url)) => {}
                    Ok(_) => problems.add(
                        "jwks_url",
                        format!("{text:?} bukan alamat https"),
                        "kunci penerbit harus diambil lewat https",
                    ),
                    Err(_) => problems.add(
                        "jwks_url",
                        format!("{text:?} bukan alamat"),
                        "tulis misalnya https://sso.example.go.id/jwks.json",
                    ),
                }
            }
        }
    }
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// For a person at a terminal.
    Pretty,
}

/// `[telemetry]`: logs, traces and metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Telemetry {
    /// `"json"` or `"pretty"`.
    pub log: LogFormat,
    /// Which log lines are written, as tracing's directives: `info,kim_eventlog=debug`.
    pub filter: String,
    /// An OTLP collector over gRPC, `http://127.0.0.1:4317`; without it traces and metrics are not sent anywhere.
    pub otlp_endpoint: Option<String>,
    /// The name under which traces and metrics appear; the service's own when left out.
    pub service_name: Option<String>,
    /// The share of traces that begin here and are kept, 0 to 1; a caller's own decision goes before.
    pub sample_ratio: f64,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { log: LogFormat::Json, filter: "info".into(), otlp_endpoint: None, service_name: None, sample_ratio: 1.0 }
    }
}

impl Check for Telemetry {
    fn check(&self, problems: &mut Problems) {
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.filter) {
            problems.add(
                "filter",
                format!("{:?} tidak terbaca ({error})", self.filter),
                "tulis misalnya info,kim_eventlog=debug",
            );
        }
        problems.within("sample_ratio", &self.sample_ratio, &(0.0..=1.0));
        if let Some(endpoint) = &self.otlp_endpoint
            && !url::Url::parse(endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        {
            problems.add("otlp_endpoint", format!("{endpoint:?} bukan alamat"), "tulis misalnya http://127.0.0.1:4317");
        }
    }
}

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn check_listen(problems: &mut Problems, listen: SocketAddr, example: &str) {
    if listen.port() == 0 {
        problems.add("listen", "belum diisi", format!("tulis misalnya {example}"));
    }
}
