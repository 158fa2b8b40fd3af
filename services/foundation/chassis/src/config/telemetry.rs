//! What a service says about itself.

use serde::Deserialize;

use super::{Check, Problems};

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
        if tracing_subscriber::EnvFilter::try_new(&self.filter).is_err() {
            problems.add(
                "filter",
                format!("{:?} tidak terbaca", self.filter),
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
