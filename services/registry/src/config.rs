//! The service's configuration: one TOML file and variables `KIM__SECTION__KEY` over it.

use std::num::NonZeroUsize;

use kim_chassis::config::{Check, Database, Grpc, Http, Identity, Nats, Problems, Telemetry};
use kim_desk::config::{Stream, Vault};
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub grpc: Grpc,
    pub http: Http,
    pub database: Database,
    pub nats: Nats,
    pub identity: Identity,
    pub telemetry: Telemetry,
    pub log: Log,
    pub stream: Stream,
    pub vault: Vault,
}

/// `[log]`: the service's own log.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A log made as simulated stays so for good, and one that was not never becomes so.
    pub simulated: bool,
    /// Communities kept in memory, some 700 bytes each; the cache only saves reads.
    pub cached_communities: NonZeroUsize,
}

impl Default for Log {
    fn default() -> Self {
        Self { simulated: false, cached_communities: NonZeroUsize::new(20_000).expect("20,000 is not zero") }
    }
}

impl Check for Config {
    fn check(&self, problems: &mut Problems) {
        problems.section("grpc", &self.grpc);
        problems.section("http", &self.http);
        problems.section("database", &self.database);
        problems.section("nats", &self.nats);
        problems.section("identity", &self.identity);
        problems.section("telemetry", &self.telemetry);
        problems.section("stream", &self.stream);
        problems.section("vault", &self.vault);
    }
}
