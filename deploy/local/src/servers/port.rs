//! Free loopback ports for servers that cannot be asked to take any.

use std::net::{Ipv4Addr, TcpListener};

/// Below the range that the kernel gives to outgoing connections, so that a port stays free while its server is restarted.
const RANGE: std::ops::Range<u16> = 20_000..32_000;

/// True when nobody listens on this loopback port.
#[must_use]
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A free loopback port, at random.
#[must_use]
pub fn any_free() -> u16 {
    loop {
        let port = rand::random_range(RANGE);
        if is_free(port) {
            return port;
        }
    }
}
