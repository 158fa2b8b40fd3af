//! What the projection is told: one TOML file, and variables over it.

use std::net::SocketAddr;

use kim_chassis::config::{Check, Database, Grpc, Http, Identity, Nats, Problems, Source, Telemetry};
use serde::Deserialize;

/// The whole configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Reporting.
    pub grpc: Grpc,
    /// Health and metrics.
    pub http: Http,
    /// The dashboards.
    pub pages: PagesConfig,
    /// The read model's own database. `max_connections` is for questions; as many
    /// at most are used beside them, and eight by the writer.
    pub database: Database,
    pub nats: Nats,
    /// Neither service whose log is read need be there when the projection starts.
    pub registry: Source,
    pub dissemination: Source,
    pub identity: Identity,
    pub telemetry: Telemetry,
}

/// `[pages]`: where the dashboards are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PagesConfig {
    /// Where to listen. Port 0 (any free port) is for tests, and a configuration file may not leave it out.
    pub listen: Option<SocketAddr>,
}

impl Check for Config {
    fn check(&self, problems: &mut Problems) {
        problems.section("grpc", &self.grpc);
        problems.section("http", &self.http);
        problems.section("pages", &self.pages);
        problems.section("database", &self.database);
        problems.section("nats", &self.nats);
        problems.section("registry", &self.registry);
        problems.section("dissemination", &self.dissemination);
        problems.section("identity", &self.identity);
        problems.section("telemetry", &self.telemetry);
    }
}

impl Check for PagesConfig {
    fn check(&self, problems: &mut Problems) {
        if self.listen.is_none_or(|listen| listen.port() == 0) {
            problems.add("listen", "belum diisi", "tulis misalnya 127.0.0.1:7400");
        }
    }
}

#[cfg(test)]
mod tests {
    use kim_chassis::config::{Args, load};

    use super::*;

    #[test]
    fn an_empty_configuration_is_told_everything_at_once() {
        let errors = load::<Config>(Args::default()).unwrap_err();
        let paths: Vec<&str> = errors.problems().iter().map(|problem| problem.path.as_str()).collect();
        for path in [
            "grpc.listen",
            "http.listen",
            "pages.listen",
            "database.url_file",
            "nats.url",
            "registry.url",
            "registry.token_file",
            "dissemination.url",
            "dissemination.token_file",
            "identity.issuer",
        ] {
            assert!(paths.contains(&path), "{path} is missing in {paths:?}");
        }
    }

    #[test]
    fn a_service_whose_log_is_read_has_an_address_and_a_token() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("projection.toml");
        std::fs::write(&file, "[registry]\nurl = \"127.0.0.1\"\ntoken_file = \"/nowhere/a.jwt\"\nport = 7401\n")
            .unwrap();
        let errors = load::<Config>(Args { config: Some(file), check_only: true }).unwrap_err();
        let said: Vec<String> = errors.problems().iter().map(ToString::to_string).collect();
        let said = said.join("\n");
        for line in
            ["registry.url: bukan alamat http", "registry.token_file: berkas /nowhere/a.jwt tidak ada", "registry.port"]
        {
            assert!(said.contains(line), "{line} is missing in:\n{said}");
        }
    }
}
