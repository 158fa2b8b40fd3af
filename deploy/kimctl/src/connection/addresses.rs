//! Where the services are, as it was said or as it follows from the port.

use std::path::PathBuf;

use crate::{cli::Options, log::LogContext};

impl Options {
    #[must_use]
    pub fn registry(&self) -> String {
        self.registry.clone().unwrap_or_else(|| here(self.ports.registry()))
    }

    #[must_use]
    pub fn dissemination(&self) -> String {
        self.dissemination.clone().unwrap_or_else(|| here(self.ports.dissemination()))
    }

    /// The service of a log.
    #[must_use]
    pub fn address_of(&self, context: LogContext) -> String {
        match context {
            LogContext::Registry => self.registry(),
            LogContext::Dissemination => self.dissemination(),
        }
    }

    #[must_use]
    pub fn reporting(&self) -> String {
        self.reporting.clone().unwrap_or_else(|| here(self.ports.reporting()))
    }

    /// Where the health of a log's service is asked over HTTP. Unknown for one elsewhere, unless it is named.
    #[must_use]
    pub fn http_of(&self, context: LogContext) -> Option<String> {
        let (named, grpc, own) = match context {
            LogContext::Registry => (&self.registry_http, &self.registry, self.ports.registry_http()),
            LogContext::Dissemination => {
                (&self.dissemination_http, &self.dissemination, self.ports.dissemination_http())
            }
        };
        named.clone().or_else(|| grpc.is_none().then(|| here(own)))
    }

    /// Where the projection's health is asked over HTTP. Unknown for a projection elsewhere, unless it is named.
    #[must_use]
    pub fn reporting_http(&self) -> Option<String> {
        let own = || self.reporting.is_none().then(|| here(self.ports.projection_http()));
        self.reporting_http.clone().or_else(own)
    }

    #[must_use]
    pub fn nats(&self) -> String {
        self.nats.clone().unwrap_or_else(|| format!("nats://127.0.0.1:{}", self.ports.nats()))
    }

    #[must_use]
    pub fn nats_seed_file(&self) -> PathBuf {
        self.nats_seed_file.clone().unwrap_or_else(|| self.in_home("secrets/admin.nk"))
    }

    #[must_use]
    pub fn token_file(&self) -> PathBuf {
        self.token_file.clone().unwrap_or_else(|| self.in_home("tokens/national.jwt"))
    }

    /// A path below the home, or below its store, where root's servers have theirs.
    #[must_use]
    pub fn in_home(&self, below: &str) -> PathBuf {
        let path = self.home.join(below);
        let stored = self.home.join("store").join(below);
        if !path.exists() && stored.exists() { stored } else { path }
    }
}

fn here(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    fn options(args: &[&str]) -> Options {
        Cli::try_parse_from([&["kimctl", "--port", "9400", "status"], args].concat()).expect("it parses").options
    }

    #[test]
    fn addresses_follow_from_the_port_unless_they_are_named() {
        let local = options(&[]);
        assert_eq!(local.registry(), "http://127.0.0.1:9401");
        assert_eq!(local.reporting(), "http://127.0.0.1:9404");
        assert_eq!(local.nats(), "nats://127.0.0.1:9422");
        assert_eq!(local.address_of(LogContext::Dissemination), "http://127.0.0.1:9402");
        assert_eq!(local.http_of(LogContext::Registry).as_deref(), Some("http://127.0.0.1:9451"));
        assert_eq!(local.http_of(LogContext::Dissemination).as_deref(), Some("http://127.0.0.1:9452"));
        assert_eq!(local.reporting_http().as_deref(), Some("http://127.0.0.1:9454"));
        let elsewhere = options(&["--registry", "http://kim.example:7401"]);
        assert_eq!(elsewhere.registry(), "http://kim.example:7401");
        assert_eq!(elsewhere.http_of(LogContext::Registry), None, "nobody knows its port");
    }
}
