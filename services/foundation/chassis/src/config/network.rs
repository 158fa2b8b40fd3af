//! Where a service listens, and how much it takes on.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
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
    /// Unary calls answered at the same time; one more gets `RESOURCE_EXHAUSTED`.
    pub max_in_flight: usize,
    /// Streaming calls at the same time, counted apart, since a log's reader stays for days.
    pub max_streams: usize,
    /// The longest that a unary call may take, in milliseconds; a client's `grpc-timeout` can only shorten it.
    pub deadline_ms: u64,
    /// The largest message in (after decompression) or out, in bytes.
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

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn check_listen(problems: &mut Problems, listen: SocketAddr, example: &str) {
    if listen.port() == 0 {
        problems.add("listen", "belum diisi", format!("tulis misalnya {example}"));
    }
}
