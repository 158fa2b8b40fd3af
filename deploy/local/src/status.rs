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
    reporting: Channel,
    bearer: MetadataValue<Ascii>,
}

/// Where everything stands now; a part is `None` while its service does not answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Positions {
    /// The registry's log.
    pub log: Option<i64>,
    /// The read model.
    pub read_model: Option<i64>,
    /// How far the read model is behind, in milliseconds.
    pub lag_ms: i64,
    pub parked: i64,
}

impl Status {
    pub fn new(ports: Ports, token: &str) -> anyhow::Result<Status> {
        let channel = |port: u16| -> anyhow::Result<Channel> {
            let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?;
            Ok(endpoint.timeout(std::time::Duration::from_secs(3)).connect_lazy())
        };
        Ok(Status {
            registry: channel(ports.registry())?,
            reporting: channel(ports.reporting())?,
            bearer: format!("Bearer {token}").parse()?,
        })
    }

    pub async fn read(&self) -> Positions {
        let mut registry = EventLogServiceClient::new(self.registry.clone());
        let mut reporting = ReportingServiceClient::new(self.reporting.clone());
        let (log, model) = tokio::join!(
            registry.get_log(self.request(GetLogRequest {})),
            reporting.get_read_model(self.request(GetReadModelRequest {})),
        );
        let mut positions = Positions { log: log.ok().map(|log| log.into_inner().head), ..Positions::default() };
        if let Ok(model) = model.map(tonic::Response::into_inner) {
            let as_of = model.as_of.unwrap_or_default();
            positions.read_model = Some(as_of.registry_position);
            positions.lag_ms = model.lag_ms;
            positions.parked = as_of.parked_aggregates;
        }
        positions
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.bearer.clone());
        request
    }
}

impl Positions {
    /// True when the read model has all that the log has.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.log.is_some() && self.read_model >= self.log
    }

    /// For the status line.
    #[must_use]
    pub fn line(&self) -> String {
        let number = |position: Option<i64>| {
            position.and_then(|p| u64::try_from(p).ok()).map_or_else(|| "tidak menjawab".to_owned(), grouped)
        };
        let mut line = format!("log {} · tampilan {}", number(self.log), number(self.read_model));
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
        let current = Positions { log: Some(140_223), read_model: Some(140_223), lag_ms: 0, parked: 0 };
        assert_eq!(current.line(), "log 140.223 · tampilan 140.223 (mutakhir)");
        let behind = Positions { read_model: Some(100), lag_ms: 12_400, parked: 2, ..current };
        assert_eq!(behind.line(), "log 140.223 · tampilan 100 (tertinggal 12 detik) · 2 ditahan");
        assert_eq!(Positions::default().line(), "log tidak menjawab · tampilan tidak menjawab");
    }
}
