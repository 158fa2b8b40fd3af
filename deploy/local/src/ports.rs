//! Which port is whose: all follow from `KIM_PORT`.

use crate::{process::listener_on, servers::port::is_free};

/// The default of `KIM_PORT`.
pub const DEFAULT: u16 = 7400;
const HIGHEST_OFFSET: u16 = 54;

/// The ports of one local nation, all on 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports(u16);

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PortsError {
    #[error("KIM_PORT={0:?} bukan nomor porta; pakai angka 1024 sampai {max}, misalnya KIM_PORT=7400", max = u16::MAX - HIGHEST_OFFSET)]
    BadVariable(String),
    #[error(
        "porta sudah dipakai:\n{0}\nHentikan proses itu, atau pilih porta lain dengan KIM_PORT, misalnya: KIM_PORT=8400 deploy/local/up"
    )]
    Taken(String),
}

impl Ports {
    /// From the value of `KIM_PORT`; `None` and empty mean the default.
    pub fn parse(variable: Option<&str>) -> Result<Ports, PortsError> {
        let Some(text) = variable.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Ports(DEFAULT)) };
        match text.parse() {
            Ok(base @ 1024..) if base <= u16::MAX - HIGHEST_OFFSET => Ok(Ports(base)),
            _ => Err(PortsError::BadVariable(text.to_owned())),
        }
    }

    /// The pages.
    #[must_use]
    pub fn pages(self) -> u16 {
        self.0
    }

    /// The registry's gRPC.
    #[must_use]
    pub fn registry(self) -> u16 {
        self.0 + 1
    }

    /// Dissemination's gRPC.
    #[must_use]
    pub fn dissemination(self) -> u16 {
        self.0 + 2
    }

    /// Reporting, the projection's gRPC.
    #[must_use]
    pub fn reporting(self) -> u16 {
        self.0 + 4
    }

    #[must_use]
    pub fn nats(self) -> u16 {
        self.0 + 22
    }

    #[must_use]
    pub fn postgres(self) -> u16 {
        self.0 + 32
    }

    /// The registry's HTTP: health, metrics.
    #[must_use]
    pub fn registry_http(self) -> u16 {
        self.0 + 51
    }

    /// Dissemination's HTTP: health, metrics.
    #[must_use]
    pub fn dissemination_http(self) -> u16 {
        self.0 + 52
    }

    /// The projection's HTTP: health, metrics.
    #[must_use]
    pub fn projection_http(self) -> u16 {
        self.0 + 54
    }

    /// Where a person begins.
    #[must_use]
    pub fn address(self) -> String {
        format!("http://127.0.0.1:{}", self.pages())
    }

    /// An error that names every port that somebody else has, and who.
    pub fn check_free(self) -> Result<(), PortsError> {
        let wanted = [
            (self.pages(), "halaman"),
            (self.registry(), "registry"),
            (self.dissemination(), "dissemination"),
            (self.reporting(), "reporting"),
            (self.nats(), "NATS"),
            (self.postgres(), "PostgreSQL"),
            (self.registry_http(), "registry HTTP"),
            (self.dissemination_http(), "dissemination HTTP"),
            (self.projection_http(), "projection HTTP"),
        ];
        let taken: Vec<String> = wanted
            .into_iter()
            .filter(|(port, _)| !is_free(*port))
            .map(|(port, whose)| match listener_on(port) {
                Some((pid, name)) => format!("  {port} ({whose}): dipakai proses '{name}', pid {pid}"),
                None => format!("  {port} ({whose}): dipakai proses lain yang tidak dapat dilihat pengguna ini"),
            })
            .collect();
        if taken.is_empty() { Ok(()) } else { Err(PortsError::Taken(taken.join("\n"))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_comes_from_the_variable_and_must_leave_room_for_the_rest() {
        assert_eq!(Ports::parse(None), Ok(Ports(7400)));
        assert_eq!(Ports::parse(Some(" ")), Ok(Ports(7400)));
        assert_eq!(Ports::parse(Some("8400")).unwrap().projection_http(), 8454);
        for bad in ["80", "65500", "abc", "-1", "7400.5"] {
            assert_eq!(Ports::parse(Some(bad)), Err(PortsError::BadVariable(bad.to_owned())));
        }
    }

    #[test]
    fn a_taken_port_is_named_with_its_process_and_the_variable() {
        let (listener, ports) = loop {
            let base = crate::servers::port::any_free();
            let ports = Ports(base);
            if ports.check_free().is_ok()
                && let Ok(listener) = std::net::TcpListener::bind(("127.0.0.1", ports.nats()))
            {
                break (listener, ports);
            }
        };
        let message = ports.check_free().unwrap_err().to_string();
        assert!(message.contains(&format!("{} (NATS)", ports.nats())), "{message}");
        assert!(message.contains(&std::process::id().to_string()) && message.contains("KIM_PORT"), "{message}");
        drop(listener);
    }
}
