//! Where the log and the read model stand.

use kim_territory::spelling::grouped;
use std::fmt::Write;

use kim_contract::{
    log::v1::{GetLogRequest, event_log_service_client::EventLogServiceClient},
    reporting::v1::{GetReadModelRequest, reporting_service_client::ReportingServiceClient},
};
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

use crate::ports::Ports;

/// Asks the services as the national office does.
#[derive(Debug, Clone)]
pub struct Status {
    registry: Channel,
    dissemination: Channel,
    reporting: Channel,
    bearer: MetadataValue<Ascii>,
}

/// Where everything stands now; a part is `None` while its service does not answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Positions {
    pub registry: LogPositions,
    pub dissemination: LogPositions,
    /// How far the read model is behind, in milliseconds.
    pub lag_ms: i64,
    pub parked: i64,
}

/// A log, and how much of it the read model has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogPositions {
    pub log: Option<i64>,
    pub read_model: Option<i64>,
}

impl Status {
    pub fn new(ports: Ports, token: &str) -> anyhow::Result<Status> {
        let channel = |port: u16| -> anyhow::Result<Channel> {
            let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?;
            Ok(endpoint.timeout(std::time::Duration::from_secs(3)).connect_lazy())
        };
        Ok(Status {
            registry: channel(ports.registry())?,
            dissemination: channel(ports.dissemination())?,
            reporting: channel(ports.reporting())?,
            bearer: format!("Bearer {token}").parse()?,
        })
    }

    pub async fn read(&self) -> Positions {
        let mut reporting = ReportingServiceClient::new(self.reporting.clone());
        let (registry, dissemination, model) = tokio::join!(
            self.head(&self.registry),
            self.head(&self.dissemination),
            reporting.get_read_model(self.request(GetReadModelRequest {})),
        );
        let model = model.map(tonic::Response::into_inner).ok();
        let of = |context: &str, log| {
            let logs = model.as_ref().map(|model| model.logs.as_slice()).unwrap_or_default();
            LogPositions { log, read_model: logs.iter().find(|log| log.context == context).map(|log| log.position) }
        };
        Positions {
            registry: of("registry", registry),
            dissemination: of("dissemination", dissemination),
            lag_ms: model.as_ref().map_or(0, |model| model.lag_ms),
            parked: model.as_ref().and_then(|model| model.as_of.as_ref()).map_or(0, |as_of| as_of.parked_aggregates),
        }
    }

    /// The newest position of a log.
    async fn head(&self, service: &Channel) -> Option<i64> {
        let mut log = EventLogServiceClient::new(service.clone());
        log.get_log(self.request(GetLogRequest {})).await.ok().map(|log| log.into_inner().head)
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.bearer.clone());
        request
    }
}

impl LogPositions {
    fn is_current(self) -> bool {
        self.log.is_some() && self.read_model >= self.log
    }
}

impl Positions {
    /// True when the read model has all that the logs have.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.registry.is_current() && self.dissemination.is_current()
    }

    /// The events of both logs, and how many of them the read model has.
    #[must_use]
    pub fn in_all(&self) -> LogPositions {
        let sum = |of: fn(&LogPositions) -> Option<i64>| Some(of(&self.registry)? + of(&self.dissemination)?);
        LogPositions { log: sum(|one| one.log), read_model: sum(|one| one.read_model) }
    }

    /// For the status line.
    #[must_use]
    pub fn line(&self) -> String {
        let number = |position: Option<i64>| {
            position.and_then(|p| u64::try_from(p).ok()).map_or_else(|| "tidak menjawab".to_owned(), grouped)
        };
        let of = |name, LogPositions { log, read_model }| {
            format!("log {name} {} · tampilannya {}", number(log), number(read_model))
        };
        let mut line = format!("{} · {}", of("registri", self.registry), of("diseminasi", self.dissemination));
        if self.is_current() {
            line += " (mutakhir)";
        } else if self.lag_ms > 0 {
            let _ = write!(line, " (tertinggal {} detik)", grouped(u64::try_from(self.lag_ms / 1000).unwrap_or(0)));
        }
        if self.parked > 0 {
            let _ = write!(line, " · {} ditahan", self.parked);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_where_it_stands_and_what_is_missing() {
        let has = |log, read_model| LogPositions { log: Some(log), read_model: Some(read_model) };
        let (registry, dissemination) = (has(140_223, 140_223), has(9_120, 9_120));
        let current = Positions { registry, dissemination, lag_ms: 0, parked: 0 };
        assert!(current.is_current());
        assert_eq!(
            current.line(),
            "log registri 140.223 · tampilannya 140.223 · log diseminasi 9.120 · tampilannya 9.120 (mutakhir)"
        );
        let behind = Positions { dissemination: has(9_120, 100), lag_ms: 12_400, parked: 2, ..current };
        assert!(!behind.is_current());
        assert_eq!(
            behind.line(),
            "log registri 140.223 · tampilannya 140.223 · log diseminasi 9.120 · tampilannya 100 (tertinggal 12 detik) · 2 ditahan"
        );
        assert!(Positions::default().line().starts_with("log registri tidak menjawab · tampilannya tidak menjawab"));
    }
}
