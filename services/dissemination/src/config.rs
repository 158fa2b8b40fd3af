//! The service's configuration: one TOML file and variables `KIM__SECTION__KEY` over it.

use kim_chassis::config::{Check, Database, Grpc, Http, Identity, Nats, Problems, Source, Telemetry};
use kim_desk::config::{Stream, Vault};
use kim_webhook::Exceptions;
use serde::Deserialize;

use crate::{channel::Email, media::Media};

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
    pub media: Media,
    /// Whose events audiences are drawn from.
    pub registry: Source,
    pub webhook: Webhook,
    pub email: Email,
}

/// `[webhook]`: where webhooks may go.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Webhook {
    /// What is let through, and what is kept off, beside what the guard knows by itself.
    pub exceptions: Exceptions,
}

/// `[log]`: the service's own log.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// A log made as simulated stays so for good, and one that was not never becomes so.
    pub simulated: bool,
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
        problems.section("media", &self.media);
        problems.section("registry", &self.registry);
        problems.section("email", &self.email);
    }
}
